import WeaveModel
import WeaveSupport

/// Words that a chapter's code does not use: with them it could take the steps of the program around it, change where
/// errors stand, or change what the recorder is made of before it starts.
package enum RefusedWords {
  private static let steps: Set<Substring> = [
    "_planSteps", "_nextStep", "_Step", "_forkBlock", "_surviveBlock", "_finishBlocks", "_runAlone", "BoundValue",
    "_RecordedValue", "_recorded", "_mutated", "_isMutated", "_tellPassed",
  ]
  private static let directives: Set<Substring> = ["sourceLocation", "line"]
  /// What a number or a word of the code is, where nothing else says so.
  private static let literals: Set<Substring> = [
    "IntegerLiteralType", "FloatLiteralType", "BooleanLiteralType", "StringLiteralType",
    "ExtendedGraphemeClusterLiteralType",
    "UnicodeScalarLiteralType", "_MaxBuiltinFloatType", "_MaxBuiltinIntegerType",
  ]
  /// Attributes besides those that begin with an underscore, which are the compiler's own.
  private static let attributes: Set<Substring> = [
    "section", "used", "c", "cdecl", "implementation", "abi", "export", "main",
  ]

  /// Each of them in the pieces of `program`, at its place.
  package static func found(in program: Program, of chapter: Chapter) -> [Diagnostic] {
    program.pieces.flatMap { piece -> [Diagnostic] in
      let isLink = if case .link = piece.origin { true } else { false }
      return found(in: piece.code).map { word in
        Diagnostic(
          .compile, chapter.source.path,
          chapter.position(of: piece.origin, line: word.line + (isLink ? 1 : 0), byteColumn: word.byteColumn),
          word.message)
      }
    }
  }

  package struct Word {
    package var line: Int
    package var byteColumn: Int
    package var message: String
  }

  package static func found(in code: String) -> [Word] {
    // Few chapters have any of these letters.
    guard
      code.utf8.contains(where: { [UInt8(ascii: "_"), UInt8(ascii: "#"), UInt8(ascii: "@")].contains($0) })
        || code.has("BoundValue")
        || code.has("LiteralType")
    else { return [] }
    var found: [Word] = []
    for (number, line) in code.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var rest = line[...]
      while let start = rest.firstIndex(where: isPart) {
        let word = rest[start...].prefix(while: isPart)
        if let message = refusal(of: word, after: line[..<start]) {
          found.append(
            Word(
              line: number + 1, byteColumn: line.utf8.distance(from: line.startIndex, to: start) + 1, message: message))
        }
        rest = rest[word.endIndex...]
      }
    }
    return found
  }

  private static func isPart(_ character: Character) -> Bool {
    character == "_" || character.isLetter || character.isNumber
  }

  private static func refusal(of word: Substring, after before: Substring) -> String? {
    if steps.contains(word) {
      return "'\(word)' belongs to the program around the blocks: take it out, or use another name"
    }
    if literals.contains(word) {
      return "'\(word)' would change what the numbers of the code mean: take it out"
    }
    // Swift lets spaces and backquotes stand between the sign and the word, and a module's name before it.
    var start = before[...]
    func skipSpaces() { while let last = start.last, last == " " || last == "\t" || last == "`" { start.removeLast() } }
    skipSpaces()
    while start.last == "." {
      start.removeLast()
      skipSpaces()
      while let last = start.last, isPart(last) { start.removeLast() }
      skipSpaces()
    }
    let sign = start.last
    if sign == "#", word == "externalMacro" {
      return "'#\(word)' would make code of its own that nobody reads: take it out"
    }
    if sign == "#", directives.contains(word) {
      return "'#\(word)' would move the places of errors and crashes: take it out"
    }
    if sign == "@", word.hasPrefix("_") || attributes.contains(word) {
      return "'@\(word)' would change the program around the blocks: take it out"
    }
    return nil
  }
}
