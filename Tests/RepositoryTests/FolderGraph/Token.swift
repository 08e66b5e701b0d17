/// One piece of Swift source: a name, or a mark such as `(` or `->`'s two characters one by one.
struct Token {
  enum Kind { case name, mark, literal }

  let kind: Kind
  let text: String
  let line: Int

  func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }
}

/// Cuts Swift source into tokens. Comments and the text of literals go; what a string interpolates stays.
struct Lexer {
  private let source: [Character]
  private var at = 0
  private var line = 1
  private(set) var tokens: [Token] = []

  static func tokens(of source: String) -> [Token] {
    var lexer = Lexer(source: Array(source))
    lexer.run(until: nil)
    return lexer.tokens
  }

  private init(source: [Character]) { self.source = source }

  private func peek(_ ahead: Int = 0) -> Character? { at + ahead < source.count ? source[at + ahead] : nil }

  private func starts(_ text: String) -> Bool {
    at + text.count <= source.count && zip(text, source[at...]).allSatisfy { $0 == $1 }
  }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where at < source.count {
      if source[at].isNewline { line += 1 }
      at += 1
    }
  }

  /// Up to the end, or up to the parenthesis that closes an interpolation.
  private mutating func run(until closing: Character?) {
    var open = 0
    while let character = peek() {
      if closing != nil, open == 0, character == closing { return }
      if starts("//") {
        while let next = peek(), !next.isNewline { advance() }
      } else if starts("/*") {
        skipBlockComment()
      } else if character == "\"" || startsRawString {
        string()
      } else if starts("#/") || startsRegex {
        regex()
      } else if character.isLetter || character == "_" || character == "`" || character == "$" {
        name()
      } else if character.isNumber {
        number()
      } else {
        if character == "(" { open += 1 }
        if character == ")" { open -= 1 }
        if !character.isWhitespace { tokens.append(Token(kind: .mark, text: String(character), line: line)) }
        advance()
      }
    }
  }

  private mutating func name() {
    var text = ""
    while let next = peek(), next.isLetter || next.isNumber || "_`$".contains(next) {
      if next != "`" { text.append(next) }
      advance()
    }
    tokens.append(Token(kind: .name, text: text, line: line))
  }

  private mutating func number() {
    while let next = peek(), next.isLetter || next.isNumber || next == "_" || isFraction { advance() }
    tokens.append(Token(kind: .literal, text: "0", line: line))
  }

  /// A point with a digit after it, or a sign within an exponent.
  private var isFraction: Bool {
    if peek() == "." { return peek(1)?.isNumber == true }
    return (peek() == "-" || peek() == "+") && "eEpP".contains(source[at - 1]) && peek(1)?.isNumber == true
  }

  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        advance(2)
      } else if starts("*/") {
        depth -= 1
        advance(2)
      } else {
        advance()
      }
    } while depth > 0 && at < source.count
  }

  private var startsRawString: Bool {
    var ahead = 0
    while peek(ahead) == "#" { ahead += 1 }
    return ahead > 0 && peek(ahead) == "\""
  }

  private mutating func string() {
    var hashes = ""
    while peek() == "#" {
      hashes.append("#")
      advance()
    }
    let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
    advance(quotes.count)
    tokens.append(Token(kind: .literal, text: "\"", line: line))
    while at < source.count, !starts(quotes + hashes) {
      if starts("\\" + hashes + "(") {
        advance(2 + hashes.count)
        run(until: ")")
        advance()
      } else {
        advance(peek() == "\\" && hashes.isEmpty ? 2 : 1)
      }
    }
    advance(quotes.count + hashes.count)
  }

  /// A slash where a value is expected, with its partner on the same line.
  private var startsRegex: Bool {
    guard peek() == "/", let next = peek(1), !next.isWhitespace, next != "/", next != "*" else { return false }
    if let last = tokens.last, last.kind != .mark || ")]}?!".contains(last.text) { return false }
    return source[(at + 1)...].prefix { !$0.isNewline }.contains("/")
  }

  private mutating func regex() {
    let end = peek() == "#" ? "/#" : "/"
    advance(end.count)
    while at < source.count, !starts(end) { advance(peek() == "\\" ? 2 : 1) }
    advance(end.count)
    tokens.append(Token(kind: .literal, text: "/", line: line))
  }
}
