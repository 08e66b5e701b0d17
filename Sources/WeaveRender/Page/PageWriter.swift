import WeaveModel
import WeaveParse
import WeaveSupport

/// One chapter's text as the page holds it, with all that a browser can do: popups of evidence, notes in the margin,
/// links of everything to itself.
final class PageWriter: BookWriter {
  /// Where links lead out of the book, in the order of the page.
  private(set) var addresses: [String] = []
  private lazy var definitions = Definitions(chapter)
  private var isInHeading = false
  /// Words alone: what is written stands in a link already, or a second time.
  private var isBare = false

  override var tableFrame: (start: String, end: String) { ("<div class=\"scroll\">", "</div>") }

  // MARK: The page

  func body() throws -> String {
    try html {
      if chapter.startsWithTitle { out += "\n" }
      try write(chapter.body)
      try writeNotes(chapter.document.footnotes)
    }
  }

  /// The text up to the first section, that section, and the rest: what the cover's first screen sets side by side.
  func cover() throws -> (lead: String, proof: String, rest: String) {
    let (lead, proof, rest) = chapter.coverParts
    return (
      try html {
        if chapter.startsWithTitle { out += "\n" }
        try write(lead)
      }, try html { try write(proof) },
      try html {
        try write(rest)
        try writeNotes(chapter.document.footnotes)
      }
    )
  }

  /// In words and formulas, without links and without what may stand on a page only once.
  func bare(_ prose: Prose) -> String {
    isBare = true
    defer { isBare = false }
    return html { within { write(prose.inlines) } }
  }

  // MARK: Blocks

  override func write(heading index: Int, _ prose: Prose) {
    isInHeading = true
    super.write(heading: index, prose)
    isInHeading = false
  }

  override func writeEnd(of heading: Heading) { out += " " + deepLink(to: heading.id, words.page.linkToSection) }

  override func deepLink(to anchor: String, _ words: String) -> String {
    link(to: Place(anchor), class: "deep", attributes: " aria-label=\"\(escaped(words))\"", "#")
  }

  override func named(_ id: String?) -> String { isBare ? "" : super.named(id) }

  override func set(_ formula: String) -> String { Mark.katex.around(formula) }

  override func highlighted(_ listing: Listing) -> String {
    typeset.listings[listing].map { Mark.highlight.around($0) } ?? escaped(listing.code)
  }

  override func framed(_ drawing: String) -> String { "<div class=\"scroll\">\(drawing)</div>" }

  override func framed(diagram drawing: String) -> String { framed(Mark.graphviz.around(drawing)) }

  override func controls(of block: CodeBlock) -> String {
    page.figures[block.index].map { LiveControls(figure: $0, words: words).html } ?? ""
  }

  override func data(_ table: [[String]]) -> String {
    guard let header = table.first, table.count > 1 else { return "" }
    let head = header.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    let rows = table.dropFirst().map { row in
      "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
    }.joined()
    return "<details class=\"data\"><summary>\(escaped(words.code.data(table.count - 1)))</summary>"
      + "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(rows)</tbody></table></div></details>\n"
  }

  override func printed(_ text: String, by block: CodeBlock) throws -> String {
    let writer = FragmentWriter(try block.fragment(text, in: chapter), words)
    try writer.write(writer.chapter.document)
    addresses += writer.addresses
    return writer.out
  }

  override func write(picture index: Int, _ words: [Inline], isAlone: Bool) {
    if isBare { return out += characters(words.plain(chapter.formulas)) }
    super.write(picture: index, words, isAlone: isAlone)
  }

  override func pictureAddress(_ file: PictureFile) -> String { Pictures.path(of: file) }

  override var pictureAttributes: String { " loading=\"lazy\" decoding=\"async\"" }

  override func darkPicture(_ file: PictureFile?) -> PictureFile? { file }

  // MARK: Links

  /// The style sheet for print numbers these links, and the page lists where they lead.
  override func write(link url: String, title: String, _ inner: [Inline]) {
    if isBare { return write(inner) }
    if url.hasPrefix("http://") || url.hasPrefix("https://") { addresses.append(address(url)) }
    super.write(link: url, title: title, inner)
  }

  override func write(bound index: Int, _ inner: [Inline]) {
    guard !isBare, let evidence = page.evidence[index] else { return within { write(inner) } }
    var anchor: String?
    if case .citation(_, let key, _) = evidence { anchor = nextCitation(of: key) }
    let view = EvidenceView(page: page, words: words, index: index, anchor: anchor, definitions: definitions) {
      [self] block in
      link(
        to: Place(self.anchor(of: block)), class: "place", escaped(words.evidence.computedAfter(placeName(of: block))))
    }
    let (start, end) = view.html(evidence)
    out += start
    within { write(inner) }
    out += end + citationNote(evidence)
  }

  private func placeName(of block: CodeBlock) -> String {
    page.blockLabels[block.index].map(words.label) ?? block.attributes.id.map { "#\($0)" }
      ?? words.evidence.block(block.index + 1)
  }

  // MARK: Notes beside the text

  /// Beside the first citation of a publication.
  private func citationNote(_ evidence: Evidence) -> String {
    guard case .citation(let ordinal, let key, _) = evidence, citations[key]?.count == 1, !isInHeading, !isInTable,
      let reference = page.bibliography.first(where: { $0.id == key })
    else { return "" }
    return Self.aside("[\(ordinal)]", Bibliography.brief(reference, words))
  }

  override func writeReference(to number: Int, _ reference: Int) {
    if isBare { return }
    super.writeReference(to: number, reference)
    guard reference == 1, !isInTable, !isInHeading, let note = marginNote(number) else { return }
    out += Self.aside("\(number)", note)
  }

  /// The text of a note of one paragraph without links; others are read at the end of the page.
  private func marginNote(_ number: Int) -> String? {
    let notes = chapter.document.footnotes
    guard notes.indices.contains(number - 1), notes[number - 1].blocks.count == 1,
      case .paragraph(let prose) = notes[number - 1].blocks[0].content
    else { return nil }
    let hasLink = prose.inlines.all.contains { inline in
      switch inline {
      case .link, .bound, .footnote, .picture: true
      default: false
      }
    }
    return hasLink ? nil : html { within { write(prose.inlines) } }
  }

  /// A copy of what the page also holds at its end: so it is silent to a screen reader and holds nothing to focus.
  private static func aside(_ number: String, _ text: String) -> String {
    "<span class=\"aside\" aria-hidden=\"true\"><span class=\"aside-number\">\(number)</span> \(text)</span>"
  }
}

/// What a program printed as Markdown, on the page.
private final class FragmentWriter: DocumentWriter {
  private(set) var addresses: [String] = []

  override var tableFrame: (start: String, end: String) { ("<div class=\"scroll\">", "</div>") }

  override func write(link url: String, title: String, _ inner: [Inline]) {
    addresses.append(address(url))
    super.write(link: url, title: title, inner)
  }
}

extension CodeBlock {
  /// The document that it printed. Throws a `Diagnostic` for what is not allowed in it.
  package func fragment(_ text: String, in chapter: Chapter) throws(Diagnostic) -> Chapter {
    switch readMarkdownFragment(text) {
    case .success(let fragment): return fragment
    case .failure(let refusal):
      throw Diagnostic(
        .html, chapter.source.path, Position(line: fenceLine, column: 1),
        "\(label) prints what cannot be shown: \(refusal.message)")
    }
  }
}
