import Testing
import WeaveModel
import WeaveSupport
import WeaveVerify

/// How one printed number is read, held against a value, and written anew.
struct NumeralTests {
  private static func verdict(_ text: String, _ values: String..., tolerance: Tolerance? = nil) -> BoundText.Verdict {
    BoundText(text).verdict(for: values.map { ExactDecimal(decimal: $0)! }, tolerance: tolerance)
  }

  private static func isRefused(_ verdict: BoundText.Verdict) -> Bool {
    if case .refused = verdict { true } else { false }
  }

  static let isReadRightlyCases: [(String, String)] = [
    // signs
    ("-5", "-5"), ("−5", "-5"), ("－５", "-5"), ("+3.2%", "0.032"), ("＋５", "5"), ("±5", "5"), ("値は-0.17", "-0.17"),
    ("相関−0.17", "-0.17"),
    ("（-5）", "-5"), ("r=-0.5", "-0.5"), ("0.0", "-0.01"), ("+0.0", "0.04"),
    // decimals, groups
    ("0.5", "0.5"), ("1,234,567", "1234567"), ("12,345.68", "12345.678"), ("１，２３４", "1234"), ("1234567", "1234567"),
    ("0", "0.4"),
    // powers of ten
    ("6.65×10⁻⁷", "6.654e-7"), ("5×10^6", "5000000"), ("5×10^-6", "5e-6"), ("6.65e-7", "6.654e-7"), ("2E3", "2000"),
    ("4.2 × 10¹", "42"),
    ("4.2 · 10¹", "42"), ("10⁻³", "0.001"), ("10³", "1000"), ("10^6", "1000000"), ("−10⁻³", "-0.001"),
    ("10⁻³倍", "0.001"),
    // units that scale
    ("3%", "0.03"), ("3 %", "0.03"), ("3\u{2009}%", "0.03"), ("3\u{202F}%", "0.03"), ("3\u{A0}%", "0.03"),
    ("３％", "0.03"), ("5‰", "0.005"),
    ("5パーセント", "0.05"), ("3割", "0.3"), ("20 ppm", "2e-5"), ("3万", "30000"), ("3 万", "30000"), ("1.5億", "150000000"),
    ("1,750億", "1.75e11"),
    ("1.4兆", "1.4e12"), ("3千万", "3e7"), ("2百万", "2000000"), ("5千", "5000"), ("2.5万個", "25000"), ("３万", "30000"),
    ("5 million", "5000000"),
    // units that are text
    ("16 GB", "16"), ("47B", "47"), ("19 TB/s", "19"), ("12倍", "12"), ("2次元", "2"), ("90°", "90"), ("4-bit", "4"),
    ("3m²", "3"), ("2x", "2"), ("3×", "3"),
    ("5μs", "5"), ("割り当ては5", "5"), ("3割り当て", "3"), ("2つの半径", "2"), ("層数12", "12"), ("第13回", "13"),
    // fractions
    ("1/8", "0.125"), ("3/8", "0.375"), ("１／８", "0.125"), ("3分の1", "0.33333333333333331"), ("-1/8", "-0.125"),
    ("1/3", "0.333333343267"),
    // kanji
    ("十二", "12"), ("百倍", "100"), ("千分の一", "0.001"), ("三分の二", "0.66666666666666663"), ("二千三百四十五", "2345"),
    ("三万", "30000"),
    ("百万", "1000000"), ("一億", "1e8"), ("〇", "0"), ("約百倍", "100"), ("三割", "0.3"),
    // beside names, in Markdown
    ("GPT-2の12層", "12"), ("**42**", "42"), ("`42`", "42"), ("$`d`$が42", "42"), ("~5", "5"), ("<5", "5"), ("≈5", "5"),
    ("5.", "5"), ("「5」", "5"), ("四十二は\n42", "42"),
    // lines that the page joins
    ("5\n万", "50000"), ("5\n  万", "50000"), ("5\n> 万", "50000"), ("二\n十五", "25"), ("5\nmillion", "5000000"),
    ("5   %", "0.05"),
    ("値は5\nである", "5"), ("長さ\n5", "5"), ("1.5\n億", "150000000"),
    // words that only look like another number
    ("5半径", "5"), ("5参照", "5"), ("5正規化", "5"), ("サーバー5", "5"), ("自分の5個", "5"), ("5点", "5"), ("5\u{2009}GB", "5"),
    ("＄5", "5"), ("5両", "5"),
  ]

