import WeaveSupport

/// `Chapters/`, read: the chapters in reading order and what they share.
package struct Book: Sendable {
  package var title: String
  package var subtitle: String?
  package var language: Language
  package var imprint = Imprint()
  package var chapters: [Chapter]
  package var references: [String: Reference]
  /// Tells one `references.json` from another.
  package var referencesKey = ""
  /// By key: where an entry lists the figures that the book takes from its publication.
  package var figurePlaces: [String: Position] = [:]
  /// Where the list of chapters has the title and the subtitle.
  package var titlePlaces: [String: Position] = [:]
  /// What chapters may use besides figures.
  package var modules: [BookModule] = []
  /// Commands of its formulas.
  package var macros: [MathMacro] = []
  /// Names of chapters that only whoever writes them sees.
  package var drafts: Set<String> = []
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
    package var isDraft: Bool

    package init(name: String, front: FrontMatter, terms: [GlossaryTerm] = [], isDraft: Bool = false) {
      (self.name, self.front, self.terms, self.isDraft) = (name, front, terms, isDraft)
    }
  }
  package var title: String
  package var subtitle: String?
  package var language: Language
  package var imprint: Imprint
  package var chapters: [Entry]

  package init(
    title: String, subtitle: String? = nil, language: Language, imprint: Imprint = Imprint(), chapters: [Entry]
  ) {
    (self.title, self.subtitle, self.language, self.chapters) = (title, subtitle, language, chapters)
    self.imprint = imprint
  }
}

extension Book {
  package var frame: BookFrame {
    BookFrame(
      title: title, subtitle: subtitle, language: language, imprint: imprint,
      chapters: chapters.map(BookFrame.Entry.init))
  }
}

extension BookFrame.Entry {
  package init(_ chapter: Chapter) {
    self.init(name: chapter.name, front: chapter.front, terms: chapter.terms, isDraft: chapter.isDraft)
  }
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
  /// What CSL-JSON leaves to whoever uses the list.
  package struct Custom: Sendable, Hashable, Codable {
    /// By place in the publication: the figures that the book takes from there.
    package var figures: [String: [String]]?
  }
  package var custom: Custom?
  package var figures: [String: [String]] { custom?.figures ?? [:] }
  package enum CodingKeys: String, CodingKey {
    case id, type, title, author, issued, publisher, volume, issue, page, number, custom
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
    let listed = figures.sorted { $0.key < $1.key }.flatMap { [$0] + $1 }.map { ("custom", Optional($0)) }
    return (fields + names + listed).compactMap { name, text in text.map { (name, $0) } }
  }
}
