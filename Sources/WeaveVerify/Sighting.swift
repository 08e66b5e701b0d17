import WeaveSupport

/// A numeral of the page as the rules look at it: itself, and what stands around it.
struct Sighting {
  enum Kind { case numeral, name, refused(form: String) }

  var kind: Kind
  /// As it is shown: all of a cluster that is not read.
  var text: String
  /// Digits before and after the point, how many of them after it; of a name those of its first number.
  var digits = ""
  var decimals = 0
  var exponent = 0
  var scale = 0
  var value = Double.nan
  var isKanji = false
  /// A digit and nothing else.
  var isPlain = false
  /// The text before and after it, in its block.
  var before: Substring = ""
  var after: Substring = ""
  /// It is all of a heading or a title.
  var isTitle = false
  /// What follows all of it: of a name `after` begins within.
  var rest: Substring = ""
  /// The code that it stands in, and whether the chapter's program has the same.
  var code: String?
  var isInProgram = false
  var formula: FormulaNumeral?

  var isName: Bool { if case .name = kind { true } else { false } }

  /// Its value where it is a whole number in digits, without a sign, a unit or a power.
  var whole: Int? { isPlain ? Int(digits) : nil }

  init(_ reading: Reading, in text: String) {
    self.text = String(text[reading.range])
    isKanji = reading.isKanji
    var own = reading.range
    switch reading.kind {
    case .numeral(let numeral):
      kind = .numeral
      (digits, decimals, exponent, scale) = (numeral.digits, numeral.decimals, numeral.exponent, numeral.scale)
      value = numeral.value
      isPlain = numeral.form == .decimal && decimals == 0 && exponent == 0 && scale == 0 && numeral.sign == nil
    case .name, .refused:
      kind = if case .refused(let form) = reading.kind { .refused(form: form) } else { .name }
      func isDigit(_ scalar: Unicode.Scalar) -> Bool { NumeralWords.digit(scalar) != nil }
      let cluster = text[reading.range].unicodeScalars
      guard let start = cluster.firstIndex(where: isDigit) else { break }
      let run = cluster[start...].prefix { isDigit($0) || $0 == "." }
      let parts = run.split(separator: ".").map { part in
        part.map { String(NumeralWords.digit($0)!.value) }.joined()
      }
      (digits, decimals) = (parts.prefix(2).joined(), parts.count == 2 ? parts[1].count : 0)
      value = Double(parts.prefix(2).joined(separator: ".")) ?? .nan
      own = start..<run.endIndex
      // 48%拾, 7×10⁻⁵拾: what the number says is there to see, whatever cannot be read beside it.
      if case .refused = kind {
        let rest = Array(text[own.upperBound...].unicodeScalars.prefix { $0 != " " }.prefix(8))
        scale = NumeralWords.scales.first { rest.starts(with: $0.word) }?.power ?? 0
        let sign = rest.dropFirst().first.map { "+-−".unicodeScalars.contains($0) } ?? false
        let isPower = ["e", "E"].contains(rest.first) && rest.dropFirst(sign ? 2 : 1).first.map(isDigit) ?? false
        if isPower || rest.starts(with: "×10".unicodeScalars) { exponent = 1 }
      }
    }
    // No word is longer, and no address that a reader could read.
    let reach = 400
    let from = text.index(own.lowerBound, offsetBy: -reach, limitedBy: text.startIndex) ?? text.startIndex
    let to = text.index(own.upperBound, offsetBy: reach, limitedBy: text.endIndex) ?? text.endIndex
    (before, after) = (text[from..<own.lowerBound], text[own.upperBound..<to])
    rest = text[min(reading.range.upperBound, to)..<to]
  }

  init(_ numeral: FormulaNumeral) {
    kind = .numeral
    text = numeral.text
    (digits, decimals) = (numeral.digits, numeral.decimals)
    scale = numeral.isPercent ? -2 : 0
    exponent = numeral.isPower ? 1 : 0
    isPlain = numeral.isWhole
    if decimals == 0 {
      value = Double(digits) ?? .nan
    } else if !numeral.isPower {
      value = Double(numeral.text) ?? .nan
    }
    formula = numeral
  }

  /// A number that a formula says in words.
  init(words: String) {
    (kind, text, isKanji) = (.numeral, words, true)
  }
}

/// What makes a numeral look like a measurement, wherever it stands.
struct Measurement: Sendable {
  var name: String
  var holds: @Sendable (Sighting) -> Bool

  /// In digits; the first that holds.
  static func of(_ seen: Sighting) -> Measurement? { seen.isKanji ? nil : all.first { $0.holds(seen) } }

  private static let all: [Measurement] = [
    Measurement(name: "a decimal") { $0.decimals > 0 },
    // 3×10⁻⁷, 1e-5
    Measurement(name: "a power of ten") { $0.exponent != 0 },
    Measurement(name: "a percentage") { $0.scale == -2 },
    // 512, 1,024
    Measurement(name: "three digits or more") { $0.digits.count >= 3 },
    // 16 GB, 3 倍, 2 万, 5 ms
    Measurement(name: "a number with a unit") { seen in
      // 3割 is as often a way of speaking as it is a measurement.
      if seen.scale != 0, seen.scale != -1 { return true }
      let rest = seen.after.drop { $0 == " " }
      if Self.japaneseUnits.contains(where: { rest.hasPrefix($0) }) { return true }
      let word = rest.prefix { $0.isASCII && $0.isLetter || $0 == "µ" || $0 == "μ" }
      return NumeralWords.measuringUnits.contains(String(word))
    },
  ]

  private static let japaneseUnits = ["倍", "万", "億", "兆", "秒", "ミリ秒", "分間", "時間", "バイト", "ビット", "パーセント", "ポイント"]
}
