/// The characters and words that make a number of its digits, and those that part it from its surroundings.
enum NumeralWords {
  /// What a unit is worth as a power of ten, the longest first.
  static let scales: [(word: [Unicode.Scalar], power: Int)] = [
    ("パーセント", -2), ("パーミル", -3), ("percent", -2), ("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12),
    ("ppm", -6), ("%", -2), ("％", -2), ("‰", -3), ("‱", -4), ("割", -1),
    ("十万", 5), ("百万", 6), ("千万", 7), ("十億", 9), ("百億", 10), ("千億", 11), ("十兆", 13), ("百兆", 14), ("千兆", 15),
    ("万", 4), ("億", 8), ("兆", 12), ("京", 16), ("百", 2), ("千", 3),
  ].map { (Array($0.0.unicodeScalars), $0.1) }
  /// What follows where 割 and 兆 are parts of other words.
  static let splitting: Set<Unicode.Scalar> = ["る", "り", "っ", "れ", "ら", "ろ", "合", "当"]

  /// Latin units that may follow the digits at once.
  static let units = measuringUnits.union([
    "V", "k", "m", "cm", "mm", "nm", "µm", "μm", "km", "g", "kg", "mg", "dB", "px", "pt", "em", "rem", "D", "x",
    "tokens", "token", "rad", "deg", "°", "°C", "℃", "Ω", "st", "nd", "rd", "th",
  ])
  /// Of those, the ones of what a machine is measured by: a number in them is a measurement, wherever it stands.
  static let measuringUnits: Set<String> = [
    "B", "KB", "kB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "bit", "bits", "byte", "bytes", "bps",
    "FLOP", "FLOPs", "FLOPS", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "MFLOPs", "GFLOPs", "TFLOPs", "PFLOPs",
    "GFLOPS", "TFLOPS", "PFLOPS", "s", "ms", "ns", "us", "µs", "μs", "ps", "sec", "min", "h", "Hz", "kHz", "MHz", "GHz",
    "W", "kW", "MW", "J", "kJ", "K", "M", "G", "T",
  ]
  /// Of those, the ones whose own first letter is a power of a thousand: the expression has to be in the unit.
  static func isMultiple(_ unit: Substring) -> Bool {
    guard let first = unit.first, units.contains(String(unit)) else { return false }
    return "kKMGTPB".contains(first)
      || ["ms", "ns", "us", "µs", "μs", "ps", "mm", "nm", "µm", "μm", "mg"].contains(unit)
  }

  /// What ends a number, beside spaces and Japanese letters.
  static let breaks = Set(
    "()[]{}（）「」『』【】〔〕〈〉《》、。：；！？・\"“”‘…=＝≈≒≃≅≠≤≥≦≧＜＞|｜→←⇒⇔※".unicodeScalars)
  /// What may stand before a number, or after it, and says nothing of it.
  static let leading = Set("*`~$＄<>,:;'".unicodeScalars)
  static let trailing = Set("*`~$＄.,:;?>，．".unicodeScalars)

  static let signs: Set<Unicode.Scalar> = ["-", "−", "－", "+", "＋", "±"]
  static let rangeSigns: Set<Unicode.Scalar> = ["–", "〜", "～", "~"]
  /// Between spaces they join two numbers, or a number and a letter, to a third.
  static let operators = Set("-−－+＋±–*×÷·⋅∙•/／^√∛∜∕⁄".unicodeScalars)
  static let crosses: Set<Unicode.Scalar> = ["×", "x", "·", "⋅"]

  /// Words that turn the number after them, or before them, into another one.
  static let turningBefore = [
    "マイナス", "ﾏｲﾅｽ", "プラス", "ﾌﾟﾗｽ", "零下", "氷点下", "ルート", "負の", "負", "平方根", "数", "何", "幾",
  ]
  .map(Array.init(scalars:))
  static let turningAfter = [
    "の逆数", "の平方根", "の立方根", "の階乗", "の対数", "の絶対値", "の補数", "乗根", "分の", "数", "余", "マイナス", "ﾏｲﾅｽ", "プラス", "ﾌﾟﾗｽ", "ﾊﾟｰｾﾝﾄ",
    "and a half", "per cent",
  ].map(Array.init(scalars:))
  /// The same in Latin letters, parted by a space.
  static let latinBefore: Set<String> = [
    "minus", "negative", "neg", "plus", "sqrt", "root", "log", "ln", "exp", "sin", "cos", "tan",
  ]
  static let latinAfter: Set<String> = [
    "minus", "plus", "squared", "cubed", "halves", "thirds", "quarters", "fifths", "tenths",
  ]
  /// Between two numbers they make one of both: 三分の5, 3点5, 3・5, 3割5.
  static let aggregates = ["分の", "点", "・", "コンマ", "カンマ", "割"].map(Array.init(scalars:))
  private static let counters = [
    "倍", "時間", "年", "日", "か月", "ヶ月", "ヵ月", "カ月", "ケ月", "箇月", "週間", "日間", "年間", "個", "分", "秒", "周", "回", "歩", "つ",
  ]
  /// 2倍半 is 2.5倍.
  static let halves = counters.map { Array(scalars: $0 + "半") }
  static let notHalves: Set<Unicode.Scalar> = [
    "径", "分", "数", "群", "導", "角", "減", "額", "ば", "精", "順", "音", "期", "年", "月", "日", "球", "円", "面", "端", "身", "値",
  ]
  /// Kanji that may stand beside a number in kanji; others make a word of both, as in 統一 and 百科.
  static let beforeKanji = Set("約計全各毎最".unicodeScalars)
  static let afterKanji = Set("倍個回層本枚次行列点通桁秒人種度年月日時分段組件語歩台箇番位例".unicodeScalars)

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
  }

