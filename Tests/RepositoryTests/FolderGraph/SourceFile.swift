/// A name that a file declares for others: at top level, or as a member of a type.
struct Declaration {
  let name: String
  /// The type it belongs to; nil at top level.
  let owner: String?
  /// The labels of a function's parameters, `_` where there is none; nil of anything else.
  let labels: [String]?
  /// The names in a function's parameters that may be types.
  var types: Set<String> = []
  var isType = false
  let isPrivate: Bool
}

/// A name that a file uses, as it stands there.
struct Use {
  let name: String
  let line: Int
  /// Whether a point stands before it: a member of something.
  let isMember: Bool
  /// The types and extensions around it, whose members it may mean.
  let owners: [String]
  /// The labels of the call it begins; nil where it is not called.
  let labels: [String]?
}

/// What one file declares and uses, read from its tokens without the compiler: names that a parameter, a variable or a
/// generic parameter shadows are not uses.
struct SourceFile {
  private(set) var declarations: [Declaration] = []
  private(set) var uses: [Use] = []

  /// A pair of braces and what it declares for itself.
  private struct Scope {
    enum Kind { case file, type, code }
    var kind: Kind
    var owner: String?
    var locals: Set<String> = []
  }

  private let tokens: [Token]
  private var scopes = [Scope(kind: .file)]
  /// What the next brace opens.
  private var pending = Scope(kind: .code)
  private var brackets: [String] = []
  private var isPrivate = false

  init(_ source: String) {
    tokens = Lexer.tokens(of: source)
    var i = 0
    while i < tokens.count { i = read(i) }
  }

  private static let typeWords: Set = ["struct", "class", "enum", "protocol", "actor"]
  private static let words: Set = [
    "associatedtype", "as", "async", "await", "borrowing", "break", "case", "catch", "consuming", "continue",
    "convenience",
    "default", "defer", "deinit", "do", "dynamic", "else", "extension", "fallthrough", "false", "final", "for", "func",
    "get", "guard", "if", "import", "in", "indirect", "infix", "init", "inout", "internal", "is", "isolated", "lazy",
    "let",
    "mutating", "nil", "nonisolated", "nonmutating", "open", "operator", "override", "package", "postfix",
    "precedencegroup",
    "prefix", "private", "fileprivate", "public", "repeat", "required", "rethrows", "return", "self", "Self", "sending",
    "set", "some", "any", "static", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias",
    "unowned",
    "var", "weak", "where", "while", "willSet", "didSet", "yield", "_",
  ]

  private func mark(_ i: Int) -> String? {
    tokens.indices.contains(i) && tokens[i].kind == .mark ? tokens[i].text : nil
  }

  private func name(_ i: Int) -> String? {
    tokens.indices.contains(i) && tokens[i].kind == .name ? tokens[i].text : nil
  }

  /// Reads what begins at token i; returns where it ended.
  private mutating func read(_ i: Int) -> Int {
    let token = tokens[i]
    guard token.kind == .name else {
      if token.kind == .mark { bracket(token.text, i) }
      return i + 1
    }
    if mark(i - 1) == "." {
      use(i, isMember: true)
      return i + 1
    }
    switch token.text {
    case "private", "fileprivate":
      isPrivate = mark(i + 1) != "("
    case let word where Self.typeWords.contains(word) && name(i + 1) != nil && !Self.words.contains(name(i + 1)!):
      declare(name(i + 1)!, isType: true)
      pending = Scope(kind: .type, owner: name(i + 1))
      return generics(i + 2)
    case "typealias", "associatedtype":
      if let name = name(i + 1) { declare(name, isType: true) }
      return generics(i + 2)
    case "extension":
      var last = i + 1
      while mark(last + 1) == ".", name(last + 2) != nil { last += 2 }
      pending = Scope(kind: .type, owner: name(last))
      use(i + 1, isMember: false)
      isPrivate = false
      return last + 1
    case "func": return function(named: name(i + 1), from: i + 2)
    case "init": return function(named: "init", from: i + 1)
    case "subscript": return function(named: nil, from: i + 1)
    case "let", "var": return variables(i + 1)
    case "case" where scopes.last!.kind == .type: return cases(i + 1)
    case "for": return loop(i + 1)
    case let word where Self.words.contains(word): break
    default:
      let isLabel = mark(i + 1) == ":" && brackets.last == "(" && (mark(i - 1) == "(" || mark(i - 1) == ",")
      if !isLabel { use(i, isMember: false) }
    }
    return i + 1
  }

  private mutating func bracket(_ mark: String, _ i: Int) {
    switch mark {
    case "{":
      pending.locals.formUnion(closureParameters(after: i))
      scopes.append(pending)
      pending = Scope(kind: .code)
      brackets.append(mark)
    case "(", "[": brackets.append(mark)
    case "}":
      if scopes.count > 1 { scopes.removeLast() }
      fallthrough
    case ")", "]":
      if !brackets.isEmpty { brackets.removeLast() }
    default: break
    }
  }

  private mutating func declare(
    _ name: String, labels: [String]? = nil, types: Set<String> = [], isType: Bool = false
  ) {
    let scope = scopes.last!
    if scope.kind == .code {
      scopes[scopes.count - 1].locals.insert(name)
    } else {
      declarations.append(
        Declaration(
          name: name, owner: scope.owner, labels: labels, types: types, isType: isType, isPrivate: isPrivate))
    }
    isPrivate = false
  }

