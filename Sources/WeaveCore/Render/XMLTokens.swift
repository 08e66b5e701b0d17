/// SVG, or HTML as cmark writes it, as a sequence of tags and texts; prolog, doctype and comments are passed over.
struct XMLTokens: Sequence, IteratorProtocol {
  enum Token {
    case start(Tag)
    case end(String)
    /// As it stands, entities included.
    case text(String)
    /// What makes the text no XML; the last token.
    case fault(String)
  }

  struct Tag {
    var name: String
    var attributes: [(name: String, value: String)] = []
    var isEmpty = false
    subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
  }

  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func next() -> Token? {
    while index < bytes.count {
      if bytes[index] != UInt8(ascii: "<") {
        let start = index
        skip { $0 != UInt8(ascii: "<") }
        return .text(String(decoding: bytes[start..<index], as: UTF8.self))
      }
      if starts("<!--") {
        guard skip(past: "-->") else { return cut() }
      } else if starts("<?") {
        guard skip(past: "?>") else { return cut() }
      } else if starts("<!") {
        guard skip(past: ">") else { return cut() }
      } else {
        return tag()
      }
    }
    return nil
  }

  private mutating func tag() -> Token {
    index += 1
    let closes = index < bytes.count && bytes[index] == UInt8(ascii: "/")
    if closes { index += 1 }
    var tag = Tag(name: name())
    if tag.name.isEmpty { return stop("a < begins no tag") }
    while true {
      skip(while: Self.isSpace)
      guard index < bytes.count else { return cut() }
      if bytes[index] == UInt8(ascii: ">") {
        index += 1
        return closes ? .end(tag.name) : .start(tag)
      }
      if bytes[index] == UInt8(ascii: "/") {
        tag.isEmpty = true
        index += 1
        continue
      }
      let attribute = name()
      skip(while: Self.isSpace)
      guard !attribute.isEmpty, index < bytes.count else {
        return stop("<\(tag.name)> has an attribute without a name")
      }
      // HTML's own short form, which cmark writes for footnotes.
      guard bytes[index] == UInt8(ascii: "=") else {
        tag.attributes.append((attribute, ""))
        continue
      }
      index += 1
      skip(while: Self.isSpace)
      guard index < bytes.count else { return cut() }
      let quote = bytes[index]
      guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
        return stop("<\(tag.name)> has an attribute without quotes: \(attribute)")
      }
      index += 1
      let start = index
      skip { $0 != quote }
      guard index < bytes.count else { return cut() }
      tag.attributes.append((attribute, String(decoding: bytes[start..<index], as: UTF8.self)))
      index += 1
    }
  }

  private mutating func name() -> String {
    let start = index
    skip { byte in
      switch byte {
      case UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "<"): false
      default: !Self.isSpace(byte)
      }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private mutating func skip(while holds: (UInt8) -> Bool) {
    while index < bytes.count, holds(bytes[index]) { index += 1 }
  }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[index...].starts(with: $0) }
  }

  private mutating func skip(past text: StaticString) -> Bool {
    while index < bytes.count {
      if starts(text) {
        index += text.utf8CodeUnitCount
        return true
      }
      index += 1
    }
    return false
  }

  private mutating func cut() -> Token { stop("it is cut short") }

  private mutating func stop(_ message: String) -> Token {
    index = bytes.count
    return .fault(message)
  }
}