  /// A space beside which digits look like those of one number: 5\u{200A}0, 1\u{2009}000.
  static func isJoiningSpace(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.isASCII && scalar != "\u{3000}" && isSpace(scalar)
  }

  /// Kana and kanji.
  static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3005...0x3007, 0x3041...0x30FA, 0x30FC...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9F,
      0x20000...0x3FFFF:
      true
    default: false
    }
  }

  static func isHiragana(_ scalar: Unicode.Scalar) -> Bool { (0x3041...0x309F).contains(scalar.value) }
  static func isKanji(_ scalar: Unicode.Scalar) -> Bool {
    isJapanese(scalar) && !(0x3041...0x30FF).contains(scalar.value)
  }

  static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    if isJapanese(scalar) { return true }
    if scalar.isASCII, (0x30...0x39).contains(scalar.value) || (0x61...0x7A).contains(scalar.value | 0x20) {
      return false
    }
    return isSpace(scalar) || breaks.contains(scalar)
  }

  static func digit(_ scalar: Unicode.Scalar) -> (value: Int, isWide: Bool)? {
    switch scalar.value {
    case 0x30...0x39: (Int(scalar.value) - 0x30, false)
    case 0xFF10...0xFF19: (Int(scalar.value) - 0xFF10, true)
    default: nil
    }
  }

  /// Any script's digits, superscripts, Roman numerals and such as ½ and ①.
  static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return digit(scalar) != nil }
    return !isJapanese(scalar) && scalar.properties.numericType != nil
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    !isJapanese(scalar) && scalar.properties.isAlphabetic && !isNumeric(scalar)
  }

  /// The long mark, which without kana before it is a dash.
  static func isLongMark(_ scalar: Unicode.Scalar) -> Bool { scalar == "ー" || scalar == "ｰ" }

  static func isKana(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0xFF66...0xFF9F: true
    default: false
    }
  }

  static let superscripts: [Unicode.Scalar: Int] = [
    "⁰": 0, "¹": 1, "²": 2, "³": 3, "⁴": 4, "⁵": 5, "⁶": 6, "⁷": 7, "⁸": 8, "⁹": 9,
  ]
}

extension [Unicode.Scalar] {
  init(scalars text: String) { self = Array(text.unicodeScalars) }
}

extension String {
  package init(scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}
