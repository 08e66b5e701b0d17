import WeaveModel
import WeaveSupport
import Yams

/// Math macros for the whole book.
extension BookReader {
  /// What is wrong with a macro, and what to do about it.
  private struct MacroProblem: Error { var message: String }

  /// `macros:` with a line `\R: \mathbb{R}` each.
  mutating func readMacros(_ list: Node, _ place: Position, _ source: Source) {
    guard let entries = list.mapping else {
      report(
        .book, "book.yml", place,
        "'macros' is not a list of commands: write \\R: \\mathbb{R} under it, a line each")
      return
    }
    for (key, value) in entries {
      let place = source.position(key.mark)
      do throws(MacroProblem) {
        book.macros.append(try Self.macro(key, value, place, source))
      } catch {
        report(.book, "book.yml", place, error.message)
      }
    }
    let names = Dictionary(book.macros.map { ($0.name, Self.commands(in: $0.body)) }) { first, _ in first }
    for macro in book.macros where Self.uses(macro.name, in: names) {
      report(.book, "book.yml", macro.place, "\(macro.name) is made of itself: write it with other commands")
      book.macros.removeAll { $0.name == macro.name }
    }
  }

  private static func macro(
    _ key: Node, _ value: Node, _ place: Position, _ source: Source
  ) throws(MacroProblem) -> MathMacro {
    let name = key.string ?? "?"
    guard name.wholeMatch(of: /\\[A-Za-z]+/) != nil else {
      throw MacroProblem(message: "'\(name)' is not a command: write \\ and Latin letters, as in \\R: \\mathbb{R}")
    }
    let quoted = "in single quotes, as in \\norm: '\\lVert #1 \\rVert'"
    guard let text = value.string else {
      throw MacroProblem(message: "what \(name) stands for is a list to YAML: write it \(quoted)")
    }
    let body = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if body.isEmpty { throw MacroProblem(message: "\(name) stands for nothing: write its TeX after the colon") }
    if isCut(value, source) {
      throw MacroProblem(message: "to YAML a comment begins at # here: write what \(name) stands for \(quoted)")
    }
    if let problem = UnseenText.problem(of: name, body) { throw MacroProblem(message: problem) }
    var seen: Set<Int> = [], depth = 0, isEscaped = false
    var characters = body[...]
    while let character = characters.popFirst() {
      if isEscaped || character == "\\" {
        isEscaped = !isEscaped
        continue
      }
      switch character {
      case "#":
        guard let number = characters.popFirst().flatMap({ Int(String($0)) }), number > 0 else {
          throw MacroProblem(message: "a # in \(name) has no number: write #1 to #9 for an argument, \\# for the sign")
        }
        seen.insert(number)
      case "{": depth += 1
      case "}": depth -= 1
      case "%":
        throw MacroProblem(message: "a % in \(name) would hide what follows it in a formula: write \\% for the sign")
      case "$":
        throw MacroProblem(message: "\(name) is part of a formula already: take the $ out, or write \\$ for the sign")
      default: break
      }
      if depth < 0 { break }
    }
    if depth != 0 { throw MacroProblem(message: "the braces of \(name) do not close: add the other one") }
    if let missing = (1...9).first(where: { !seen.contains($0) }), missing <= seen.count {
      throw MacroProblem(message: "\(name) has #\(seen.max()!) and no #\(missing): number its arguments from #1")
    }
    return MathMacro(name: name, body: body, arguments: seen.count, place: place)
  }

  /// ` #1` after a text without quotes is a comment to YAML.
  private static func isCut(_ value: Node, _ source: Source) -> Bool {
    guard case .scalar(let scalar) = value, [.plain, .any].contains(scalar.style), let mark = scalar.mark else {
      return false
    }
    let place = source.position(mark)
    let line = String(decoding: source.bytes[source.lineStart(place.line)..<source.lineEnd(place.line)], as: UTF8.self)
    return line.dropFirst(place.column - 1).contains(/\s#[0-9]/)
  }

  private static func commands(in body: String) -> [String] {
    body.replacing("\\\\", with: " ").matches(of: /\\[A-Za-z]+/).map { String($0.0) }
  }

  /// Whether a macro comes upon itself when it is written out.
  private static func uses(_ name: String, in commands: [String: [String]]) -> Bool {
    var seen: Set<String> = [], waiting = commands[name] ?? []
    while let next = waiting.popLast() {
      if next == name { return true }
      if seen.insert(next).inserted { waiting += commands[next] ?? [] }
    }
    return false
  }
}
