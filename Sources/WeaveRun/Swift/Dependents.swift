import WeaveModel

/// Which pieces of a program fall with others: those that use what a removed piece declares or changes.
struct Dependents {
  /// All that must go when `removed` does, itself included.
  static func closure(of removed: Set<CodeOrigin>, in program: Program) -> Set<CodeOrigin> {
    var gone = removed
    /// Names that no longer exist, and variables that no longer hold what they should.
    var missing: Set<Substring> = []
    var stale: Set<Substring> = []
    let variables = Set(program.pieces.flatMap { declared(outermost($0.code), keywords: ["var"]) })
    for piece in program.pieces {
      let names = identifiers(piece.code)
      let outer = outermost(piece.code)
      let anew = assigned(outer)
      if gone.contains(piece.origin) || !missing.isDisjoint(with: names)
        || !stale.subtracting(anew).isDisjoint(with: names)
      {
        gone.insert(piece.origin)
        if case .block = piece.origin, piece.mode.place == .script {
          missing.formUnion(declared(outer, keywords: declarations))
          stale.formUnion(variables.intersection(names))
        }
      } else {
        stale.subtract(anew)
      }
    }
    return gone
  }

  /// Variables that get a new value whatever they held: `rng = Random(seed: 7)`.
  private static func assigned(_ code: String) -> Set<Substring> {
    Set(
      code.split(separator: "\n").compactMap { line in
        let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let value = line.dropFirst(name.count)
        guard !name.isEmpty, value.hasPrefix(" = "), !words(String(value)).contains(name) else { return nil }
        return name
      })
  }

  /// Whether some piece mentions a name that only a later one declares. Swift lets a top-level name be read before
  /// its declaration has run, and reads zero; a name of an inner scope may look the same, so this only asks.
  static func mayUseEarly(_ pieces: [Program.Piece]) -> Bool {
    let own = pieces.map { piece -> Set<Substring> in
      guard case .block = piece.origin, piece.mode.place == .script else { return [] }
      return Set(declared(outermost(piece.code), keywords: ["let", "var"]))
    }
    let all = own.reduce(into: Set()) { $0.formUnion($1) }
    var seen: Set<Substring> = []
    for (piece, names) in zip(pieces, own) {
      seen.formUnion(names)
      if identifiers(piece.code).contains(where: { all.contains($0) && !seen.contains($0) }) { return true }
    }
    return false
  }

  /// The lines of `code` that are not indented.
  static func outermost(_ code: String) -> String {
    code.split(separator: "\n").filter { $0.first.map { !$0.isWhitespace } ?? false }.joined(separator: "\n")
  }

  static let declarations: Set<Substring> = [
    "let", "var", "func", "struct", "class", "enum", "actor", "protocol", "typealias",
  ]

  static func identifiers(_ code: String) -> Set<Substring> { Set(words(code)) }

  private static func words(_ code: String) -> [Substring] {
    code.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// Names that stand after one of `keywords`; every name of a tuple pattern.
  static func declared(_ code: String, keywords: Set<Substring>) -> [Substring] {
    var names: [Substring] = []
    var rest = code[...]
    while let word = rest.firstIndex(where: { $0.isLetter || $0 == "_" }) {
      let name = rest[word...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      rest = rest[name.endIndex...]
      guard keywords.contains(name) else { continue }
      let pattern = rest.drop { $0 == " " }
      if pattern.first == "(" {
        names += words(String(pattern.prefix { $0 != ")" }))
      } else {
        names.append(pattern.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        names += furtherNames(pattern.prefix { $0 != "\n" })
      }
    }
    return names.filter { !$0.isEmpty }
  }

  /// `let a = f(x, y), b = 2` declares `b` too: what follows a comma outside all brackets and has a value or type.
  private static func furtherNames(_ line: Substring) -> [Substring] {
    var names: [Substring] = []
    var depth = 0
    for index in line.indices {
      switch line[index] {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "," where depth == 0:
        let rest = line[line.index(after: index)...].drop { $0 == " " }
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let next = rest.dropFirst(name.count).first { $0 != " " }
        if let first = name.first, !first.isNumber, next == "=" || next == ":" { names.append(name) }
      default: break
      }
    }
    return names
  }
}
