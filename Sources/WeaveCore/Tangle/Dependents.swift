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
