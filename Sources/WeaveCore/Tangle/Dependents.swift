/// Which pieces of a program fall with others: those that use what a removed piece declares or changes.
struct Dependents {
  /// All that must go when `removed` does, itself included.
  static func closure(of removed: Set<Program.Piece.Origin>, in program: Program) -> Set<Program.Piece.Origin> {
    var gone = removed
    var tainted: Set<Substring> = []
    let variables = Set(program.pieces.flatMap { declared($0.code, keywords: ["var"]) })
    for piece in program.pieces {
      let names = identifiers(piece.code)
      if gone.contains(piece.origin) || !tainted.isDisjoint(with: names) {
        gone.insert(piece.origin)
        if case .block = piece.origin, piece.mode == .run {
          tainted.formUnion(declared(piece.code, keywords: declarations))
          tainted.formUnion(variables.intersection(names))
        }
      }
    }
    return gone
  }

  /// Names that `piece` mentions and that only pieces behind it declare. Swift lets a top-level name be read before
  /// its declaration has run, and reads zero.
  static func early(in program: Program) -> [(piece: Program.Piece, names: Set<Substring>)] {
    let keywords: Set<Substring> = ["let", "var"]
    var later: [Substring: Int] = [:]
    let own = program.pieces.map { piece -> Set<Substring> in
      guard case .block = piece.origin, piece.mode == .run else { return [] }
      return Set(declared(outermost(piece.code), keywords: keywords))
    }
    for names in own { for name in names { later[name, default: 0] += 1 } }
    var seen: Set<Substring> = []
    var found: [(piece: Program.Piece, names: Set<Substring>)] = []
    for (piece, names) in zip(program.pieces, own) {
      seen.formUnion(names)
      let early = identifiers(piece.code).filter { later[$0] != nil && !seen.contains($0) }
      if !early.isEmpty { found.append((piece, early)) }
    }
    return found
  }

  /// The lines of `code` that are not indented.
  private static func outermost(_ code: String) -> String {
    code.split(separator: "\n").filter { $0.first.map { !$0.isWhitespace } ?? false }.joined(separator: "\n")
  }

  private static let declarations: Set<Substring> = [
    "let", "var", "func", "struct", "class", "enum", "actor", "protocol", "typealias",
  ]

  private static func identifiers(_ code: String) -> Set<Substring> { Set(words(code)) }

  private static func words(_ code: String) -> [Substring] {
    code.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// Names that stand behind one of `keywords`; every name of a tuple pattern.
  private static func declared(_ code: String, keywords: Set<Substring>) -> [Substring] {
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
        // `let a = 1, b = 2` declares both.
        let line = pattern.prefix { $0 != "\n" }
        for part in line.split(separator: ",").dropFirst() {
          names.append(part.drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
      }
    }
    return names.filter { !$0.isEmpty }
  }
}
