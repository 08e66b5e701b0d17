import WeaveModel

/// What a compiler says to a piece, without the Markdown's lines: it can be kept while the prose moves.
package struct CompilerDiagnostic: Sendable, Hashable, Codable {
  package var origin: CodeOrigin?
  /// It stands after the piece's last line.
  package var after = false
  package var line = 1
  package var byteColumn = 1
  package var text: String
  package var isWarning = false

  /// Of a piece as a whole.
  package init(_ origin: CodeOrigin?, _ text: String) { (self.origin, self.text) = (origin, text) }

  package func diagnostic(in chapter: Chapter) -> Diagnostic {
    let position =
      origin.map { chapter.position(of: $0, line: after ? Int.max : line, byteColumn: after ? 1 : byteColumn) }
      ?? Position(line: 1, column: 1)
    let text = text + chapter.elsewhere(origin, line: line)
    return Diagnostic(.compile, chapter.source.path, position, text, severity: isWarning ? .warning : .error)
  }
}
