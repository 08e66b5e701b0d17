import WeaveModel
import WeaveSupport

/// A document of the EPUB.
struct EpubChapter: Sendable {
  /// The chapter's name, and the document's.
  var name: String
  var title: String
  /// XHTML.
  var body: String
  /// For the table of contents: headings of levels 2 and 3.
  var headings: [(level: Int, id: String, text: String)] = []
  /// Whether it holds formulas and figures: the package has to say so.
  var properties: [String] = []
}

/// Writes the documents of an EPUB.
struct EpubDocuments {
  let book: VerifiedBook
  let drawing = EpubDrawing(styleSheet: Resource.style.text)

  static func file(_ name: String) -> String { "\(fragment(name)).xhtml" }

  private var pages: [VerifiedChapter] { book.chapters }

  /// The chapters, and the ledger after them. Throws a `Diagnostic` for what cannot be shown.
  func all() throws -> [EpubChapter] {
    var known = [
      Ledger.name: Set(
        pages.flatMap { page in
          page.chapter.links.map { Ledger.row($0.index, of: page.chapter) } + [page.chapter.name]
        })
    ]
    // Where links may lead is known when all has been written once.
    for page in pages {
      let writer = EpubWriter(book, drawing, page, known: [:])
      _ = try writer.body()
      known[page.chapter.name] = writer.ids
    }
    let documents = try pages.map { page in
      let writer = EpubWriter(book, drawing, page, known: known)
      let name = page.chapter.name
      var document = EpubChapter(
        name: name, title: name == "index" ? page.chapter.front.short : page.chapter.front.title,
        body: try writer.body().allowedInXML)
      document.properties = (writer.holdsFormulas ? ["mathml"] : []) + (writer.holdsFigures ? ["svg"] : [])
      let words = page.chapter.headingProse
      for (index, heading) in page.chapter.headings.enumerated() where heading.level == 2 || heading.level == 3 {
        let text = writer.plain(words[index]?.inlines ?? []).split(whereSeparator: \.isWhitespace).joined(
          separator: " ")
        document.headings.append((heading.level, heading.id, text))
      }
      if !page.bibliography.isEmpty {
        document.headings.append((2, "bibliography-title", book.frame.language.words.bibliography.title))
      }
      return document
    }
    return documents + [ledger(known)]
  }

  private func ledger(_ known: [String: Set<String>]) -> EpubChapter {
    let words = book.frame.language.words
    let sections = pages.map { page in
      Ledger.section(of: page, words) { anchor in
        let isThere = known[page.chapter.name]?.contains(anchor) == true
        return Self.file(page.chapter.name) + (isThere ? "#\(fragment(anchor))" : "")
      } framed: {
        $0
      } rowID: {
        Ledger.row($0, of: page.chapter)
      }
    }
    let header =
      "<header class=\"opening\">\n<h1>\(escaped(words.ledger.title))</h1>\n"
      + "<p class=\"subtitle\">\(escaped(words.ledger.subtitle))</p>\n</header>\n"
    let body = header + "<p>\(escaped(words.ledger.introduction))</p>\n" + sections.joined()
    var document = EpubChapter(name: Ledger.name, title: words.ledger.title, body: body.allowedInXML)
    document.headings = pages.filter { !Ledger.isEmpty($0) }.map { (2, $0.chapter.name, $0.chapter.front.title) }
    return document
  }
}
