/// A chapter's text made safe for cmark: formulas and bound links are lifted out before Markdown sees them.
///
/// Markdown would read `$a*b*c$` as emphasis and unescape `#=a[0]`; cmark also loses the place of what it reads. So
/// one scan over the bytes finds both with their true offsets, and puts a short token in their place. The number of
/// lines stays what it was, which keeps cmark's line numbers true.
struct ProtectedText {
  private(set) var text = ""
  private(set) var formulas: [Formula] = []
  private(set) var links: [BoundLink] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// What a reader reads as text: no code, no formula, no address, no text of a bound link. Each within one line.
  private(set) var prose: [Range<Int>] = []

  private let source: Source
  private var out: [UInt8] = []
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

  private var bytes: [UInt8] { source.bytes }
  private var isProse: [Bool] = []

  private mutating func mark(_ range: Range<Int>, _ prose: Bool) {
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
    var index = range.lowerBound
    /// Offsets of `[` that may still begin a link, and whether a `!` stands before.
    var brackets: [Int] = []
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
        out.append(byte)
        index += 1
        if let open, index < end, bytes[index] == UInt8(ascii: "(") {
          index = scanDestination(open: open, paren: index, end)
        }
      default:
        isProse[index] = true
        out.append(byte)
        index += 1
      }
    }
  }

  private func runLength(at index: Int, _ end: Int) -> Int {
    var count = 0
    while index + count < end, bytes[index + count] == bytes[index] { count += 1 }
    return count
  }

  /// Where the next run of exactly `count` backticks begins.
  private func closingRun(of count: Int, from begin: Int, _ end: Int) -> Int? {
    var index = begin
    while index < end {
      guard bytes[index] == UInt8(ascii: "`") else { index += 1; continue }
      let run = runLength(at: index, end)
      if run == count { return index }
      index += run
    }
    return nil
  }

  private func starts(_ text: StaticString, at index: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index >= 0, index + count <= bytes.count else { return false }
    return (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
  }

  private func find(_ text: StaticString, from begin: Int, _ end: Int) -> Int? {
    var index = begin
    while index + text.utf8CodeUnitCount <= end {
      if starts(text, at: index) { return index }
      index += 1
    }
    return nil
  }

  // MARK: Formulas

  /// At a `$`: puts a token in place of the formula that begins here, or copies the sign.
  private mutating func scanFormula(at index: Int, _ end: Int) -> Int {
    if starts("$$", at: index) {
      guard let close = closingDollars(2, from: index + 2, end) else {
        diagnostics.append(
          Diagnostic(
            .math, source.path, source.position(at: index),
            "this $$ is never closed: add $$ behind the formula, or write \\$ for a plain sign"))
        out += bytes[index..<index + 2]
        return index + 2
      }
      return emitFormula(index + 2..<close, display: true, stop: close + 2)
    }
    if starts("$`", at: index), let close = find("`$", from: index + 2, end) {
      return emitFormula(index + 2..<close, display: false, stop: close + 2)
    }
    let opens = index + 1 < end && ![32, 9, 10, 13].contains(bytes[index + 1])
    if opens, let close = closingDollars(1, from: index + 1, end) {
      return emitFormula(index + 1..<close, display: false, stop: close + 1)
    }
    out.append(bytes[index])
    return index + 1
  }

  private func closingDollars(_ count: Int, from begin: Int, _ end: Int) -> Int? {
    var index = begin
    while index < end {
      if bytes[index] == UInt8(ascii: "\\") { index += 2; continue }
      guard bytes[index] == UInt8(ascii: "$") else { index += 1; continue }
      if count == 2 {
        if starts("$$", at: index), index + 2 <= end { return index }
      } else if ![32, 9, 10, 13].contains(bytes[index - 1]),
        !(index + 1 < end && (48...57).contains(bytes[index + 1])), index > begin
      {
        return index
      }
      index += 1
    }
    return nil
  }

  private mutating func emitFormula(_ tex: Range<Int>, display: Bool, stop: Int) -> Int {
    out += Token.formula(formulas.count).utf8
    // A quote's marks at the beginning of the formula's further lines are not part of it.
    var text: [UInt8] = []
    var atLineStart = false
    for byte in bytes[tex] {
      if atLineStart, byte == UInt8(ascii: ">") { continue }
      if byte != 32 { atLineStart = byte == 10 }
      text.append(byte)
    }
    formulas.append(
      Formula(
        tex: String(decoding: text, as: UTF8.self), display: display, id: nil, offset: tex.lowerBound))
    for offset in tex where bytes[offset] == 10 {
      out.append(10)
      var next = offset + 1
      while next < tex.upperBound, bytes[next] == 32 || bytes[next] == UInt8(ascii: ">") {
        out.append(bytes[next])
        next += 1
      }
    }
    return stop
  }

  // MARK: Links

  /// Behind `](`: lifts the link out where its destination is one of ours, else copies nothing and goes on.
  private mutating func scanDestination(open: Int, paren: Int, _ end: Int) -> Int {
    var index = paren + 1
    let angle = index < end && bytes[index] == UInt8(ascii: "<")
    if angle { index += 1 }
    let isImage = open > 0 && bytes[open - 1] == UInt8(ascii: "!")
    guard let kind = LinkDestination.Kind(bytes[index..<end]), !isImage else {
      // Somebody else's link: copied as it is, its address no text.
      guard let other = try? LinkDestination(bytes, from: index, angle: angle, end) else { return paren }
      out += bytes[paren..<other.end]
      return other.end
    }
    let destination: LinkDestination
    do throws(LinkDestination.Problem) {
      destination = try LinkDestination(bytes, from: index, angle: angle, end)
    } catch let problem {
      diagnostics.append(
        Diagnostic(.link, source.path, source.position(at: problem.offset), problem.message))
      // The rest of the line is not Markdown any more: leave it out, so that it is reported once.
      out += "(#)".utf8
      var rest = paren + 1
      while rest < end, bytes[rest] != 10 { rest += 1 }
      return rest
    }
    let textRange = open + 1..<paren - 1
    mark(textRange, false)
    links.append(
      BoundLink(
        index: links.count, target: kind.target(source[destination.range]), text: source[textRange],
        textRange: textRange,
        targetRange: destination.range.lowerBound + kind.prefix..<destination.range.upperBound,
        title: destination.title))
    out += "(#\(links.count - 1))".utf8
    return destination.end
  }
}

