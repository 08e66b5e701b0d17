import WeaveModel
import WeaveParse
import WeaveSupport

/// Writes a chapter's document as HTML: the elements that are the same wherever it is read. What an output format says
/// otherwise it overrides.
class DocumentWriter {
  let chapter: Chapter
  let words: Words
  /// What is written so far.
  var out = ""
  /// What a reader reads at the end of a line or a column does not stand where a note could be put beside it.
  var isInTable = false
  /// How many links, headings and the like stand around what is being written.
  var depth = 0

  init(_ chapter: Chapter, _ words: Words) { (self.chapter, self.words) = (chapter, words) }

  /// `/` where an element without contents has to end itself.
  var voidEnd: String { " /" }
  /// The same for an element that the author wrote as a tag.
  var rawVoidEnd: String { "" }

  /// What `write` adds, and nothing else.
  final func html(_ write: () throws -> Void) rethrows -> String {
    let before = out
    out = ""
    defer { out = before }
    try write()
    return out
  }

  /// Around what holds no link of its own.
  final func within(_ write: () throws -> Void) rethrows {
    depth += 1
    defer { depth -= 1 }
    try write()
  }

  final func startLine() {
    if let last = out.utf8.last, last != 10 { out += "\n" }
  }

  // MARK: Blocks

  final func write(_ document: Document) throws {
    try write(document.blocks)
    try writeNotes(document.footnotes)
  }

  final func write(_ blocks: [Block], tight: Bool = false) throws {
    for block in blocks { try write(block, tight: tight) }
  }

  private func write(_ block: Block, tight: Bool) throws {
    switch block.content {
    case .paragraph(let prose):
      if tight {
        write(prose.inlines)
      } else {
        element("p") { write(prose.inlines) }
      }
    case .heading(let index, let prose): write(heading: index, prose)
    case .list(let list): try write(list)
    case .quote(let blocks): try enclose("<blockquote>", "</blockquote>") { try write(blocks) }
    case .alert(let alert, let blocks): try write(alert, blocks)
    case .table(let table): write(table)
    case .rule:
      startLine()
      out += "<hr\(voidEnd)>\n"
    case .html(let raw):
      startLine()
      for part in raw.parts { write(part) }
      startLine()
    case .code(let index): try line { try writeCode(index) }
    case .listing(let index): try line { try writeListing(index) }
    case .formula(let index): line { writeFormula(index, before: nil) }
    case .diagram(let index): try line { try writeDiagram(index) }
    case .picture(let index, let words): line { write(picture: index, words.inlines, isAlone: true) }
    }
  }

  /// An element that is a block, on a line of its own.
  final func element(_ name: String, _ write: () -> Void) {
    startLine()
    out += "<\(name)>"
    write()
    out += "</\(name)>\n"
  }

  /// Two lines around others.
  private func enclose(_ start: String, _ end: String, _ write: () throws -> Void) rethrows {
    startLine()
    out += start + "\n"
    try write()
    startLine()
    out += end + "\n"
  }

  private func line(_ write: () throws -> Void) rethrows {
    startLine()
    try write()
    out += "\n"
  }

  private func write(_ list: List) throws {
    let name = list.start == nil ? "ul" : "ol"
    let start = list.start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
    startLine()
    out += "<\(name)\(start)>\n"
    for item in list.items {
      startLine()
      out += "<li>"
      if let isDone = item.isDone { writeTask(isDone) }
      try write(item.blocks, tight: list.isTight)
      out += "</li>\n"
    }
    out += "</\(name)>\n"
  }