  private mutating func use(_ i: Int, isMember: Bool) {
    guard let name = name(i) else { return }
    if !isMember && isLocal(name) { return }
    uses.append(
      Use(
        name: name, line: tokens[i].line, isMember: isMember, owners: scopes.compactMap(\.owner),
        labels: mark(i + 1) == "(" ? labels(ofCallAt: i + 1) : nil))
  }

  private func isLocal(_ name: String) -> Bool {
    pending.locals.contains(name) || scopes.contains { $0.locals.contains(name) }
  }

  /// Generic parameters at i belong to what the next brace opens; their constraints are read as anything else.
  private mutating func generics(_ i: Int) -> Int {
    guard mark(i) == "<" else { return i }
    var at = i + 1, depth = 1
    while at < tokens.count, depth > 0 {
      if mark(at) == "<" { depth += 1 }
      if mark(at) == ">" && mark(at - 1) != "-" { depth -= 1 }
      if let name = name(at), mark(at - 1) == "<" || mark(at - 1) == "," || self.name(at - 1) == "let" {
        if name != "let" { pending.locals.insert(name) }
      } else if name(at) != nil {
        use(at, isMember: mark(at - 1) == ".")
      }
      at += 1
    }
    return at
  }

  /// A function's name, parameters and generics; its result and body are read as anything else.
  private mutating func function(named name: String?, from start: Int) -> Int {
    var i = start
    pending = Scope(kind: .code)
    if name == "init", mark(i) == "?" || mark(i) == "!" { i += 1 }
    // The marks of an operator's name, which ends where its parameters begin.
    if name == nil || !isWord(name!) { while let next = mark(i), next != "(" && next != "<" { i += 1 } }
    if mark(i) == "<" && mark(i + 1) == "(" { i += 1 }
    let isHidden = isPrivate
    i = generics(i)
    var labels: [String] = [], types: Set<String> = [], depth = 0
    var at = i
    while at < tokens.count {
      if let text = mark(at), "([".contains(text) { depth += 1 }
      if let text = mark(at), ")]".contains(text) { depth -= 1 }
      if depth == 0 { break }
      let begins = mark(at - 1) == "(" || mark(at - 1) == ","
      if depth == 1, begins, let label = self.name(at) {
        labels.append(label)
        let inner = self.name(at + 1) ?? label
        pending.locals.insert(inner)
        at += self.name(at + 1) == nil ? 1 : 2
      } else {
        if let text = self.name(at), !Self.words.contains(text) {
          if !isLocal(text) { types.insert(text) }
          use(at, isMember: mark(at - 1) == ".")
        }
        at += 1
      }
    }
    isPrivate = isHidden
    if let name { declare(name, labels: labels, types: types) }
    isPrivate = false
    return at + 1
  }

  private func isWord(_ text: String) -> Bool { text.first.map { $0.isLetter || $0 == "_" } ?? false }

  /// The names of a `let` or `var`.
  private mutating func variables(_ start: Int) -> Int {
    var i = start
    if mark(i) == "(" || mark(i) == "." {
      // A tuple, or the payloads of a case.
      var depth = 0
      repeat {
        if mark(i) == "(" { depth += 1 }
        if mark(i) == ")" { depth -= 1 }
        if let name = name(i), mark(i - 1) != ".", !Self.words.contains(name), mark(i + 1) != ":" {
          declare(name)
        }
        i += 1
      } while i < tokens.count && (depth > 0 || mark(i) == "(" || mark(i - 1) == ".")
      return i
    }
    let isHidden = isPrivate
    while let name = name(i) {
      isPrivate = isHidden
      declare(name)
      guard mark(i + 1) == ",", self.name(i + 2) != nil else { return i + 1 }
      i += 2
    }
    return i
  }

  /// The cases of an enumeration: members, whose payloads are read as anything else.
  private mutating func cases(_ start: Int) -> Int {
    guard let name = name(start) else { return start }
    declare(name)
    return start + 1
  }

  /// The names that a loop gives to its elements.
  private mutating func loop(_ start: Int) -> Int {
    var i = start
    while i < tokens.count, name(i) != "in", mark(i) != "{" {
      if let name = name(i), !Self.words.contains(name) {
        if mark(i - 1) == "." { use(i, isMember: true) } else { scopes[scopes.count - 1].locals.insert(name) }
      }
      i += 1
    }
    return i
  }

  /// The parameters of a closure that the brace at i opens.
  private func closureParameters(after i: Int) -> Set<String> {
    var names: Set<String> = [], at = i + 1
    while at < tokens.count, at < i + 40 {
      if name(at) == "in" { return names }
      if let name = name(at) {
        if Self.words.contains(name), !["_", "inout", "self", "weak", "throws", "async"].contains(name) { return [] }
        if mark(at - 1) != ":" && mark(at - 1) != ">" { names.insert(name) }
      } else if let text = mark(at), !"()[],:->.?<@".contains(text) {
        return []
      } else if tokens[at].kind == .literal {
        return []
      }
      at += 1
    }
    return []
  }

  private func labels(ofCallAt i: Int) -> [String] {
    var labels: [String] = [], depth = 0, at = i
    while at < tokens.count {
      if let text = mark(at), "([{".contains(text) { depth += 1 }
      if let text = mark(at), ")]}".contains(text) { depth -= 1 }
      if depth == 0 { return labels }
      if depth == 1, mark(at) == "(" || mark(at) == ",", mark(at + 1) != ")" {
        labels.append(mark(at + 2) == ":" ? name(at + 1) ?? "_" : "_")
      }
      at += 1
    }
    return labels
  }
}
