import WeaveModel
import WeaveSupport

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

  /// Each line of the pin that the output does not give; empty where it gives all. Lines at the start and at the end
  /// that agree are set against each other first, so that one line more or less is told as such.
  static func differences(pin: String, output: String, tolerance: Tolerance?) -> [Difference] {
    let printed = lines(pin)
    let computed = lines(output)
    let comparison = tolerance.map { Comparison($0, pin: printed) }
    func holds(_ a: Substring, _ b: Substring) -> Bool { a == b || comparison?.agree(a, b) ?? false }
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
    case .relative(let bound): return bound > Tolerance.widestRelative ? "\(Int(Tolerance.widestRelative * 100))%" : nil
    case .absolute(let bound):
      var largest = 0.0
      for size in sizes(lines(pin)) {
        // One number that is large enough is, whatever the others are.
        if bound <= size / 2 { return nil }
        largest = max(largest, size)
      }
      return largest > 0 ? "\(largest / 2)" : nil
    }
  }

  /// `output` with the lines of `pin` where they still hold: those within the tolerance are no news.
  static func renewed(pin: String, output: String, tolerance: Tolerance?) -> String {
    let printed = lines(pin), computed = lines(output)
    guard let tolerance, printed.count == computed.count else { return output }
    let comparison = Comparison(tolerance, pin: printed)
    let kept = zip(printed, computed).map { $0 == $1 || comparison.agree($0, $1) ? $0 : $1 }
    return kept.joined(separator: "\n") + (output.hasSuffix("\n") ? "\n" : "")
  }

  /// How large the numbers of a pin are, one after the other; of a very long pin those at its start.
  fileprivate static func sizes(_ lines: [Substring]) -> some Sequence<Double> {
    lines.prefix(mostLines).lazy.flatMap { NumeralReader.numerals(in: String($0.prefix(longestLine))) }
      .map(\.printed.magnitude).filter(\.isFinite)
  }

  /// So many lines that differ are held against the tolerance, and so many characters of each: beyond that, lines are
  /// the same or are not.
  fileprivate static let mostLines = 10_000
  fileprivate static let longestLine = 10_000

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
}

/// Holds lines of a pin against lines of an output, within a tolerance.
private final class Comparison {
  private let tolerance: Tolerance
  private let pin: [Substring]
  private var left = PinCheck.mostLines
  /// Whether the tolerance is rounding noise beside the largest number of the pin.
  private lazy var isNoise: Bool = {
    guard case .absolute(let bound) = tolerance else { return false }
    return PinCheck.sizes(pin).contains { bound <= $0 * Tolerance.noise }
  }()

  init(_ tolerance: Tolerance, pin: [Substring]) { (self.tolerance, self.pin) = (tolerance, pin) }

  /// Numbers within the tolerance, the text between them the same: so are names, dates and what is not read.
  func agree(_ a: Substring, _ b: Substring) -> Bool {
    guard left > 0, a.utf8.count <= PinCheck.longestLine, b.utf8.count <= PinCheck.longestLine else { return false }
    left -= 1
    let (a, b) = (String(a), String(b))
    let first = NumeralReader.numerals(in: a), second = NumeralReader.numerals(in: b)
    guard first.count == second.count, Self.between(a, first) == Self.between(b, second) else { return false }
    return zip(first, second).allSatisfy { $0.isNear($1, bears($0) ? tolerance : .absolute(0)) }
  }

  /// Whether the tolerance says anything of this number: one that may be half as much again is hardly pinned.
  private func bears(_ numeral: Numeral) -> Bool {
    switch tolerance {
    case .relative: true
    case .absolute(let bound): bound <= numeral.printed.magnitude / 2 || isNoise
    }
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
