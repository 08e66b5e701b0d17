import WeaveModel

/// Writes the book's macros out in formulas, as TeX does: KaTeX sets, and the audit reads, what comes of it.
package struct MacroExpansion: Sendable {
  private let macros: [String: MathMacro]

  package init(_ macros: [MathMacro]) {
    self.macros = Dictionary(macros.map { ($0.name, $0) }) { first, _ in first }
  }

  package struct Fault: Error {
    /// A byte of the TeX.
    package var offset: Int
    package var message: String
  }

  /// A command, or a sign.
  private struct Token {
    var text: Substring
    /// A byte of the formula, and whether it stands there itself.
    var origin: Int
    var isWritten: Bool
    var isSpace: Bool { text.allSatisfy { " \n\t".contains($0) } }
    /// A letter after it would be one of its name.
    var isWord: Bool { text.utf8.count > 1 && text.utf8.last!.isLetter }
  }

  /// What a formula may come to, in commands and signs.
  private static let most = 20_000
  private static let mostSteps = 1000

  /// Nil where the formula uses none of them.
  package func expansion(of tex: String) throws(Fault) -> ExpandedTeX? {
    guard !macros.isEmpty, tex.utf8.contains(UInt8(ascii: "\\")) else { return nil }
    var rest = Self.tokens(tex[...])
    guard rest.contains(where: { macros[String($0.text)] != nil }) else { return nil }
    rest.reverse()
    var made: [Token] = [], steps = 0
    while let token = rest.popLast() {
      guard let macro = macros[String(token.text)] else {
        made.append(token)
        continue
      }
      steps += 1
      if steps > Self.mostSteps || made.count + rest.count > Self.most {
        throw Fault(offset: token.origin, message: "\(macro.name) makes more of this formula than can be set: use less")
      }
      var arguments: [[Token]] = []
      Self.dropSpaces(&rest)
      for _ in 0..<macro.arguments { arguments.append(try Self.argument(of: macro, at: token.origin, &rest)) }
      rest += Self.written(macro, arguments, at: token.origin).reversed()
    }
    return Self.joined(made)
  }

  private static func dropSpaces(_ rest: inout [Token]) { while rest.last?.isSpace == true { rest.removeLast() } }

  /// What the braces hold, or the one sign that stands there.
  private static func argument(
    of macro: MathMacro, at origin: Int, _ rest: inout [Token]
  ) throws(Fault) -> [Token] {
    let count = macro.arguments
    let fault = Fault(
      offset: origin,
      message: "\(macro.name) takes \(count == 1 ? "an argument" : "\(count) arguments"): write \(macro.call("…"))")
    dropSpaces(&rest)
    guard let first = rest.popLast(), first.text != "}" else { throw fault }
    guard first.text == "{" else { return [first] }
    var tokens: [Token] = [], depth = 1
    while let token = rest.popLast() {
      if token.text == "{" { depth += 1 }
      if token.text == "}" { depth -= 1 }
      if depth == 0 { return tokens }
      tokens.append(token)
    }
    throw fault
  }

  private static func written(_ macro: MathMacro, _ arguments: [[Token]], at origin: Int) -> [Token] {
    var made: [Token] = []
    let body = tokens(macro.body[...])
    var index = 0
    while index < body.count {
      if body[index].text == "#", index + 1 < body.count, let number = Int(body[index + 1].text),
        arguments.indices.contains(number - 1)
      {
        made += arguments[number - 1]
        index += 2
      } else {
        made.append(Token(text: body[index].text, origin: origin, isWritten: false))
        index += 1
      }
    }
    return made
  }

  private static func joined(_ tokens: [Token]) -> ExpandedTeX {
    var bytes: [UInt8] = [], origins: [Int] = [], isWritten: [Bool] = []
    func add(_ token: Token) {
      for (index, byte) in token.text.utf8.enumerated() {
        bytes.append(byte)
        origins.append(token.isWritten ? token.origin + index : token.origin)
        isWritten.append(token.isWritten)
      }
    }
    for (index, token) in tokens.enumerated() {
      // \alpha and x are not \alphax.
      if index > 0, tokens[index - 1].isWord, token.text.utf8.first!.isLetter {
        add(Token(text: " ", origin: token.origin, isWritten: false))
      }
      add(token)
    }
    return ExpandedTeX(tex: String(decoding: bytes, as: UTF8.self), origins: origins, isWritten: isWritten)
  }

  /// The commands and signs of a TeX.
  private static func tokens(_ tex: Substring) -> [Token] {
    var tokens: [Token] = []
    let scalars = tex.unicodeScalars
    var index = scalars.startIndex, offset = 0
    while index < scalars.endIndex {
      var end = scalars.index(after: index)
      if scalars[index] == "\\", end < scalars.endIndex {
        let isName = isLetter(scalars[end])
        end = scalars.index(after: end)
        while isName, end < scalars.endIndex, isLetter(scalars[end]) { end = scalars.index(after: end) }
      }
      let text = tex[index..<end]
      tokens.append(Token(text: text, origin: offset, isWritten: true))
      offset += text.utf8.count
      index = end
    }
    return tokens
  }

  /// As KaTeX has it: an @ is a letter of a command's name.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && UInt8(scalar.value).isLetter
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
      || self == UInt8(ascii: "@")
  }
}

extension Book {
  /// Each macro by itself, with x for its arguments: what cannot be set so is a bad one.
  package var macroTrials: Chapter {
    let expansion = MacroExpansion(macros)
    var trials = Chapter("book.yml", source: Source(path: "", text: ""), title: "")
    trials.formulas = macros.map { macro in
      var formula = Formula(tex: macro.call("x"), display: true, offset: 0)
      formula.expansion = try? expansion.expansion(of: formula.tex)
      return formula
    }
    return trials
  }
}

extension Chapter {
  /// Writes the book's macros out in its formulas; tells at its place what cannot be.
  mutating func expand(_ macros: MacroExpansion, _ report: (Diagnostic) -> Void) {
    for index in formulas.indices {
      do throws(MacroExpansion.Fault) {
        formulas[index].expansion = try macros.expansion(of: formulas[index].tex)
      } catch {
        let place = formulas[index].position(of: error.offset, in: source)
        report(Diagnostic(.math, source.path, place, error.message))
      }
    }
  }
}
