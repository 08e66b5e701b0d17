import Foundation
import WeaveModel

/// One line of the compiler's: what it says and to which piece of the program.
package struct CompilerMessage: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Codable { case error, warning, note }
  package var kind: Kind
  /// Nil where the compiler names no place of ours.
  package var origin: CodeOrigin?
  /// The message stands after the piece: brackets that the piece left open, or the value's type.
  package var after: Bool
  package var line: Int
  package var byteColumn: Int
  package var text: String

  /// Reads `block-3:2:5: error: …` lines; excerpts and everything else are left out, and names of pieces that the
  /// program has not.
  package static func read(_ output: String, _ program: Program) -> [CompilerMessage] {
    let known = Set(program.pieces.map(\.origin))
    var messages: [CompilerMessage] = [], seen: Set<CompilerMessage> = []
    for line in output.split(separator: "\n") {
      guard var message = CompilerMessage(line: line) else { continue }
      if let origin = message.origin, !known.contains(origin) { message.origin = nil }
      if seen.insert(message).inserted { messages.append(message) }
    }
    return messages
  }

  /// Whether a name is used above its declaration, in the compiler's words for one function.
  static func tellsOfEarlyUse(_ text: String) -> Bool {
    text.contains("use of local variable") || text.contains("before it is declared")
  }

  private init?(line: Substring) {
    for kind in [Kind.error, .warning, .note] {
      guard let mark = line.range(of: ": \(kind.rawValue): ") else { continue }
      let place = line[..<mark.lowerBound].split(separator: ":", omittingEmptySubsequences: false)
      guard place.count >= 3, let row = Int(place[place.count - 2]), let column = Int(place[place.count - 1]) else {
        continue
      }
      let path = place.dropLast(2).joined(separator: ":")
      let name = path.split(separator: "/").last ?? ""
      let found = CodeOrigin.named(name)
      self.kind = kind
      origin = found?.origin
      after = found?.after ?? false
      // An expression is its piece's second line, alone.
      if case .link = found?.origin, row > 2 { after = true }
      self.line = row
      byteColumn = column
      text = String(line[mark.upperBound...])
      return
    }
    // A message without a place: a missing module, a crash of the compiler.
    guard line.hasPrefix("<unknown>:0: error: ") || line.hasPrefix("error: ") else { return nil }
    kind = .error
    origin = nil
    after = false
    self.line = 1
    byteColumn = 1
    text = String(line.drop { $0 != " " }.dropFirst())
  }
}
