import Foundation
import WeaveModel

/// The part of a link between its parentheses, read byte by byte: EXPR is the raw text, not what cmark unescapes.
struct LinkDestination {
  let range: Range<Int>
  let title: String?
  /// Between its quotes.
  let titleRange: Range<Int>?
  /// Offset after the closing parenthesis.
  let end: Int

  struct Problem: Error {
    let offset: Int
    let message: String
  }

  /// Reads from the first byte of the destination, which stands after `<` where `angle` says so.
  init(_ bytes: [UInt8], from begin: Int, angle: Bool, _ end: Int) throws(Problem) {
    var index = begin
    if angle {
      while index < end, bytes[index] != 10, !Self.isClosingAngle(bytes, index, end) { index += 1 }
      guard index < end, bytes[index] != 10 else {
        throw Problem(offset: begin, message: "this link's <…> is not closed on its line: write ](<#=EXPR>)")
      }
    } else {
      var depth = 0
      scan: while index < end {
        switch bytes[index] {
        case UInt8(ascii: "("): depth += 1
        case UInt8(ascii: ")"):
          if depth == 0 { break scan }
          depth -= 1
        case 32, 9, 10, 13: break scan
        default: break
        }
        index += 1
      }
      guard depth == 0 else {
        throw Problem(
          offset: begin,
          message: "this link's parentheses do not close; an expression with spaces stands in <…>: ](<#=f(a, b)>)")
      }
    }
    range = begin..<index
    if angle { index += 1 }

    func skipSpaces() {
      while index < end, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
    }
    skipSpaces()
    if index < end, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") {
      let quote = bytes[index]
      var close = index + 1
      while close < end, bytes[close] != quote, bytes[close] != 10 {
        close += bytes[close] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard close < end, bytes[close] == quote else {
        throw Problem(
          offset: index, message: "this link's title is not closed: end it with \(Character(UnicodeScalar(quote)))")
      }
      titleRange = index + 1..<close
      title = String(decoding: bytes[index + 1..<close], as: UTF8.self)
      index = close + 1
      skipSpaces()
    } else {
      (title, titleRange) = (nil, nil)
    }
    guard index < end, bytes[index] == UInt8(ascii: ")") else {
      throw Problem(
        offset: begin,
        message: "this link does not end where it should; an expression with spaces stands in <…>: ](<#=f(a, b)>)")
    }
    self.end = index + 1
  }

  /// An expression may hold `>`: the closing one is followed by the parenthesis or by a title.
  private static func isClosingAngle(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Bool {
    guard bytes[index] == UInt8(ascii: ">") else { return false }
    var next = index + 1
    while next < end, bytes[next] == 32 { next += 1 }
    guard next < end else { return false }
    return bytes[next] == UInt8(ascii: ")") || (next > index + 1 && "\"'".utf8.contains(bytes[next]))
  }

  /// What a destination means, told by how it begins.
  enum Kind {
    case expression, citation, remark(RemarkKind), anchor, page

    init?(_ bytes: ArraySlice<UInt8>) {
      if bytes.starts(with: "#=".utf8) {
        self = .expression
      } else if bytes.starts(with: "#@".utf8) {
        self = .citation
      } else if let kind = RemarkKind.allCases.first(where: { bytes.starts(with: $0.destination.utf8) }) {
        self = .remark(kind)
      } else if bytes.first == UInt8(ascii: "#") {
        self = .anchor
      } else {
        // The destination's own end is not known yet.
        let page = bytes.prefix { !"#)>\"' \t\n".utf8.contains($0) }
        guard page.suffix(3).elementsEqual(".md".utf8) else { return nil }
        let name = Self.chapter(String(decoding: page, as: UTF8.self))
        guard InfoString.isIdentifier(name) else { return nil }
        self = .page
      }
    }

    /// Bytes of the destination that are not EXPR, KEY or id.
    var prefix: Int {
      switch self {
      case .expression, .citation: 2
      case .remark(let kind): kind.destination.utf8.count
      case .anchor: 1
      case .page: 0
      }
    }

    func target(_ raw: String) -> BoundLink.Target {
      switch self {
      case .expression: .expression(String(raw.dropFirst(2)), after: 0)
      case .citation: .citation(String(raw.dropFirst(2)))
      case .remark(let kind): .remark(kind)
      case .anchor: .reference(chapter: nil, id: String(raw.dropFirst()))
      case .page:
        if let hash = raw.firstIndex(of: "#") {
          .reference(chapter: Self.chapter(raw[..<hash]), id: String(raw[raw.index(after: hash)...]))
        } else {
          .reference(chapter: Self.chapter(raw), id: "")
        }
      }
    }

    /// The name in `第一章.md`, or in `%E7%AC%AC%E4%B8%80%E7%AB%A0.md` as some editors write it.
    private static func chapter(_ page: some StringProtocol) -> String {
      let name = String(page.dropLast(3))
      return (name.removingPercentEncoding ?? name).precomposedStringWithCanonicalMapping
    }
  }
}
