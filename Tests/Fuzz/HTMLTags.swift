/// The tags of a page as a browser's tokenizer finds them (WHATWG HTML, 13.2.5), as far as that decides what is a tag.
///
/// Not the project's own reader of markup: it would find what that one overlooks.
struct HTMLTags {
  struct Tag {
    /// In small letters.
    var name: String
    /// In the order of the tag, the first of each name, values with their characters resolved.
    var attributes: [(name: String, value: String)] = []
    var written: String
    /// What tells tags of one kind from another: names and values, but for those that are another on each page.
    var shape: String {
      name
        + attributes.filter {
          !["id", "aria-label", "aria-current", "content"].contains($0.name) || name == "meta" && $0.name != "content"
        }.map { " \($0.name)=\($0.value)" }.joined()
    }
  }

  private(set) var tags: [Tag] = []
  private let bytes: [UInt8]
  private var index = 0

  init(_ page: String) {
    bytes = Array(page.utf8)
    // Elements whose contents are text; in SVG and MathML there are none.
    let raw: Set<String> = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"]
    var foreign = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else { index += 1; continue }
      let next = at(1)
      if isLetter(next) {
        let (tag, isEmpty) = startTag()
        tags.append(tag)
        if tag.name == "svg" || tag.name == "math", !isEmpty { foreign += 1 }
        if foreign == 0, raw.contains(tag.name) { skip(past: "</\(tag.name)") }
      } else if next == UInt8(ascii: "/"), isLetter(at(2)) {
        index += 1
        let (tag, _) = startTag()
        if tag.name == "svg" || tag.name == "math" { foreign = max(0, foreign - 1) }
      } else if starts("<!--") {
        comment()
      } else if starts("<![CDATA["), foreign > 0 {
        skip(past: "]]>")
      } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || next == UInt8(ascii: "/") {
        skip(past: ">")
      } else {
        index += 1
      }
    }
  }

  private func at(_ offset: Int) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }
  private func isLetter(_ byte: UInt8?) -> Bool {
    byte.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 32) } ?? false
  }
  private func isSpace(_ byte: UInt8?) -> Bool { byte == 9 || byte == 10 || byte == 12 || byte == 13 || byte == 32 }

  private func starts(_ text: String) -> Bool {
    var place = index
    // A page has a million places to ask.
    for letter in text.utf8 {
      guard place < bytes.count else { return false }
      let byte = bytes[place]
      guard byte == letter || isLetter(byte) && byte | 32 == letter else { return false }
      place += 1
    }
    return true
  }

  private mutating func skip(past text: String) {
    index += 1
    while index < bytes.count, !starts(text) { index += 1 }
    index = min(bytes.count, index + text.utf8.count)
  }

  private mutating func comment() {
    index += 4
    if starts(">") { index += 1; return }
    if starts("->") { index += 2; return }
    while index < bytes.count, !starts("-->"), !starts("--!>") { index += 1 }
    index = min(bytes.count, index + (starts("--!>") ? 4 : 3))
  }

  /// From `<`, or for an end tag from `/`, to after the `>`.
  private mutating func startTag() -> (Tag, isEmpty: Bool) {
    let begin = index
    index += 1
    var tag = Tag(name: word { $0 == UInt8(ascii: "/") }, written: "")
    var isEmpty = false
    while let byte = at(0), byte != UInt8(ascii: ">") {
      if isSpace(byte) || byte == UInt8(ascii: "/") {
        isEmpty = byte == UInt8(ascii: "/") && at(1) == UInt8(ascii: ">")
        index += 1
        continue
      }
      let first = String(decoding: bytes[index...index], as: UTF8.self)
      index += 1
      let name = first.lowercased() + word { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
      while isSpace(at(0)) { index += 1 }
      var value = ""
      if at(0) == UInt8(ascii: "=") {
        index += 1
        while isSpace(at(0)) { index += 1 }
        value = attributeValue()
      }
      if !tag.attributes.contains(where: { $0.name == name }) { tag.attributes.append((name, value)) }
    }
    index = min(bytes.count, index + 1)
    tag.written = String(decoding: bytes[begin..<index], as: UTF8.self)
    return (tag, isEmpty)
  }

  private mutating func word(until isEnd: (UInt8) -> Bool) -> String {
    let begin = index
    while let byte = at(0), !isSpace(byte), byte != UInt8(ascii: ">"), !isEnd(byte) { index += 1 }
    return String(decoding: bytes[begin..<index], as: UTF8.self).lowercased()
  }

  private mutating func attributeValue() -> String {
    let quote = at(0)
    let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    if isQuoted { index += 1 }
    let begin = index
    while let byte = at(0), isQuoted ? byte != quote : !isSpace(byte) && byte != UInt8(ascii: ">") { index += 1 }
    let value = String(decoding: bytes[begin..<index], as: UTF8.self)
    if isQuoted { index = min(bytes.count, index + 1) }
    return Self.resolved(value)
  }

  private static let names: [Substring: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "colon": ":", "Tab": "\t", "NewLine": "\n",
    "lpar": "(", "sol": "/",
  ]

  private static func resolved(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    return text.replacing(/&(?:#[xX]([0-9A-Fa-f]+)|#([0-9]+)|([A-Za-z]+));?/) { match in
      let code = match.1.flatMap { UInt32($0, radix: 16) } ?? match.2.flatMap { UInt32($0) }
      return code.flatMap(Unicode.Scalar.init).map(String.init) ?? match.3.flatMap { names[$0] } ?? String(match.0)
    }
  }
}
