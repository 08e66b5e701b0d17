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

  /// Each line of the pin that the output does not give; empty where it gives all. Lines at the start and at the end that
  /// agree are set against each other first, so that one line more or less is told as such.
  static func differences(pin: String, output: String, tolerance: Tolerance?) -> [Difference] {
    let printed = lines(pin)
    let computed = lines(output)
    func holds(_ a: Substring, _ b: Substring) -> Bool {
      a == b || tolerance.map { agree(String(a), String(b), $0) } ?? false
    }
    let start = zip(printed, computed).prefix(while: holds).count
    let end = zip(printed.dropFirst(start).reversed(), computed.dropFirst(start).reversed()).prefix(while: holds).count
    let a = printed[start..<printed.count - end], b = computed[start..<computed.count - end]
    var found: [Difference] = []
    for (offset, (line, other)) in zip(a, b).enumerated() where !holds(line, other) {
      found.append(difference(line, other, line: start + offset))
    }
    let common = min(a.count, b.count)
    for (offset, line) in a.dropFirst(common).enumerated() {
      found.append(Difference(line: start + common + offset, column: 0, printed: whole(line), computed: "nothing"))
    }
    let more = b.dropFirst(common)
    if let line = more.first {
      let rest = more.count > 1 ? " and \(more.count - 1) more line\(more.count > 2 ? "s" : "")" : ""
      found.append(Difference(line: start + common, column: 0, printed: "nothing", computed: whole(line) + rest))
    }
    return found
  }

  /// The widest tolerance that still says something of the numbers in a pin, where `tolerance` is wider: half of the
  /// largest of them.
  static func tooWide(_ tolerance: Tolerance, for pin: String) -> String? {
    switch tolerance {
    case .relative(let bound): bound > Tolerance.widestRelative ? "\(Int(Tolerance.widestRelative * 100))%" : nil
    case .absolute(let bound):
      NumeralReader.numerals(in: pin).map(\.printed.magnitude).filter(\.isFinite).max().flatMap { largest in
        bound > largest / 2 && largest > 0 ? "\(largest / 2)" : nil
      }
    }
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

  private static func whole(_ line: Substring) -> String { line.isEmpty ? "an empty line" : shown(line) }

  private static func shown(_ text: Substring) -> String {
    if text.isEmpty { return "the line's end" }
    let words = text.drop { $0 == " " }
    return words.isEmpty ? "spaces at the line's end" : words.count > 40 ? "\(words.prefix(40))…" : String(words)
  }

  /// Numbers within the tolerance, the text between them the same: so are names, dates and what is not read.
  private static func agree(_ a: String, _ b: String, _ tolerance: Tolerance) -> Bool {
    let first = NumeralReader.numerals(in: a), second = NumeralReader.numerals(in: b)
    guard first.count == second.count, between(a, first) == between(b, second) else { return false }
    return zip(first, second).allSatisfy { $0.isNear($1, tolerance) }
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
  /// A number that may be half as much again says little, one that may be twice as much nothing.
  static let widestRelative = 0.5

  /// The widest tolerance that still says something of a number, where this one is wider: half of it, or a hundred units
  /// of its last digit where that is more, as it is for 0.00.
  func widest(for numeral: Numeral) -> String? {
    switch self {
    case .relative(let bound): return bound > Self.widestRelative ? "\(Int(Self.widestRelative * 100))%" : nil
    case .absolute(let bound):
      let unit = Double("1e\(numeral.exponent - numeral.decimals)")!
      let widest = max(numeral.printed.magnitude / 2, 100 * unit)
      return bound > widest ? "\(widest)" : nil
    }
  }
}