  @Test(arguments: isReadRightlyCases) func isReadRightly(_ text: String, _ value: String) {
    #expect(Self.verdict(text, value) == .holds)
    // The number is read, and not only let pass.
    #expect(Self.verdict(text, "7.3e15") != .holds)
    #expect(!Self.isRefused(Self.verdict(text, "7.3e15")))
  }

  /// Whatever the value: no reading.
  static let isRefusedCases: [String] = [
    ".5", "-.5", "2³", "1½", "½", "√2", "√ 2", "√(2)", "∛8", "–5", "—5", "‐5", "‑5", "⁻5", "﹣5", "- 5", "− 5", "+ 5",
    "± 5", "--5", "+-5", "10⁻", "10³³³³",
    "0,500", "1234,567", "1,23", "1,2345", "12,34,567", "1,234,56", "1.234,56", "1，23", "1.2.3", "1..5", "1e", "1e+",
    "1e999", "1×10",
    "0x1F", "0b11", "5′", "5″", "5'", "12:30", "1_000", "1'000", "1’000", "1\u{200B}000", "1\u{2060}5", "1\u{AD}5",
    "5\u{301}", "5\u{338}", "5\u{20E3}", "Ⅳ", "①", "⑫", "㉑", "x²5", "²", "5₂", "₅", "٣", "३", "5٣", "𝟓",
    "１2", "1２", "007", "00.5", "2π", "3σ", "2 π", "5!", "5!!", "2^10", "2**10", "2*5", "5 * 3", "5 + x", "5 - n",
    "5 − n", "5 × n", "n × 5", "n − 5", "1 / n", "5 ^ 2", "5/", "5/√2", "1/0", "1/8/2", "1.5/2", "1/2.5",
    "2024-01-01", "2024/1/1", "v1.2", "GPT-2", "x2", "3-5", "3–5", "3〜5", "5±2", "5 ± 2", "1;5", "&minus;5", "&#45;5",
    "\\-5", "5\\%", "5<sup>3</sup>", "5&nbsp;%", "x_5", "_5",
    "1億2000万", "3億5", "十5", "5十", "千5", "3万億", "二〇二六", "一二", "三・一四", "数百倍", "十数倍", "百何十", "三億二千万", "数10倍", "数千", "2倍半",
    "3時間半", "五十余",
    "マイナス5", "マイナス 5", "ルート2", "負の5", "平方根2", "5の逆数", "2の平方根", "5の階乗", "10の3乗", "10の七乗", "log(5)", "f(5)", "-(5)",
    "2(5)", "5(n+1)", "(5)²", "(5)!", "(5)%", "(5)^2", "トップ-2",
    "5 e-3", "5e-3.5", "3〜", "〜5", "3〜5〜7", "50%off", "5th2", "12abc", "5ＧＢ", "$5$", "$\\sqrt 2$", "5/2の3", "3と5", "多い",
    "",
    "5萬", "5仟", "5佰", "5垓", "5秭", "5穣", "5正", "5極", "5零", "零5", "壱5", "5\u{F9D1}", "五萬", "5ミリオン", "5 ビリオン", "5 Million",
    "5 millions", "5 hundred", "5 dozen", "5ダース", "5無量大数", "5厘",
    "5半", "5 半", "5半以上", "minus 5", "Negative 5", "log 5", "square root of 5", "ー5", "、ー5", "ｰ5", "5ー", "プラス5", "5プラス3",
    "5マイナス3", "零下5", "千分の5", "3点5", "三点5", "零コンマ5", "3割5",
    "1\u{200A}000", "5\u{2009}0", "5\u{202F}0", "5\u{2007}0", "5\u{A0}0", "5\u{2000}0", "5\u{205F}0", "5\u{200A}十",
    "5\u{200A}.5", "1,\u{2009}000", "−\u{2006}5", "5\n3", "5 squared", "1・5", "5・3", "3点5", "−（5）", "5（万）", "5 (%)",
    "2ヵ月半", "5 bn", "ﾏｲﾅｽ5",
  ]

