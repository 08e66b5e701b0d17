import Testing
import WeaveModel
import WeaveParse

import WeaveVerify

/// Every numeral that a page shows is seen, at its place in the Markdown, and stands free only by a rule.
struct AuditTests {
  private static let words = Language.japanese.words
  private static let front = "---\ntitle: 本\n---\n\n"

  private static func chapter(_ markdown: String) -> Chapter {
    ChapterReader(Source(path: "a.md", text: front + markdown + "\n"), name: "a").chapter
  }

  private static func numerals(_ markdown: String) -> [AuditedNumeral] { Audit.numerals(in: chapter(markdown), words) }

  private static func ground(_ numeral: AuditedNumeral) -> String {
    switch numeral.ground {
    case .bound: "bound"
    case .cited: "cited"
    case .waived: "waived"
    case .free(let rule): "free: \(rule.name)"
    case .unbound: "unbound"
    case .disguised: "disguised"
    }
  }

  // MARK: Rules

  @Test(arguments: FreeRule.all.map(\.name)) func aRuleFreesItsExamplesAndNoMore(_ name: String) throws {
    let rule = try #require(FreeRule.all.first { $0.name == name })
    #expect(!rule.reason.isEmpty && rule.examples.count > 1 && rule.counterexamples.count > 1)
    for example in rule.examples {
      let grounds = Set(Self.numerals("例は、\(example)。").map(Self.ground))
      #expect(grounds == ["free: \(name)"], "\(example)")
    }
    for example in rule.counterexamples {
      let grounds = Self.numerals("例は、\(example)。").map(Self.ground)
      #expect(grounds.contains("unbound"), "\(example): \(grounds)")
    }
  }

  /// What an experiment is made with is never free, wherever it stands.
  @Test(arguments: ["32次元", "12本", "7層", "16枚", "（2048）", "64次元", "2次元", "4ヘッド", "8個", "100回", "3万", "9割", "百倍"])
  func aQuantityIsNeverFree(_ quantity: String) {
    for text in [
      quantity, "**\(quantity)**", "[\(quantity)](https://example.org)", "「\(quantity)」", "$`x`$の\(quantity)",
    ] {
      #expect(Self.numerals("ここでは、\(text)である。").map(Self.ground).contains("unbound"), "\(text)")
    }
    #expect(Self.numerals("# \(quantity)の例").map(Self.ground).contains("unbound"))
  }

  /// One table of units serves the reader of numbers and the audit.
  @Test(arguments: ["B", "kB", "PB", "bps", "FLOPs", "PFLOPs", "TFLOPS", "ms", "sec", "Hz", "kW", "kJ", "K"])
  func aNumberInAMeasuringUnitIsMeasured(_ unit: String) {
    #expect(Self.numerals("値は5 \(unit)になる。").map(\.isMeasured) == [true])
  }

  @Test(arguments: ["px", "tokens", "people"]) func oneInAnyOtherUnitMayNotBe(_ unit: String) {
    #expect(Self.numerals("値は5 \(unit)になる。").map(\.isMeasured) == [false])
  }

  // MARK: Places

