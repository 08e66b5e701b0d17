/// One chapter's text as the page holds it, with all that a browser can do: links of the glossary, popups of evidence,
/// notes in the margin.
final class PageWriter: DocumentWriter {
  let page: VerifiedChapter
  let typeset: Typeset

  /// By key: the anchors of its citations, in order.
  private(set) var citations: [String: [String]] = [:]
  /// Where links lead out of the book, in the order of the page.
  private(set) var addresses: [String] = []
  private var links: GlossaryLinks
  private var isInHeading = false
  /// Words alone: what is written stands in a link already, or a second time.
  private var isBare = false

  init(page: VerifiedChapter, typeset: Typeset, terms: [GlossaryTerm] = []) {
    self.page = page
    self.typeset = typeset
    links = GlossaryLinks(terms)
    super.init(page.chapter)
  }

  override var tableFrame: (start: String, end: String) { ("<div class=\"scroll\">", "</div>") }

  // MARK: The page

  /// The text up to the first section, that section, and the rest: what the cover's first screen sets side by side.
  func cover() throws -> (lead: String, proof: String, rest: String) {
    let blocks = chapter.body
    let sections = blocks.indices.filter { index in
      if case .heading(let heading, _) = blocks[index].content { chapter.headings[heading].level == 2 } else { false }
    }
    let first = sections.first ?? blocks.count, second = sections.dropFirst().first ?? blocks.count
    let lead = try html { try writeText(Array(blocks[..<first])) }
    let proof = try html { try write(Array(blocks[first..<second])) }
    return (lead, proof, try html {
      try write(Array(blocks[second...]))
      try writeNotes(chapter.document.footnotes)
    })
  }

  func body() throws -> String {
    try html {
      try writeText(chapter.body)
      try writeNotes(chapter.document.footnotes)
    }
  }

  private func writeText(_ blocks: [Block]) throws {
    // The title's line.
    if chapter.startsWithTitle { out += "\n" }
    try write(blocks)
  }

  /// In words and formulas, without links and without what may stand on a page only once.
  func bare(_ prose: Prose) -> String {
    isBare = true
    defer { isBare = false }
    return html { within { write(prose.inlines) } }
  }

  /// A caption or a title.
  func caption(_ prose: Prose?) -> String? {
    prose.flatMap { prose in prose.inlines.isEmpty ? nil : html { within { write(prose.inlines) } } }
  }

  // MARK: Headings

  override func write(heading index: Int, _ prose: Prose) {
    isInHeading = true
    super.write(heading: index, prose)
    isInHeading = false
  }

  override func writeEnd(of heading: Heading) {
    out += " <a class=\"deep\" href=\"#\(fragment(heading.id))\" aria-label=\"この節へのリンク\">#</a>"
  }

  // MARK: Blocks

  override func writeCode(_ index: Int) throws {
    let block = chapter.blocks[index]
    let view = BlockView(block: block, page: page, typeset: typeset, caption: caption(block.attributes.caption)) { [self] text in
      let (printed, links) = try FragmentWriter.html(text, of: block, in: chapter)
      addresses += links
      return printed
    }
    out += try view.html()
  }

  override func writeListing(_ index: Int) throws {
    let listing = chapter.listings[index]
    let code = typeset.listings[listing].map { Mark.highlight.around($0) } ?? escaped(listing.code)
    out += "<div class=\"code listing\"><pre><code class=\"language-\(escaped(listing.language))\">\(code)</code></pre></div>\n"
  }

  override func writeDiagram(_ index: Int) throws {
    let diagram = chapter.diagrams[index]
    guard let drawing = try typeset.drawing(of: index, in: page) else {
      out += "<pre class=\"fault\"><code>\(escaped(diagram.dot))</code></pre>"
      return
    }
    out += "<figure class=\"diagram\"\(idAttribute(diagram.id))><div class=\"scroll\">\(Mark.graphviz.around(drawing))</div>"
      + figureCaption(caption(diagram.caption), label: page.diagramLabels[index], id: diagram.id) + "</figure>\n"
  }

  // MARK: Tables

  override func write(_ table: Table) {
    let named = chapter.tables[table.index]
    startLine()
    out += "<figure class=\"table\"\(idAttribute(named.id))>"
      + figureCaption(caption(named.caption), label: page.tableLabels[table.index], id: named.id)
    writeRows(of: table)
    out += "</figure>\n"
  }

  /// A row of the glossary's tables has a name by which its term is linked to.
  override func rowStart(_ cells: [Prose]) -> String {
    guard chapter.name == Glossary.chapter, let first = cells.first, let term = GlossaryTerm(cell: first) else { return "<tr>" }
    return "<tr id=\"\(escaped(Anchor.term(term.name)))\">"
  }

  // MARK: Formulas

  override func writeFormula(_ index: Int, before next: Inline?) {
    let formula = chapter.formulas[index]
    guard case .success(let set) = typeset.formulas[Typeset.Formula(formula)] else {
      out += "<code class=\"fault\">\(escaped(formula.tex))</code>"
      return
    }
    let marked = Mark.katex.around(set)
    if formula.display {
      out += "<span class=\"equation\"\(isBare ? "" : idAttribute(formula.id))><span class=\"scroll\">\(marked)</span>\(number(of: index))</span>"
      return
    }
    var following = ""
    if case .text(let text)? = next { following = text }
    // `text-autospace` does not reach into a formula: its sides say where Japanese stands.
    var sides = ""
    if out.unicodeScalars.last?.isJapaneseLetter == true { sides += " after-ja" }
    if following.unicodeScalars.first?.isJapaneseLetter == true { sides += " before-ja" }
    // A short formula stays on one line; a long one may break at its operators, or a phone would cut it off.
    if formula.tex.count <= 30 { sides += " short" }
    let element = "<span class=\"math\(sides)\">\(marked)</span>"
    // Browsers break a line behind a formula whatever follows; a closing mark must not begin a line.
    if let mark = following.first, "、。，．：；）」』】〉》！？".contains(mark) {
      written = 1
      out += "<span class=\"nobreak\">\(element)\(mark)</span>"
    } else {
      out += element
    }
  }

