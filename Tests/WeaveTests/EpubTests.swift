import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveRender

/// What becomes of a chapter in the EPUB.
@Suite struct EpubTests {
  /// A book of two chapters as made-up programs leave it: every link to an expression is 0.5, every block prints
  /// nothing.
  private func files(_ one: String, two: String = "## あちら", modified: Int? = nil, figure: String? = nil) throws
    -> [String: String]
  {
    let chapters = [("one", one), ("two", two)].map { RenderFixture.reading($1, name: $0) }
    var records: [String: RunRecord] = [:]
    for chapter in chapters {
      var record = RunRecord()
      for link in chapter.links {
        if case .expression = link.target { record.values[link.index] = .real(0.5) }
      }
      record.finished = Set(chapter.blocks.map(\.index))
      if let figure { record.figures[0] = [FigureRecord(figure)] }
      records[chapter.name] = record
    }
    let woven = try Rehearsal(
      Book("本 & <題>", subtitle: "副題", chapters: chapters), records: records, misread: [], modified: modified,
      formula: { _ in Self.formula }, diagram: { _ in "<svg viewBox=\"0 0 1 1\"/>" })
    #expect(woven.diagnostics.map(\.line) == [])
    return Dictionary(
      uniqueKeysWithValues: try woven.epub().map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
  }

  /// The body of chapter one, below its title.
  private func body(_ one: String, two: String = "## あちら", figure: String? = nil) throws -> String {
    let document = try #require(try files(one, two: two, figure: figure)["EPUB/text/one.xhtml"])
    let start = try #require(document.range(of: "</header>\n"))
    let end = try #require(document.range(of: "</section>\n</body>"))
    return String(document[start.upperBound..<end.lowerBound])
  }

  private static let formula = """
    <span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML">\
    <semantics><mrow><msub><mi>max</mi><mo>\u{2061}</mo><mi mathvariant="double-struck">R</mi></msub><mi mathvariant="bold">x</mi>\
    <mi mathvariant="script">L</mi><mo><mrow><mi>m</mi><mi>o</mi><mi>d</mi></mrow></mo></mrow>\
    <annotation encoding="application/x-tex">a &lt; b</annotation></semantics></math></span>\
    <span class="katex-html" aria-hidden="true"><span class="mord">x</span></span></span>
    """

  @Test(arguments: [
    ("a\\\nb", "<p>a<br/>\nb</p>\n"),
    ("***", "<hr/>\n"),
    ("a<br>b", "<p>a<br/>b</p>\n"),
    ("<KBD>Tab</KBD>", "<p><kbd>Tab</kbd></p>\n"),
    ("- [x] a\n- [ ] b", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n"),
    ("a & b < c > d \"e\" 'f'", "<p>a &amp; b &lt; c &gt; d &quot;e&quot; 'f'</p>\n"),
    ("<details open>\n\na\n\n</details>", "<details open=\"\">\n<p>a</p>\n</details>\n"),
    ("## 題", "<h2 id=\"題\">題</h2>\n"),
    ("[a](https://example.org/?a=1&b)", "<p><a href=\"https://example.org/?a=1&amp;b\">a</a></p>\n"),
    ("[a](two.md#あちら)", "<p><a class=\"reference\" href=\"two.xhtml#%E3%81%82%E3%81%A1%E3%82%89\">a</a></p>\n"),
    ("[a](two.md)", "<p><a class=\"reference\" href=\"two.xhtml\">a</a></p>\n"),
    (
      "[0.5](#=x)",
      "<p><a class=\"bound number\" id=\"n-1\" href=\"numbers.xhtml#one.n-1\"><data value=\"0.5\">0.5</data></a></p>\n"
    ),
    ("[512](#! \"理由\")", "<p><a class=\"bound waiver\" id=\"n-1\" href=\"numbers.xhtml#one.n-1\">512</a></p>\n"),
  ])
  func markdownBecomes(_ markdown: String, _ expected: String) throws { #expect(try body(markdown) == expected) }

  @Test func aTableKeepsItsSidesAndNoFrame() throws {
    let table = try body("| a |\n| --: |\n| 1 |")
    #expect(table.contains("<figure class=\"table\">\n<table>\n<thead>\n<tr>\n<th style=\"text-align: right\">a</th>"))
  }

  @Test func aFootnoteIsOne() throws {
    let text = try body("a[^n]\n\n[^n]: b")
    #expect(
      text.contains(
        "<sup class=\"footnote-ref\"><a href=\"#fn-n\" id=\"fnref-n\" epub:type=\"noteref\" role=\"doc-noteref\">1</a></sup></p>"
      ))
    #expect(text.contains("<section class=\"footnotes\" epub:type=\"footnotes\">"))
    #expect(!text.contains("aside"))
  }

  @Test func aFormulaKeepsItsMathMLAlone() throws {
    #expect(
      try body("$x$")
        == "<p><span class=\"math short\"><math xmlns=\"http://www.w3.org/1998/Math/MathML\" alttext=\"a &lt; b\"><mrow><msub><mi>max</mi><mi>ℝ</mi></msub><mi>𝐱</mi><mi>ℒ</mi><mo>mod</mo></mrow></math></span></p>\n"
    )
    #expect(
      try files("$x$")["EPUB/package.opf"]?.contains(
        "href=\"text/one.xhtml\" media-type=\"application/xhtml+xml\" properties=\"mathml\"") == true)
    // A table of contents shows no formulas.
    #expect(try files("## $x$の題")["EPUB/nav.xhtml"]?.contains(">maxℝ𝐱ℒmodの題</a>") == true)
  }