/// A code fence's opening line, wherever it stands: in a list, in a quote.
struct Fence {
  private let mark: UInt8
  private let count: Int

  init?(_ line: ArraySlice<UInt8>) {
    var rest = line.drop { $0 == 32 || $0 == UInt8(ascii: ">") }
    // A fence may begin right behind a list's mark.
    let afterNumber = rest.drop { (48...57).contains($0) }
    if let first = rest.first, "-*+".utf8.contains(first), rest.dropFirst().first == 32 {
      rest = rest.dropFirst().drop { $0 == 32 }
    } else if afterNumber.count < rest.count, let first = afterNumber.first, ".)".utf8.contains(first) {
      rest = afterNumber.dropFirst().drop { $0 == 32 }
    }
    guard let first = rest.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return nil }
    mark = first
    count = rest.prefix { $0 == first }.count
    guard count >= 3 else { return nil }
    if first == UInt8(ascii: "`"), rest.dropFirst(count).contains(first) { return nil }
  }

  func closes(_ line: ArraySlice<UInt8>) -> Bool {
    let rest = line.drop { $0 == 32 || $0 == UInt8(ascii: ">") }
    let run = rest.prefix { $0 == mark }.count
    return run >= count && rest.dropFirst(run).allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 }
  }
}

/// Stand-ins that pass through cmark as letters and come out in its HTML.
enum Token {
  static let open: Character = "\u{E000}"
  static let close: Character = "\u{E001}"
  static func make(_ name: String) -> String { "\(open)\(name)\(close)" }
  static func formula(_ index: Int) -> String { make("m\(index)") }

  /// `text` cut at its tokens: each token's name with what follows it. By scalars: a combining mark behind a token
  /// makes one character with its end.
  static func pieces(of text: String) -> [(name: Substring?, rest: Substring)] {
    text.unicodeScalars.split(separator: "\u{E000}", omittingEmptySubsequences: false).enumerated().map { index, piece in
      guard index > 0, let close = piece.firstIndex(of: "\u{E001}") else { return (nil, Substring(piece)) }
      return (Substring(piece[..<close]), Substring(piece[piece.index(after: close)...]))
    }
  }
}
