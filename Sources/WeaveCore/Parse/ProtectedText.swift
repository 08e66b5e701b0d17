/// A chapter's text made safe for cmark: formulas and bound links are lifted out before Markdown sees them.
///
/// Markdown would read `$a*b*c$` as emphasis and unescape `#=a[0]`; cmark also loses the place of what it reads. So
/// one scan over the bytes finds both with their true offsets, and puts a short token in their place. The number of
/// lines stays what it was, which keeps cmark's line numbers true.
struct ProtectedText {
  var text = ""
  var formulas: [Formula] = []
  var links: [BoundLink] = []
  var diagnostics: [Diagnostic] = []
  /// What a reader reads as text: no code, no formula, no address, no text of a bound link. Each within one line.
  var prose: [Range<Int>] = []

  let source: Source
  var out: [UInt8] = []
  /// Offset behind the front matter.
  private let start: Int

  init(_ source: Source, from start: Int = 0) {
    self.source = source
    self.start = start
    out.reserveCapacity(source.bytes.count)
    for byte in source.bytes[..<start] where byte == 10 { out.append(10) }
    isProse = [Bool](repeating: false, count: source.bytes.count)
    scanLines()
    text = String(decoding: out, as: UTF8.self)
    gatherProse()
  }

  var bytes: [UInt8] { source.bytes }
  var isProse: [Bool] = []
  /// By the number of signs: behind this offset of the paragraph no formula closes.
  var unclosedDollars: [Int: Int] = [:]

  mutating func mark(_ range: Range<Int>, _ prose: Bool) {
    for offset in range { isProse[offset] = prose }
  }

  private mutating func gatherProse() {
    var begin: Int?
    for offset in 0...bytes.count {
      let inside = offset < bytes.count && isProse[offset] && bytes[offset] != 10
      if inside, begin == nil { begin = offset }
      if !inside, let from = begin {
        prose.append(from..<offset)
        begin = nil
      }
    }
  }

  // MARK: Lines: fences stay as they are, paragraphs are scanned

  private mutating func scanLines() {
    var line = source.line(at: start)
    var fence: Fence?
    var fenceLine = 0
    var paragraph: Int?
    let count = source.lineStarts.count
    while line <= count {
      let from = max(start, source.lineStarts[line - 1])
      let to = source.lineEnd(line)
      if let open = fence {
        copyLine(line)
        if open.closes(bytes[from..<to]) { fence = nil }
      } else if let opening = Fence(bytes[from..<to]) {
        if let begin = paragraph { scanParagraph(begin..<from) }
        paragraph = nil
        fence = opening
        fenceLine = line
        markCaption(from..<to)
        copyLine(line)
      } else if Self.isBlank(bytes[from..<to]) && !insideDisplay(paragraph, until: from) {
        if let begin = paragraph { scanParagraph(begin..<from) }
        paragraph = nil
        copyLine(line)
      } else if paragraph == nil {
        paragraph = from
      }
      line += 1
    }
    if let begin = paragraph { scanParagraph(begin..<bytes.count) }
    if fence != nil {
      diagnostics.append(
        Diagnostic(
          .block, source.path, Position(line: fenceLine, column: 1),
          "this fence is never closed: add a line with the same marks where the block ends"))
    }
  }

  /// The caption in a fence's info string is read as text.
  private mutating func markCaption(_ line: Range<Int>) {
    guard let begin = find("caption=\"", from: line.lowerBound, line.upperBound).map({ $0 + 9 }) else { return }
    mark(begin..<(bytes[begin..<line.upperBound].firstIndex(of: UInt8(ascii: "\"")) ?? line.upperBound), true)
  }

  private mutating func copyLine(_ line: Int) {
    out += bytes[max(start, source.lineStarts[line - 1])..<source.lineEnd(line)]
    if line < source.lineStarts.count { out.append(10) }
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 || $0 == UInt8(ascii: ">") }
  }

  /// Whether a paragraph that began at `begin` has an open `$$` when it reaches `end`.
  private func insideDisplay(_ begin: Int?, until end: Int) -> Bool {
    guard let begin else { return false }
    var marks = 0
    var index = begin
    while index < end {
      if bytes[index] == UInt8(ascii: "\\") { index += 2; continue }
      if bytes[index] == UInt8(ascii: "`") {
        let run = runLength(at: index, end)
        if let close = closingRun(of: run, from: index + run, end) { index = close + run; continue }
        index += run
        continue
      }
      if bytes[index] == UInt8(ascii: "$"), index + 1 < end, bytes[index + 1] == UInt8(ascii: "$") {
        marks += 1
        index += 2
        continue
      }
      index += 1
    }
    return marks % 2 == 1
  }

  // MARK: Inlines

  private mutating func scanParagraph(_ range: Range<Int>) {
    let end = range.upperBound
    unclosedDollars = [:]
    var index = range.lowerBound
    /// Offsets of `[` that may still begin a link.
    var brackets: [Int] = []
    /// How many of those hold a bound link already: links do not nest.
    var taken = 0
    while index < end {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\\"):
        let next = min(index + 2, end)
        mark(index + 1..<next, true)
        out += bytes[index..<next]
        index = next
      case UInt8(ascii: "`"):
        let run = runLength(at: index, end)
        let stop = closingRun(of: run, from: index + run, end).map { $0 + run } ?? index + run
        out += bytes[index..<stop]
        index = stop
      case UInt8(ascii: "<") where starts("<!--", at: index):
        let stop = find("-->", from: index, end).map { $0 + 3 } ?? end
        // A table's label: its caption is read as text.
        if let hash = bytes[index..<stop].firstIndex(of: UInt8(ascii: "#")),
          let space = bytes[hash..<stop].firstIndex(of: 32)
        {
          mark(space..<stop, true)
        }
        out += bytes[index..<stop]
        index = stop
      case UInt8(ascii: "$"):
        index = scanFormula(at: index, end)
      case UInt8(ascii: "["):
        brackets.append(index)
        out.append(byte)
        index += 1
      case UInt8(ascii: "]"):
        let open = brackets.popLast()
        let isTaken = brackets.count < taken
        taken = min(taken, brackets.count)
        out.append(byte)
        index += 1
        if let open, index < end, bytes[index] == UInt8(ascii: "(") {
          let count = links.count
          index = scanDestination(open: open, paren: index, end, isTaken: isTaken)
          if links.count > count { taken = brackets.count }
        }
      default:
        isProse[index] = true
        out.append(byte)
        index += 1
      }
    }
  }

  func runLength(at index: Int, _ end: Int) -> Int {
    var count = 0
    while index + count < end, bytes[index + count] == bytes[index] { count += 1 }
    return count
  }

  /// Where the next run of exactly `count` backticks begins.
  func closingRun(of count: Int, from begin: Int, _ end: Int) -> Int? {
    var index = begin
    while index < end {
      guard bytes[index] == UInt8(ascii: "`") else { index += 1; continue }
      let run = runLength(at: index, end)
      if run == count { return index }
      index += run
    }
    return nil
  }

  func starts(_ text: StaticString, at index: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index >= 0, index + count <= bytes.count else { return false }
    return (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
  }

  func find(_ text: StaticString, from begin: Int, _ end: Int) -> Int? {
    var index = begin
    while index + text.utf8CodeUnitCount <= end {
      if starts(text, at: index) { return index }
      index += 1
    }
    return nil
  }
}
