import WeaveModel

/// How wide a tolerance may be and still say something of the number beside it.
extension Tolerance {
  /// A number that may be half as much again says little, one that may be twice as much nothing.
  static let widestRelative = 0.5
  /// What an absolute tolerance may be of the largest number beside it to be noise of rounding.
  package static let noise = 1e-6

  /// The widest tolerance that still says something of a number, where this one is wider, and by which rule: half of
  /// it, and a hundred units of its last digit; of 0.00 one unit.
  func widest(for numeral: Numeral) -> (String, rule: String)? {
    switch self {
    case .relative(let bound):
      return bound > Self.widestRelative ? ("\(Int(Self.widestRelative * 100))%", "half") : nil
    case .absolute(let bound):
      let half = numeral.printed.magnitude / 2
      // A fraction's last digit counts parts.
      let parts = if case .fraction(let bottom) = numeral.form { Double(bottom) ?? 1 } else { 1.0 }
      let lastDigitPower = numeral.exponent - numeral.decimals
      let (widest, rule) =
        half == 0
        ? (Double("1e\(lastDigitPower)")! / parts, "one unit of the last digit")
        : [(half, "half"), (Double("1e\(lastDigitPower + 2)")! / parts, "100 units of the last digit")]
          .min { $0.0 < $1.0 }!
      return bound > widest ? ("\(widest)", rule) : nil
    }
  }
}
