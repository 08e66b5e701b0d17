import WeaveModel
import WeaveSupport

/// Modules that a block imports whole beside one that is to stand apart from them: of two functions with one name Swift
/// takes that which is not generic, and says nothing.
package struct WholeImports {
  private let modules: [BookModule]

  package init(_ modules: [BookModule]) { self.modules = modules }

  /// Each in the blocks of `program`, at its place.
  package func found(in program: Program, of chapter: Chapter) -> [Diagnostic] {
    program.pieces.filter { $0.mode.place == .script }.flatMap { piece in
      found(in: piece.code).map { place, name, module in
        Diagnostic(
          .compile, chapter.source.path,
          chapter.position(of: piece.origin, line: place.line, byteColumn: place.column),
          "'import \(name)' would have names that \(module) has too mean \(name)'s, without a word: name what is "
            + "needed, as in 'import struct \(name).NAME'")
      }
    }
  }

  /// Where the word stands, the module that it brings, and the one that is to stand apart from it.
  private func found(in code: String) -> [(place: Position, name: String, module: String)] {
    guard code.has("import") else { return [] }
    // Outside texts and comments the word is a declaration; one that names what it brings has a keyword after it.
    let text = String(decoding: CodeText(code).bytes, as: UTF8.self)
    return text.matches(of: /\bimport\s+(\w+)/).compactMap { match in
      let name = String(match.1)
      guard let module = modules.first(where: { $0.apart.contains(name) }) else { return nil }
      let before = text[..<match.range.lowerBound]
      let start = before.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
      return (
        Position(
          line: before.count { $0 == "\n" } + 1,
          column: text.utf8.distance(from: start, to: match.range.lowerBound) + 1),
        name, module.product
      )
    }
  }
}
