import WeaveSupport

/// Swift's source as HTML with a class for each kind of token, named as highlight.js names them.
///
/// A lexer and a few words of context, no parser: what stands on a page need not be a whole file.
package struct SwiftHighlighter {
  private let code: [UInt8]
  private var position = 0
  private var html: [UInt8] = []
  /// The word before wants a name: `func`, `struct` …
  private var namesNext = false
  /// Interpolations that are open.
  private var depth = 0

  /// `code` with its markup; the text between the tags is `code`, escaped.
  package static func html(_ code: String) -> String {
    var highlighter = SwiftHighlighter(code)
    while highlighter.position < highlighter.code.count { highlighter.token() }
    return String(decoding: highlighter.html, as: UTF8.self)
  }

  private init(_ code: String) {
    self.code = Array(code.utf8)
    html.reserveCapacity(self.code.count * 4)
  }

  private static let keywords: Set<String> = [
    "actor", "any", "as", "associatedtype", "async", "await", "borrowing", "break", "case", "catch", "class",
    "consuming",
    "continue", "convenience", "copy", "default", "defer", "deinit", "didSet", "discard", "distributed", "do",
    "dynamic",
    "each", "else", "enum", "extension", "fallthrough", "fileprivate", "final", "for", "func", "get", "guard", "if",
    "import", "in", "indirect", "infix", "init", "inout", "internal", "is", "isolated", "lazy", "let", "macro",
    "mutating",
    "nonisolated", "nonmutating", "open", "operator", "optional", "override", "package", "postfix", "precedencegroup",
    "prefix", "private", "protocol", "public", "repeat", "required", "rethrows", "return", "self", "Self", "sending",
    "set", "some", "static", "struct", "subscript", "super", "switch", "throw", "throws", "try", "typealias", "unowned",
    "unsafe", "var", "weak", "where", "while", "willSet",
  ]
  /// Names in most places, keywords only before a declaration's own name or word: `open(file)`, `prefix(3)`, `any > 0`.
  private static let contextual: Set<String> = [
    "actor", "any", "async", "borrowing", "consuming", "convenience", "copy", "didSet", "discard", "distributed",
    "dynamic",
    "each", "final", "get", "indirect", "infix", "isolated", "lazy", "macro", "mutating", "nonmutating", "open",
    "optional",
    "override", "package", "postfix", "precedencegroup", "prefix", "required", "sending", "set", "some", "unowned",
    "unsafe",
    "weak", "willSet",
  ]
  private static let literals: Set<String> = ["true", "false", "nil"]
  private static let naming: Set<String> = [
    "func", "struct", "class", "enum", "protocol", "actor", "extension", "typealias", "macro",
  ]
  private static let directives: Set<String> = [
    "if", "elseif", "else", "endif", "available", "unavailable", "warning", "error", "sourceLocation", "file", "fileID",
    "filePath", "line", "column", "function",
  ]

  // MARK: Tokens

  private mutating func token() {
    let byte = code[position]
    switch byte {
    case UInt8(ascii: "/") where at(1) == UInt8(ascii: "/"): span("comment") { $0.lineComment() }
    case UInt8(ascii: "/") where at(1) == UInt8(ascii: "*"): span("comment") { $0.blockComment() }
    case UInt8(ascii: "\""): string(hashes: 0)
    case UInt8(ascii: "#"): hash()
    case UInt8(ascii: "@") where isHead(at(1)):
      span("meta") {
        $0.copy(); $0.copyWord()
      }
    case UInt8(ascii: "$"): copy(); copyWord()
    case UInt8(ascii: "`"): copy(); copyWord(); if at(0) == UInt8(ascii: "`") { copy() }
    case UInt8(ascii: "."):
      copy()
      if isHead(at(0)) { member() }
    case _ where isDigit(byte): span("number") { $0.number() }
    case _ where isHead(byte): word()
    default:
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "{") { namesNext = false }
      copy()
    }
  }

  private mutating func lineComment() {
    while let byte = at(0), byte != UInt8(ascii: "\n") { copy() }
  }

  /// They nest.
  private mutating func blockComment() {
    var depth = 0
    repeat {
      if at(0) == UInt8(ascii: "/"), at(1) == UInt8(ascii: "*") {
        depth += 1
        copy()
      } else if at(0) == UInt8(ascii: "*"), at(1) == UInt8(ascii: "/") {
        depth -= 1
        copy()
      }
      copy()
    } while depth > 0 && position < code.count
  }

  /// A directive, a macro, or the first of a raw string's delimiters.
  private mutating func hash() {
    var hashes = 0
    while at(hashes) == UInt8(ascii: "#") { hashes += 1 }
    if at(hashes) == UInt8(ascii: "\"") { return string(hashes: hashes) }
    if hashes == 1, Self.directives.contains(peekWord(from: position + 1)) {
      return span("meta") {
        $0.copy(); $0.copyWord()
      }
    }
    copy()
  }

  private mutating func number() {
    if at(0) == UInt8(ascii: "0"), let radix = at(1), "xob".utf8.contains(radix) {
      copy(2)
      while let byte = at(0), isDigit(byte) || isHead(byte) { copyNumeral() }
      return
    }
    digits()
    if at(0) == UInt8(ascii: "."), isDigit(at(1)) { copy(); digits() }
    guard at(0) == UInt8(ascii: "e") || at(0) == UInt8(ascii: "E") else { return }
    let sign = at(1) == UInt8(ascii: "-") || at(1) == UInt8(ascii: "+") ? 1 : 0
    if isDigit(at(1 + sign)) { copy(1 + sign); digits() }
  }

  /// Of a hexadecimal number, whose exponent may have a sign and whose point is followed by a digit.
  private mutating func copyNumeral() {
    let isExponent = at(0) == UInt8(ascii: "p") || at(0) == UInt8(ascii: "P")
    copy()
    if isExponent, at(0) == UInt8(ascii: "-") || at(0) == UInt8(ascii: "+") { copy() }
    if at(0) == UInt8(ascii: "."), isDigit(at(1)) { copy() }
  }

  private mutating func digits() {
    while let byte = at(0), isDigit(byte) || byte == UInt8(ascii: "_") { copy() }
  }

  private mutating func word() {
    let word = peekWord(from: position)
    defer { namesNext = Self.naming.contains(word) && isKeyword(word) }
    if namesNext { return span("title") { $0.copyWord() } }
    if isKeyword(word) { return span("keyword") { $0.copyWord() } }
    if Self.literals.contains(word) { return span("literal") { $0.copyWord() } }
    if word.utf8.first.map({ $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) == true {
      return span("type") { $0.copyWord() }
    }
    if code.dropFirst(position + word.utf8.count).first == UInt8(ascii: "(") { return span("call") { $0.copyWord() } }
    copyWord()
  }

  /// After a point even a keyword is a name: `.default`, `.init`, `.self`.
  private mutating func member() {
    let end = position + peekWord(from: position).utf8.count
    if end < code.count, code[end] == UInt8(ascii: "(") { return span("call") { $0.copyWord() } }
    copyWord()
  }

  /// A contextual keyword is one only where another word, an attribute or a brace follows on its line.
  private func isKeyword(_ word: String) -> Bool {
    guard Self.keywords.contains(word) else { return false }
    guard Self.contextual.contains(word) else { return true }
    var next = position + word.utf8.count
    // `private(set)`, `unowned(unsafe)`
    if next < code.count, code[next] == UInt8(ascii: ")"), position > 0, code[position - 1] == UInt8(ascii: "(") {
      return true
    }
    guard next < code.count, code[next] == UInt8(ascii: " ") || code[next] == UInt8(ascii: "\n") else {
      return word == "unowned" && next < code.count && code[next] == UInt8(ascii: "(")
    }
    while next < code.count, code[next] == UInt8(ascii: " ") { next += 1 }
    guard next < code.count else { return false }
    let isAccessor = ["get", "set", "didSet", "willSet"].contains(word)
    if code[next] == UInt8(ascii: "{") || code[next] == UInt8(ascii: "\n") { return isAccessor }
    if word == "async" { return true }
    let following = peekWord(from: next)
    return isHead(code[next]) && !["in", "is", "as", "else", "where"].contains(following)
      || code[next] == UInt8(ascii: "@") || code[next] == UInt8(ascii: "(") && word != "get" && word != "set"
  }

  // MARK: Strings

  /// Deeper ones are shown as text of the string that they stand in.
  private static let deepest = 50

  /// From its first delimiter; an interpolation is code again.
  private mutating func string(hashes: Int) {
    open("string")
    copy(hashes)
    let isMultiline = at(0) == UInt8(ascii: "\"") && at(1) == UInt8(ascii: "\"") && at(2) == UInt8(ascii: "\"")
    let quotes = isMultiline ? 3 : 1
    copy(quotes)
    while let byte = at(0) {
      if byte == UInt8(ascii: "\n"), !isMultiline { break }
      if byte == UInt8(ascii: "\""), ends(quotes, hashes) {
        copy(quotes + hashes)
        break
      }
      if byte == UInt8(ascii: "\\"), (0..<hashes).allSatisfy({ at(1 + $0) == UInt8(ascii: "#") }) {
        if at(1 + hashes) == UInt8(ascii: "("), depth < Self.deepest {
          interpolation(hashes)
          continue
        }
        copy(1 + hashes)
        if at(0) == UInt8(ascii: "\n") { continue }
      }
      copy()
    }
    close()
  }

  private func ends(_ quotes: Int, _ hashes: Int) -> Bool {
    (0..<quotes).allSatisfy { at($0) == UInt8(ascii: "\"") }
      && (0..<hashes).allSatisfy { at(quotes + $0) == UInt8(ascii: "#") }
  }

  private mutating func interpolation(_ hashes: Int) {
    open("subst")
    copy(2 + hashes)
    depth += 1
    defer { depth -= 1 }
    var brackets = 1
    while brackets > 0, let byte = at(0) {
      if byte == UInt8(ascii: "(") { brackets += 1 }
      if byte == UInt8(ascii: ")") { brackets -= 1 }
      token()
    }
    close()
  }

  // MARK: Bytes

  private func at(_ offset: Int) -> UInt8? { position + offset < code.count ? code[position + offset] : nil }

  private func isDigit(_ byte: UInt8?) -> Bool {
    byte.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ?? false
  }

  /// Names may be Japanese.
  private func isHead(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= 0x80 || byte == UInt8(ascii: "_")
      || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
  }

  private func peekWord(from start: Int) -> String {
    let word = code[start...].prefix { isHead($0) || isDigit($0) }
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func copyWord() {
    while isHead(at(0)) || isDigit(at(0)) { copy() }
  }

  private mutating func copy(_ count: Int) { for _ in 0..<count { copy() } }

  /// The next byte, escaped; nothing at the end.
  private mutating func copy() {
    guard let byte = at(0) else { return }
    position += 1
    switch byte {
    case UInt8(ascii: "&"): html += "&amp;".utf8
    case UInt8(ascii: "<"): html += "&lt;".utf8
    case UInt8(ascii: ">"): html += "&gt;".utf8
    // Control characters are no HTML.
    case 0..<9, 11..<32, 127: html += "\u{FFFD}".utf8
    default: html.append(byte)
    }
  }

  private mutating func span(_ kind: StaticString, _ body: (inout Self) -> Void) {
    open(kind)
    body(&self)
    close()
  }

  private mutating func open(_ kind: StaticString) {
    html += "<span class=\"hljs-".utf8
    kind.withUTF8Buffer { html += $0 }
    html += "\">".utf8
  }

  private mutating func close() { html += "</span>".utf8 }
}
