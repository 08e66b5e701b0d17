import WeaveModel
import WeaveVerify

/// A chapter as an editor has it, and all that is known of it now.
struct EditedChapter: Sendable {
  let chapter: Chapter
  let text: EditedText
  /// Of the numbers: what their expressions gave, where the program as it stands here was run.
  let record: RunRecord
  let isRun: Bool
  let labels: Labels
  let evidence: [Int: Evidence]
  let robustness: Robustness?
  let diagnostics: [Diagnostic]

  /// The bound link at a place of the source.
  func link(at offset: Int) -> BoundLink? {
    chapter.links.first { $0.range.contains(offset) || $0.range.upperBound == offset }
  }

  /// The block in whose code a place lies.
  func block(at offset: Int) -> CodeBlock? { chapter.blocks.first { chapter.codeRange(of: $0).contains(offset) } }

  /// What an expression gave, as a reader would see it.
  func value(of link: BoundLink) -> String? {
    switch evidence[link.index] {
    case .number(_, let value, let tolerance, _): value + (tolerance.map { " (\($0))" } ?? "")
    case .claim: "true"
    default: record.values[link.index].map(\.shown)
    }
  }
}

extension Chapter {
  /// Bytes of a block's code, with what stands before its lines.
  func codeRange(of block: CodeBlock) -> Range<Int> {
    let start = source.lineStart(block.codeLine)
    return start..<max(start, source.lineStart(block.codeLine + block.writtenLines))
  }
}

/// Names in Swift.
enum SwiftName {
  static func isPart(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32)
  }

  /// The name at a place.
  static func at(_ offset: Int, in bytes: [UInt8]) -> Range<Int>? {
    var start = offset, end = offset
    while start > 0, isPart(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, isPart(bytes[end]) { end += 1 }
    guard start < end, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start]) else { return nil }
    return start..<end
  }

  /// Where `name` stands by itself.
  static func places(of name: String, in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    let sought = Array(name.utf8)
    guard !sought.isEmpty, range.count >= sought.count else { return [] }
    return (range.lowerBound...range.upperBound - sought.count).compactMap { index in
      let end = index + sought.count
      guard bytes[index] == sought[0], bytes[index..<end].elementsEqual(sought),
        index == 0 || !isPart(bytes[index - 1]), end == bytes.count || !isPart(bytes[end])
      else { return nil }
      return index..<end
    }
  }

  /// The names in a text, each once, in order; numbers are none.
  static func all(in text: String) -> [String] {
    var seen: Set<String> = []
    return text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init).filter {
      !$0.first!.isNumber && seen.insert($0).inserted
    }
  }

  /// What introduces a name.
  static let introducers: Set<String> = [
    "let", "var", "func", "struct", "enum", "class", "actor", "protocol", "typealias",
  ]

  /// Whether the name at `range` is introduced there: `let name`, `func name`, `let (a, name)`.
  static func isDeclaration(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
    var start = range.lowerBound
    while start > 0, bytes[start - 1] != 10, bytes[start - 1] != UInt8(ascii: "=") { start -= 1 }
    let before = String(decoding: bytes[start..<range.lowerBound], as: UTF8.self)
    let words = before.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    if let last = words.last, introducers.contains(last), !before.contains(":") { return true }
    // Of several names in brackets.
    return before.contains("let (") || before.contains("var (")
  }
}