  private func number(of index: Int) -> String {
    guard let label = page.formulaLabels[index] else { return "" }
    let number = "(\(label.number))"
    return chapter.formulas[index].id.map { "<a class=\"equation-number\" href=\"#\(fragment($0))\">\(number)</a>" }
      ?? "<span class=\"equation-number\">\(number)</span>"
  }

  // MARK: Text and links

  override func write(text: String) { out += depth == 0 ? links.linked(text) : characters(text) }

  /// The style sheet for print numbers these links, and the page lists where they lead.
  override func write(link url: String, title: String, _ inner: [Inline]) {
    if isBare { return write(inner) }
    if url.hasPrefix("http://") || url.hasPrefix("https://") { addresses.append(address(url)) }
    super.write(link: url, title: title, inner)
  }

  override func write(bound index: Int, _ inner: [Inline]) {
    guard !isBare, let evidence = page.evidence[index] else { return within { write(inner) } }
    if case .citation(_, let key, _) = evidence {
      citations[key, default: []].append(Anchor.citation(key, citations[key, default: []].count + 1))
    }
    let (start, end) = EvidenceView(page: page, index: index, anchor: citations).html(evidence)
    out += start
    within { write(inner) }
    out += end + citationNote(evidence)
  }

  /// Beside the first citation of a publication.
  private func citationNote(_ evidence: Evidence) -> String {
    guard case .citation(let ordinal, let key, _) = evidence, citations[key]?.count == 1, !isInHeading, !isInTable,
      let reference = page.bibliography.first(where: { $0.id == key })
    else { return "" }
    return MarginNote.html("[\(ordinal)]", Bibliography.brief(reference))
  }

  override func writeReference(to number: Int, _ reference: Int) {
    if isBare { return }
    super.writeReference(to: number, reference)
    guard reference == 1, !isInTable, !isInHeading, let note = marginNote(number) else { return }
    out += MarginNote.html("\(number)", note)
  }

  /// The text of a note of one paragraph without links; others are read at the end of the page.
  private func marginNote(_ number: Int) -> String? {
    let notes = chapter.document.footnotes
    guard notes.indices.contains(number - 1), notes[number - 1].blocks.count == 1,
      case .paragraph(let prose) = notes[number - 1].blocks[0].content
    else { return nil }
    let hasLink = prose.inlines.all.contains { inline in
      switch inline {
      case .link, .bound, .footnote: true
      default: false
      }
    }
    return hasLink ? nil : html { within { write(prose.inlines) } }
  }
}

/// A copy beside the text, for screens with a margin, of what the page also holds at its end: so it is silent to a screen
/// reader and holds nothing to focus.
enum MarginNote {
  static func html(_ number: String, _ text: String) -> String {
    "<span class=\"aside\" aria-hidden=\"true\"><span class=\"aside-number\">\(number)</span> \(text)</span>"
  }
}

/// What a program printed as Markdown.
final class FragmentWriter: DocumentWriter {
  private var addresses: [String] = []

  override var tableFrame: (start: String, end: String) { ("<div class=\"scroll\">", "</div>") }

  override func write(link url: String, title: String, _ inner: [Inline]) {
    addresses.append(address(url))
    super.write(link: url, title: title, inner)
  }

  /// Its HTML, and where its links lead. Throws a `Diagnostic` for what is not allowed in it.
  static func html(_ text: String, of block: CodeBlock, in chapter: Chapter) throws -> (String, addresses: [String]) {
    switch readMarkdownFragment(text) {
    case .success(let fragment):
      let writer = FragmentWriter(fragment)
      try writer.write(fragment.document)
      return (writer.out, writer.addresses)
    case .failure(let refusal):
      throw Diagnostic(
        .html, chapter.source.path, Position(line: block.fenceLine, column: 1),
        "\(block.label) prints what cannot be shown: \(refusal.message)")
    }
  }
}

extension Unicode.Scalar {
  /// Kana and ideographs; brackets and marks bring their own space.
  fileprivate var isJapaneseLetter: Bool {
    switch value {
    case 0x3005...0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x3400...0x9FFF,
      0xF900...0xFAFF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}

func idAttribute(_ id: String?) -> String { id.map { " id=\"\(escaped($0))\"" } ?? "" }

/// 図 3, linked to itself, and the caption's text, which is HTML.
func figureCaption(
  _ text: String?, label: Label?, id: String?, element: (start: String, end: String) = ("<figcaption>", "</figcaption>")
) -> String {
  if text == nil, label == nil { return "" }
  var html = element.start
  if let label {
    html += id.map { "<a class=\"label\" href=\"#\(fragment($0))\">\(label.text)</a>" }
      ?? "<span class=\"label\">\(label.text)</span>"
  }
  if let text { html += " <span class=\"caption\">\(text)</span>" }
  return html + element.end
}
