import Foundation
import Testing
import WeaveModel

@Suite struct RenderBibliographyTests {
  private func reference(_ json: String) throws -> Reference {
    try JSONDecoder().decode(Reference.self, from: Data(json.utf8))
  }

  private func entry(_ json: String) async throws -> String {
    var fixture = RenderFixture()
    fixture.bibliography = [try reference(json)]
    let article = try await fixture.article()
    let start = try #require(article.range(of: "<span class=\"entry\">"))
    let end = try #require(article.range(of: "</span></li>"))
    return String(article[start.upperBound..<end.lowerBound])
  }

  @Test func article() async throws {
    let entry = try await entry(
      """
      {"id": "su", "type": "article-journal", "title": "RoFormer", "author": [{"family": "Su", "given": "Jianlin"},
       {"family": "Liu", "given": "Yun-Feng Bo"}], "container-title": "Neurocomputing", "volume": "568", "issue": "2",
       "page": "1-14", "issued": {"date-parts": [[2024, 2]]}, "DOI": "10.1016/j.neucom(2023)"}
      """)
    #expect(
      entry
        == "J. Su, Y.-F. B. Liu, “RoFormer”, <cite>Neurocomputing</cite>, vol. 568(2), pp. 1–14, 2024. <a href=\"https://doi.org/10.1016/j.neucom%282023%29\">doi:10.1016/j.neucom(2023)</a>"
    )
  }

  @Test func conferencePaperOfMany() async throws {
    let authors = (1...7).map { "{\"family\": \"A\($0)\", \"given\": \"Bo\"}" }.joined(separator: ", ")
    let entry = try await entry(
      "{\"id\": \"v\", \"type\": \"paper-conference\", \"title\": \"A < B\", \"author\": [\(authors)], \"container-title\": \"ICLR\", \"issued\": {\"date-parts\": [[2017]]}}"
    )
    #expect(entry == "B. A1, B. A2, B. A3, B. A4, B. A5, B. A6 他, “A &lt; B”, In <cite>ICLR</cite>, 2017.")
  }

  @Test(arguments: [
    "\"DOI\": \"10.48550/arXiv.2104.09864\"", "\"URL\": \"https://arxiv.org/abs/2104.09864\"",
    "\"number\": \"arXiv:2104.09864\"",
  ])
  func preprint(identifier: String) async throws {
    let entry = try await entry(
      "{\"id\": \"a\", \"type\": \"article\", \"title\": \"T\", \"author\": [{\"literal\": \"DeepSeek-AI\"}], \(identifier)}"
    )
    #expect(entry == "DeepSeek-AI, “T”. <a href=\"https://arxiv.org/abs/2104.09864\">arXiv:2104.09864</a>")
  }

  @Test func webPage() async throws {
    let entry = try await entry(
      "{\"id\": \"w\", \"type\": \"webpage\", \"title\": \"解説\", \"container-title\": \"Distill\", \"URL\": \"https://a.example/?a=1&b=2\"}"
    )
    #expect(
      entry
        == "「解説」, <cite>Distill</cite>. <a href=\"https://a.example/?a=1&amp;b=2\">https://a.example/?a=1&amp;b=2</a>")
  }

  @Test func japaneseBook() async throws {
    let entry = try await entry(
      "{\"id\": \"s\", \"type\": \"book\", \"title\": \"ゼロから作る\", \"author\": [{\"family\": \"斎藤\", \"given\": \"康毅\"}, {\"family\": \"山田\", \"given\": \"花子\"}], \"publisher\": \"オライリー\", \"issued\": {\"date-parts\": [[2016]]}}"
    )
    #expect(entry == "斎藤 康毅・山田 花子, 『ゼロから作る』, オライリー, 2016.")
  }

  @Test func aScriptAddressIsNoLink() async throws {
    let entry = try await entry(
      "{\"id\": \"x\", \"type\": \"webpage\", \"title\": \"T\", \"URL\": \"javascript:alert(1)\"}")
    #expect(entry == "“T”.")
  }

  @Test func citationsAndEntriesPointAtEachOther() async throws {
    var fixture = RenderFixture()
    fixture.bibliography = [try reference("{\"id\": \"v 1\", \"type\": \"book\", \"title\": \"T\"}")]
    fixture.link("28.4", .citation(ordinal: 1, key: "v 1", place: "Table 2"))
    fixture.link("再び", .citation(ordinal: 1, key: "v 1", place: nil))
    let article = try await fixture.article()
    #expect(article.contains("<span class=\"bound cite\" id=\"cite-v 1-1\""))
    #expect(article.contains("<a class=\"cite-number\" href=\"#ref-v%201\""))
    #expect(article.contains("<li id=\"ref-v 1\">"))
    #expect(article.contains("href=\"#cite-v%201-1\" aria-label=\"本文 1 箇所目へ戻る\""))
    #expect(article.contains("href=\"#cite-v%201-2\""))
    #expect(article.contains("Table 2"))
  }
}