  /// The mark ⟦ stands where the numeral is said to be, which nothing binds.
  @Test(arguments: [
    "精度は⟦99.9%である。", "# 精度は⟦99.9%", "- 項目の⟦12", "> 引用の⟦12", "> [!NOTE]\n> 注の⟦12", "1. 一覧の\n   ⟦12",
    "| 列 | ⟦12 |\n| --- | --- |\n| 行 | 甲 |", "| 列 | 行 |\n| --- | --- |\n| 甲 | **⟦12** |", "脚注[^a]。\n\n[^a]: 脚注の⟦12。",
    "精度は[⟦99.9%](#x)", "精度は[⟦99.9%](b.md)", "精度は[⟦99.9%](https://example.org/1)", "<kbd>⟦99.9</kbd>", "<sub>⟦12</sub>",
    "<sup>⟦12</sup>", "<ruby>⟦12<rt>じゅうに</rt></ruby>", "<details>\n<summary>要約の⟦12</summary>\n\n本文\n\n</details>",
    "*⟦12*本", "~~⟦12~~本", "`⟦99.9%`", "`⟦12`", "$`d=⟦64`$次元", "$`x`$と$`⟦0.5`$",
    "$$\ny = ⟦0.5 x\n$$", "```math\ny = 3 x + ⟦12\n```", "$`⟦10^{-12}`$", "$`⟦3\\times10^{-7}`$",
    "$`\\text{精度}⟦99.9\\%`$",
    "$`\\frac{⟦12}{n}`$", "$`\\binom{⟦24}{n}`$", "$`(⟦3,x)`$", "$`\\begin{pmatrix}⟦64 & x\\end{pmatrix}`$",
    "$`x_{i=⟦32}`$",
    "**演習**の⟦三倍", "⟦九割", "⟦百分の一", "重みは⟦二である", "⟦３０次元", "⟦②である", "⟦½である", "⟦.5である",
    "```dot #fig-q caption=\"図の⟦12\"\ndigraph { a }\n```", "```dot\ndigraph { a [label=\"精度 ⟦99.9%\"] }\n```",
    "```dot\ndigraph { a [label=\"甲\\n⟦12本\", fontsize=14] }\n```", "```dot\ndigraph { a -> \"⟦12本\" }\n```",
    "```dot\ndigraph { a [label=<甲<BR/>⟦12本>] }\n```", "- ```dot\n  digraph {\n    a [xlabel=\"⟦12本\"]\n  }\n  ```",
    "<!-- #tab-a 表の⟦12 -->\n| 甲 |\n| --- |\n| 乙 |", "⟦&amp;12本", "\\*⟦12本", "[^b]と⟦12本\n\n[^b]: 注",
    "`code`と`x`、[甲](#y)、$`z`$のあとの⟦12本", "長い行の前の\n行のあとの\n⟦12本",
    "```swift run\nshow(.bars(\"⟦12本の線\", x))\n```",
    "- ```swift run\n  let name = \"\\(n)の⟦12本\"\n  show(.lines(name, \"n = \\(f(\"a\"))\"))\n  ```",
    "```swift run\nshow(.lines(#\"\\#(n)と⟦12\"#, x)) // 34\nprint(\"56\", dataText(\"78.csv\"))\n```",
    "```swift run\nshow(.lines(\"\"\"\n  甲\n  ⟦12本\n  \"\"\", x))\n```",
  ])
  func anUnboundNumeralIsNamedAtItsPlace(_ markdown: String) throws {
    let mark = try #require(markdown.firstRange(of: "⟦"))
    let offset = Self.front.utf8.count + markdown.utf8.distance(from: markdown.startIndex, to: mark.lowerBound)
    let found = Self.numerals(markdown.replacing("⟦", with: ""))
    let unbound = found.filter { Self.ground($0) == "unbound" }
    #expect(unbound.map(\.offset) == [offset], "\(found.map { ($0.text, Self.ground($0), $0.offset) })")
  }

