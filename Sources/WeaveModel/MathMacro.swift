/// A command that the book's formulas use: `\R: \mathbb{R}` in `book.yml`.
package struct MathMacro: Sendable, Hashable {
  /// With its backslash.
  package var name: String
  /// In TeX; `#1` to `#9` are its arguments.
  package var body: String
  /// How many of them it takes.
  package var arguments: Int
  /// Where the book's list has it.
  package var place: Position

  package init(name: String, body: String, arguments: Int, place: Position) {
    (self.name, self.body, self.arguments, self.place) = (name, body, arguments, place)
  }

  /// As a formula uses it.
  package func call(_ argument: String) -> String { name + String(repeating: "{\(argument)}", count: arguments) }
}

/// A formula's TeX with the book's macros written out, and where each of its bytes comes from.
package struct ExpandedTeX: Sendable, Hashable {
  package var tex: String
  /// Of each byte the one of the formula as its author wrote it; of what a macro brings, the macro's own place there.
  private var origins: [Int]
  /// Whether the author wrote it there, and no macro brought it.
  private var written: [Bool]

  package init(tex: String, origins: [Int], isWritten: [Bool]) {
    (self.tex, self.origins, written) = (tex, origins, isWritten)
  }

  package func origin(of offset: Int) -> Int { origins.indices.contains(offset) ? origins[offset] : origins.last ?? 0 }

  /// Whether these bytes stand in the formula as its author wrote it, in one piece.
  package func isWritten(_ range: Range<Int>) -> Bool {
    range.allSatisfy { written[$0] && origins[$0] == origins[range.lowerBound] + $0 - range.lowerBound }
  }

  /// Whether all of them are a macro's.
  package func isMade(_ range: Range<Int>) -> Bool { range.allSatisfy { !written[$0] } }
}

extension Formula {
  /// What KaTeX sets, and what the audit reads.
  package var shown: String { expansion?.tex ?? tex }

  /// The byte of the TeX as it is written from which a byte of `shown` comes.
  package func origin(of offset: Int) -> Int { expansion?.origin(of: offset) ?? offset }

  /// Where a byte of the TeX stands. In a list or a quote the source has more on each line than the TeX: lines are
  /// matched, then the column is counted from where the TeX's line stands in the source's.
  package func position(of offset: Int, in source: Source) -> Position {
    let before = Array(tex.utf8.prefix(offset))
    let lines = before.split(separator: 10, omittingEmptySubsequences: false)
    guard lines.count > 1 else { return source.position(at: self.offset + offset) }
    let number = source.line(at: self.offset) + lines.count - 1
    guard number <= source.lineStarts.count else { return source.position(at: self.offset) }
    let texLine = tex.split(separator: "\n", omittingEmptySubsequences: false)[lines.count - 1]
    let sourceLine = String(source.line(number)) ?? ""
    let indent = sourceLine.firstRange(of: texLine).map { sourceLine[..<$0.lowerBound].utf8.count } ?? 0
    return source.position(line: number, byteColumn: indent + lines[lines.count - 1].count + 1)
  }
}
