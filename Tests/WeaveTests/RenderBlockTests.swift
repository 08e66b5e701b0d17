import Testing
import WeaveModel

@Suite struct RenderBlockTests {
  @Test func aRunBlockShowsCodeAndOutput() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "let x = 1\nprint(x)\n", pin: "1\n", label: Label(.listing, 2)) {
      $0.id = "one"
      $0.caption = "一つ"
    }
    let article = try await fixture.article()
    #expect(article.contains("<section class=\"block run\" id=\"one\">"))
    #expect(article.contains("<a class=\"label\" href=\"#one\">リスト 2</a> <span class=\"caption\">一つ</span>"))
    #expect(article.contains("<span class=\"hljs-keyword\">let</span> x = <span class=\"hljs-number\">1</span>"))
    #expect(article.contains("<samp>1</samp>"))
  }

  @Test func whatAProgramPrintsIsText() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "print(\"<b>&\")", pin: "<script>alert('1')</script>\u{1B}[31m&amp;\n")
    let article = try await fixture.article()
    #expect(article.contains("<samp>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\u{FFFD}[31m&amp;amp;</samp>"))
    #expect(!article.contains("<script>"))
    #expect(!article.contains("<b>&"))
  }

  @Test func captionsAndIdsAreEscaped() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "x", pin: "1", label: Label(.listing, 1)) {
      $0.id = "a\"><i>"
      $0.caption = "<i>\"題\"</i>"
    }
    let article = try await fixture.article()
    #expect(article.contains("id=\"a&quot;&gt;&lt;i&gt;\""))
    #expect(article.contains("href=\"#a%22%3E%3Ci%3E\""))
    #expect(article.contains("&lt;i&gt;&quot;題&quot;&lt;/i&gt;"))
    #expect(!article.contains("<i>"))
  }

  @Test func whereNoLineIsShownNoBoxIs() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "// snippet.hide\nprint(1)\n// snippet.show\n", pin: "1\n")
    let article = try await fixture.article()
    #expect(article.contains("<section class=\"block hidden-code\""))
    #expect(article.contains("<samp>1</samp>"))
    #expect(!article.contains("language-swift"))
  }

  @Test func hiddenLinesRunUnseen() async throws {
    var fixture = RenderFixture()
    fixture.block(
      .run, "// snippet.hide\nlet secret = 1\n// snippet.show\n\nlet a = secret\n  // snippet.hide\nlet tail = 2\n",
      pin: nil)
    let article = try await fixture.article()
    #expect(
      article.contains(
        "<code class=\"language-swift\"><!--highlight--><span class=\"hljs-keyword\">let</span> a = secret<!--/highlight--></code>"
      ))
    #expect(!article.contains("tail"))
    #expect(!article.contains("snippet."))
  }

  @Test func foldPutsTheCodeBehindASummary() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "let a = 1\nlet b = 2", pin: "3") { $0.fold = true }
    let article = try await fixture.article()
    let details = try #require(article.range(of: "<details class=\"fold\"><summary>コードを表示（2 行）</summary>"))
    let end = try #require(article.range(of: "</details>"))
    let output = try #require(article.range(of: "<samp>3</samp>"))
    #expect(details.upperBound < end.lowerBound)
    #expect(end.upperBound < output.lowerBound)
  }

  @Test func aHiddenBlockKeepsItsAnchorAndFigure() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "let hidden = 1", pin: "unseen", label: Label(.figure, 1)) {
      $0.hide = true
      $0.id = "fig"
      $0.caption = "図題"
    }
    fixture.record.figures[0] = [
      FigureRecord("<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>", table: [["x"], ["1"]])
    ]
    let article = try await fixture.article()
    #expect(article.contains("id=\"block-1\""))
    #expect(!article.contains("unseen"))
    #expect(!article.contains("<code"))
    #expect(article.contains("<figure class=\"result\" id=\"fig\">"))
    #expect(article.contains("<a class=\"label\" href=\"#fig\">図 1</a> <span class=\"caption\">図題</span>"))
    #expect(article.contains("<th scope=\"col\">x</th>"))
    #expect(article.contains("<td>1</td>"))
  }

  @Test(arguments: [
    (CodeBlock.Mode.fail, "コンパイルできない", "コンパイラの診断"), (.trap, "実行時に停止する", "停止の理由"),
  ])
  func refusalsAreShownAsErrors(mode: CodeBlock.Mode, badge: String, name: String) async throws {
    var fixture = RenderFixture()
    fixture.block(mode, "f()", pin: "no <such> thing\n")
    let article = try await fixture.article()
    #expect(article.contains("<span class=\"mode bad\">\(badge)</span>"))
    #expect(article.contains("<div class=\"output refused\"><span class=\"output-name\">\(name)</span>"))
    #expect(article.contains("no &lt;such&gt; thing"))
  }

  @Test func renderedOutputIsATableWithItsCaption() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "table()", pin: "| a |\n| - |\n| b |\n", label: Label(.table, 3)) {
      $0.asMarkdown = true
      $0.id = "tab"
      $0.caption = "表題"
    }
    let article = try await fixture.article()
    #expect(article.contains("<figure class=\"table\" id=\"tab\"><figcaption><a class=\"label\" href=\"#tab\">表 3</a>"))
    #expect(
      article.contains(
        "<div class=\"scroll\"><table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table></div>"
      ))
  }

  @Test func aRefusedFragmentIsTheAuthorsToMend() async throws {
    var fixture = RenderFixture()
    fixture.block(.run, "x", pin: "<iframe>") { $0.asMarkdown = true }
    let fault = await #expect(throws: Diagnostic.self) { try await fixture.article() }
    #expect(fault?.position == Position(line: 5, column: 1))
    #expect(fault?.message.contains("raw HTML '<iframe>' is refused") == true)
  }

  @Test func twoFiguresShareNoId() async throws {
    var fixture = RenderFixture()
    let svg = "<svg aria-labelledby=\"t\"><title id=\"t\">線</title><clipPath id=\"c\"/><g clip-path=\"url(#c)\"/></svg>"
    fixture.block(.run, "show(a)")
    fixture.block(.run, "show(b)")
    fixture.record.figures = [0: [FigureRecord(svg)], 1: [FigureRecord(svg)]]
    let article = try await fixture.article()
    #expect(article.contains("aria-labelledby=\"fig-1-1-t\"><title id=\"fig-1-1-t\">"))
    #expect(article.contains("<clipPath id=\"fig-2-1-c\"/><g clip-path=\"url(#fig-2-1-c)\"/>"))
  }
}
