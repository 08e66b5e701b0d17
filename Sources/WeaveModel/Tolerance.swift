/// How far a number may stray from what was computed: of a block's output (`tol=1e-6`), or of one number in the text (a
/// link's title, `"±0.02"`).
package enum Tolerance: Sendable, Hashable {
  /// In the printed unit: 1 beside 48% is one point, 0.01 beside 3.2億 is 0.01億.
  case absolute(Double)
  /// Of the printed number: 0.05 for 5%.
  case relative(Double)
}

extension Tolerance {
  /// Reads `1e-6`, `5%`, `5 %` and `5％`; nil for anything else, and for what is negative or not finite.
  package init?(_ text: String) {
    let isRelative = text.hasSuffix("%") || text.hasSuffix("％")
    var digits = isRelative ? text.dropLast() : text[...]
    if isRelative { while digits.last?.isWhitespace == true { digits.removeLast() } }
    guard let value = Double(digits), value >= 0, value.isFinite else { return nil }
    self = isRelative ? .relative(value / 100) : .absolute(value)
  }
}
