/// The numerals that stand free of a source, and why: all that no rule here frees is bound, cited or waived.
///
/// A quantity of an experiment (32次元, 12本, 7層, 16枚) is never among them, however often the text repeats it.
package struct FreeRule: Sendable {
  /// As `weave numbers` calls it.
  package var name: String
  package var reason: String
  /// Markdown, in each of which every numeral is free by this rule; and such that holds one which no rule frees.
  package var examples: [String]
  package var counterexamples: [String]
  var holds: @Sendable (Sighting) -> Bool

  package static let all: [FreeRule] = [
    FreeRule(
      name: "name", reason: "it tells one name from another",
      examples: ["GPT-2", "Top-2", "x86-64", "Llama2", "H<sub>2</sub>O", "$`\\text{GPT-2}`$"],
      counterexamples: ["GPTは2", "Top-99.9%", "2-GPT", "Acc99.9", "Key8本", "Expert4個", "Query16次元"]
    ) { seen in
      if let formula = seen.formula { return formula.isInName && formula.isWhole }
      return seen.isName && Self.isName(seen.text) && !Self.isCount(seen)
    },
    FreeRule(
      name: "code", reason: "it is a piece of the chapter's program, or one digit of such a piece",
      examples: ["`weights[2]`", "`f(3)`", "`x + 1`", "`$0`"],
      counterexamples: [
        "`99.9%`", "`12`", "`1.5e3 x`は12", "`-3`", "`train(steps: 600)`", "`train(seed: 2)`", "`k = 2`",
      ]
    ) { seen in
      let isCode = seen.code?.contains { $0.isASCII && $0.isLetter || "＄()[]{}=_<>:\"".contains($0) } ?? false
      // A value given to a name is a setting of the program, or none of its.
      let isGiven = ":=<>".contains(seen.before.last { $0 != " " } ?? "0")
      return isCode && (seen.isInProgram || seen.digits.count == 1 && seen.decimals == 0 && !isGiven)
    },
    FreeRule(
      name: "address", reason: "a publication or a page is found by it",
      examples: ["arXiv:2104.09864", "<https://example.org/1706.03762>"],
      counterexamples: ["arXivの2104", "https://例の99.9"]
    ) { seen in
      let word = seen.before.utf8.reversed().prefix { (0x21...0x7E).contains($0) }.reversed()
      let start = String(decoding: word, as: UTF8.self).lowercased()
      return start.contains("://") || ["arxiv:", "doi:", "isbn:"].contains(where: start.hasSuffix)
    },
    FreeRule(
      name: "ordinal", reason: "it says which one in a row, not how many: 第6回, 2節, 3番目, a heading that is a number",
      examples: ["第13回", "付録3", "演習2", "3.1節", "2章", "3番目", "2層目", "1回目", "\n\n# 3\n\n甲", "\n\n## 一\n\n乙"],
      counterexamples: ["3番", "32層", "6回", "回目は12", "付録は12", "小数第2位", "\n\n# 3本\n\n甲"]
    ) { seen in
      if seen.isTitle, seen.isPlain { return true }
      guard seen.isPlain || seen.isName || Self.isSection(seen) else { return false }
      // The last place of a number says how exactly it is known.
      if seen.before.hasSuffix("小数第") { return false }
      let words = ["第", "付録", "演習", "解答", "Section ", "Theorem ", "§"]
      if words.contains(where: seen.before.hasSuffix), seen.decimals == 0 || !seen.after.hasPrefix("%") { return true }
      if ["節", "章", "番目", "つ目"].contains(where: seen.after.hasPrefix) { return seen.scale == 0 }
      let counter = seen.after.prefix(4).prefix { $0 != "目" }
      return seen.whole != nil && (1...3).contains(counter.count) && counter.count < seen.after.prefix(4).count
        && counter.unicodeScalars.allSatisfy { NumeralWords.isJapanese($0) && !NumeralWords.isHiragana($0) }
    },
    FreeRule(
      name: "date", reason: "a year or a day says when",
      examples: ["2017年", "（2017）", "2024年3月4日", "2024-01-01"],
      counterexamples: ["（2048）", "（1024）", "32年", "512年", "3日"]
    ) { seen in
      if seen.isName { return Self.isDate(seen.text) }
      guard let value = seen.whole else { return false }
      let isYear = (1900...2047).contains(value)
      if isYear, seen.after.first == "年" { return true }
      if isYear, "（(".contains(seen.before.last ?? " "), "）)".contains(seen.after.first ?? " ") { return true }
      return seen.before.last == "年" && seen.after.first == "月" || seen.before.last == "月" && seen.after.first == "日"
    },
    FreeRule(
      name: "few", reason: "1つ to 3つ count what the text itself names next to it, or point at one of it",
      examples: ["1つ", "2つの見方", "3つ", "一つ", "三つ", "Expert1つ", "1つ分かる"],
      counterexamples: ["4つ", "32つ", "3個", "0つ", "2つのKey", "3つの層", "1つだけ使う", "2つを選ぶ", "1つおき", "2つ分"]
    ) { seen in
      let counted = seen.isName && Self.isCount(seen) ? Int(seen.digits) : seen.whole
      let value = seen.isKanji ? ["一": 1, "二": 2, "三": 3][seen.text] : counted
      guard let value, (1...3).contains(value), seen.rest.first == "つ" else { return false }
      return !Self.isSetting(seen.rest.dropFirst(), value)
    },
    FreeRule(
      name: "each", reason: "1語ずつ, 1層ごと: one at a time says no quantity",
      examples: ["1語ずつ", "1トークンあたり", "1層ごとに", "1本ずつ"],
      counterexamples: ["1語", "12語ずつ", "1層の模型"]
    ) { seen in
      guard seen.whole == 1 else { return false }
      let counter = seen.after.prefix { $0.unicodeScalars.allSatisfy { !NumeralWords.isHiragana($0) } && $0.isLetter }
      let rest = seen.after.dropFirst(counter.count)
      return (1...5).contains(counter.count) && ["ずつ", "ごと", "あたり", "につき"].contains(where: rest.hasPrefix)
    },
    FreeRule(
      name: "word", reason: "一 before a counter says 'a' or 'once', and 十分 is no ten",
      examples: ["一度だけ", "一枚の地図", "一歩", "十分に", "十分条件", "十分小さい", "二度と", "万が一"],
      counterexamples: ["一秒", "二倍", "十倍", "十分の一", "一である", "三本"]
    ) { seen in
      guard seen.isKanji, case .numeral = seen.kind else { return false }
      if seen.text == "十" {
        return ["分に", "分な", "分条件", "分大き", "分小さ", "分多", "分長"].contains(where: seen.after.hasPrefix)
      }
      if seen.text == "一", seen.before.hasSuffix("万が") { return true }
      if seen.text == "二" { return seen.after.hasPrefix("度と") }
      return seen.text == "一" && "度歩種点枚人行本組段回個例".contains(seen.after.first ?? " ")
        && !["度以", "点以", "点数"].contains(where: seen.after.hasPrefix)
    },
    FreeRule(
      name: "bound", reason: "0 and 1 where they limit what a value can be at all",
      examples: ["0から1", "0か1", "1以下", "0より大きい", "0で割る", "0でない", "$`x\\ge0`$", "$`[0,1]`$"],
      counterexamples: ["0件", "1層", "0になる", "値は1", "2以上", "1倍", "1より悪い", "$`p=1`$", "$`q=(1,0)`$", "$`[0,5]`$"]
    ) { seen in
      guard let value = seen.whole, value <= 1, !seen.isKanji else { return false }
      if let formula = seen.formula { return formula.isLimit }
      let after = ["以上", "以下", "未満", "より大き", "より小さ", "を超え", "を下回", "で割", "でな", "に近"]
      if after.contains(where: seen.after.hasPrefix) { return true }
      let pairs = ["から", "か", "〜", "–"]
      let other = value == 0 ? "1" : "0"
      return pairs.contains { seen.after.hasPrefix($0 + other) && Self.ends(seen.after.dropFirst($0.count + 1)) }
        || Self.ends(seen.after) && pairs.contains { seen.before.hasSuffix(other + $0) }
    },
    FreeRule(
      name: "power", reason: "2乗 and 3乗 name what is done to a number",
      examples: ["2乗", "3乗の和"],
      counterexamples: ["20乗", "2次元", "2倍"]
    ) { seen in
      seen.whole.map { (2...4).contains($0) } ?? false && seen.after.first == "乗"
    },
    FreeRule(
      name: "index", reason: "lowered beside a letter it names an element",
      examples: ["$`W_1`$", "$`x_{12}`$", "$`u_{i+1}`$"],
      counterexamples: ["$`x_{99.9}`$", "$`x_{1024}`$", "$`\\sum_{i=32}`$"]
    ) { seen in
      guard let formula = seen.formula else { return false }
      return formula.script == .lowered && formula.isWhole && formula.digits.count <= 2
        && (!formula.isRelated || seen.whole.map { $0 <= 1 } ?? false)
    },
    FreeRule(
      name: "exponent", reason: "raised over a letter it is a part of the formula's definition",
      examples: ["$`x^2`$", "$`\\sigma^{-1}`$", "$`W^{(2)}`$"],
      counterexamples: ["$`10^{-12}`$", "$`2^{16}`$", "$`\\sum_i^{8}`$", "$`x^{64}`$", "$`e^{-2}`$"]
    ) { seen in
      guard let formula = seen.formula else { return false }
      return formula.isExponent && formula.isWhole && formula.digits.count == 1 && !formula.isRelated
    },
    FreeRule(
      name: "constant", reason: "one digit that multiplies, divides or moves a letter belongs to the formula: 2π",
      examples: ["$`2\\pi`$", "$`n-1`$", "$`\\frac{1}{n}`$", "$`x/2`$", "$`2(n+1)`$", "$`4d`$", "$`1+e^{-z}`$"],
      counterexamples: ["$`d=64`$", "$`n=8`$", "$`12d^2`$", "$`8/64`$", "$`(3,3)`$", "$`0.5x`$", "$`f(3)`$", "$`k=2`$"]
    ) { seen in
      guard let formula = seen.formula else { return false }
      return formula.isCoefficient && formula.isWhole && formula.digits.count == 1
    },
  ]

  /// Whether what follows 1つ to 3つ says how many of something an experiment has, or takes.
  private static func isSetting(_ after: Substring, _ value: Int) -> Bool {
    // 2つ分 is a measure, 1つ分かる is not.
    if after.first == "分", !"かけりる".contains(after.dropFirst().first ?? " ") { return true }
    if ["だけ", "しか", "を選", "を使", "ずつの", "おき"].contains(where: after.hasPrefix) { return true }
    let parts = [
      "Key", "Query", "Value", "Expert", "トークン", "語", "ヘッド", "層", "ブロック", "スロット", "チャネル", "入力", "文書", "トピック", "得点",
      "重み",
    ]
    return value > 1 && parts.contains { after.hasPrefix("の" + $0) }
  }

  /// Key8本 is a word and a count of eight.
  private static func isCount(_ seen: Sighting) -> Bool {
    guard seen.text.last?.isNumber == true, seen.text.allSatisfy({ $0.isLetter || $0.isNumber }),
      let next = seen.rest.unicodeScalars.first
    else { return false }
    return (next == "つ" || NumeralWords.afterKanji.contains(next)) && !seen.rest.hasPrefix("行列")
  }

  /// The rule by which a numeral stands free, if one does.
  static func of(_ seen: Sighting) -> FreeRule? { all.first { $0.holds(seen) } }

  private static func isName(_ text: String) -> Bool {
    let isPlain = text.unicodeScalars.allSatisfy {
      NumeralWords.isLetter($0) || NumeralWords.digit($0)?.isWide == false || "-_/+".unicodeScalars.contains($0)
        || $0 == Surroundings.tag
    }
    return isPlain && text.unicodeScalars.first.map(NumeralWords.isLetter) ?? false
  }

  /// 3.1, and not 99.9.
  private static func isSection(_ seen: Sighting) -> Bool {
    seen.decimals > 0 && seen.digits.count <= 3 && seen.scale == 0 && seen.exponent == 0 && !seen.isKanji
      && seen.formula == nil && !seen.before.hasSuffix("-")
      && seen.text.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
  }

  /// 2024-01-01
  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.count) == [4, 2, 2] && text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "-") }
      && "12".contains(text.first!)
  }

  /// Whether no digit or sign goes on with the number.
  private static func ends(_ after: Substring) -> Bool {
    guard let next = after.first else { return true }
    return !next.isNumber && !".,%％．，件層個本枚次倍つ割万億".contains(next)
  }
}
