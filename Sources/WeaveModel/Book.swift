import WeaveSupport

/// `Chapters/`, read: the chapters in reading order and what they share.
package struct Book: Sendable {
  package var title: String
  package var subtitle: String?
  package var language: Language
  package var chapters: [Chapter]
  package var references: [String: Reference]
  /// Tells one `references.json` from another.
  package var referencesKey = ""
  /// What chapters may use besides figures.
  package var modules: [BookModule] = []
  /// By chapter: how many numerals may stand in it without a source, until they are bound. Nil: none, in any.
  package var unbound: [String: Int]?

  package init(
    title: String, subtitle: String? = nil, language: Language, chapters: [Chapter], references: [String: Reference]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.language = language
    self.chapters = chapters
    self.references = references
  }

  /// The page of all numbers: no chapter may have its name.
  package static let ledger = "numbers"
}

/// What every page says of the book: its names and the list of its chapters.
package struct BookFrame: Sendable, Hashable, Codable {
  package struct Entry: Sendable, Hashable, Codable {
    package var name: String
    package var front: FrontMatter
    /// What the chapter defines for the others.
    package var terms: [GlossaryTerm] = []

    package init(name: String, front: FrontMatter, terms: [GlossaryTerm] = []) {
      (self.name, self.front, self.terms) = (name, front, terms)
    }
  }
  package var title: String
  package var subtitle: String?
  package var language: Language
  package var chapters: [Entry]

  package init(title: String, subtitle: String? = nil, language: Language, chapters: [Entry]) {
    (self.title, self.subtitle, self.language, self.chapters) = (title, subtitle, language, chapters)
  }
}

extension Book {
  package var frame: BookFrame {
    BookFrame(
      title: title, subtitle: subtitle, language: language,
      chapters: chapters.map(BookFrame.Entry.init))
  }
}

extension BookFrame.Entry {
  package init(_ chapter: Chapter) { self.init(name: chapter.name, front: chapter.front, terms: chapter.terms) }
}

/// An entry of `references.json` (CSL-JSON), as far as a bibliography needs it.
package struct Reference: Sendable, Hashable, Codable {
  package struct Name: Sendable, Hashable, Codable {
    package var family: String?
    package var given: String?
    package var literal: String?
  }
  package struct Date: Sendable, Hashable, Codable {
    package var parts: [[Int]]
    package enum CodingKeys: String, CodingKey { case parts = "date-parts" }
    package var year: Int? { parts.first?.first }
  }
  package var id: String
  package var type: String
  package var title: String
  package var author: [Name]?
  package var issued: Date?
  package var containerTitle: String?
  package var publisher: String?
  package var volume: String?
  package var issue: String?
  package var page: String?
  package var number: String?
  package var doi: String?
  package var url: String?
  package enum CodingKeys: String, CodingKey {
    case id, type, title, author, issued, publisher, volume, issue, page, number
    case containerTitle = "container-title"
    case doi = "DOI"
    case url = "URL"
  }

  /// Its words, by the names of CSL-JSON.
  package var texts: [(name: String, text: String)] {
    let names = (author ?? []).flatMap { [$0.family, $0.given, $0.literal] }.map { ("author", $0) }
    let fields = [
      ("id", id), ("type", type), ("title", title), ("container-title", containerTitle), ("publisher", publisher),
      ("volume", volume),
      ("issue", issue), ("page", page), ("number", number), ("DOI", doi), ("URL", url),
    ]
    return (fields + names).compactMap { name, text in text.map { (name, $0) } }
  }
}
