import Testing

@Suite struct RenderHighlightTests {
  /// The code's markup, without the frame around it.
  private func html(_ code: String) async throws -> String {
    var fixture = RenderFixture()
    fixture.block(.run, code, pin: nil)
    let article = try await fixture.article()
    let start = try #require(article.range(of: "<!--highlight-->")),
      end = try #require(article.range(of: "<!--/highlight-->"))
    return String(article[start.upperBound..<end.lowerBound])
  }

  @Test(arguments: [
    (
      "func plus(_ a: Int) {}",
      "<span class=\"hljs-keyword\">func</span> <span class=\"hljs-title\">plus</span>(_ a: <span class=\"hljs-type\">Int</span>) {}"
    ),
    ("prefix(3)", "<span class=\"hljs-call\">prefix</span>(<span class=\"hljs-number\">3</span>)"),
    ("x.default", "x.default"),
    ("0x1p-3 1.5e-7", "<span class=\"hljs-number\">0x1p-3</span> <span class=\"hljs-number\">1.5e-7</span>"),
    ("/* a /* b */ c */ d", "<span class=\"hljs-comment\">/* a /* b */ c */</span> d"),
    (
      "\"a\\(f(1))b\"",
      "<span class=\"hljs-string\">\"a<span class=\"hljs-subst\">\\(<span class=\"hljs-call\">f</span>(<span class=\"hljs-number\">1</span>))</span>b\"</span>"
    ),
    ("#\"\\(x)\"# < 1", "<span class=\"hljs-string\">#\"\\(x)\"#</span> &lt; <span class=\"hljs-number\">1</span>"),
  ])
  func eachTokenHasItsClass(code: String, expected: String) async throws {
    #expect(try await html(code) == expected)
  }

  /// Whatever is not finished loses nothing: the text between the tags is the code.
  @Test(arguments: [
    "\"open", "/* open", "\"a\\(b", "#\"x\"", "0x", "1e", "`a", "@", "#", "$0 + \"\"\"\nx\n\"\"\"", "幅 * 2",
  ])
  func nothingIsLost(code: String) async throws {
    let text = try await html(code).replacing(/<[^>]*>/, with: "")
    #expect(text == code)
  }
}
