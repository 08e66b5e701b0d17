/// Damages texts the way editors, merges and hurried authors do, and the way no author would.
struct Mutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
  mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }

  /// What means something to the reader of chapters, whole and torn.
  private static let tokens: [String] = [
    "```", "````", "~~~", "```swift run\n", "```swift run #a caption=\"", "```output\n", "```math #eq-x\n", "```dot\n",
    "\n```\n", "    ", "\t", "> ", ">", "- ", "1. ", "  ", "# ", "###### ", "---\n", "---", "title: ", "\n\n", "\n",
    "](#=", "](<#=", ">)", "](#", "](#@", "](#!", "](", "[", "]", "(", ")", "![", "[^", "[^a]: ", "[a]: #=b\n", " \"±",
    "\"",
    "[1](#=a)", "[1](<#=f(a, b)> \"±2%\")", "[図 1](#fig)", "[1](one.md#x)", "[x](#@known \"p. 1\")", "[x](#! \"y\")",
    "$", "$$", "$`", "`$", "`", "``", "\\", "\\$", "\\]", "**", "*", "_", "~~", "<", ">", "<!--", "-->",
    "<!-- #tab t -->\n",
    "<details>", "</details>", "<br>", "<div>", "&amp;", "&#0;", "&#xE000;", "| a | b |\n| - | - |\n| 1 | 2 |\n", "|",
    "\\|",
    "> [!NOTE]\n", "[!", "- [ ] ", "https://example.org/", "www.", "@", ":", "「", "」", "。", "、", "１．５", "×10⁻⁷", "−",
    "\u{E000}", "\u{E001}", "\u{E000}b0\u{E001}", "\u{FEFF}", "\r", "\r\n", "\0", "\u{2028}", "e\u{301}", "👩‍👩‍👧",
    "\u{202E}", "\u{3000}",
    "data: [", "data: [a.csv, ../b]\n", "short: ", "title: |\n  a\n", "&x *x ", "? ", "%YAML 9.9\n", "--- !x\n",
    "...\n", "\u{85}",
    "```swift compile\n", "```swift fail\n", "```swift trap timeout=1ms\n", "```swift show fold hide\n",
    "```swift run as=markdown tol=5%\n",
    "``` output", "```output #x\n", "~~~output\n", "````swift run\n", "``` swift", "- ```swift run\n", "> ```output\n",
    "1. ~~~\n", "`````",
    "[1](#=a\\|b)", "[1](<#=a>b>)", "[1](<#=\"\\\"\">)", "[[1](#=a)](#=b)", "![1](#=a)", "[1](#=a 'x)", "[１](#=a)",
    "[](#=)", "[x](#)", "[x](.md)",
    "[x](two.md#)", "[図](#%E5%9B%B3)", "[x](#%ZZ)", "[1\n2](#=a)", "[a]: <#=b> 'c'\n", "[a][]", "[a]\n", "[^a]",
    "[^1]: \n    ```\n",
    "1e99999999999999999999", "3×10⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹", "3.14 × 10²³", "1,234,567.8", "．５", "5.．5", "1 x", "99%％",
    "−−5", "0.5 GB", "第3.14回", "2017年",
    "\u{10FFFF}", "\u{FFFE}", "\u{200D}", "\u{2066}", "ﷺ", "\u{1F1E6}\u{1F1E6}", "\u{AC00}\u{11A8}",
    "#", "=", "%", "'", "{", "}", "!", "*/", "\"\"\"", "#sourceLocation(", "title: [", "- *a", "&a", "!!binary",
    "{\"id\": ",
  ]
  private static let rawBytes: [[UInt8]] = [
    [0xFF], [0xC0, 0x80], [0xE3, 0x81], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x00], [0x0C], [0x80],
    [0xFE, 0xFF], [0xEF, 0xBB, 0xBF], [0x1B, 0x5B, 0x32, 0x4A], [0x8A, 0x8B, 0x81],
  ]

  /// One damage to `text`; `other` lends a piece of its own now and then.
  mutating func damage(_ text: inout [UInt8], with other: [UInt8]) {
    let place = below(text.count + 1)
    switch below(20) {
    case 0: text.removeSubrange(range(text, upTo: 40))
    case 1: text.removeSubrange(range(text, upTo: text.count))
    case 2: text = Array(text[..<place])
    case 3: text.insert(contentsOf: text[range(text, upTo: 200)], at: place)
    case 4: text.insert(contentsOf: other[range(other, upTo: 400)], at: place)
    case 5: if !text.isEmpty { text[below(text.count)] = UInt8(truncatingIfNeeded: next()) }
    case 6: text.insert(contentsOf: Self.rawBytes[below(Self.rawBytes.count)], at: place)
    case 7: swapLines(&text)
    case 8: prefixLines(&text)
    case 9: text.insert(contentsOf: nest(), at: place)
    case 10: text = text.filter { $0 != 10 || below(20) != 0 }
    case 11: wrapLines(&text)
    case 12: closeNothing(&text)
    case 13: text = Self.reencoded(text, pick([2, 3]))
    default: text.insert(contentsOf: pick(Self.tokens).utf8, at: place)
    }
  }

  private mutating func range(_ text: [UInt8], upTo length: Int) -> Range<Int> {
    let begin = below(text.count + 1)
    return begin..<min(text.count, begin + below(length + 1))
  }

  /// One mark many times over: nesting and size.
  private mutating func nest() -> [UInt8] {
    let count = pick([2, 10, 100, 1000, 8000])
    return Array((0..<count).map { _ in "" }.joined(separator: pick(Self.tokens)).utf8)
  }

  /// A piece of the text within marks that open and close, one in the other.
  private mutating func wrapLines(_ text: inout [UInt8]) {
    let range = range(text, upTo: 300)
    let (open, close) = pick([
      ("**", "**"), ("[", "](#=1)"), ("<details>", "</details>"), ("$", "$"), ("$$", "$$"), ("`", "`"),
      ("\n```\n", "\n```\n"), ("\n> ", "\n\n"), ("| ", " |"), ("~~", "~~"), ("<!--", "-->"),
    ])
    let depth = pick([1, 2, 20])
    text.insert(contentsOf: (0..<depth).map { _ in close }.joined().utf8, at: range.upperBound)
    text.insert(contentsOf: (0..<depth).map { _ in open }.joined().utf8, at: range.lowerBound)
  }

  /// All closing marks of one kind go.
  private mutating func closeNothing(_ text: inout [UInt8]) {
    let mark = Array(pick(["\n```\n", "\n---\n", ")", "]", "`", "$", "\"", ">"]).utf8)
    var kept: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index...].starts(with: mark) {
        index += mark.count
      } else {
        kept.append(text[index])
        index += 1
      }
    }
    text = kept
  }

  /// As an editor with another encoding would save it: UTF-16, or each character cut to a byte.
  private static func reencoded(_ text: [UInt8], _ width: Int) -> [UInt8] {
    let text = String(decoding: text, as: UTF8.self)
    return width == 2
      ? text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      : text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  private mutating func swapLines(_ text: inout [UInt8]) {
    var lines = text.split(separator: 10, omittingEmptySubsequences: false)
    lines.swapAt(below(lines.count), below(lines.count))
    text = Array(lines.joined(separator: [10]))
  }

  private mutating func prefixLines(_ text: inout [UInt8]) {
    let lines = text.split(separator: 10, omittingEmptySubsequences: false)
    let first = below(lines.count)
    let last = first + below(lines.count - first)
    let prefix = pick(["> ", "  ", "    ", "\t", "- ", ">", "| "])
    text = Array(
      lines.enumerated().map { index, line in (first...last).contains(index) ? Array(prefix.utf8) + line : Array(line) }
        .joined(separator: [10]))
  }
}
