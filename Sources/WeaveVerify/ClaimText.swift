import WeaveModel
import WeaveSupport

/// The text of a claim: words that a Bool holds, and no number, for of that nothing would say whether it is true.
enum ClaimText {
  /// What is wrong with it, as the page shows it, and what to write instead.
  static func problem(shown: String, formulas: [FormulaText]) -> String? {
    guard shown.unicodeScalars.contains(where: isSeen) || formulas.contains(where: { !$0.plain.isEmpty }) else {
      return "a claim needs words that a reader can see: write what holds between [ and ]"
    }
    let digits = NumeralReader.readings(in: shown).first { !$0.isKanji && !$0.isLetter(in: shown) }
    let numeral =
      digits.map { String(shown[$0.range]) } ?? formulas.lazy.compactMap(\.numeral).first ?? numeral(inWords: shown)
    return numeral.map {
      "a claim (Bool) has no numeral in its text, here stands \($0): bind it as a number of its own, or say it "
        + "without one"
    }
  }

  private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
    // U+2800 is a blank of Braille.
    if scalar.isUnseen || scalar == "\u{2800}" { return false }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    case .decimalNumber, .letterNumber, .otherNumber, .otherSymbol: return scalar != Surroundings.formula
    case .mathSymbol: return !scalar.isASCII
    default: return false
    }
  }

  // MARK: Numbers in words

  private static let many = Set("十百千万億兆廿卅佰仟萬".unicodeScalars)
  /// Kanji that make no word with the number after them.
  private static let maybeBefore = NumeralWords.beforeKanji.union("数何幾".unicodeScalars)
  /// After any number in kanji they measure.
  private static let units = ["倍", "割", "厘", "分の", "パーセント", "％", "%", "秒", "時間", "分間", "年間"].map(Array.init(scalars:))
  /// After one digit they compare: 五を超える, 一に等しい, 二である.
  private static let comparisons = [
    "を超", "を越", "を上回", "を下回", "を切", "以上", "以下", "以内", "未満", "より", "に等し", "と等し", "に一致", "に満", "に達", "に近",
    "に届", "にな", "である", "であり", "であっ", "でない", "だ", "弱", "強", "前後", "程度",
  ].map(Array.init(scalars:))
  /// Words that begin as numbers do. 十分の一 is a number all the same.
  private static let words = ["四捨五入", "十分", "十字", "百科", "千差万別", "万が一", "万一", "万能", "億劫", "兆し", "兆候"]
    .map(Array.init(scalars:))

  private static func isNumeral(_ scalar: Unicode.Scalar) -> Bool {
    KanjiNumber.contains(scalar) || NumeralWords.isFormalDigit(scalar) || many.contains(scalar)
  }

  /// The first number that `text` says in words; none in 一致, 唯一, 二項 and 三角, where such a sign is part of a word.
  static func numeral(inWords text: String) -> String? {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let word = words.first { scalars[index...].starts(with: $0) }
      let rest = scalars.dropFirst(index + (word?.count ?? 0))
      let isFraction = rest.first == "の" && rest.dropFirst().first.map(isNumeral) ?? false
      if let word, !isFraction {
        index += word.count
      } else if !isNumeral(scalars[index]) {
        index += 1
      } else {
        let end = scalars[index...].firstIndex { !isNumeral($0) } ?? scalars.count
        if let end = number(scalars, index..<end) { return String(scalars: scalars[index..<end]) }
        index = end
      }
    }
    return NumeralWords.magnitude(in: text)
  }

  /// The end of the number with its unit, where `run` is one and no part of a word.
  private static func number(_ scalars: [Unicode.Scalar], _ run: Range<Int>) -> Int? {
    let before = run.lowerBound > 0 ? scalars[run.lowerBound - 1] : nil
    let rest = scalars[run.upperBound...].drop(while: NumeralWords.isSpace)
    let next = rest.first
    let isSplit = next == "割" && rest.dropFirst().first.map(NumeralWords.splitting.contains) ?? false
    if !isSplit, let unit = units.first(where: { rest.starts(with: $0) }) {
      // 三分の一
      return rest.dropFirst(unit.count).firstIndex { !isNumeral($0) } ?? scalars.count
    }
    // 三点五
    if next == "点", rest.dropFirst().first.map(isNumeral) == true { return rest.startIndex + 2 }
    let isCounter = next.map(NumeralWords.afterKanji.contains) ?? false
    let isInWord =
      before.map { NumeralWords.isKanji($0) && !maybeBefore.contains($0) && !NumeralWords.everyday.contains($0) }
      ?? false
    if run.count > 1 || many.contains(scalars[run.lowerBound]) {
      return isCounter || !isInWord && next.map(NumeralWords.isKanji) != true ? run.upperBound : nil
    }
    if isInWord { return nil }
    let isSubject = before.map { "はがも約".unicodeScalars.contains($0) } ?? false
    let isLast = next == nil || next == "、" || next == "。"
    return comparisons.contains { rest.starts(with: $0) } || isSubject && isLast ? run.upperBound : nil
  }
}
