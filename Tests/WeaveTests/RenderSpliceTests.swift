import Testing
import WeaveModel
import WeaveSupport

@Suite struct RenderSpliceTests {
  @Test func headingsCarryTheirIdAndADeepLink() async throws {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading("前\n\n## 温度 $T$\n\n### 下\n\n## 注[^a]と[先](https://example.org)\n\n[^a]: 注。")
    let page = try await fixture.page()
    #expect(page.contains("<h2 id=\"温度-t\">温度 <span class=\"math short\"><!--katex-->"))
    #expect(page.contains(" <a class=\"deep\" href=\"#%E6%B8%A9%E5%BA%A6-t\" aria-label=\"この節へのリンク\">#</a></h2>"))
    // The contents show the formula, not its TeX, and nest the lower level.
    #expect(page.contains("<ol>\n<li><a href=\"#%E6%B8%A9%E5%BA%A6-t\">温度 <span class=\"math short\"><!--katex-->"))
    #expect(page.contains("\n<ol>\n<li><a href=\"#%E4%B8%8B\">下</a></li>\n</ol></li>\n"))
    // Neither a link nor what may stand once stands there a second time.
    #expect(page.contains("\">注と先</a></li>\n</ol>"))
    #expect(page.count(of: "id=\"fnref-a\"") == 1)
  }

  @Test func theChaptersOwnTitleIsNotShownTwice() async throws {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading("# 題\n\n本文\n\n# 他")
    let article = try await fixture.article()
    #expect(article.contains("<h1 id=\"題\">題</h1>"))
    #expect(article.contains("<p>本文</p>\n<h1 id=\"他\">他 <a"))
    #expect(article.count(of: "<h1") == 2)
  }

  @Test(arguments: ["# 別の題\n\n本文", "本文\n\n# 題"]) func anotherHeadingStays(text: String) async throws {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading(text)
    let article = try await fixture.article()
    #expect(article.count(of: "<h1") == 2)
    #expect(article.contains("<h1>題</h1>"))
  }

  @Test(arguments: [("値$x$は", "値", " after-ja before-ja"), ("a$x$の", "a", " before-ja")])
  func aFormulaKeepsItsDistanceFromJapanese(text: String, before: String, sides: String) async throws {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading(text)
    #expect(try await fixture.article().contains("<p>\(before)<span class=\"math\(sides) short\">"))
  }

  /// A closing mark stays on the formula's line.
  @Test(arguments: [("「", "」", ""), ("ー", "。", " after-ja")])
  func aMarkStaysBesideAFormula(before: String, after: String, sides: String) async throws {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading("\(before)$x$\(after)")
    let article = try await fixture.article()
    #expect(article.contains("<p>\(before)<span class=\"nobreak\"><span class=\"math\(sides) short\">"))
    #expect(article.contains("</span>\(after)</span></p>"))
  }

  @Test func equationsAreNumberedAndLinked() async throws {
    var fixture = RenderFixture()
    fixture.chapter.formulas = [
      Formula("a<b"), Formula("E = mc^2", display: true, id: "eq-e"), Formula("x", display: true),
    ]
    fixture.formulaLabels = [1: Label(.equation, 4)]
    fixture.add(.formula(0), .formula(1), .formula(2))
    let article = try await fixture.article()
    #expect(article.contains("<math xmlns"))
    #expect(article.contains("a&lt;b</annotation>"))
    #expect(article.contains("<span class=\"equation\" id=\"eq-e\">"))
    #expect(article.contains("<a class=\"equation-number\" href=\"#eq-e\">(4)</a>"))
    #expect(article.count(of: "equation-number") == 1)
  }