  @Test(arguments: isRefusedCases) func isRefused(_ text: String) {
    for value in ["5", "2", "0.5", "1", "3", "10", "12", "1000", "0.03", "0", "-5"] {
      #expect(Self.isRefused(Self.verdict(text, value)), "\(text) is read as \(value)")
    }
  }

  /// A refusal tells the form to write.
  static let aRefusalTellsTheFormCases: [(String, String)] = [
    (".5", "write 0.5"), ("–5", "write −5"), ("0,500", "write 500, or 0.500"),
    ("1234,567", "write 1,234,567, or 1234.567"), ("1_000", "write 1,000"),
    ("3-5", "write 3–5"), ("2³", "such as 8 for 2³"), ("1億2000万", "write one unit, as 1.2億"),
  ]

  @Test(arguments: aRefusalTellsTheFormCases) func aRefusalTellsTheForm(_ text: String, _ form: String) {
    guard case .refused(_, let message) = Self.verdict(text, "5") else {
      Issue.record("\(text) is read")
      return
    }
    #expect(message.contains(form))
  }

  static let promoteKeepsTheFormCases: [(String, String, String)] = [
    ("0.5", "-0.25", "-0.3"), ("＋５", "-5", "－５"), ("+3.2%", "-0.032", "-3.2%"), ("−5", "5", "5"), ("+5", "7", "+7"),
    ("5", "-5", "-5"), ("５", "-7", "－７"),
    ("3 %", "0.05", "5 %"), ("3\u{2009}%", "0.05", "5\u{2009}%"), ("３％", "0.05", "５％"), ("5‰", "0.0123", "12‰"),
    ("0.3%", "-0.00001", "0.0%"),
    ("3万", "52000", "5万"), ("1.5億", "1.28e10", "128.0億"), ("３万", "52000", "５万"), ("3割", "0.52", "5割"),
    ("1,234", "1234567", "1,234,567"), ("1,234", "12", "12"), ("１，２３４", "2345678", "２，３４５，６７８"),
    ("1234", "1234567", "1234567"), ("6.65×10⁻⁶", "6.654e-7", "0.67×10⁻⁶"), ("5×10^6", "7e6", "7×10^6"),
    ("4.2 × 10¹", "43", "4.3 × 10¹"), ("6.6e-7", "6.654e-7", "6.7e-7"),
    ("10⁻³", "0.00001", "10⁻⁵"), ("10^6", "100", "10^2"), ("-10⁻³", "-0.01", "-10⁻²"),
    ("1/8", "0.25", "1/4"), ("3/8", "0.625", "5/8"), ("１／８", "0.1", "１／１０"), ("3分の1", "0.2", "5分の1"),
    ("千分の一", "0.002", "五百分の一"), ("三分の一", "0.66666666666666663", "三分の二"),
    ("百倍", "120", "百二十"), ("十二", "1011", "千十一"), ("三万", "120000", "十二万"),
    ("18446744073709551615", "18446744073709551614", "18446744073709551614"),
    ("1", "170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
  ]

  @Test(arguments: promoteKeepsTheFormCases) func promoteKeepsTheForm(
    _ text: String, _ value: String, _ written: String
  ) {
    guard case .differs(let corrections) = Self.verdict(text, value) else {
      Issue.record("\(text) holds or is refused")
      return
    }
    #expect(corrections.map(\.written) == [written])
    var mended = text
    mended.replaceSubrange(corrections[0].range, with: written)
    #expect(Self.verdict(mended, value) == .holds)
  }

  /// The form cannot say it: promote leaves it, and the message tells what would.
  static let promoteRefusesWhatTheFormCannotHoldCases: [(String, String, String)] = [
    ("±5", "-5", "-5"), ("10⁻³", "0.002", "no power of ten is 0.002: write 0.002"), ("3万", "5", "5"),
    ("6.65×10⁻⁷", "5e-20", "0.00000000000000000005"),
    ("3/8", "0.41", "no k/8 is 0.41: write 0.41"), ("千分の一", "0.0029", "no k/1000 is 0.0029: write 0.0029"),
    ("1/8", "0", "this form cannot hold it: write 0"),
    ("百倍", "12345", "12345"), ("16 GB", "16000000000", "in GB"), ("8K", "8192", "in K"), ("5 ms", "0.005", "in ms"),
    ("47B", "4.7e10", "in B"),
  ]

  @Test(arguments: promoteRefusesWhatTheFormCannotHoldCases) func promoteRefusesWhatTheFormCannotHold(
    _ text: String, _ value: String, _ form: String
  ) {
    guard case .differs(let corrections) = Self.verdict(text, value) else {
      Issue.record("\(text) holds or is refused")
      return
    }
    #expect(corrections.map(\.written) == [nil])
    #expect(corrections[0].form.contains(form))
  }

  /// A bound is no number that was computed: the text says so beside it.
  static let aBoundIsToBeClaimedCases: [(String, String, String, String)] = [
    ("", "1/8", "未満", "未満"), ("", "1/8未満", "", "未満"), ("", "1/8", "以下", "以下"), ("", "1/8", "を超える", "を超え"),
    ("less than ", "1/8", "", "less than"), ("At  most ", "1/8", " of all", "at most"), ("", "below 1/8", "", "below"),
    ("", "10⁻³", "以上である", "以上"), ("", "1/8", " or less", "or less"), ("", "1/8 s", "以下", "以下"),
  ]

  @Test(arguments: aBoundIsToBeClaimedCases) func aBoundIsToBeClaimed(
    _ before: String, _ text: String, _ after: String, _ word: String
  ) {
    func form(_ before: String, _ text: String, _ after: String) -> String? {
      let verdict = BoundText(text, before: before, after: after).verdict(for: [ExactDecimal(decimal: "0.13")!])
      if case .differs(let corrections) = verdict { return corrections[0].form } else { return nil }
    }
    #expect(form(before, text, after)?.contains("the text says '\(word)', bind the bound") == true)
    #expect(form("約", "1/8", "である")?.contains("bind the bound") == false)
    #expect(form("Moreover ", "1/8", " s")?.contains("bind the bound") == false)
  }

  /// What the page shows beside the link belongs to the number.
  static let whatStandsBesideTheLinkIsReadCases: [(String, String, String)] = [
    ("1", "5", ""), ("", "5", "3"), ("-", "5", ""), ("−", "5", ""), ("–", "5", ""), ("√", "5", ""), (".", "5", ""),
    ("1.", "5", ""), ("1,", "500", ""), ("", "5", ".3"), ("", "1", ",234"),
    ("", "5", "万"), ("", "5", " 億"), ("", "5", "%"), ("", "5", " %"), ("", "5", "％"), ("", "5", "‰"), ("", "2", "³"),
    ("", "5", "×10⁻⁷"), ("", "5", "e-7"), ("", "5", "/8"), ("1/", "8", ""), ("", "3", "分の2"),
    ("", "5", "^2"), ("", "5", "½"), ("", "5", "!"), ("", "5", "π"), ("\u{FFFC}", "5", ""), ("", "5", "\u{FFFC}"),
    ("マイナス", "5", ""), ("ルート", "5", ""), ("± ", "5", ""), ("数", "10", ""), ("", "2", "倍半"), ("f(", "5", ")"),
    ("-(", "5", ")"), ("(", "5", ")²"),
    ("三", "5", ""), ("", "5", "億"), ("x", "5", ""), ("GPT-", "5", ""), ("", "5", "千"), ("", "5", "<sup>3"),
    ("", "3", "割"),
    ("", "5", "萬"), ("", "5", "仟"), ("", "5", "垓"), ("", "5", "零"), ("", "5", "正"), ("壱", "5", ""), ("", "5", "ミリオン"),
    ("", "5", " millions"), ("", "5", "Million"), ("", "5", "半"), ("", "5", "厘"),
    ("minus ", "5", ""), ("ー", "5", ""), ("ｰ", "5", ""), ("", "5", "ー3"), ("千分の", "5", ""), ("十分の", "5", ""),
    ("n分の", "1", ""), ("3点", "5", ""), ("二割", "5", ""), ("プラス", "5", ""), ("零下", "5", ""),
    ("", "5", "\u{200A}0"), ("", "5", "\u{A0}0"), ("1\u{200A}", "5", ""), ("", "5", "\u{2009}\u{2009}\u{2009}万"),
    ("", "8", "分の1\u{200A}0"), ("", "8", "分の12"), ("", "8", "分の1万"), ("", "5", "\u{FFF9}"), ("\u{FFF9}", "5", ""),
  ]

  @Test(arguments: whatStandsBesideTheLinkIsReadCases) func whatStandsBesideTheLinkIsRead(
    _ before: String, _ text: String, _ after: String
  ) {
    let value = ExactDecimal(decimal: text)!
    #expect(Self.isRefused(BoundText(text, before: before, after: after).verdict(for: [value])))
    #expect(BoundText(text).verdict(for: [value]) == .holds)
  }

  static let ordinarySurroundingsAreNoneCases: [(String, String)] = [
    ("約", "倍"), ("（", "）"), ("は", "、"), ("", "。"), ("", " GB"), ("", " tokens"), ("d = ", ","), ("、", "個"),
    ("**", "**"), ("| ", " |"), ("第", "回"), ("GPT-2の", "層"), ("3–", ""), ("", "–9"), ("", "〜9"), ("3倍〜", "倍"),
    ("", "分の1である"), ("", "分の一"), ("", "の60乗は"), ("", "の逆数"),
    ("", "次元"), ("〔", "〕"), ("\"", "\""), ("", "参照"), ("", "正規化"), ("", "半径"), ("サーバー", ""), ("自分の", "個"), ("その点", ""),
    ("", "\u{2009}GB"), ("＄", ""), ("", " 0"), ("二十　", ""), ("terminus: ", ""), ("", "極値"),
  ]

  @Test(arguments: ordinarySurroundingsAreNoneCases) func ordinarySurroundingsAreNone(_ before: String, _ after: String)
  {
    #expect(BoundText("5", before: before, after: after).verdict(for: [ExactDecimal(5)]) == .holds)
  }

  static let aRangeHasTwoValuesCases: [(String, String, String)] = [
    ("3–5", "3", "5"), ("3〜5", "3", "5"), ("3～5", "3", "5"), ("3~5", "3", "5"), ("3〜5倍", "3", "5"), ("3倍〜5倍", "3", "5"),
    ("1.5から2.0倍", "1.5", "2"), ("−5–−3", "-5", "-3"), ("−5〜3", "-5", "3"),
    ("3–5%", "0.03", "0.05"), ("3%–5%", "0.03", "0.05"), ("3〜5万", "30000", "50000"), ("3万〜5万", "30000", "50000"),
    ("1/8–1/4", "0.125", "0.25"), ("2×10⁻³–5×10⁻³", "0.002", "0.005"),
    ("0.52±0.03", "0.52", "0.03"), ("0.52 ± 0.03", "0.52", "0.03"), ("5%±2%", "0.05", "0.02"), ("3〜5", "3", "5"),
  ]

  @Test(arguments: aRangeHasTwoValuesCases) func aRangeHasTwoValues(_ text: String, _ low: String, _ high: String) {
    #expect(Self.verdict(text, low, high) == .holds)
    #expect(Self.verdict(text, high, low) != .holds)
    #expect(Self.isRefused(Self.verdict(text, low)))
    guard case .differs(let corrections) = Self.verdict(text, low, "0.77") else { return }
    #expect(corrections.count == 1)
  }

  @Test(arguments: ["5±2%", "3–5×10⁻⁷", "3%–5", "3 – 5", "3-5", "3–5–7", "3–5x²"]) func aRangeIsReadWholeOrRefused(
    _ text: String
  ) {
    #expect(Self.isRefused(Self.verdict(text, "3", "5")))
  }

  @Test func aMendedRangeHolds() {
    guard case .differs(let corrections) = Self.verdict("3〜5%", "0.041", "0.062") else {
      Issue.record("holds")
      return
    }
    #expect(corrections.map(\.written) == ["4", "6%"])
  }

  @Test func toleranceCountsInThePrintedUnit() {
    #expect(Self.verdict("12%", "0.5", tolerance: .absolute(2)) != .holds)
    #expect(Self.verdict("12%", "0.139", tolerance: .absolute(2)) == .holds)
    #expect(Self.verdict("12%", "0.1401", tolerance: .absolute(2)) != .holds)
    #expect(Self.verdict("3万", "41000", tolerance: .absolute(1)) != .holds)
    #expect(Self.verdict("3万", "39000", tolerance: .absolute(1)) == .holds)
    #expect(Self.verdict("1/8", "0.13", tolerance: .absolute(0.005)) == .holds)
    #expect(Self.verdict("1/8", "0.1301", tolerance: .absolute(0.005)) != .holds)
    #expect(Self.verdict("100", "120", tolerance: .relative(0.2)) == .holds)
    #expect(Self.verdict("100", "120.0000000001", tolerance: .relative(0.2)) != .holds)
    #expect(Self.verdict("0.3", "0.35", tolerance: .absolute(0.05)) == .holds)
  }

  /// A Double is what its bits say: the one nearest to 0.13 is further from 1/8 than 0.005, and the one nearest to 2.3
  /// is nearer to 2 than 0.3.
  @Test func toleranceIsHeldAgainstTheExactValue() {
    func verdict(_ text: String, _ value: Double, _ bound: Double) -> BoundText.Verdict {
      BoundText(text).verdict(for: [ExactDecimal(value)!], tolerance: .absolute(bound))
    }
    #expect(verdict("1/8", 0.13, 0.005) != .holds)
    #expect(verdict("1/8", 0.13.nextDown, 0.005) == .holds)
    #expect(verdict("2.0", 2.3, 0.3) == .holds)
    #expect(verdict("2.0", 2.3.nextUp, 0.3) != .holds)
  }

  static let aToleranceIsReadCases: [(String, Tolerance?)] = [
    ("0.02", .absolute(0.02)), ("1e-6", .absolute(1e-6)), ("0", .absolute(0)), ("5%", .relative(0.05)),
    ("5 %", .relative(0.05)), ("5％", .relative(0.05)), ("5\u{2009}％", .relative(0.05)),
    ("", nil), ("%", nil), ("-1", nil), ("-1%", nil), ("inf", nil), ("nan", nil), ("5%%", nil), ("5 万", nil),
    ("5 ", nil),
    ("％5", nil),
  ]

  @Test(arguments: aToleranceIsReadCases) func aToleranceIsRead(_ text: String, _ tolerance: Tolerance?) {
    #expect(Tolerance(text) == tolerance)
  }

  /// What the page shows of the link itself counts too.
  @Test(arguments: [("$-$5", "\u{FFFC}−\u{FFFC}5"), ("$-$ 5", "− 5"), ("5${}0$", "5\u{FFFC}0"), ("5 $\\%$", "5 %")])
  func whatIsShownOfTheLinkIsRead(_ text: String, _ shown: String) {
    #expect(Self.isRefused(BoundText(text, shown: shown).verdict(for: [ExactDecimal(5)])))
    #expect(BoundText("$`d`$が5", shown: "dが5").verdict(for: [ExactDecimal(5)]) == .holds)
  }

  @Test func whatIsShownIsMendedWithTheText() {
    guard case .differs(let corrections) = BoundText("**5**個", before: "約", shown: "5個").verdict(for: [ExactDecimal(7)])
    else {
      Issue.record("holds")
      return
    }
    #expect(corrections.map(\.written) == ["7"])
  }

  @Test func integersOfAnyWidthAreExact() {
    #expect(Self.verdict("9223372036854775808", "9223372036854775809") != .holds)
    #expect(Self.verdict("18446744073709551615", "18446744073709551615") == .holds)
    #expect(BoundText("18446744073709551615").verdict(for: [ExactDecimal(UInt64.max)]) == .holds)
    #expect(BoundText("18,446,744,073,709,551,614").verdict(for: [ExactDecimal(UInt64.max)]) != .holds)
    #expect(
      Self.verdict("-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728") == .holds)
    #expect(
      Self.verdict("170141183460469231731687303715884105727", "170141183460469231731687303715884105728") != .holds)
  }

  @Test func binaryFractionsRoundByTheirExactValue() {
    #expect(BoundText("2.67").verdict(for: [ExactDecimal(2.675)!]) == .holds)
    #expect(BoundText("0.100000001").verdict(for: [ExactDecimal(Double(Float(0.1)))!]) == .holds)
    #expect(BoundText("0.1000000000000000056").verdict(for: [ExactDecimal(0.1)!]) == .holds)
    #expect(ExactDecimal(Double.infinity) == nil)
    #expect(
      ExactDecimal(decimal: "1.") == nil && ExactDecimal(decimal: "") == nil && ExactDecimal(decimal: "nan") == nil)
  }
}
