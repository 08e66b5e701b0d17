/// Compares a block's output with its pin.
struct PinCheck {
  /// Where and how the two differ.
  struct Difference: Equatable {
    /// 0-based line of the pin, 0-based character in it.
    var line: Int
    var column: Int
    var printed: String
    var computed: String
  }

  /// Nil where the output is what the pin says.
  static func difference(pin: String, output: String, tolerance: Tolerance?) -> Difference? {
    let printed = lines(pin)
    let computed = lines(output)
    for index in 0..<max(printed.count, computed.count) {
      let a = index < printed.count ? printed[index] : nil
      let b = index < computed.count ? computed[index] : nil
      if a == b { continue }
      guard let a, let b else {
        return Difference(
          line: index, column: 0, printed: whole(a), computed: whole(b))
      }
      if let tolerance, agree(String(a), String(b), tolerance) { continue }
      return difference(a, b, line: index)
    }
    return nil
  }

  /// `output` with the lines of `pin` where they still hold: those within the tolerance are no news.
  static func renewed(pin: String, output: String, tolerance: Tolerance?) -> String {
    let printed = lines(pin), computed = lines(output)
    guard let tolerance, printed.count == computed.count else { return output }
    let kept = zip(printed, computed).map { $0 == $1 || agree(String($0), String($1), tolerance) ? $0 : $1 }
    return kept.joined(separator: "\n") + (output.hasSuffix("\n") ? "\n" : "")
  }

  private static func lines(_ text: String) -> [Substring] {
    let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
    return body.isEmpty ? [] : body.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The first words of two lines that differ.
  private static func difference(_ a: Substring, _ b: Substring, line: Int) -> Difference {
    let common = zip(a, b).prefix { $0 == $1 }.count
    func isWord(_ c: Character) -> Bool { c.isLetter || c.isNumber || "+-.".contains(c) }
    let back = a.prefix(common).reversed().prefix(while: isWord).count
    func word(_ text: Substring) -> Substring {
      let rest = text.dropFirst(common - back)
      let word = rest.prefix(while: isWord)
      return word.isEmpty || word.count < back ? rest : word
    }
    var (printed, computed) = (word(a), word(b))
    // One line goes on where the other ends: what follows says more than the last word that they share.
    if printed == computed { (printed, computed) = (a.dropFirst(common), b.dropFirst(common)) }
    return Difference(line: line, column: common, printed: shown(printed), computed: shown(computed))
  }

  private static func whole(_ line: Substring?) -> String {
    line.map { $0.isEmpty ? "an empty line" : shown($0) } ?? "nothing"
  }

  private static func shown(_ text: Substring) -> String {
    if text.isEmpty { return "the line's end" }
    let words = text.drop { $0 == " " }
    return words.isEmpty ? "spaces at the line's end" : words.count > 40 ? "\(words.prefix(40))…" : String(words)
  }

  /// Numbers within the tolerance, the text between them the same.
  private static func agree(_ a: String, _ b: String, _ tolerance: Tolerance) -> Bool {
    let first = Numeral.all(in: a)
    let second = Numeral.all(in: b)
    guard first.count == second.count, between(a, first) == between(b, second) else { return false }
    return zip(first, second).allSatisfy { tolerance.allows($0.value, $1.value) }
  }

  private static func between(_ text: String, _ numerals: [Numeral]) -> [Substring] {
    var parts: [Substring] = []
    var index = text.startIndex
    for numeral in numerals {
      parts.append(text[index..<numeral.range.lowerBound])
      index = numeral.range.upperBound
    }
    return parts + [text[index...]]
  }
}

extension Tolerance {
  /// Whether `computed` is near enough to `printed`.
  func allows(_ printed: Double, _ computed: Double) -> Bool {
    switch self {
    case .absolute(let bound): (printed - computed).magnitude <= bound
    case .relative(let bound): (printed - computed).magnitude <= bound * printed.magnitude
    }
  }
}
