import WeaveModel

/// A chapter's text made safe for cmark: formulas and bound links are lifted out before Markdown reads inlines.
///
/// Markdown would read `$a*b*c$` as emphasis and unescape `#=a[0]`; cmark also loses the place of what it reads. So
/// cmark says first where the leaves are; each of them is scanned by itself, and a short token put in place of what is
/// found. A token is a letter to Markdown, and the number of lines stays what it was: read a second time, the text has
/// the same blocks at the same lines.
struct ProtectedText {
  private(set) var text = ""
  var formulas: [Formula] = []
  var links: [BoundLink] = []
  var diagnostics: [Diagnostic] = []
  /// By leaf: bytes that the page shows as text, each range within one line.
  private(set) var read: [Leaf.Key: [Range<Int>]] = [:]
  /// The captions that stand after the text, a paragraph each, by the number in their token.
  private(set) var captions: [Leaf.Key] = []

  let source: Source
  /// What is being scanned.
  var leaf = Leaf(Leaf.Key(line: 0))
  var bytes: [UInt8] { leaf.bytes }
  /// In the leaf: what goes, and what comes in its place.
  private var replacements: [(range: Range<Int>, text: String)] = []
  private var isRead: [Bool] = []
  /// A formula that is never closed is told once in a leaf.
  var isToldOpen = false
  /// By the number of signs: after this offset of the leaf no formula closes.
  var unclosedDollars: [Int: Int] = [:]
  /// The same for runs of backquotes.
  private var unclosedRuns: [Int: Int] = [:]
  /// By what was looked for: after this offset it does not stand.
  private var missing: [Int: Int] = [:]

  /// - Parameter start: after the front matter.
  init(_ source: Source, from start: Int, _ leaves: [Leaf]) {
    self.source = source
    var out = [UInt8](repeating: 10, count: source.bytes[..<start].count { $0 == 10 })
    out.reserveCapacity(source.bytes.count)
    var offset = start, after: [UInt8] = []
    for leaf in leaves {
      scan(leaf)
      if leaf.key.isCaption {
        after += "\n\n\(Token.make("c\(captions.count)"))".utf8 + protectedCaption()
        captions.append(leaf.key)
        continue
      }
      for (range, text) in replacements {
        let place = leaf.source(range)
        guard place.lowerBound >= offset else { continue }
        out += source.bytes[offset..<place.lowerBound]
        out += text.utf8
        offset = place.upperBound
      }
    }
    text = String(decoding: out + source.bytes[max(offset, start)...] + after, as: UTF8.self)
  }