  func writeTask(_ isDone: Bool) {
    out += "<input type=\"checkbox\" \(isDone ? "checked=\"\" " : "")disabled=\"\"\(voidEnd)> "
  }

  private func write(_ alert: Alert, _ blocks: [Block]) throws {
    try enclose(
      "<div class=\"alert \(alert.rawValue)\" role=\"note\">\n<p class=\"alert-title\">\(words.title(of: alert))</p>",
      "</div>"
    ) {
      try write(blocks)
    }
  }

  func write(heading index: Int, _ prose: Prose) {
    let heading = chapter.headings[index]
    startLine()
    out += "<h\(heading.level) id=\"\(escaped(heading.id))\">"
    within { write(prose.inlines) }
    writeEnd(of: heading)
    out += "</h\(heading.level)>\n"
  }

  /// What stands after a heading's words.
  func writeEnd(of heading: Heading) {}

  /// A block of Swift with what it printed.
  func writeCode(_ index: Int) throws { writePlain(chapter.blocks[index].displayedCode, in: "swift") }

  func writeListing(_ index: Int) throws {
    writePlain(chapter.listings[index].code, in: chapter.listings[index].language)
  }

  private func writePlain(_ code: String, in language: String) {
    let name = language.isEmpty ? "" : " class=\"language-\(escaped(language))\""
    out += "<pre><code\(name)>\(characters(code))</code></pre>"
  }

  func writeDiagram(_ index: Int) throws { writePlain(chapter.diagrams[index].dot, in: "dot") }

  /// - Parameter isAlone: whether it is a block by itself.
  func write(picture index: Int, _ words: [Inline], isAlone: Bool) { within { write(words) } }

  /// - Parameter next: what stands after it in the same run of text.
  func writeFormula(_ index: Int, before next: Inline?) {
    out += "<code>\(characters(chapter.formulas[index].tex))</code>"
  }

  // MARK: Tables

  func write(_ table: Table) { writeRows(of: table) }

  /// What stands around a table so that it scrolls and the page does not.
  var tableFrame: (start: String, end: String) { ("", "") }

  func alignmentAttribute(_ alignment: Table.Alignment) -> String { " align=\"\(alignment.rawValue)\"" }

  func rowStart(_ cells: [Prose]) -> String { "<tr>" }

  // MARK: Footnotes

  /// Told of each id of a footnote.
  func noteAnchor(_ id: String) {}

  var notesAttributes: String { " data-footnotes" }
  var wayBackAttributes: String { " data-footnote-backref aria-label=\"\(escaped(words.page.wayBack))\"" }
  var referenceAttributes: String { " data-footnote-ref" }

  func writeReference(to number: Int, _ reference: Int) {
    guard chapter.document.footnotes.indices.contains(number - 1) else { return }
    let name = address(chapter.document.footnotes[number - 1].name)
    out +=
      "<sup class=\"footnote-ref\"><a href=\"#\(Anchor.footnote(name))\" "
      + "id=\"\(Anchor.footnoteReference(name, reference))\"\(referenceAttributes)>\(number)</a></sup>"
  }

  // MARK: Inlines

  /// Characters of the next text that are written already.
  final var written = 0

  final func write(_ inlines: [Inline]) {
    for (index, inline) in inlines.enumerated() {
      write(inline, before: index + 1 < inlines.count ? inlines[index + 1] : nil)
    }
  }

  private func write(_ inline: Inline, before next: Inline?) {
    switch inline {
    case .text(let text):
      write(text: String(text.dropFirst(written)))
      written = 0
    case .softBreak: out += "\n"
    case .lineBreak: out += "<br\(voidEnd)>\n"
    case .code(let code): out += "<code>\(characters(code))</code>"
    case .emphasis(let inner): mark("em", inner)
    case .strong(let inner): mark("strong", inner)
    case .strikethrough(let inner): mark("del", inner)
    case .link(let url, let title, let inner): write(link: url, title: title, inner)
    case .bound(let index, let inner): write(bound: index, inner)
    case .formula(let index): writeFormula(index, before: next)
    case .picture(let index, let words): write(picture: index, words, isAlone: false)
    case .footnote(let number, let reference): writeReference(to: number, reference)
    case .html(let part): write(part)
    }
  }

  private func mark(_ name: String, _ inner: [Inline]) {
    out += "<\(name)>"
    write(inner)
    out += "</\(name)>"
  }

  func write(text: String) { out += characters(text) }

  func write(link url: String, title: String, _ inner: [Inline]) {
    let href = address(url).replacing("&", with: "&amp;").replacing("'", with: "&#x27;")
    let offers = url.hasPrefix(Download.folder) ? " download" : ""
    out += "<a href=\"\(href)\"\(offers)\(title.isEmpty ? "" : " title=\"\(characters(title))\"")>"
    within { write(inner) }
    out += "</a>"
  }

  func write(bound index: Int, _ inner: [Inline]) { within { write(inner) } }

  /// Tags in which no link belongs.
  private static let closed: Set = ["summary", "ruby", "kbd", "sup"]

  func write(_ part: HTMLPart) {
    switch part {
    case .characters(let text): out += text
    case .tag(let tag):
      if Self.closed.contains(tag.name) { depth = max(0, depth + (tag.closes ? -1 : 1)) }
      let end = tag.name == "br" ? rawVoidEnd : ""
      out += tag.closes ? "</\(tag.name)>" : "<\(tag.name)\(tag.isOpen ? openAttribute : "")\(end)>"
    }
  }

  var openAttribute: String { " open" }
}
