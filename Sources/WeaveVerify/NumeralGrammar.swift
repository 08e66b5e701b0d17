/// The grammar of one numeral: sign, digits, power of ten, unit.
extension NumeralReader {
  /// What reads as a numeral from `start` on, and where it ends; a unit that does not scale it is passed over.
  package func numeral(at start: Int) -> (Numeral, end: Int)? {
    var index = start
    var numeral = plainNumeral(digits: "", script: .halfWidth)
    if let sign = at(index), NumeralWords.signs.contains(sign) {
      numeral.sign = sign
      index += 1
    }
    guard let isWide = at(index).flatMap(NumeralWords.digit)?.isWide, readDigits(&numeral, &index, isWide) else {
      return nil
    }
    if isWide { numeral.script = .fullWidth }
    if numeral.decimals == 0, numeral.separator == nil {
      if readFraction(&numeral, &index, isWide) {
        numeral.range = range(start, index)
        return (numeral, index)
      }
      if numeral.digits == "10", !isWide, let power = power(at: index) {
        (numeral.form, numeral.digits, numeral.exponent) = (.power, "1", power.exponent)
        numeral.middle = string(index, power.end)
        index = power.end
      }
    }
    if numeral.form == .decimal, let power = exponent(at: index) ?? timesPower(at: index) {
      numeral.exponent = power.exponent
      numeral.middle = string(index, power.end)
      index = power.end
    }
    if let scale = scale(at: index) {
      numeral.scale = scale.power
      numeral.scalingUnit = string(index, scale.end)
      index = scale.end
    }
    numeral.range = range(start, index)
    return (numeral, numeral.scalingUnit.isEmpty ? endOfTextUnit(at: index) ?? index : index)
  }

  /// Digits of one width, in groups of three where there are separators.
  private func readDigits(_ numeral: inout Numeral, _ index: inout Int, _ isWide: Bool) -> Bool {
    func digits(_ index: inout Int) -> String? {
      var text = ""
      while let digit = at(index).flatMap(NumeralWords.digit) {
        guard digit.isWide == isWide else { return nil }
        text += String(digit.value)
        index += 1
      }
      return text
    }
    func isDigit(_ index: Int) -> Bool { at(index).flatMap(NumeralWords.digit) != nil }
    guard var whole = digits(&index) else { return false }
    // 007 is a name, and 0,500 might be either.
    if whole.count > 1, whole.hasPrefix("0") { return false }
    let first = whole
    while let comma = at(index), comma == "," || comma == "，", isDigit(index + 1) {
      guard (1...3).contains(first.count), first != "0", numeral.separator == nil || numeral.separator == comma else {
        return false
      }
      index += 1
      guard let group = digits(&index), group.count == 3 else { return false }
      numeral.separator = comma
      whole += group
    }
    if let point = at(index), point == "." || point == "．", isDigit(index + 1) {
      index += 1
      guard let fraction = digits(&index) else { return false }
      numeral.point = point
      numeral.decimals = fraction.count
      whole += fraction
    }
    numeral.digits = whole
    return whole.count <= 400
  }

  /// `1/8`, `3分の1`.
  private func readFraction(_ numeral: inout Numeral, _ index: inout Int, _ isWide: Bool) -> Bool {
    let isSpoken = starts(index, with: "分の")
    guard isSpoken || at(index) == "/" || at(index) == "／" || at(index) == "⁄" else { return false }
    var other = plainNumeral(digits: "", script: .halfWidth)
    var end = index + (isSpoken ? 2 : 1)
    guard at(end).flatMap(NumeralWords.digit)?.isWide == isWide, readDigits(&other, &end, isWide), other.decimals == 0,
      other.separator == nil
    else { return false }
    let (top, bottom) = isSpoken ? (other.digits, numeral.digits) : (numeral.digits, other.digits)
    guard bottom != "0", max(top.count, bottom.count) < 10 else { return false }
    (numeral.form, numeral.digits) = (.fraction(bottom: bottom), top)
    numeral.middle = string(index, isSpoken ? index + 2 : index + 1)
    index = end
    return true
  }

  /// `e-7`
  private func exponent(at start: Int) -> (exponent: Int, end: Int)? {
    guard at(start) == "e" || at(start) == "E" else { return nil }
    return wholeNumber(at: start + 1, minuses: ["-", "−"], pluses: ["+"]) {
      NumeralWords.digit($0).flatMap { $0.isWide ? nil : $0.value }
    }
  }

  /// `×10⁻⁷`, `× 10^6`
  private func timesPower(at start: Int) -> (exponent: Int, end: Int)? {
    let cross = afterSpaces(start)
    guard let scalar = at(cross), NumeralWords.crosses.contains(scalar) else { return nil }
    let ten = afterSpaces(cross + 1)
    return starts(ten, with: "10") ? power(at: ten + 2) : nil
  }

  /// `⁻⁷`, `^-7`
  private func power(at start: Int) -> (exponent: Int, end: Int)? {
    if at(start) == "^" {
      return wholeNumber(at: start + 1, minuses: ["-", "−"], pluses: ["+"]) {
        NumeralWords.digit($0).flatMap { $0.isWide ? nil : $0.value }
      }
    }
    return wholeNumber(at: start, minuses: ["⁻"], pluses: ["⁺"]) { NumeralWords.superscripts[$0] }
  }

  private func wholeNumber(
    at start: Int, minuses: Set<Unicode.Scalar>, pluses: Set<Unicode.Scalar>, digit: (Unicode.Scalar) -> Int?
  ) -> (exponent: Int, end: Int)? {
    var index = start
    let isNegative = at(index).map(minuses.contains) ?? false
    if isNegative || at(index).map(pluses.contains) ?? false { index += 1 }
    var value: Int?
    while let next = at(index).flatMap(digit) {
      value = (value ?? 0) * 10 + next
      guard value! < Self.tooLarge else { return nil }
      index += 1
    }
    return value.map { (isNegative ? -$0 : $0, index) }
  }

  /// A unit that stands for a power of ten; typography may put a space before it.
  package func scale(at start: Int) -> (power: Int, end: Int)? {
    let index = afterSpaces(start)
    guard !scalars[start..<index].contains("\n"),
      let (word, power) = NumeralWords.scales.first(where: { starts(index, with: $0.word) })
    else { return nil }
    let end = index + word.count
    if let next = at(end) {
      if word.last!.isASCII, word.last != "%", NumeralWords.isLetter(next) { return nil }
      if word == ["割"], NumeralWords.splitting.contains(next) { return nil }
      if word == ["兆"], next == "候" { return nil }
    }
    return (power, end)
  }

  /// The end of a unit in Latin letters that follows at once and scales nothing: `GB`, `TB/s`, `m²`, `4-bit`.
  package func endOfTextUnit(at start: Int) -> Int? {
    func word(_ index: Int) -> Int {
      var end = index
      while let scalar = at(end), NumeralWords.isLetter(scalar) || "°℃Ω".unicodeScalars.contains(scalar) { end += 1 }
      return end
    }
    if at(start) == "-" {
      let end = word(start + 1)
      return end > start + 2 ? end : nil
    }
    var end = word(start)
    guard end > start, NumeralWords.units.contains(string(start, end)) else {
      return at(start) == "×" && closes(start + 1) ? start + 1 : nil
    }
    if let scalar = at(end), scalar == "²" || scalar == "³", string(start, end).hasSuffix("m") { end += 1 }
    if at(end) == "/" {
      let rest = word(end + 1)
      if rest > end + 1 { end = rest }
    }
    return end
  }
}
