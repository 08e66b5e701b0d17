import WeaveModel
import WeaveSupport

/// One chapter as a document of the EPUB: XHTML, without what only a browser can use.
final class EpubWriter: BookWriter {
  private let drawing: EpubDrawing
  /// The ids of each document, by name.
  private let known: [String: Set<String>]
  /// Every id that was written.
  private(set) var ids: Set<String> = []
  private(set) var holdsFormulas = false
  private(set) var holdsFigures = false

  /// - Parameter known: what links may lead to; one that leads nowhere becomes plain text.
  init(_ book: VerifiedBook, _ drawing: EpubDrawing, _ page: VerifiedChapter, known: [String: Set<String>]) {
    self.drawing = drawing
    self.known = known
    let terms = page.chapter.isGlossary ? [] : book.frame.chapters.flatMap(\.terms)
    super.init(page: page, typeset: book.typeset, terms: terms, words: book.frame.language.words)
  }

  override var voidEnd: String { "/" }
  override var rawVoidEnd: String { "/" }
  override var openAttribute: String { " open=\"\"" }
  override var notesAttributes: String { " epub:type=\"footnotes\"" }
  override var wayBackAttributes: String { " aria-label=\"\(escaped(words.epub.wayBack))\" role=\"doc-backlink\"" }
  override var referenceAttributes: String { " epub:type=\"noteref\" role=\"doc-noteref\"" }

  // MARK: The document

  func body() throws -> String {
    let isCover = chapter.name == "index"
    let counts = Verification(page).counts(words).map {
      " <span class=\"count\">\(escaped($0.before))<b>\($0.number)</b>\(escaped($0.after))</span>"
    }.joined()
    let ledgerLink = "<a href=\"\(EpubDocuments.file(Ledger.name))\">\(escaped(words.page.ledger))</a>"
    let titleID = chapter.startsWithTitle ? chapter.headings[0].id : nil
    let header =
      "<header class=\"opening\">\n<h1\(named(titleID))>\(html(of: chapter.title) ?? "")</h1>\n"
      + (html(of: chapter.subtitle).map { "<p class=\"subtitle\">\($0)</p>\n" } ?? "")
      + (counts.isEmpty
        ? ""
        : "<p class=\"verified\"><span>\(escaped(words.page.verified))</span>\(counts) \(ledgerLink)</p>\n")
      + "</header>\n"
    let parts = chapter.coverParts
    let text = try html {
      if isCover {
        out += "<div class=\"front\">\n<div class=\"front-lead\">\n\(header)"
        try write(parts.lead)
        out += "</div>\n<div class=\"front-proof\">\n"
        try write(parts.proof)
        out += "</div>\n</div>\n"
        try write(parts.rest)
      } else {
        out += header
        try write(chapter.body)
      }
      try writeNotes(chapter.document.footnotes)
    }
    if !page.bibliography.isEmpty {
      ids.insert("bibliography")
      ids.formUnion(page.bibliography.map { Anchor.publication($0.id) })
    }
    let attributes = " epub:type=\"bibliography\" role=\"doc-bibliography\""
    return text + Bibliography.list(page.bibliography, citations: citations, attributes: attributes, words)
  }

  /// A heading in words: a table of contents shows no formulas.
  func plain(_ inlines: [Inline]) -> String {
    inlines.map { inline in
      switch inline {
      case .formula(let index):
        (try? typeset.formulas[Typeset.Formula(chapter.formulas[index])]?.get()).flatMap { EpubMathML.math(in: $0) }?
          .spoken ?? chapter.formulas[index].tex
      case .text(let text), .code(let text): text
      case .softBreak, .lineBreak: " "
      case .footnote, .html: ""
      default: plain(inline.children)
      }
    }.joined()
  }

  // MARK: Places

  override func named(_ id: String?) -> String {
    if let id { ids.insert(id) }
    return super.named(id)
  }

  override func link(to place: Place, class name: String, attributes: String = "", _ inner: String) -> String {
    guard let href = href(place), depth == 0 || name != "term" else { return "<span class=\"\(name)\">\(inner)</span>" }
    return "<a class=\"\(name)\" href=\"\(href)\"\(attributes)>\(inner)</a>"
  }

