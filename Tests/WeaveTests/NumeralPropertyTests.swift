import Testing
import WeaveModel
import WeaveParse
import WeaveSupport
import WeaveVerify

/// Random numerals in every form and in random surroundings, printed here by other means than the reader's.
struct NumeralPropertyTests {
  /// The value m · 10^power in one way of writing.
  struct Form: Sendable {
    var power: Int
    var limit: Int
    var isWide = false
    var isKanji = false
    var write: @Sendable (Int) -> String

    func text(_ m: Int, sign: String) -> String { sign + write(m) }

    func value(_ thousandths: Int) -> ExactDecimal { ExactDecimal(decimal: "\(thousandths)e\(power - 3)")! }
  }

  struct Random {
    var state: UInt64

    /// - Parameter seed: is printed, so that what fails can be told from another draw.
    init(seed: UInt64, _ test: String = #function) {
      state = seed
      print("numerals: seed \(seed) for \(test)")
    }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }
  }

  static let point: @Sendable (Int, Int) -> String = { m, decimals in
    var unit = 1
    for _ in 0..<decimals { unit *= 10 }
    let fraction = String(m % unit)
    return decimals == 0 ? "\(m)" : "\(m / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  static let grouped: @Sendable (Int) -> String = { m in
    var parts: [String] = [], rest = m
    while rest >= 1000 {
      parts.append(String(String(1000 + rest % 1000).dropFirst()))
      rest /= 1000
    }
    return ([String(rest)] + parts.reversed()).joined(separator: ",")
  }

  static let wide: @Sendable (String) -> String = { text in
    let digits = Array("０１２３４５６７８９")
    return String(text.map { $0 == "," ? "，" : $0 == "." ? "．" : $0.wholeNumberValue.map { digits[$0] } ?? $0 })
  }

  static let kanji: @Sendable (Int) -> String = { m in
    let ones = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"],
      more = ["", "", "二", "三", "四", "五", "六", "七", "八", "九"]
    var text = ""
    if m >= 1000 { text += more[m / 1000] + "千" }
    if m / 100 % 10 > 0 { text += more[m / 100 % 10] + "百" }
    if m / 10 % 10 > 0 { text += more[m / 10 % 10] + "十" }
    return text + ones[m % 10]
  }

  static func form(_ random: inout Random) -> Form {
    let decimals = random.below(5), point = point
    let space = random.pick(["", " ", "\u{A0}", "\u{2009}", "\u{202F}"])
    let units = [
      ("%", -2), ("％", -2), ("‰", -3), ("万", 4), ("億", 8), ("兆", 12), ("千", 3), ("百万", 6), ("千億", 11), ("割", -1),
      ("パーセント", -2), (" ppm", -6),
    ]
    switch random.below(9) {
    case 0: return Form(power: -decimals, limit: 1_000_000) { point($0, decimals) }
    case 1: return Form(power: 0, limit: 1_000_000_000, write: grouped)
    case 2: return Form(power: -decimals, limit: 100_000, isWide: true) { [wide] in wide(point($0, decimals)) }
    case 3: return Form(power: 0, limit: 1_000_000_000, isWide: true) { [wide, grouped] in wide(grouped($0)) }
    case 4:
      let exponent = random.below(60) - 30
      let text = String(exponent).map { $0 == "-" ? "⁻" : String(Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[$0.wholeNumberValue!]) }.joined()
      let cross = random.pick(["×", " × ", " ·"])
      return Form(power: exponent - decimals, limit: 100_000) { point($0, decimals) + cross + "10" + text }
    case 5:
      let exponent = random.below(60) - 30, mark = random.pick(["e", "E", "×10^"])
      return Form(power: exponent - decimals, limit: 100_000) { point($0, decimals) + "\(mark)\(exponent)" }
    case 6: return Form(power: 0, limit: 10_000, isKanji: true, write: kanji)
    default:
      let (unit, power) = random.pick(units)
      return Form(power: power - decimals, limit: 1_000_000) { point($0, decimals) + space + unit }
    }
  }

  static func sign(_ random: inout Random, _ form: Form) -> String {
    form.isKanji ? "" : random.pick(["", "", "-", "−", "－", "+"])
  }
  static func isMinus(_ sign: String) -> Bool { ["-", "−", "－"].contains(sign) }

  static let before = ["", "", "約", "は", "、", "（", "「", "「A」の", "GPT-2の", "d = ", "**", "値は ", "第"]
  static let after = ["", "", "である", "、", "）", "。", "個", " bytes", " tokens", "**", "に等しい", "倍"]
  /// Beside any of these it is another number, or none.
  static let turningBefore = [
    "–", "—", "√", "√ ", ".", "マイナス", "ルート", "負の", "2^", "10^", "1:", "_", "x", "2(", "f(", "-(", "5 × ", "n − ", "- ",
    "± ", "2*", "½", "²", "Ⅳ", "３.", "1/√", "\\", "&minus;",
  ]
  static let turningAfter = [
    "²", "⁵", "½", "π", " π", "!", "^2", "×n", " × n", "′", "_1", "\u{301}", "-9", ":30", "Ⅳ", "x3", "の逆数", "の平方根",
    "分の", "乗根", "の階乗", "(n)", " + x", " ²", "e", "\u{200B}7", ".5.", "万億", "₂", "<sup>2", "'0",
  ]

  private static func bound(_ before: String, _ text: String, _ after: String, _ random: inout Random) -> BoundText {
    switch random.below(3) {
    case 0: BoundText(before + text + after)
    case 1: BoundText(text, before: before, after: after)
    default: BoundText(before + text, before: "", after: after)
    }
  }

  /// In ordinary surroundings a numeral is what it says, and promote writes what another value says.
  @Test func everyFormIsReadBackAndPromoted() throws {
    var random = Random(seed: 17)
    for _ in 0..<10_000 {
      let form = Self.form(&random), sign = Self.sign(&random, form)
      let m = 2 + random.below(form.limit - 2), other = 2 + random.below(form.limit - 2)
      let text = form.text(m, sign: sign)
      var before = random.pick(Self.before), after = random.pick(Self.after)
      // Kanji beside kanji are a word.
      if form.isKanji {
        (before, after) = (random.pick(["", "約", "は", "（"]), random.pick(["", "倍", "個", "である", "）"]))
      }
      // A hyphen after a kanji is refused.
      if !form.isKanji, ["約", "第"].contains(before) { before = "は" }
      let isNegative = Self.isMinus(sign)
      let link = Self.bound(before, text, after, &random)
      let strayed = m * 1000 + random.below(998) - 499
      let value = form.value(isNegative ? -strayed : strayed)
      #expect(link.verdict(for: [value]) == .holds, "'\(before)|\(text)|\(after)'")
      guard other != m else { continue }
      let turns = random.below(2) == 0 && !form.isKanji
      let moved = (other * 1000 + random.below(998) - 499) * (isNegative != turns ? -1 : 1)
      guard case .differs(let corrections) = link.verdict(for: [form.value(moved)]) else {
        Issue.record("'\(before)|\(text)|\(after)' stands for \(moved)")
        continue
      }
      let plain = form.isWide && sign != "+" ? "－" : "-"
      let newSign = moved > 0 ? (sign == "+" ? "+" : "") : isNegative ? sign : plain
      let written = try #require(corrections.first?.written, "'\(before)|\(text)|\(after)' is not promoted to \(moved)")
      #expect(written == form.text(other, sign: newSign))
      var mended = link
      mended.text.replaceSubrange(corrections[0].range, with: written)
      #expect(mended.verdict(for: [form.value(moved)]) == .holds)
    }
  }

  /// Where something beside it makes another number of it, it never passes for what it is without that.
  @Test func nothingFalsePassesInOddSurroundings() {
    var random = Random(seed: 18)
    for _ in 0..<10_000 {
      let form = Self.form(&random), sign = Self.sign(&random, form)
      let m = 2 + random.below(form.limit - 2)
      let text = form.text(m, sign: sign)
      let value = form.value(Self.isMinus(sign) ? -m * 1000 : m * 1000)
      let isBefore = random.below(2) == 0
      let before = isBefore ? random.pick(Self.turningBefore) : random.pick(Self.before)
      let after = isBefore ? random.pick(Self.after) : random.pick(Self.turningAfter)
      // Words that go on after the link take its number as it is printed.
      let link = after.hasPrefix("の") ? BoundText(before + text + after) : Self.bound(before, text, after, &random)
      #expect(link.verdict(for: [value]) != .holds, "'\(before)|\(text)|\(after)' passes for \(text)")
      // And if anything is promoted there, then to what holds.
      let moved = form.value((2 + random.below(form.limit - 2)) * 1000)
      if case .differs(let corrections) = link.verdict(for: [moved]), let written = corrections.first?.written {
        var mended = link
        mended.text.replaceSubrange(corrections[0].range, with: written)
        #expect(mended.verdict(for: [moved]) == .holds)
      }
    }
  }

  /// Characters that say the same in the same place.
  static let synonyms: [Set<Character>] = [
    ["-", "−", "－"], ["+", "±", "＋"], ["e", "E"], ["%", "％"], [".", "．"], [",", "，"], ["×", "x", "·", "⋅"],
    ["/", "／", "⁄"],
    [" ", "\u{A0}", "\u{2002}", "\u{2003}", "\u{2007}", "\u{2009}", "\u{200A}", "\u{202F}", "\u{3000}", "\n"],
  ]
  static let alphabet = Array("0123456789０５⁰²⁻+-−–±.,．，eEx×·^%％‰万億兆千百割十三一〇分の/ \u{2009}:'_!√π½①Ⅳa−~〜()（）、。*`$<&;=\\人倍")

  /// One character changed: refused, another number, or a synonym.
  @Test func aChangedCharacterIsCaught() {
    var random = Random(seed: 19)
    for _ in 0..<10_000 {
      let form = Self.form(&random), sign = Self.sign(&random, form)
      let m = 2 + random.below(form.limit - 2)
      var characters = Array(form.text(m, sign: sign))
      let value = form.value(Self.isMinus(sign) ? -m * 1000 : m * 1000)
      let text = String(characters)
      let place = random.below(characters.count), old = characters[place], new = random.pick(Self.alphabet)
      if new == old || Self.synonyms.contains(where: { $0.contains(old) && $0.contains(new) }) { continue }
      // True as well: a positive number without its sign, and one with fewer decimals, or with a zero more.
      func isDigit(_ character: Character) -> Bool { "0123456789０１２３４５６７８９⁰²".contains(character) }
      let isLast = place + 1 == characters.count || !isDigit(characters[place + 1])
      if old == "+" || isDigit(old) && isLast && !isDigit(new) || old.isWhitespace && new == "0" { continue }
      characters[place] = new
      #expect(
        BoundText(String(characters)).verdict(for: [value]) != .holds, "'\(text)' passes as '\(String(characters))'")
    }
  }

  /// Fractions and bare powers name a value exactly.
  @Test func fractionsAndPowersAreReadBackAndPromoted() throws {
    var random = Random(seed: 20)
    for _ in 0..<2_000 {
      let top = 2 + random.below(97), bottom = 2 + random.below(98), other = 2 + random.below(97)
      let isSpoken = random.below(2) == 0
      func text(_ top: Int) -> String { isSpoken ? "\(bottom)分の\(top)" : "\(top)/\(bottom)" }
      func value(_ top: Int) -> ExactDecimal { ExactDecimal(Double(top) / Double(bottom))! }
      let link = BoundText("約" + text(top) + "である")
      #expect(link.verdict(for: [value(top)]) == .holds)
      #expect(link.verdict(for: [ExactDecimal(Double(top) / Double(bottom) * 1.001)!]) != .holds)
      if other != top, case .differs(let corrections) = link.verdict(for: [value(other)]) {
        #expect(corrections.map(\.written) == [text(other)])
      }
      let exponent = random.below(40) - 20, next = random.below(40) - 20
      let power = BoundText("10^\(exponent)")
      #expect(power.verdict(for: [ExactDecimal(decimal: "1e\(exponent)")!]) == .holds)
      #expect(power.verdict(for: [ExactDecimal(decimal: "1.1e\(exponent)")!]) != .holds)
      if next != exponent, case .differs(let corrections) = power.verdict(for: [ExactDecimal(decimal: "1e\(next)")!]) {
        #expect(corrections.map(\.written) == ["10^\(next)"])
      }
    }
  }
}
