/// Whether each piece of a program is complete Swift by itself: a bracket, a comment, a text or an `#if` that one piece
/// opens and a later one closes would swallow the steps between them.
///
/// The compiler's own parser reads all pieces in one call, with a `}` after each. It is one too many where the piece is
/// complete, and the parser says so there; where it says nothing, or something else, each piece is parsed apart.
struct CompletePieces {
  /// What is looked at: a `fail` block need not be complete, and stands at the end of what it is judged with.
  let pieces: [Program.Piece]

  init(_ program: Program) { pieces = program.pieces.filter { $0.mode.isInProgram } }

  private static let mark = "end-of-"

  /// All pieces, each with its mark.
  var text: String {
    pieces.map { piece in
      "#sourceLocation(file: \"\(piece.origin.name)\", line: 1)\n\(Self.alone(piece))"
        + "#sourceLocation(file: \"\(Self.mark)\(piece.origin.name)\", line: 1)\n}\n"
    }.joined()
  }

  /// Whether that is all that the parser says of `text`.
  func areMarked(_ output: String) -> Bool {
    var missing = Set(pieces.map { Self.mark + $0.origin.name })
    for line in output.split(separator: "\n") where line.contains(": error: ") {
      guard let place = line.firstIndex(of: ":"), missing.remove(String(line[..<place])) != nil,
        line.hasSuffix("error: extraneous '}' at top level")
      else { return false }
    }
    return missing.isEmpty
  }

  /// A piece's code as a file of its own, which is named like it.
  static func alone(_ piece: Program.Piece) -> String {
    let isLink = if case .link = piece.origin { true } else { false }
    // The two expressions of a range are no value, and the elements of one.
    let code =
      !isLink ? piece.code : piece.isPair ? "let boundValue = (\n\(piece.code))" : "let boundValue =\n\(piece.code)"
    return code + (code.hasSuffix("\n") ? "" : "\n")
  }

  /// What the parser says of pieces that were parsed apart. Only a program may have statements at its top level, and no
  /// file but one is it.
  func faults(_ messages: [CompilerMessage]) -> [CompilerMessage] {
    let lines = Dictionary(uniqueKeysWithValues: pieces.map { ($0.origin, Self.alone($0).utf8.count { $0 == 10 }) })
    var faults: [CompilerMessage] = []
    for (index, message) in messages.enumerated() where message.kind == .error {
      if message.text.hasSuffix("not allowed at the top level") { continue }
      var fault = message
      fault.after = message.origin.flatMap { lines[$0] }.map { message.line > $0 } ?? false
      // The end of the file is where a comment ends that nobody closed: what it began with says more.
      if let note = messages.dropFirst(index + 1).first, note.kind == .note, note.text == "comment started here" {
        (fault.line, fault.byteColumn, fault.after) = (note.line, note.byteColumn, false)
      }
      faults.append(fault)
    }
    return faults
  }
}
