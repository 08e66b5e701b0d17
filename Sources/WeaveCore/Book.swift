/// `Chapters/`, read: the chapters in reading order and what they share.
public struct Book: Sendable {
  public var title: String
  public var subtitle: String?
  public var language: String
  public var chapters: [Chapter]
  public var references: [String: Reference]
}

/// What every page says of the book: its names and the list of its chapters.
public struct BookFrame: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var name: String
    public var front: FrontMatter
    /// What the chapter defines for the others.
    public var terms: [GlossaryTerm] = []
  }
  public var title: String
  public var subtitle: String?
  public var language: String
  public var chapters: [Entry]
}

extension Book {
  public var frame: BookFrame {
    BookFrame(
      title: title, subtitle: subtitle, language: language,
      chapters: chapters.map(BookFrame.Entry.init))
  }
}

extension BookFrame.Entry {
  init(_ chapter: Chapter) { self.init(name: chapter.name, front: chapter.front, terms: Glossary.terms(of: chapter)) }
}

/// An entry of `references.json` (CSL-JSON), as far as a bibliography needs it.
public struct Reference: Sendable, Hashable, Codable {
  public struct Name: Sendable, Hashable, Codable {
    public var family: String?
    public var given: String?
    public var literal: String?
  }
  public struct Date: Sendable, Hashable, Codable {
    public var parts: [[Int]]
    enum CodingKeys: String, CodingKey { case parts = "date-parts" }
    public var year: Int? { parts.first?.first }
  }
  public var id: String
  public var type: String
  public var title: String
  public var author: [Name]?
  public var issued: Date?
  public var containerTitle: String?
  public var publisher: String?
  public var volume: String?
  public var issue: String?
  public var page: String?
  public var number: String?
  public var doi: String?
  public var url: String?
  enum CodingKeys: String, CodingKey {
    case id, type, title, author, issued, publisher, volume, issue, page, number
    case containerTitle = "container-title"
    case doi = "DOI"
    case url = "URL"
  }

  /// Its words, by the names of CSL-JSON.
  var texts: [(name: String, text: String)] {
    let names = (author ?? []).flatMap { [$0.family, $0.given, $0.literal] }.map { ("author", $0) }
    let fields = [
      ("id", id), ("type", type), ("title", title), ("container-title", containerTitle), ("publisher", publisher), ("volume", volume),
      ("issue", issue), ("page", page), ("number", number), ("DOI", doi), ("URL", url),
    ]
    return (fields + names).compactMap { name, text in text.map { (name, $0) } }
  }
}
