/// A document of XML 1.0 as a sequence of tags and texts, references resolved. Stops at the first thing that is not
/// well formed.
///
/// It takes what the book's own tools write and no more: a declaration and a document type without a subset in front,
/// comments (passed over), elements and texts. Processing instructions, CDATA sections and entities other than XML's
/// five are faults: nothing that two parsers could read in two ways comes through.
package struct XMLReader {
  package enum Event {
    case start(Tag)
    case end
    case text(String)
  }

  package struct Tag {
    package var name: String
    package var attributes: [(name: String, value: String)] = []
    package var isEmpty = false
    package subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
  }

  package struct Fault: Error, Hashable {
    package var message: String
    package init(message: String) { self.message = message }
  }

  private let bytes: [UInt8]
  private var index = 0
  private var open: [String] = []
  private var hasRoot = false
  /// An element without contents ends after its own tag.
  private var endsNow = false

  package init(_ text: String) { bytes = Array(text.utf8) }

  /// What comes next; nil after the root element's end, where nothing may follow.
  package mutating func next() throws(Fault) -> Event? {
    if endsNow {
      endsNow = false
      return .end
    }
    while index < bytes.count {
      if bytes[index] != UInt8(ascii: "<") {
        let text = try text()
        if !open.isEmpty { return .text(text) }
        guard text.utf8.allSatisfy(Self.isSpace) else {
          throw Fault(message: "there is text outside the outermost element")
        }
      } else if index + 1 < bytes.count, Self.isName(bytes[index + 1]) {
        return .start(try start())
      } else if starts("<!--") {
        try comment()
      } else if starts("<?xml "), index == 0 {
        guard let end = find("?>") else { throw Self.cut }
        index = end + 2
      } else if starts("<!DOCTYPE"), !hasRoot {
        guard let end = find(">"), !bytes[index..<end].contains(UInt8(ascii: "[")) else {
          throw Fault(message: "its document type defines something")
        }
        index = end + 1
      } else if starts("</") {
        return try end()
      } else if starts("<!") || starts("<?") {
        throw Fault(message: "it holds a CDATA section, a declaration or a processing instruction")
      } else {
        return .start(try start())
      }
    }
    guard open.isEmpty, hasRoot else { throw Self.cut }
    return nil
  }

  /// Nil where `document` is well formed.
  package static func problem(in document: String) -> Fault? {
    var reader = XMLReader(document)
    do throws(Fault) {
      while try reader.next() != nil {}
      return nil
    } catch {
      return error
    }
  }

  // MARK: Tags

  private mutating func start() throws(Fault) -> Tag {
    if open.isEmpty, hasRoot { throw Fault(message: "there is something after the outermost element") }
    index += 1
    var tag = Tag(name: try name("a < begins no tag"))
    while true {
      let isApart = skipSpace()
      guard index < bytes.count else { throw Self.cut }
      if bytes[index] == UInt8(ascii: ">") {
        index += 1
        break
      }
      if bytes[index] == UInt8(ascii: "/"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: ">") {
        index += 2
        tag.isEmpty = true
        break
      }
      guard isApart else { throw Fault(message: "<\(tag.name)> has something that is not an attribute") }
      try attribute(of: &tag)
    }
    hasRoot = true
    if tag.isEmpty { endsNow = true } else { open.append(tag.name) }
    return tag
  }

  private mutating func attribute(of tag: inout Tag) throws(Fault) {
    let name = try name("<\(tag.name)> has an attribute without a name")
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
      throw Fault(message: "<\(tag.name)> has an attribute without a value: \(name)")
    }
    index += 1
    skipSpace()
    guard index < bytes.count else { throw Self.cut }
    let quote = bytes[index]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw Fault(message: "<\(tag.name)> has an attribute without quotes: \(name)")
    }
    index += 1
    let start = index
    while index < bytes.count, bytes[index] != quote {
      if bytes[index] == UInt8(ascii: "<") {
        throw Fault(message: "<\(tag.name)> has an attribute with a < in it: \(name)")
      }
      index += 1
    }
    guard index < bytes.count else { throw Self.cut }
    if tag[name] != nil { throw Fault(message: "<\(tag.name)> has an attribute twice: \(name)") }
    tag.attributes.append((name, try resolved(bytes[start..<index], isAttribute: true)))
    index += 1
  }

  private mutating func end() throws(Fault) -> Event {
    index += 2
    let name = try name("a </ begins no tag")
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { throw Self.cut }
    index += 1
    guard open.popLast() == name else { throw Fault(message: "</\(name)> closes nothing that is open there") }
    return .end
  }

  private mutating func comment() throws(Fault) {
    index += 4
    guard let end = find("--") else { throw Self.cut }
    index = end + 2
    guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { throw Fault(message: "a comment holds --") }
    index += 1
  }

  // MARK: Texts

  private mutating func text() throws(Fault) -> String {
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "<") {
      if bytes[index] == UInt8(ascii: ">"), index >= start + 2, bytes[index - 1] == UInt8(ascii: "]"),
        bytes[index - 2] == UInt8(ascii: "]")
      {
        throw Fault(message: "]]> stands in a text")
      }
      index += 1
    }
    return try resolved(bytes[start..<index], isAttribute: false)
  }

  /// References resolved, and only characters that XML allows; white space in an attribute is a space, as every parser
  /// makes it.
  private func resolved(_ raw: ArraySlice<UInt8>, isAttribute: Bool) throws(Fault) -> String {
    var isPlain = true
    for byte in raw where byte < 0x20 || byte == UInt8(ascii: "&") || byte >= 0xEF { isPlain = false }
    if isPlain { return String(decoding: raw, as: UTF8.self) }
    var text = ""
    var rest = raw
    while let mark = rest.firstIndex(of: UInt8(ascii: "&")) {
      text += String(decoding: rest[..<mark], as: UTF8.self)
      guard let end = rest[mark...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
        let scalar = Self.scalar(rest[(mark + 1)..<end])
      else {
        throw Fault(
          message:
            "an & begins no reference that XML knows: \(String(decoding: rest[mark...].prefix(12), as: UTF8.self))")
      }
      text.unicodeScalars.append(scalar)
      rest = rest[(end + 1)...]
    }
    text += String(decoding: rest, as: UTF8.self)
    if let bad = text.unicodeScalars.first(where: { !Self.isAllowed($0) }) {
      throw Fault(message: "XML has no character \(bad.shown)")
    }
    return isAttribute && raw.contains(where: { $0 < 0x20 }) ? text.replacing(/[\t\n\r]/, with: " ") : text
  }

  /// Of `amp`, `#45` or `#x2D`.
  private static func scalar(_ name: ArraySlice<UInt8>) -> Unicode.Scalar? {
    switch String(decoding: name, as: UTF8.self) {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    case let text where text.hasPrefix("#x"): return number(text.dropFirst(2), radix: 16)
    case let text where text.hasPrefix("#"): return number(text.dropFirst(), radix: 10)
    default: return nil
    }
  }

  private static func number(_ digits: Substring, radix: Int) -> Unicode.Scalar? {
    guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return nil }
    return UInt32(digits, radix: radix).flatMap(Unicode.Scalar.init)
  }

  static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  // MARK: Bytes

  private static let cut = Fault(message: "it is cut short")

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

  /// Letters, digits and the marks of XML's names; letters outside ASCII name nothing here.
  private mutating func name(_ otherwise: String) throws(Fault) -> String {
    let start = index
    while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
    guard index > start, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[start]), bytes[start] != UInt8(ascii: "-"),
      bytes[start] != UInt8(ascii: ".")
    else {
      throw Fault(message: otherwise)
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static let nameMarks = ASCIISet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:.")
  private static func isName(_ byte: UInt8) -> Bool { nameMarks.contains(byte) }

  @discardableResult private mutating func skipSpace() -> Bool {
    let start = index
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    return index > start
  }

  private func starts(_ text: StaticString) -> Bool { text.withUTF8Buffer { bytes[index...].starts(with: $0) } }

  private func find(_ text: StaticString) -> Int? {
    text.withUTF8Buffer { sought in
      guard bytes.count - index >= sought.count else { return nil }
      return (index...bytes.count - sought.count).first { bytes[$0...].starts(with: sought) }
    }
  }
}
