import Testing
import WeaveModel
import WeaveSupport

/// The glossary's terms where other chapters use them, and footnotes beside their lines.
@Suite struct RenderGlossaryTests {
  private static let table = """
    | 用語 | 英語 | 意味 |
    | --- | --- | --- |
    | 剪定 | pruning | 捨てること。 |
    | 動的剪定、適応剪定 | dynamic pruning | 入力ごとに**捨てる**こと。 |
    | Expert | expert | 専門家。 |
    | ゲート（GLU） | gate | 門。 |
    """

  private func fixture(_ text: String = "") -> RenderFixture {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading(text)
    fixture.others = [RenderFixture.reading(Self.table, name: "glossary")]
    return fixture
  }

  private func link(_ term: String, _ word: String) -> String {
    let anchor = "term-\(term)".utf8.map {
      $0 < 128 ? String(UnicodeScalar($0)) : "%\(String($0, radix: 16, uppercase: true))"
    }.joined()
    return "<a class=\"term\" href=\"glossary.html#\(anchor)\">\(word)</a>"
  }

  @Test func theFirstUseOfATermIsLinked() async throws {
    let article = try await fixture("剪定と剪定。\n\nまた剪定。Expertは").article()
    #expect(article.contains("<p>\(link("剪定", "剪定"))と剪定。</p>\n<p>また剪定。\(link("Expert", "Expert"))は</p>"))
  }

  @Test func aLongerTermIsNotTakenForAShorterOne() async throws {
    let article = try await fixture("動的剪定は剪定である。").article()
    #expect(article.contains("<p>\(link("動的剪定", "動的剪定"))は\(link("剪定", "剪定"))である。</p>"))
  }

  @Test(arguments: ["枝剪定", "剪定器", "Experts", "MyExpert", "GLU2"])
  func aPartOfALongerWordIsAnotherWord(word: String) async throws {
    #expect(try await fixture("ここに\(word)がある。").article().contains("<p>ここに\(word)がある。</p>"))
  }

  @Test func everyNameLeadsToTheRowOfTheFirst() async throws {
    let article = try await fixture("適応剪定と、GLUという門。動的剪定も。").article()
    #expect(article.contains("<p>\(link("動的剪定", "適応剪定"))と、\(link("ゲート", "GLU"))という門。動的剪定も。</p>"))
  }

  @Test(arguments: [
    ("`剪定`", "<code>剪定</code>"), ("[剪定](https://example.org)", ">剪定</a>"), ("## 剪定", "<h2 id=\"剪定\">剪定 "),
    ("| 剪定 |\n| - |", "<th>剪定</th>"),
    ("```text\n剪定\n```", "language-text\"><!--highlight-->剪定"),
    ("<details>\n<summary>剪定</summary>\n</details>", "<summary>剪定</summary>"),
    ("<sup>剪定</sup>", "<sup>剪定</sup>"), ("> [!TIP]\n> `剪定`", "<code>剪定</code>"),
  ])
  func whereNoLinkMayBeThereIsNone(text: String, shown: String) async throws {
    let article = try await fixture("\(text)\n\n剪定").article()
    #expect(article.contains(shown))
    #expect(article.contains("<p>\(link("剪定", "剪定"))</p>"))
  }

  @Test func theGlossaryHasRowsToLinkToAndLinksNothing() async throws {
    let fixture = fixture()
    let renderer = try await fixture.renderer()
    let page = VerifiedChapter(
      fixture.others[0], record: RunRecord(), evidence: [:], blockLabels: [:], tableLabels: [:], formulaLabels: [:],
      diagramLabels: [:], bibliography: [])
    let html = String(decoding: try renderer.render(page).bytes, as: UTF8.self)
    for term in ["剪定", "動的剪定", "Expert", "ゲート"] { #expect(html.count(of: "<tr id=\"term-\(term)\">") == 1) }
    #expect(!html.contains("class=\"term\""))
    // What a page shows of a term when asked: a script, since a file may load no other data.
    let meanings = try #require(try renderer.renderBook([page]).first { $0.path == "assets/terms.js" })
    #expect(
      String(decoding: meanings.bytes, as: UTF8.self).contains(
        "\"term-動的剪定\": [\"dynamic pruning\", \"入力ごとに<strong>捨てる</strong>こと。\"],\n"))
  }

  /// A reader looks for 枝刈り; the book says 剪定.
  @Test func theSearchKnowsAllNamesOfATerm() async throws {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading(
      """
      | 用語 | 英語 | 意味 | 示す節 | 別名 |
      | --- | --- | --- | --- | --- |
      | 剪定 | pruning | 省くこと | - | プルーニング、枝刈り |
      | 最大内積探索（MIPS） | maximum inner product search | 探すこと | - | |
      | 錐 | | 領域 | - | |
      """, name: "glossary")
    let index = try #require(
      try await fixture.renderer().renderBook([fixture.verified]).first { $0.path == "assets/search-index.js" })
    let lines = String(decoding: index.bytes, as: UTF8.self).split(separator: "\n").filter { $0.contains("names") }
    #expect(
      lines == [
        "{\"names\":[\"剪定\",\"pruning\",\"プルーニング\",\"枝刈り\"]},",
        "{\"names\":[\"最大内積探索\",\"MIPS\",\"maximum inner product search\"]},",
      ])
  }

  private func reference(_ name: String, _ number: Int) -> String {
    "<sup class=\"footnote-ref\"><a href=\"#fn-\(name)\" id=\"fnref-\(name)\" data-footnote-ref>\(number)</a></sup>"
  }

  @Test func aFootnoteStandsBesideItsReference() async throws {
    let article = try await fixture("本文[^a]の続き、再び[^a]。\n\n[^a]: 注の$x$文。").article()
    #expect(
      article.contains(
        "<p>本文\(reference("a", 1))<span class=\"aside\" aria-hidden=\"true\"><span class=\"aside-number\">1</span> 注の<span class=\"math"
      ))
    #expect(article.count(of: "class=\"aside\"") == 1)
    // The note itself stays at the end, for screens without a margin and for screen readers.
    #expect(article.contains("<li id=\"fn-a\">\n<p>注の<span class=\"math"))
    #expect(article.contains("href=\"#fnref-a-2\" class=\"footnote-backref\""))
  }

  @Test(arguments: ["[^a]: [注](https://example.org)", "[^a]: 注\n\n    二つめ", "[^a]: - 注", "[^a]: 注[^b]\n\n[^b]: 他の注"])
  func aNoteOfMoreThanALineStaysAtTheEnd(note: String) async throws {
    let article = try await fixture("本文[^a]。\n\n\(note)").article()
    #expect(!article.contains("<span class=\"aside-number\">1</span>"))
  }

  @Test func aNoteInATableStaysAtTheEnd() async throws {
    let article = try await fixture("| 本文[^a] |\n| - |\n\n後[^b]\n\n[^a]: 表の注。\n[^b]: 後の注。").article()
    #expect(article.count(of: "class=\"aside\"") == 1)
    #expect(article.contains("<span class=\"aside-number\">2</span> 後の注。</span></p>"))
  }
}
