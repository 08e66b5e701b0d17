import WeaveModel
import WeaveRun
import WeaveVerify

/// What must hold of a book that was read, whatever stood in its files.
struct ReadingJudge {
  let files: [String: [UInt8]]

  func faults(of book: Book, _ diagnostics: [Diagnostic]) -> [String] {
    var faults: [String] = []
    let widths = files.mapValues {
      $0.split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self).count }
    }
    for diagnostic in diagnostics {
      let lines = widths[String(diagnostic.file.dropFirst("Chapters/".count))] ?? []
      let line = diagnostic.position.line
      if line != 1, !(1...max(1, lines.count)).contains(line) { faults.append("no such line: \(diagnostic.line)") }
      let width = lines.indices.contains(line - 1) ? lines[line - 1] : 0
      if !(1...width + 1).contains(diagnostic.position.column) { faults.append("no such column: \(diagnostic.line)") }
      if diagnostic.message.contains("\n") { faults.append("a diagnostic of two lines: \(diagnostic.line)") }
    }
    for chapter in book.chapters { faults += Self.problems(of: chapter) + Self.mendingProblems(chapter) }
    return faults
  }

  private static func problems(of chapter: Chapter) -> [String] {
    var faults: [String] = []
    let source = chapter.source
    let whole = 0..<source.bytes.count + 1
    func inside(_ range: Range<Int>) -> Bool { range.lowerBound >= 0 && range.upperBound <= source.bytes.count }
    for block in chapter.blocks {
      if !whole.contains(block.end) { faults.append("block \(block.index) ends outside the text") }
      if block.end > 0, block.end < source.bytes.count, source.bytes[block.end - 1] != 10 {
        faults.append("block \(block.index) does not end at a line's end")
      }
      if let pin = block.pin, !inside(pin.range) {
        faults.append("the pin of block \(block.index) lies outside the text")
      }
    }
    for link in chapter.links {
      if !inside(link.textRange) || !inside(link.targetRange) {
        faults.append("link \(link.index) lies outside the text")
      } else if source[link.textRange] != link.text {
        faults.append("link \(link.index) has another text than its range")
      }
    }
    for formula in chapter.formulas where !whole.contains(formula.offset) {
      faults.append("a formula lies outside the text")
    }
    faults += documentProblems(chapter)
    // Whatever was read can be tangled.
    _ = chapter.tangled(.english)
    _ = Program(chapter).text
    for finding in Audit.findings(in: chapter) {
      let line = finding.position.line
      if !(1...source.lineStarts.count).contains(line) { faults.append("no such line: \(finding.line)") }
    }
    return faults
  }

  /// Mending every pin and every link's text changes those and nothing else; mending nothing changes nothing.
  private static func mendingProblems(_ chapter: Chapter) -> [String] {
    let source = chapter.source
    var faults: [String] = []
    if source.mended([]) != source.text { faults.append("mending nothing changes the text") }
    var ranges = chapter.blocks.compactMap(\.pin?.range) + chapter.links.map(\.textRange)
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var apart: [Range<Int>] = []
    for range in ranges where range.lowerBound >= (apart.last?.upperBound ?? 0) { apart.append(range) }
    let mended = Array(source.mended(apart.map { FixIt($0, "新") }.reversed()).utf8)
    var rest = mended[...]
    var offset = 0
    for range in apart {
      let kept = source.bytes[offset..<range.lowerBound]
      guard rest.starts(with: kept), rest.dropFirst(kept.count).starts(with: "新".utf8) else {
        return faults + ["mending changes what stands before offset \(range.lowerBound)"]
      }
      rest = rest.dropFirst(kept.count + 3)
      offset = range.upperBound
    }
    if !rest.elementsEqual(source.bytes[offset...]) {
      faults.append("mending changes what stands after offset \(offset)")
    }
    return faults
  }

  /// The document names what exists, each thing once; each heading and block bears a name of its own.
  private static func documentProblems(_ chapter: Chapter) -> [String] {
    var faults: [String] = []
    var seen: Set<String> = []
    func check(_ what: String, _ index: Int, _ count: Int) {
      if !(0..<count).contains(index) { faults.append("the document has \(what) \(index), which does not exist") }
      if !seen.insert("\(what) \(index)").inserted { faults.append("the document has \(what) \(index) twice") }
    }
    var prose = chapter.captions + [chapter.title] + (chapter.subtitle.map { [$0] } ?? [])
    for block in chapter.document.allBlocks {
      prose += block.prose
      switch block.content {
      case .heading(let index, _): check("heading", index, chapter.headings.count)
      case .table(let table): check("table", table.index, chapter.tables.count)
      case .code(let index): check("block", index, chapter.blocks.count)
      case .listing(let index): check("listing", index, chapter.listings.count)
      case .formula(let index): check("formula", index, chapter.formulas.count)
      case .diagram(let index): check("diagram", index, chapter.diagrams.count)
      case .picture(let index, _): check("picture", index, chapter.pictures.count)
      case .paragraph, .list, .quote, .alert, .rule, .html: break
      }
      if let range = block.source, range.upperBound > chapter.source.bytes.count {
        faults.append("a block lies outside the text")
      }
    }
    for inline in prose.flatMap(\.inlines.all) {
      switch inline {
      case .bound(let index, _): check("link", index, chapter.links.count)
      case .formula(let index): check("formula", index, chapter.formulas.count)
      case .picture(let index, _): check("picture", index, chapter.pictures.count)
      case .text(let text):
        if text.unicodeScalars.contains(where: { ("\u{E000}"..."\u{E001}").contains($0) }) {
          faults.append("a token stays in the text: \(text.prefix(200).debugDescription)")
        }
      default: break
      }
    }
    let names = chapter.headings.map(\.id)
    if Set(names).count < names.count { faults.append("two headings bear one name") }
    for range in prose.flatMap(\.read) where range.upperBound > chapter.source.bytes.count {
      faults.append("text lies outside the text")
    }
    return faults
  }
}
