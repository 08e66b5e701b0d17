import WeaveModel
import WeaveSupport

/// A chapter's code as one program, in pieces that remember where they come from.
package struct Program: Sendable {
  package let pieces: [Piece]
  /// The modules that all of it sees.
  let modules: [String]

  /// One block or one bound expression.
  package struct Piece: Sendable, Hashable {
    package var origin: CodeOrigin
    package var mode: CodeBlock.Mode
    package var code: String
    /// How many of the chapter's headings stand above it.
    package var section = 0
  }

  /// The pieces of `chapter` in the order in which they run; `without` leaves some out.
  package init(_ chapter: Chapter, without removed: Set<CodeOrigin> = []) {
    let headings = chapter.headings.filter { $0.level <= Self.lowestHeading }.map(\.line)
    func section(_ line: Int) -> Int { headings.count { $0 <= line } }
    var pieces: [Piece] = []
    var expressions: [Int: [Piece]] = [:]
    for link in chapter.links {
      if case .expression(let code, let after) = link.target {
        expressions[after, default: []].append(
          Piece(
            origin: .link(link.index), mode: .run, code: code,
            section: section(chapter.source.line(at: link.range.lowerBound))))
      }
    }
    pieces += expressions[0] ?? []
    for block in chapter.blocks {
      if block.mode.isCompiled {
        pieces.append(
          Piece(
            origin: .block(block.index), mode: block.mode, code: block.code,
            section: section(block.fenceLine)))
      }
      pieces += expressions[block.index + 1] ?? []
    }
    self.pieces = pieces.filter { !removed.contains($0.origin) }
    modules = chapter.imports
  }

  /// The level of the smallest headings that part a program: below it a section has a block or two.
  private static let lowestHeading = 3

  private init(pieces: [Piece], modules: [String]) { (self.pieces, self.modules) = (pieces, modules) }

  /// Whether there is anything to compile.
  package var isEmpty: Bool { pieces.isEmpty }

  /// The program for a `fail` block: all that runs above it, and it.
  func judging(_ block: Int) -> Program {
    let end = pieces.firstIndex { $0.origin == .block(block) }!
    var kept = pieces[..<end].filter { piece in
      if case .block = piece.origin { return piece.mode.place == .script }
      return false
    }
    var judged = pieces[end]
    judged.mode = .run
    kept.append(judged)
    return Program(pieces: kept, modules: modules)
  }

  /// The first `count` pieces.
  package func prefix(_ count: Int) -> Program { Program(pieces: Array(pieces.prefix(count)), modules: modules) }
}
