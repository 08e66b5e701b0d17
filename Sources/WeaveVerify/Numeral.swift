import WeaveModel

/// A printed number, read whole: sign, digits, power of ten and the unit that scales it. `−1,234.50`, `6.65×10⁻⁷`,
/// `12.5 %`, `3万`, `1/8`, `千分の一`.
package struct Numeral: Sendable, Hashable {
  package enum Form: Sendable, Hashable {
    case decimal
    /// `10⁻³`, with no number before it.
    case power
    /// `1/8`, `3分の1`: what stands below the line.
    case fraction(bottom: String)
  }
  package enum Script: Sendable, Hashable { case halfWidth, fullWidth, kanji }

  package var form: Form
  package var sign: Unicode.Scalar?
  /// Digits without separators; a fraction's are those above the line.
  package var digits: String
  /// Digits after the point.
  package var decimals: Int
  package var exponent: Int
  /// The power of ten that the unit stands for: −2 for %, 4 for 万.
  package var scale: Int
  /// Where it stands in the text, its unit included where that scales it.
  package var range: Range<String.Index>
  /// Why it cannot be bound as it stands: a word beside it makes another number of it (`√ 2`, `マイナス5`).
  var objection: String?

  /// How it was written, for writing another one the same way.
  package var script: Script
  package var separator: Unicode.Scalar?
  package var point: Unicode.Scalar
  /// From the digits to the unit: `×10⁻⁷`, `e-7`; in a fraction the line.
  package var middle: String
  /// The unit that scales it, with the spaces before it: ` %`, `万`. One that is text (GB) is none of the numeral.
  package var scalingUnit: String

  static let minuses: Set<Unicode.Scalar> = ["-", "−", "－"]
  package var isNegative: Bool { sign.map(Self.minuses.contains) ?? false }
  var isPercent: Bool { scale == -2 }

  /// A fraction and a bare power of ten name a value exactly; a computed one only comes near. Times what stands below
  /// the line it has to be what stands above it, divided by the power of ten it has to be 1, to this many decimals.
  private static let exactDecimals = 6
  private var roundingDecimals: Int { form == .decimal ? decimals : Self.exactDecimals }

  private var bottom: ExactDecimal {
    if case .fraction(let bottom) = form { ExactDecimal(decimal: bottom)! } else { ExactDecimal(1) }
  }

  /// What stands for `value` in the place of the digits, before rounding: it is divided by the unit and by the power of
  /// ten; of a fraction it is what stands above the line.
  private func inPrintedUnit(_ value: ExactDecimal) -> ExactDecimal {
    (value * bottom).scaled(by: -exponent - scale)
  }

  /// Whether `value`, rounded to the printed decimals, is this numeral.
  package func matches(_ value: ExactDecimal) -> Bool {
    let (negative, rounded) = inPrintedUnit(value).rounded(to: roundingDecimals)
    let own = String((digits + String(repeating: "0", count: roundingDecimals - decimals)).drop { $0 == "0" })
    guard (own.isEmpty ? "0" : own) == rounded else { return false }
    switch sign {
    case "+", "＋", "±": return !value.isNegative
    default: return isNegative == negative
    }
  }

  /// Whether `value` is as near as `tolerance` says; an absolute one counts in the printed unit. Both are exact: a
  /// Double what its bits say, the tolerance what is written.
  func isNear(_ value: ExactDecimal, _ tolerance: Tolerance) -> Bool {
    isNear(timesBottom: value * bottom, tolerance)
  }

  /// The same of a value that is already times what stands below the line.
  private func isNear(timesBottom value: ExactDecimal, _ tolerance: Tolerance) -> Bool {
    let distance = (top - value).magnitude
    switch tolerance {
    case .absolute(let bound):
      guard let bound = ExactDecimal(decimal: bound.description) else { return false }
      return ExactDecimal.isWithin(distance, bound.scaled(by: scale) * bottom)
    case .relative(let bound):
      guard let bound = ExactDecimal(decimal: bound.description) else { return false }
      return ExactDecimal.isWithin(distance, bound * top.magnitude)
    }
  }

  /// The same of two printed numbers; what they count in is text.
  func isNear(_ other: Numeral, _ tolerance: Tolerance) -> Bool {
    form == other.form && scale == other.scale && scalingUnit == other.scalingUnit
      && isNear(timesBottom: other.top, tolerance)
  }

  /// The value, times what stands below the line.
  private var top: ExactDecimal {
    ExactDecimal(decimal: (isNegative ? "-" : "") + digits)!.scaled(by: exponent + scale - decimals)
  }

  /// Whether two numerals print the same value.
  func isEqual(to other: Numeral) -> Bool { (top * other.bottom - other.top * bottom).isZero }

  /// As near as a Double comes, for showing by how much a number moves.
  package var value: Double { double(scale) }

  /// The same in the printed unit: 12 for 12%.
  package var printed: Double { double(0) }

  private func double(_ scale: Int) -> Double {
    let divisor = if case .fraction(let bottom) = form { Double(bottom) ?? .nan } else { 1.0 }
    return (Double("\(isNegative ? "-" : "")\(digits)e\(exponent + scale - decimals)") ?? .nan) / divisor
  }

  // MARK: Writing

  /// `value` in this numeral's form, rounded half away from zero to its decimals; nil where the form cannot hold it.
  package func written(_ value: ExactDecimal) -> String? {
    switch form {
    case .decimal: return decimal(value)
    case .power: return power(value)
    case .fraction(let bottom): return fraction(value, over: bottom)
    }
  }

  private func decimal(_ value: ExactDecimal) -> String? {
    let (negative, rounded) = inPrintedUnit(value).rounded(to: decimals)
    // A power or a unit says in which order of magnitude the number lies: that of nothing says nothing.
    if rounded == "0", !value.isZero, exponent != 0 || scale > 0 { return nil }
    guard let sign = sign(negative, isBelowZero: value.isNegative) else { return nil }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - rounded.count)) + rounded
    guard let whole = whole(String(padded.dropLast(decimals))) else { return nil }
    let fraction = decimals > 0 ? String(Character(point)) + wide(padded.suffix(decimals)) : ""
    return sign + whole + fraction + middle + scalingUnit
  }

  /// The sign as it was written; nil where `±` would stand before a negative value.
  private func sign(_ negative: Bool, isBelowZero: Bool) -> String? {
    if negative {
      switch sign {
      case "±": return nil
      case "+": return "-"
      case "＋": return "－"
      case let sign?: return String(Character(sign))
      case nil: return script == .fullWidth ? "－" : "-"
      }
    }
    guard let sign, !isNegative else { return "" }
    return isBelowZero ? (sign == "±" ? nil : "") : String(Character(sign))
  }

  private func whole(_ digits: String) -> String? {
    if script == .kanji { return Int(digits).flatMap(KanjiNumber.text) }
    guard let separator else { return wide(digits) }
    var grouped: [Character] = []
    for (offset, digit) in digits.reversed().enumerated() {
      if offset > 0, offset % 3 == 0 { grouped.append(Character(separator)) }
      grouped.append(digit)
    }
    return wide(String(grouped.reversed()))
  }

  private func wide(_ digits: some StringProtocol) -> String {
    guard script == .fullWidth else { return String(digits) }
    return String(
      digits.map { digit in
        digit.isASCII && digit.isNumber ? Character(Unicode.Scalar(digit.unicodeScalars.first!.value + 0xFEE0)!) : digit
      })
  }

  private static let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

  private func power(_ value: ExactDecimal) -> String? {
    // A computed value may lie a hair under its power.
    guard let order = value.order else { return nil }
    for exponent in [order, order + 1] where exponent.magnitude < NumeralReader.tooLarge {
      var other = self
      (other.exponent, other.sign) = (exponent, nil)
      guard other.matches(value.magnitude), let sign = sign(value.isNegative, isBelowZero: value.isNegative) else {
        continue
      }
      let text = String(exponent)
      if middle.hasPrefix("^") { return sign + "10^" + text + scalingUnit }
      return sign + "10" + String(text.map { $0 == "-" ? "⁻" : Self.superscripts[$0.wholeNumberValue!] }) + scalingUnit
    }
    return nil
  }

  /// `value` as a whole number, without its sign; nil where it is none, or 0.
  private static func wholeNumber(_ value: ExactDecimal) -> String? {
    let (_, digits) = value.rounded(to: exactDecimals)
    guard digits != "0", digits.count > exactDecimals else { return nil }
    return digits.hasSuffix(String(repeating: "0", count: exactDecimals)) ? String(digits.dropLast(exactDecimals)) : nil
  }

  /// Whether a fraction with the same number below the line is `value`.
  func isMultiple(_ value: ExactDecimal) -> Bool { Self.wholeNumber(value * bottom) != nil }

  private func fraction(_ value: ExactDecimal, over bottom: String) -> String? {
    var (top, bottom) = (Self.wholeNumber(value * ExactDecimal(decimal: bottom)!), bottom)
    // A part of one stays a part of one.
    if digits == "1", let divisor = Double(value.plain(significant: 17)), divisor != 0,
      case let inverse = (1 / divisor.magnitude).rounded(), (1..<1e9).contains(inverse),
      Self.wholeNumber(value * ExactDecimal(inverse)!) == "1"
    {
      (top, bottom) = ("1", String(Int(inverse)))
    }
    guard let top, let sign = sign(value.isNegative, isBelowZero: value.isNegative) else { return nil }
    if script == .kanji {
      guard let top = Int(top).flatMap(KanjiNumber.text), let bottom = Int(bottom).flatMap(KanjiNumber.text) else {
        return nil
      }
      return sign + bottom + middle + top
    }
    return sign + (middle == "分の" ? wide(bottom) + middle + wide(top) : wide(top) + middle + wide(bottom))
  }
}

extension ExactDecimal {
  /// In plain digits, rounded to `significant` ones at least: what a message offers where a form cannot hold a value.
  package func plain(significant: Int) -> String {
    let places = max(0, significant - 1 - (order ?? 0))
    let (negative, digits) = rounded(to: places)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let fraction = padded.suffix(places).reversed().drop { $0 == "0" }.reversed()
    return (negative ? "-" : "") + padded.dropLast(places) + (fraction.isEmpty ? "" : "." + String(fraction))
  }
}