  private func protectedCaption() -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    for (range, text) in replacements {
      out += bytes[index..<range.lowerBound] + text.utf8
      index = range.upperBound
    }
    out += bytes[index...]
    return out.map { $0 == 10 ? 32 : $0 }
  }

  // MARK: A leaf

  private mutating func scan(_ leaf: Leaf) {
    self.leaf = leaf
    (replacements, unclosedDollars, unclosedRuns, missing) = ([], [:], [:], [:])
    isToldOpen = false
    isRead = [Bool](repeating: false, count: leaf.bytes.count)
    scanInlines()
    keepFencesApart()
    var ranges: [Range<Int>] = []
    for index in leaf.bytes.indices where isRead[index] && leaf.bytes[index] != 10 {
      let offset = leaf.offsets[index]
      if ranges.last?.upperBound == offset {
        ranges[ranges.count - 1] = ranges.last!.lowerBound..<offset + 1
      } else {
        ranges.append(offset..<offset + 1)
      }
    }
    read[leaf.key] = ranges
  }

  /// A line that begins as a fence does, and is none because a backquote comes later, must not become one by losing it.
  private mutating func keepFencesApart() {
    guard !leaf.key.isCaption, !replacements.isEmpty else { return }
    let quote = UInt8(ascii: "`")
    for line in bytes.indices.split(whereSeparator: { bytes[$0] == 10 }) {
      let begin = line.drop { bytes[$0] == 32 || bytes[$0] == 9 }
      guard starts("```", at: begin.startIndex) else { continue }
      let rest = begin.drop { bytes[$0] == quote }
      let held = replacements.filter { rest.contains($0.range.lowerBound) }
      let isText = rest.contains { index in bytes[index] == quote && !held.contains { $0.range.contains(index) } }
      if isText || held.isEmpty { continue }
      diagnostics.append(
        Diagnostic(
          .block, source.path, source.position(at: leaf.offsets[begin.startIndex]),
          "this line begins no block, for Markdown wants no backquote after the fence: "
            + "write a formula as $…$ here, or begin and end the block with ~~~"))
      replacements.removeAll { rest.contains($0.range.lowerBound) }
    }
  }

  mutating func mark(_ range: Range<Int>, _ read: Bool) {
    for index in range { isRead[index] = read }
  }

  mutating func replace(_ range: Range<Int>, with token: String) {
    var text = token
    // A line that is gone keeps its number, and what stands before it in lists and quotes.
    for index in range where bytes[index] == 10 {
      text += source[leaf.offsets[index]..<leaf.offsets[index + 1]] + Token.filler
    }
    replacements.append((range, text))
  }

  private mutating func scanInlines() {
    let end = bytes.count
    var index = 0
    /// Offsets of `[` that may still begin a link.
    var brackets: [Int] = []
    /// How many of those hold a bound link already: links do not nest.
    var taken = 0
    while index < end {
      switch bytes[index] {
      case UInt8(ascii: "\\"):
        reportBackslashFormula(at: index)
        let next = min(index + 2, end)
        mark(index..<next, true)
        index = next
      case UInt8(ascii: "`"):
        let run = runLength(at: index, end)
        let close = closingRun(of: run, from: index + run, end)
        mark(index + run..<(close ?? index + run), true)
        if close == nil { mark(index..<index + run, true) }
        index = close.map { $0 + run } ?? index + run
      case UInt8(ascii: "<"):
        index = scanAngle(at: index, end)
      case UInt8(ascii: "$"):
        let (start, count) = (index, replacements.count)
        index = scanFormula(at: index, end)
        // No formula: it is shown as it is.
        if replacements.count == count { mark(start..<min(index, end), true) }
      case UInt8(ascii: "[") where starts("[^", at: index):
        // A footnote's name is not shown.
        brackets.append(index)
        index = bytes[(index + 2)..<end].firstIndex { !Self.inNames.contains($0) } ?? end
      case UInt8(ascii: "["):
        isRead[index] = true
        brackets.append(index)
        index += 1
      case UInt8(ascii: "]"):
        isRead[index] = true
        let open = brackets.popLast()
        let isTaken = brackets.count < taken
        taken = min(taken, brackets.count)
        index += 1
        if let open, index < end, bytes[index] == UInt8(ascii: "(") {
          let count = links.count
          index = scanDestination(open: open, paren: index, end, isTaken: isTaken)
          if links.count > count { taken = brackets.count }
        }
      case UInt8(ascii: "h") where starts("http://", at: index) || starts("https://", at: index),
        UInt8(ascii: "w") where starts("www.", at: index):
        index = scanAddress(at: index, end)
      default:
        isRead[index] = true
        index += 1
      }
    }
  }

  /// At a `<`: over a comment, a tag or an address in angle brackets.
  private mutating func scanAngle(at index: Int, _ end: Int) -> Int {
    if starts("<!--", at: index), let close = find("-->", from: index + 4) { return close + 3 }
    if let close = tagEnd(at: index, end) { return close }
    isRead[index] = true
    guard index + 1 < end,
      let close = bytes[index + 1..<end].firstIndex(where: {
        [UInt8(ascii: ">"), UInt8(ascii: "<"), 32, 10].contains($0)
      }),
      bytes[close] == UInt8(ascii: ">"), bytes[index + 1..<close].contains(UInt8(ascii: ":"))
    else { return index + 1 }
    mark(index..<close + 1, true)
    return close + 1
  }

  /// The end of `<sub>` or `</sub>`.
  private func tagEnd(at index: Int, _ end: Int) -> Int? {
    let name = index + (index + 1 < end && bytes[index + 1] == UInt8(ascii: "/") ? 2 : 1)
    guard name < end, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[name] | 32),
      let close = bytes[name..<min(end, name + 64)].firstIndex(where: { !Self.inTags.contains($0) }),
      bytes[close] == UInt8(ascii: ">")
    else { return nil }
    return close + 1
  }

  private static let inNames = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
  private static let inTags = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/ ".utf8)

  /// An address that stands in the text by itself ends where characters begin that no address has: Japanese goes on
  /// after it without a space.
  private mutating func scanAddress(at index: Int, _ end: Int) -> Int {
    let stop =
      bytes[index..<end].firstIndex { $0 <= 32 || $0 > 0x7E || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "]") }
      ?? end
    mark(index..<stop, true)
    let isAlone =
      index == 0 || !(bytes[index - 1] | 32 >= UInt8(ascii: "a") && bytes[index - 1] | 32 <= UInt8(ascii: "z"))
    // cmark ends an address at a `<`, and a comment is nothing on the page.
    if isAlone, stop < end, bytes[stop] > 0x7E { replacements.append((stop..<stop, "<!--.-->")) }
    return stop
  }

  /// TeX's own brackets are letters with a backslash to Markdown.
  private mutating func reportBackslashFormula(at index: Int) {
    for (open, close, formula) in [("\\(" as StaticString, "\\)" as StaticString, "$…$"), ("\\[", "\\]", "$$…$$")] {
      guard starts(open, at: index), index == 0 || bytes[index - 1] != UInt8(ascii: "]"),
        let stop = find(close, from: index + 2)
      else { continue }
      let inside = bytes[index + 2..<stop]
      let isTeX = inside.contains {
        [UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "=")].contains($0)
      }
      if inside.isEmpty || formula == "$$…$$" && !isTeX { continue }
      diagnostics.append(
        Diagnostic(
          .math, source.path, source.position(at: leaf.offsets[index]),
          "\(open) … \(close) is not a formula in Markdown, whose backslash only leaves the bracket: write \(formula)"))
    }
  }

  // MARK: Bytes

  func runLength(at index: Int, _ end: Int) -> Int {
    var count = 0
    while index + count < end, bytes[index + count] == bytes[index] { count += 1 }
    return count
  }

  /// Where the next run of exactly `count` backticks begins.
  mutating func closingRun(of count: Int, from begin: Int, _ end: Int) -> Int? {
    if let known = unclosedRuns[count], begin >= known { return nil }
    var index = begin
    while index < end {
      guard bytes[index] == UInt8(ascii: "`") else { index += 1; continue }
      let run = runLength(at: index, end)
      if run == count { return index }
      index += run
    }
    unclosedRuns[count] = begin
    return nil
  }

  func starts(_ text: StaticString, at index: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index >= 0, index + count <= bytes.count else { return false }
    return (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
  }

  /// Where `text` stands next in the leaf.
  mutating func find(_ text: StaticString, from begin: Int) -> Int? {
    let key = text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | Int($1) } }
    if let known = missing[key], begin >= known { return nil }
    var index = begin
    while index + text.utf8CodeUnitCount <= bytes.count {
      if starts(text, at: index) { return index }
      index += 1
    }
    missing[key] = begin
    return nil
  }
}