  /// Spellings that show another number than the Markdown does are errors, whatever is counted.
  @Test(arguments: [
    "⟦99\\.9", "⟦99&period;9", "⟦&#57;9.9", "⟦&#x39;9.9", "⟦9&#57;", "⟦99<!-- -->.9", "⟦99<sup>.9</sup>", "**⟦99**.9",
    "⟦9*9*", "**⟦99.9**％", "⟦3<sub>0</sub>", "⟦99<kbd>.9</kbd>", "⟦99&percnt;", "⟦10<sup>3</sup>", "⟦９&#xFF19;",
    "$`⟦9{9}`$", "$`⟦9\\,9`$",
    "$`⟦9 9`$", "$`⟦9\\!9.9`$", "$`⟦\\char\"39`$", "$`⟦\\def\\a{0}1\\a`$", "⟦1&comma;000",
    "```dot\ndigraph { a [label=\"精度⟦&#57;9\"] }\n```", "```dot\ndigraph { a [label=\"精度⟦9\\9\"] }\n```",
  ])
  func aDisguisedNumeralIsAnError(_ markdown: String) throws {
    let mark = try #require(markdown.firstRange(of: "⟦"))
    let offset = Self.front.utf8.count + markdown.utf8.distance(from: markdown.startIndex, to: mark.lowerBound)
    let chapter = Self.chapter(markdown.replacing("⟦", with: ""))
    let found = Audit.numerals(in: chapter, Self.words)
    #expect(
      found.contains { Self.ground($0) == "disguised" && $0.offset == offset },
      "\(found.map { ($0.text, Self.ground($0), $0.offset) })")
    let findings = Audit.findings(in: chapter, Self.words, allowed: 1000)
    #expect(findings.contains { $0.severity == .error && $0.position == chapter.source.position(at: offset) })
  }

  @Test(arguments: [
    ("数は[0.5](#=x)である", ["bound"]), ("[3](#=x)〜[5](#=y)倍", ["bound", "bound"]), ("[28.4](#@k \"表\")", ["cited"]),
    ("[512](#! \"理由\")", ["waived"]), ("[図 1](#fig)", ["bound"]), ("[図 1の12本](#fig)", ["bound", "unbound"]),
    ("[$`64`$](#=x)", ["unbound"]), ("[$`k=32`$で5](#=x)", ["unbound", "bound"]), ("[$`2n`$個](#=x)", ["free: constant"]),
    ("[GPT-2の5倍](#=x)", ["free: name", "bound"]), ("[十二のうち5](#=x)", ["unbound", "bound"]), ("[百倍](#=x)", ["bound"]),
    ("[一つもない](#=x)", ["free: few"]), ("[GPT-2](#@k)", ["free: name"]), ("[$`64`$](#@k \"表\")", ["cited"]),
    ("$$\ny = 0.5\n$$\n\n[0.5](#=x)", ["bound", "bound"]),
    ("[9](#! \"理由\").9", ["disguised"]),
  ])
  func whatALinkSaysOfANumeral(_ markdown: String, _ grounds: [String]) {
    #expect(Self.numerals(markdown).map(Self.ground) == grounds)
  }

  /// Titles are shown too.
  @Test func titlesAreSeen() {
    let text = "---\ntitle: 題の12本\nsubtitle: 副題の**34**本\nshort: 短い56本\n---\n\n本文。\n"
    let chapter = ChapterReader(Source(path: "a.md", text: text), name: "a").chapter
    let found = Audit.numerals(in: chapter, Self.words)
    #expect(found.map(\.text) == ["12", "34", "56"])
    #expect(
      found.map { chapter.source.position(at: $0.offset) } == [
        Position(line: 2, column: 10), Position(line: 3, column: 16), Position(line: 4, column: 10),
      ])
  }

  /// Whatever stands around it: it is found once, at its place.
  @Test func aNumeralIsFoundInAnySurroundings() {
    let before = [
      "", "甲", "**乙**", "`c`", "$`x`$", "[丙](#y)", "[丁](#=z)", "&lt;", "\\_", "<kbd>k</kbd>", "<!-- 12 -->", "、",
    ]
    let after = ["", "本", "**戊**", "`c`", "、$`y`$", "[己](https://example.org/99)", "と&amp;", "。"]
    for first in before {
      for second in before {
        for last in after {
          let lead = "文\(first)と\(second)、"
          let markdown = "\(lead)37\(last)。"
          let found = Self.numerals(markdown).filter { Self.ground($0) == "unbound" }
          #expect(found.map(\.offset) == [Self.front.utf8.count + lead.utf8.count], "\(markdown)")
        }
      }
    }
  }

  // MARK: The figure

  @Test func aFigureMayOnlyFall() {
    let chapter = Self.chapter("幅は32、深さは7層である。")
    let places = [Position(line: 5, column: 3), Position(line: 5, column: 9)]
    #expect(Audit.findings(in: chapter, Self.words).map(\.position) == places)
    #expect(Audit.findings(in: chapter, Self.words).allSatisfy { $0.severity == .error })
    #expect(Audit.findings(in: chapter, Self.words, allowed: 2).isEmpty)
    let more = Audit.findings(in: chapter, Self.words, allowed: 1)
    #expect(more.map(\.severity) == [.error, .warning, .warning])
    #expect(more.dropFirst().map(\.position) == places)
    let fewer = Audit.findings(in: chapter, Self.words, allowed: 3)
    #expect(fewer.map(\.severity) == [.warning])
    #expect(fewer[0].message.contains("write a: 2"))
  }

  /// What looks like a measurement in running text was an error before there was a figure, and no figure allows it.
  @Test func aMeasurementIsNotCounted() {
    let chapter = Self.chapter("精度は99.9%、幅は32である。")
    #expect(Audit.findings(in: chapter, Self.words, allowed: 1).map(\.severity) == [.error])
    #expect(Audit.findings(in: chapter, Self.words, allowed: 5).map(\.severity) == [.error, .warning])
  }
}
