import WeaveModel
import WeaveSupport

/// A chapter's live figures as code for the page: a function each, of the block that draws the figure, what it rests on
/// above it, and the expressions of the text that rest on it.
package struct LiveProgram: Sendable {
  package struct Figure: Sendable {
    package var block: Int
    /// In the order of the page.
    var pieces: [Program.Piece]
    /// The links whose values move with it.
    package var links: [Int] {
      pieces.compactMap { piece in
        if case .link(let index) = piece.origin { index } else { nil }
      }
    }
  }

  package let chapter: String
  package let figures: [Figure]
  private let modules: [String]

  package init(_ chapter: Chapter) {
    self.chapter = chapter.name
    modules = chapter.imports
    let live = chapter.blocks.filter { $0.attributes.live && $0.mode == .run }
    let program = live.isEmpty ? nil : Program(chapter)
    figures = live.map { Figure(block: $0.index, pieces: Self.pieces(for: .block($0.index), in: program!)) }
  }

  /// The page calls a figure by this name.
  package func name(ofBlock index: Int) -> String { "\(chapter).\(index)" }

  /// What is kept of it between builds; empty where the chapter has no live figure.
  package var text: String { figures.map(function).joined() }

  /// What stands before the functions of all chapters.
  package static func head(_ modules: [String], _ language: Language) -> String {
    Set(["ChapterRuntime", "Plot"] + modules).sorted().map { "import \($0)\n" }.joined()
      + "func _speakBookLanguage() { _speak(\"\(language.rawValue)\") }\n"
  }

  /// The first figure whose code mentions `name`; else the first.
  package func block(using name: String) -> Int? {
    (figures.first { $0.pieces.contains { Dependents.identifiers($0.code).contains(name[...]) } } ?? figures.first)?
      .block
  }

  private func function(_ figure: Figure) -> String {
    // A Swift name of its own: blocks of two chapters have the same index.
    let own = "figure_\(Digest(chapter.utf8).hex.prefix(16))_\(figure.block)"
    var text = "@_expose(wasm, \"\(name(ofBlock: figure.block))\")\nfunc \(own)() {\n_speakBookLanguage()\n"
    for piece in figure.pieces {
      let isOwn = piece.origin == .block(figure.block)
      switch piece.origin {
      case .block:
        let code = "\(located(piece))\n\(piece.code)\(piece.code.hasSuffix("\n") ? "" : "\n")#sourceLocation()\n"
        text += isOwn ? "_beginFigure()\n\(code)_endFigure()\n" : code
      case .link(let index):
        // It stands alone on its piece's second line, as the compiler's messages are read.
        text += "\(located(piece))\n_tell(\(index),\n\(piece.code)\n)\n#sourceLocation()\n"
      }
    }
    return text + "}\n"
  }

  private func located(_ piece: Program.Piece) -> String {
    "#sourceLocation(file: \"\(chapter)/\(piece.origin.name)\", line: 1)"
  }

  // MARK: What it rests on

  /// The block, the expressions that rest on it, and all above that these use.
  private static func pieces(for block: CodeOrigin, in program: Program) -> [Program.Piece] {
    let resting = Dependents.closure(of: [block], in: program)
    let wanted = resting.filter { origin in
      if case .link = origin { return true }
      return origin == block
    }
    var used: Set<Substring> = []
    var kept: [Program.Piece] = []
    for piece in program.pieces.reversed() {
      let isWanted = wanted.contains(piece.origin)
      guard isWanted || changes(piece, used) else { continue }
      used.formUnion(names(in: piece.code))
      kept.append(piece)
    }
    return kept.reversed()
  }

  /// Names that code may take from above: no member of something (`x.count`, `.line`), and no argument's label.
  private static func names(in code: String) -> Set<Substring> {
    var names: Set<Substring> = []
    var rest = code[...]
    while let start = rest.firstIndex(where: { $0.isLetter || $0 == "_" }) {
      let name = rest[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let before = code[..<start].suffix(2)
      rest = code[name.endIndex...]
      let isMember = before.hasSuffix(".") && before != ".."
      let mark = code[..<start].last { !$0.isWhitespace }
      let isLabel = rest.first == ":" && (mark == "(" || mark == ",")
      if !isMember, !isLabel, before.last?.isNumber != true { names.insert(name) }
    }
    // What it declares itself, within its functions too, is its own.
    names.subtract(Dependents.declared(code, keywords: Dependents.declarations))
    for line in code.split(separator: "\n") where line.has("func ") {
      for part in line.split(separator: ":").dropLast() {
        let reversed = part.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        names.remove(Substring(String(reversed.reversed())))
      }
    }
    return names
  }

  /// Whether a block declares one of the names, or may give one another value.
  private static func changes(_ piece: Program.Piece, _ names: Set<Substring>) -> Bool {
    guard case .block = piece.origin, piece.mode.place == .script else { return false }
    let outer = Dependents.outermost(piece.code)
    let declared = Dependents.declared(outer, keywords: Dependents.declarations)
    return !names.isDisjoint(with: declared) || assigned(outer).contains { names.contains($0) }
      || piece.code.contains("extension ")
  }

  /// Names at the beginnings of lines that are given a value, or changed by a method: `x = 1`, `x.append(1)`,
  /// `x[0] = 1`.
  private static func assigned(_ code: String) -> [Substring] {
    code.split(separator: "\n").compactMap { line in
      let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let rest = line.dropFirst(name.count)
      let changes = [" = ", " += ", " -= ", " *= ", " /= ", ".", "["]
      guard !name.isEmpty, changes.contains(where: rest.hasPrefix) else { return nil }
      return name
    }
  }
}
