import WeaveModel

/// The info string of a Swift fence: `run #id caption="…" timeout=10s`.
struct InfoString {
  var mode: CodeBlock.Mode?
  var attributes = CodeBlock.Attributes()
  /// What is wrong with it, each with the mend; where it is about a word, that word as it stands there.
  var problems: [Problem] = []

  struct Problem {
    var word: String?
    var message: String
  }

  static let modes = CodeBlock.Mode.allCases.map(\.rawValue).joined(separator: ", ")
  static let allowed =
    "#id, caption=\"…\", fold, hide, live, volatile, timeout=10s, tol=1e-6, as=markdown, file=FILE:REGION"

  /// Reads what stands after the language's name.
  init(_ text: Substring) {
    for word in Self.words(text, &problems) {
      var faults: [String] = []
      read(word, &faults)
      problems += faults.map { Problem(word: word.name, message: $0) }
    }
    if mode == nil {
      problems.append(Problem(message: "a Swift block needs a mode: write one of \(Self.modes) after swift"))
    }
  }

  private mutating func read(_ word: Word, _ problems: inout [String]) {
    switch (word.name, word.value) {
    case (let name, nil) where name.hasPrefix("#"):
      let id = String(name.dropFirst())
      if !Self.isIdentifier(id) {
        problems.append("'\(name)' is not an id: letters, digits, - and _ only")
      } else if attributes.id != nil {
        problems.append("a block has one id; there are #\(attributes.id!) and \(name)")
      } else {
        attributes.id = id
      }
    case ("caption", let value?): attributes.caption = Prose(plain: value)
    case ("fold", nil): attributes.fold = true
    case ("hide", nil): attributes.hide = true
    case ("live", nil): attributes.live = true
    case ("volatile", nil): attributes.volatile = true
    case ("timeout", let value?):
      attributes.timeout = Self.seconds(value)
      if attributes.timeout == nil {
        problems.append(
          "timeout=\(value) is not a time up to \(Int(Self.longest)) s: write timeout=10s or timeout=500ms")
      }
    case ("tol", let value?):
      attributes.tolerance = Tolerance(value)
      if attributes.tolerance == nil { problems.append("tol=\(value) is not a tolerance: write tol=1e-6 or tol=5%") }
    case ("file", let value?):
      attributes.file = CodePart(value)
      if attributes.file == nil {
        problems.append("file=\(value) is not a part of a file: write file=code/softmax.swift:NAME")
      }
    case ("as", "markdown"?): attributes.asMarkdown = true
    case ("as", let value?): problems.append("as=\(value) is unknown: the one form is as=markdown")
    case (let name, nil) where CodeBlock.Mode(rawValue: name) != nil:
      if let mode { problems.append("a block has one mode; there are \(mode.rawValue) and \(name)") }
      mode = CodeBlock.Mode(rawValue: name)
    case (let name, nil) where mode == nil && !["caption", "timeout", "tol", "as", "file"].contains(name):
      problems.append("mode '\(name)' is unknown: the modes are \(Self.modes)")
      mode = .show
    case (let name, _):
      problems.append("attribute '\(name)' is unknown or incomplete: allowed are \(Self.allowed)")
    }
  }

  static func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
  }

  /// No block of a book that is built while its author waits takes longer.
  private static let longest = 600.0

  private static func seconds(_ text: String) -> Double? {
    let (digits, unit): (Substring, Double) =
      text.hasSuffix("ms") ? (text.dropLast(2), 0.001) : (text.hasSuffix("s") ? text.dropLast() : "", 1)
    guard let value = Double(digits), value > 0, value * unit <= longest else { return nil }
    return value * unit
  }

  struct Word {
    var name: String
    var value: String?
  }

  /// Splits at spaces; a value may stand in double quotes.
  static func words(_ text: Substring, _ problems: inout [Problem]) -> [Word] {
    var words: [Word] = []
    var rest = text.drop { $0.isWhitespace }
    while !rest.isEmpty {
      let name = rest.prefix { !$0.isWhitespace && $0 != "=" }
      rest = rest[name.endIndex...]
      var word = Word(name: String(name), value: nil)
      if rest.first == "=" {
        rest = rest.dropFirst()
        if rest.first == "\"" {
          rest = rest.dropFirst()
          let value = rest.prefix { $0 != "\"" }
          rest = rest[value.endIndex...]
          if rest.first != "\"" {
            problems.append(Problem(word: String(name), message: "the value of \(name) is not closed: end it with \""))
          }
          rest = rest.dropFirst()
          word.value = String(value)
        } else {
          let value = rest.prefix { !$0.isWhitespace }
          rest = rest[value.endIndex...]
          word.value = String(value)
        }
      }
      words.append(word)
      rest = rest.drop { $0.isWhitespace }
    }
    return words
  }
}
