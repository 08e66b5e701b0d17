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
    "](#=", "](<#=", ">)", "](#", "](#@", "](#!", "](", "[", "]", "(", ")", "![", "[^", "[^a]: ", "[a]: #=b\n", " \"±", "\"",
    "[1](#=a)", "[1](<#=f(a, b)> \"±2%\")", "[図 1](#fig)", "[1](one.md#x)", "[x](#@known \"p. 1\")", "[x](#! \"y\")",
    "$", "$$", "$`", "`$", "`", "``", "\\", "\\$", "\\]", "**", "*", "_", "~~", "<", ">", "<!--", "-->", "<!-- #tab t -->\n",
    "<details>", "</details>", "<br>", "<div>", "&amp;", "&#0;", "&#xE000;", "| a | b |\n| - | - |\n| 1 | 2 |\n", "|", "\\|",
    "> [!NOTE]\n", "[!", "- [ ] ", "https://example.org/", "www.", "@", ":", "「", "」", "。", "、", "１．５", "×10⁻⁷", "−",
    "\u{E000}", "\u{E001}", "\u{E000}b0\u{E001}", "\u{FEFF}", "\r", "\r\n", "\0", "\u{2028}", "e\u{301}", "👩‍👩‍👧", "\u{202E}", "\u{3000}",
    "#", "=", "%", "'", "{", "}", "!", "*/", "\"\"\"", "#sourceLocation(", "title: [", "- *a", "&a", "!!binary", "{\"id\": ",
  ]
  private static let rawBytes: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xE3, 0x81], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x00], [0x0C], [0x80]]

  /// One damage to `text`; `other` lends a piece of its own now and then.
  mutating func damage(_ text: inout [UInt8], with other: [UInt8]) {
    let place = below(text.count + 1)
    switch below(16) {
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
    default: text.insert(contentsOf: pick(Self.tokens).utf8, at: place)
    }
  }

  private mutating func range(_ text: [UInt8], upTo length: Int) -> Range<Int> {
    let begin = below(text.count + 1)
    return begin..<min(text.count, begin + below(length + 1))
  }

  /// One mark many times over: nesting and size.
  private mutating func nest() -> [UInt8] {
    let count = pick([2, 10, 100, 1000])
    return Array((0..<count).map { _ in "" }.joined(separator: pick(Self.tokens)).utf8)
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
    text = Array(lines.enumerated().map { index, line in (first...last).contains(index) ? Array(prefix.utf8) + line : Array(line) }.joined(separator: [10]))
  }
}
