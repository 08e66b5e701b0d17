/// Words and signs that make another number of the one beside them, and that are not read.
extension NumeralWords {
  /// As the signs of everyday words too: 参照, 陸上, 正規化, 極値, 記載.
  static let everyday = Set("参參伍陸漆拾什溝正載極幺肆".unicodeScalars)
  private static let noNumbers = Set("両兩两".unicodeScalars)
  private static let large = Set("垓秭𥝱穣穰澗".unicodeScalars)

  /// 零, 壱, 廿, 萬, 垓 and others that count, and are in no other word.
  static func isFormalDigit(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x3400, isKanji(scalar), !everyday.contains(scalar), !noNumbers.contains(scalar) else {
      return false
    }
    return large.contains(scalar) || scalar.properties.numericType != nil
  }

  /// The same of a sign that is in other words too, by what stands on its far side.
  static func isDigit(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
    everyday.contains(scalar) && next.map { !isKanji($0) && !"しせるめりっいうえお".unicodeScalars.contains($0) } ?? true
  }

  static func isDigit(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Bool {
    everyday.contains(scalar) && previous.map { !isKanji($0) } ?? true
  }

  /// In kana and kanji.
  static let magnitudes = [
    "ミリオン", "ビリオン", "トリリオン", "サウザンド", "ハンドレッド", "ダース", "恒河沙", "阿僧祇", "那由他", "不可思議", "無量大数", "厘",
  ].map(Array.init(scalars:))
  /// In Latin letters, in any case, and with an s or th at the end.
  private static let latinMagnitudes: Set<String> = [
    "hundred", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "dozen", "lakh", "crore",
    "percent",
    "permille", "bn", "mn", "tn", "pct", "bp", "ppb",
  ]

  static func isMagnitude(_ word: String) -> Bool {
    let word = word.lowercased()
    return ["", "s", "th", "ths"].contains {
      word.hasSuffix($0) && latinMagnitudes.contains(String(word.dropLast($0.count)))
    }
  }

  /// The first word of `text` that says a number, in kana or in Latin letters.
  static func magnitude(in text: String) -> String? {
    let kana = ["ミリオン", "ビリオン", "トリリオン", "無量大数"].first(where: text.contains)
    let words = text.split { !($0.isASCII && $0.isLetter) }.map(String.init)
    return kana ?? words.first { isMagnitude($0) || latinNumbers.contains($0.lowercased()) }
  }

  private static let latinNumbers: Set<String> = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty",
    "forty", "fifty",
    "sixty", "seventy", "eighty", "ninety", "twice", "thrice", "twofold", "threefold", "tenfold",
  ]
}