  @Test func tablesScrollInTheirOwnFrame() async throws {
    var fixture = RenderFixture()
    fixture.chapter.tables = [LabelledTable("tab", caption: "比 & 較")]
    fixture.tableLabels = [0: Label(.table, 1)]
    fixture.add(.table(Table(0, head: ["甲"], rows: [["1"]])))
    let article = try await fixture.article()
    #expect(
      article.contains(
        "<figure class=\"table\" id=\"tab\"><figcaption><a class=\"label\" href=\"#tab\">表 1</a> <span class=\"caption\">比 &amp; 較</span></figcaption>\n<div class=\"scroll\""
      ))
    #expect(article.contains("<div class=\"scroll\"><table>\n<thead>\n<tr>\n<th>甲</th>"))
    #expect(article.count(of: "</table></div>") == 1)
  }

  @Test func aDiagramFollowsTheThemeAndSaysWhatItShows() async throws {
    var fixture = RenderFixture()
    fixture.chapter.diagrams = [
      Diagram("digraph { q [label=\"問い\"]; q -> k [label=\"内<積\"] }", id: "fig-d", caption: "流れ")
    ]
    fixture.diagramLabels = [0: Label(.figure, 2)]
    fixture.add(.diagram(0))
    let article = try await fixture.article()
    #expect(article.contains("<figure class=\"diagram\" id=\"fig-d\">"))
    #expect(article.contains("<title id=\"dot-1-title\">流れ</title><desc id=\"dot-1-desc\">問い → k（内&lt;積）</desc>"))
    #expect(article.contains("stroke=\"currentColor\""))
    #expect(!article.contains("black"))
    #expect(!article.contains("<?xml"))
    #expect(!article.contains(" height="))
    #expect(article.contains("id=\"dot-1-node1\""))
    #expect(article.contains("図 2</a> <span class=\"caption\">流れ</span>"))
  }

  @Test func otherLanguagesAreListings() async throws {
    var fixture = RenderFixture()
    fixture.chapter.listings = [
      Listing("x = 1 < 2\n", in: "python"), Listing("<b>", in: "text"), Listing("<i>", in: "no\"such"),
    ]
    fixture.add(.listing(0), .listing(1), .listing(2))
    let article = try await fixture.article()
    #expect(
      article.contains("<code class=\"language-python\"><!--highlight-->x = <span class=\"hljs-number\">1</span> &lt; ")
    )
    #expect(article.contains("&lt;b&gt;<!--/highlight-->"))
    #expect(article.contains("language-no&quot;such"))
    #expect(!article.contains("<b>") && !article.contains("<i>"))
  }

  @Test func aNumberSaysWhatItRestsOn() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "let p = 1", label: Label(.listing, 7)) { $0.id = "demo" }
    fixture.link("0.67", .number(expression: "p < 1 ? \"a\" : b", value: "0.665", block: 0))
    let article = try await fixture.article()
    #expect(
      article.contains(
        "<span class=\"bound number\" id=\"n-1\" tabindex=\"0\" aria-describedby=\"why-1\"><data value=\"0.665\">0.67</data><span class=\"why\" id=\"why-1\">"
      ))
    #expect(article.contains("p &lt; 1 ? &quot;a&quot; : b"))
    #expect(article.contains("<a class=\"place\" href=\"#demo\">リスト 7 の後で計算</a>"))
  }

  /// The line that declares the first name that the chapter declares, as it stood when the value was computed.
  @Test(
    arguments: [
      ("weights[0]", 0, "let weights = softmax(scores)"), ("scores.max()! - low", 0, "let (low, high) = (1.0, 2.0)"),
      ("high", 0, "let (low, high) = (1.0, 2.0)"), ("double(2)", 0, "func double(_ x: Int) -&gt; Int { …"),
      ("total", 0, "var total = 1.0, other: Double = 2"), ("other / 2", 0, "var total = 1.0, other: Double = 2"),
      ("total", 2, "let total = scale"), ("list.map { $0 + inner }", 2, "let list = weights …"),
      ("2.weights", 0, nil), ("inner", 2, nil), ("unseen", 2, nil), ("late", 0, nil), ("late", 2, "let late = 1"),
    ] as [(String, Int, String?)])
  func aNumberShowsTheLineThatDefinesIt(expression: String, block: Int, line: String?) async throws {
    var fixture = RenderFixture()
    fixture.block(
      .run,
      """
      let weights = softmax(scores) // in order
      let (low, high) = (1.0, 2.0)
      var total = 1.0, other: Double = 2
      func double(_ x: Int) -> Int {
        let inner = 2
        return inner * x
      }
      """)
    fixture.block(.show, "let unseen = 1")
    fixture.block(
      .run,
      """
      let total = scale
      let list = weights
        .map { $0 }
      let late = 1
      """)
    fixture.link("1", .number(expression: expression, value: "1", block: block))
    let article = try await fixture.article()
    let shown = line.map { "<code class=\"expression defined\">\($0)</code>" }
    #expect(article.contains("expression defined") == (shown != nil))
    if let shown { #expect(article.contains(shown)) }
  }

  @Test func claimsWaiversAndReferences() async throws {
    var fixture = RenderFixture()
    fixture.link("下がる", .claim(expression: "isMonotone", block: nil))
    fixture.link("40 m", .remark(.waiver, words: "<たとえ>"))
    fixture.link("図 3", .reference(page: "two.html", anchor: "図", label: Label(.figure, 3)))
    fixture.link("式 (1)", .reference(page: nil, anchor: "eq-a", label: nil))
    let article = try await fixture.article()
    #expect(article.contains("下がる<span class=\"tick\" aria-hidden=\"true\">\u{2060}✓\u{2060}</span>"))
    #expect(article.contains("計算に結び付けない数：&lt;たとえ&gt;"))
    #expect(article.contains("<a class=\"reference\" href=\"two.html#%E5%9B%B3\">図 3</a>"))
    #expect(article.contains("<a class=\"reference\" href=\"#eq-a\">式 (1)</a>"))
  }

  @Test func theBadgeCountsWhatWasVerified() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "print(1)", pin: "1")
    fixture.block(.show, "print(2)", pin: nil)
    for _ in 0..<3 { fixture.link("1", .number(expression: "1", value: "1", block: nil)) }
    fixture.link("1", .claim(expression: "true", block: nil))
    let article = try await fixture.article()
    #expect(
      article.contains(
        "<span class=\"count\">数値 <b>3</b></span> <span class=\"count\">主張 <b>1</b></span> <span class=\"count\">出力 <b>1</b></span>"
      ))
    #expect(!article.contains("引用"))
  }

  @Test func previousAndNextAreNeighbours() async throws {
    var fixture = RenderFixture()
    fixture.others = [Chapter("two", source: Source(path: "", text: ""), title: "次 & 章")]
    let page = try await fixture.page()
    #expect(page.contains("<a class=\"next\" href=\"two.html\" rel=\"next\"><span>次の章</span><b>次 &amp; 章</b></a>"))
    #expect(!page.contains("rel=\"prev\""))
    #expect(page.contains("<html lang=\"ja\" "))
    #expect(page.count(of: "</body>") == 1)
  }

  @Test func thePageAsksForNothingOutsideItsFolder() async throws {
    let page = try await RenderFixture().page()
    for attribute in ["src=\"", "href=\""] {
      for piece in page.split(separator: attribute).dropFirst() {
        #expect(!piece.hasPrefix("http") && !piece.hasPrefix("//") && !piece.hasPrefix("/"))
      }
    }
  }
}