  @Test func aFigureKeepsItsColoursWithoutVariables() throws {
    let svg = """
      <svg class="plot" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 -3 360 64.5" style="--plot-width:360" aria-labelledby="t">\
      <title id="t">題</title><desc id="d">説明</desc><g></g><g><rect fill="var(--plot-1,#123456)" stroke="var(--paper)"><title>3.5</title></rect>\
      <text paint-order="stroke" fill="var(--ink)">a</text></g></svg>
      """
    let figure = try body("```swift run\nshow(x)\n```", figure: svg)
    #expect(
      figure.contains(
        ##"<title id="fig-1-1-t">題</title><desc id="fig-1-1-d">説明</desc><g><rect fill="#123456" stroke="#"##))
    #expect(figure.contains(#"width="360" height="64.5""#))
    #expect(figure.contains(#"style="paint-order:stroke">a</text>"#))
    #expect(!figure.contains("3.5"))
    #expect(!figure.contains("var("))
  }

  @Test func aNumberHasItsRowInTheLedger() throws {
    let ledger = try files("値は[0.5](#=x)。")["EPUB/text/numbers.xhtml"]
    #expect(
      ledger?.contains("<tr id=\"one.n-1\"><td><a href=\"one.xhtml#n-1\">0.5</a><small>値は0.5</small></td>") == true)
    #expect(ledger?.contains("<h2 id=\"one\"><a href=\"one.xhtml\">題</a></h2>") == true)
  }

  @Test func theContentsNestAndTheNamesAreEscaped() throws {
    let made = try files("## 甲\n\n### 乙**x**\n\n## 丙")
    let list = try #require(made["EPUB/nav.xhtml"])
    #expect(
      list.replacing("\n", with: "").contains(
        "<li><a href=\"text/one.xhtml#%E7%94%B2\">甲</a><ol><li><a href=\"text/one.xhtml#%E4%B9%99x\">乙x</a></li></ol></li><li><a href=\"text/one.xhtml#%E4%B8%99\">丙</a></li></ol></li>"
      ))
    #expect(made["EPUB/package.opf"]?.contains("<dc:title id=\"title\">本 &amp; &lt;題&gt;</dc:title>") == true)
  }

  @Test func theIdentifierIsTheContents() throws {
    func identifier(_ text: String, modified: Int? = nil) throws -> Substring {
      let package = try #require(try files(text, modified: modified)["EPUB/package.opf"])
      return try #require(
        package.firstMatch(of: /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
      ).output
    }
    #expect(try identifier("a") == identifier("a"))
    #expect(try identifier("a") != identifier("b"))
    #expect(try identifier("a", modified: 86_400) == identifier("a"))
    #expect(try files("a")["EPUB/package.opf"]?.contains("dcterms:modified\">2000-01-01T00:00:00Z<") == true)
    #expect(
      try files("a", modified: 1_700_000_000)["EPUB/package.opf"]?.contains("dcterms:modified\">2023-11-14T22:13:20Z<")
        == true)
  }

  private func archive(_ text: String, formula: String = "") throws -> [UInt8] {
    let woven = try Rehearsal(
      Book("本", chapters: [RenderFixture.reading(text)]), records: [:], misread: [], formula: { _ in formula },
      diagram: { $0 })
    return try woven.archive()
  }

  @Test func theArchiveBeginsWithItsType() throws {
    let bytes = try archive("a")
    #expect(bytes.prefix(4) == [0x50, 0x4B, 3, 4])
    // Stored, without extra fields: the type can be read at its place.
    #expect(bytes[8..<10] == [0, 0])
    #expect(String(decoding: bytes[30..<58], as: UTF8.self) == "mimetypeapplication/epub+zip")
    #expect(try bytes == archive("a"))
  }

  @Test func whatXMLForbidsIsInNoFile() throws {
    let chapter = try RenderFixture.reading("## 節\u{FFFE}\n\n文\u{FFFF}")
    let woven = try Rehearsal(
      Book("本\u{FFFE}", chapters: [chapter]), records: [:], misread: [], formula: { _ in "" }, diagram: { $0 })
    for file in try woven.epub() {
      let text = String(decoding: file.bytes, as: UTF8.self)
      #expect(!text.unicodeScalars.contains { $0.value & 0xFFFE == 0xFFFE }, "\(file.path)")
    }
  }

  /// What got past its filters does not go into the EPUB.
  @Test(arguments: [
    "<math><mi onclick=\"x()\">a</mi></math>", "<math><script>x()</script></math>", "<math href=\"javascript:x()\"/>",
    "<math><style>a</style></math>",
  ])
  func whatRunsIsNotPacked(math: String) throws {
    let fault = #expect(throws: ExportFault.self) { try archive("$x$", formula: "<span>\(math)</span>") }
    #expect(fault?.page == "one")
  }

  @Test(arguments: ["a<kbd>*b</kbd>c*", "- <details>\n\nb\n\n</details>"]) func whatDoesNotNestIsRefused(text: String)
    throws
  {
    #expect(throws: ExportFault.self) { try archive(text) }
  }
}