  /// Nil where a place is not in the EPUB. A place that another document lacks: the document is better than nothing.
  private func href(_ place: Place) -> String? {
    guard let ids = known[place.chapter ?? chapter.name] else { return nil }
    let file = place.chapter.map { $0 == chapter.name ? "" : EpubDocuments.file($0) } ?? ""
    guard !place.anchor.isEmpty, ids.contains(place.anchor) else { return file.isEmpty ? nil : file }
    return "\(file)#\(fragment(place.anchor))"
  }

  override func write(heading index: Int, _ prose: Prose) {
    ids.insert(chapter.headings[index].id)
    super.write(heading: index, prose)
  }

  override func noteAnchor(_ id: String) { ids.insert(id) }

  /// What a page offers is not in the EPUB.
  override func write(link url: String, title: String, _ inner: [Inline]) {
    if url.hasPrefix(Download.folder) { return write(inner) }
    super.write(link: url, title: title, inner)
  }

  // MARK: Evidence

  override func write(bound index: Int, _ inner: [Inline]) {
    guard let evidence = page.evidence[index] else { return within { write(inner) } }
    let text = html { within { write(inner) } }
    switch evidence {
    case .number(_, let value, _, _):
      writeBound(index, "number", "<data value=\"\(escaped(value))\">\(text)</data>", inner)
    case .claim:
      writeBound(index, "claim", text + "<span class=\"tick\" aria-hidden=\"true\">\u{2060}✓\u{2060}</span>", inner)
    case .remark(let kind, _): writeBound(index, kind.rawValue, text, inner)
    case .citation(let ordinal, let key, _):
      let name = escaped(words.evidence.citation(ordinal))
      let attributes = " aria-label=\"\(name)\" epub:type=\"biblioref\" role=\"doc-biblioref\""
      let number = link(
        to: Place(Anchor.publication(key)), class: "cite-number", attributes: attributes, "[\(ordinal)]")
      out += "<span class=\"bound cite\"\(named(nextCitation(of: key)))>\(text)\u{2060}\(number)\u{2060}</span>"
    case .reference(let file, let anchor, _):
      out += link(to: Place(anchor, in: file.map { String($0.dropLast(".html".count)) }), class: "reference", text)
    }
  }

  /// A computed number or claim leads to its row in the ledger, where the expression stands.
  private func writeBound(_ index: Int, _ kind: String, _ words: String, _ inner: [Inline]) {
    let id = Anchor.number(index)
    let row = "\(chapter.name).\(id)"
    let holdsLink = inner.all.contains { if case .footnote = $0 { true } else { false } }
    if known[Ledger.name]?.contains(row) == true, !holdsLink {
      let href = "\(EpubDocuments.file(Ledger.name))#\(fragment(row))"
      out += "<a class=\"bound \(kind)\"\(named(id)) href=\"\(href)\">\(words)</a>"
    } else {
      out += "<span class=\"bound \(kind)\"\(named(id))>\(words)</span>"
    }
  }

  override func pictureAddress(_ file: PictureFile) -> String { "../\(EpubPackage.pictures)\(file.name)" }

  // MARK: Elements

  override func writeTask(_ isDone: Bool) { out += isDone ? "☑ " : "☐ " }

  override func alignmentAttribute(_ alignment: Table.Alignment) -> String {
    " style=\"text-align: \(alignment.rawValue)\""
  }

  override func set(_ formula: String) -> String {
    holdsFormulas = true
    return EpubMathML.math(in: formula).map { [.element($0)].xml } ?? characters(formula)
  }

  override func framed(_ drawing: String) throws -> String {
    holdsFigures = true
    return [self.drawing.plain(try Markup.parse(drawing))].xml
  }

  override func printed(_ text: String, by block: CodeBlock) throws -> String {
    let writer = EpubFragmentWriter(try block.fragment(text, in: chapter), words)
    try writer.write(writer.chapter.document)
    return writer.out
  }
}

/// What a program printed as Markdown, in the EPUB.
private final class EpubFragmentWriter: DocumentWriter {
  override var voidEnd: String { "/" }
  override var rawVoidEnd: String { "/" }
  override var openAttribute: String { " open=\"\"" }
  override func writeTask(_ isDone: Bool) { out += isDone ? "☑ " : "☐ " }
  override func alignmentAttribute(_ alignment: Table.Alignment) -> String {
    " style=\"text-align: \(alignment.rawValue)\""
  }
}
