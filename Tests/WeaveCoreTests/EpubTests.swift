import Foundation
import Testing
import WeaveCore

/// What becomes of a page on its way into the EPUB.
@Suite struct EpubTests {
  static let frame = Book(
    "本 & <題>", subtitle: "副題",
    chapters: [("one", "第一章"), ("two", "第二章")].map { name, title in
      Chapter(name, source: Source(path: "Chapters/\(name).md", text: ""), title: title)
    }
  ).frame

  /// The book's files by path; chapter one holds `html`.
  func files(_ html: String, two: String = "<h2 id=\"there\">あちら</h2>", ledger: String = "", modified: Int? = nil) throws -> [String: String] {
    let epub = try Epub(Self.frame, modified: modified) { name in
      "<html><body><article>\(name == "one" ? html : name == "two" ? two : ledger)</article></body></html>"
    }
    return Dictionary(uniqueKeysWithValues: epub.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
  }

  /// The body of chapter one.
  func body(_ html: String, two: String = "<h2 id=\"there\">あちら</h2>", ledger: String = "") throws -> String {
    let document = try #require(try files(html, two: two, ledger: ledger)["EPUB/text/one.xhtml"])
    let start = try #require(document.range(of: "<section epub:type=\"chapter\">"))
    let end = try #require(document.range(of: "</section>\n</body>"))
    return String(document[start.upperBound..<end.lowerBound])
  }

  @Test(arguments: [
    // What only a screen can use.
    ("a<span class=\"why\" id=\"w\"><span class=\"card\">x</span></span>b", "ab"),
    ("<h2 id=\"h\">題 <a class=\"deep\" href=\"#h\">#</a></h2>", "<h2 id=\"h\">題 </h2>"),
    ("<details class=\"data\"><summary>図のデータ</summary></details>", ""),
    ("<p>a<span aria-hidden=\"true\">x</span><button type=\"button\">b</button></p>", "<p>a</p>"),
    ("<p><a href=\"one.swift\" download>program</a>c</p>", "<p>c</p>"),
    ("<section hidden>x</section>", ""),
    ("<span class=\"tick\" aria-hidden=\"true\">✓</span>", "<span class=\"tick\" aria-hidden=\"true\">✓</span>"),
    // HTML's short forms.
    ("a<br>b<hr><wbr>", "a<br/>b<hr/><wbr/>"),
    ("<KBD>Tab</KBD>", "<kbd>Tab</kbd>"),
    ("<p data-footnotes tabindex=\"0\" onclick=\"x\">a</p>", "<p>a</p>"),
    ("<li><input type=\"checkbox\" checked=\"\" disabled=\"\"/> a</li>", "<li>☑  a</li>"),
    ("<td align=\"right\">1</td>", "<td style=\"text-align: right\">1</td>"),
    ("a &amp; b &lt; c&nbsp;d > e", "a &amp; b &lt; c\u{A0}d &gt; e"),
    ("\u{1}\u{FFFF}", "\u{FFFD}\u{FFFD}"),
    ("<blink>a</blink>", "a"),
    ("<div class=\"scroll\"><table><tr><td>1</td></tr></table></div>", "<table><tr><td>1</td></tr></table>"),
    // Links.
    ("<a href=\"#x\">a</a><p id=\"x\">b</p>", "<a href=\"#x\">a</a><p id=\"x\">b</p>"),
    ("<a href=\"#%E9%A1%8C\">a</a><p id=\"題\">b</p>", "<a href=\"#%E9%A1%8C\">a</a><p id=\"題\">b</p>"),
    ("<a href=\"two.html#there\">a</a>", "<a href=\"two.xhtml#there\">a</a>"),
    ("<a href=\"two.html#lost\">a</a>", "<a href=\"two.xhtml\">a</a>"),
    ("<a href=\"#lost\">a</a>", "a"),
    ("<a class=\"reference\" href=\"lost.html\">a</a>", "<span class=\"reference\">a</span>"),
    ("<a href=\"https://example.org/?a=1&amp;b\">a</a>", "<a href=\"https://example.org/?a=1&amp;b\">a</a>"),
    ("<a href=\"javascript:x()\">a</a>", "a"),
  ])
  func anElementBecomes(_ html: String, _ expected: String) throws { #expect(try body(html) == expected) }

  @Test func aFormulaKeepsItsMathMLAlone() throws {
    let set = """
      <span class="math short"><!--katex--><span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML">\
      <semantics><mrow><msub><mi>max</mi><mo>\u{2061}</mo><mi mathvariant="double-struck">R</mi></msub><mi mathvariant="bold">x</mi>\
      <mi mathvariant="script">L</mi><mo><mrow><mi>m</mi><mi>o</mi><mi>d</mi></mrow></mo></mrow>\
      <annotation encoding="application/x-tex">a &lt; b</annotation></semantics></math></span>\
      <span class="katex-html" aria-hidden="true"><span class="mord">x</span></span></span><!--/katex--></span>
      """
    #expect(
      try body(set)
        == "<span class=\"math short\"><math xmlns=\"http://www.w3.org/1998/Math/MathML\" alttext=\"a &lt; b\"><mrow><msub><mi>max</mi><mi>ℝ</mi></msub><mi>𝐱</mi><mi>ℒ</mi><mo>mod</mo></mrow></math></span>")
    #expect(try files(set)["EPUB/package.opf"]?.contains("href=\"text/one.xhtml\" media-type=\"application/xhtml+xml\" properties=\"mathml\"") == true)
  }

  @Test func aFigureKeepsItsColoursWithoutVariables() throws {
    let svg = """
      <svg class="plot" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 -3 360 64.5" style="--plot-width:360" aria-labelledby="t">\
      <title id="t">題</title><desc id="d">説明</desc><g></g><g><rect fill="var(--plot-1,#123456)" stroke="var(--paper)"><title>3.5</title></rect>\
      <text paint-order="stroke" fill="var(--nobody)">a</text></g></svg>
      """
    let figure = try body(svg)
    #expect(figure.contains(##"<title id="t">題</title><desc id="d">説明</desc><g><rect fill="#123456" stroke="#"##))
    #expect(figure.contains(#"width="360" height="64.5""#))
    #expect(figure.contains(#"fill="currentColor" style="paint-order:stroke">a</text>"#))
    #expect(!figure.contains("3.5"))
    #expect(!figure.contains("var("))
  }

  @Test func aNumberLeadsToItsRowInTheLedger() throws {
    let ledger = "<table><tr><td><a href=\"one.html#n-1\">0.5</a></td></tr></table>"
    let html = try body("<span class=\"bound number\" id=\"n-1\" tabindex=\"0\">0.5</span> <span class=\"bound number\" id=\"n-2\">7</span>", ledger: ledger)
    #expect(html == "<a class=\"bound number\" id=\"n-1\" href=\"numbers.xhtml#one.n-1\">0.5</a> <span class=\"bound number\" id=\"n-2\">7</span>")
    let page = try files("<span class=\"bound number\" id=\"n-1\">0.5</span>", ledger: ledger)["EPUB/text/numbers.xhtml"]
    #expect(page?.contains("<tr id=\"one.n-1\"><td><a href=\"one.xhtml#n-1\">0.5</a></td></tr>") == true)
  }

  @Test func theContentsNestAndTheNamesAreEscaped() throws {
    let made = try files("<h2 id=\"a\">甲</h2><h3 id=\"b\">乙<b>x</b></h3><h2 id=\"c\">丙</h2>")
    let list = try #require(made["EPUB/nav.xhtml"])
    #expect(list.replacing("\n", with: "").contains(
      "<li><a href=\"text/one.xhtml#a\">甲</a><ol><li><a href=\"text/one.xhtml#b\">乙x</a></li></ol></li><li><a href=\"text/one.xhtml#c\">丙</a></li></ol></li>"))
    #expect(made["EPUB/package.opf"]?.contains("<dc:title id=\"title\">本 &amp; &lt;題&gt;</dc:title>") == true)
  }

  @Test(arguments: [
    ("<p>a<kbd><em>b</kbd></em></p>", "</kbd> stands where <em> is to be closed"),
    ("<div>a", "<div> is never closed"),
    ("a</p>", "</p> stands where <> is to be closed"),
    ("a &eacute; b", "&eacute; is no character of XML"),
  ])
  func whatDoesNotNestIsRefused(_ html: String, _ message: String) {
    let fault = #expect(throws: Epub.Fault.self) { try files(html) }
    #expect(fault?.page == "one")
    #expect(fault?.message == message)
  }

  @Test func theIdentifierIsTheContents() throws {
    func identifier(_ html: String, modified: Int? = nil) throws -> Substring {
      let package = try #require(try files(html, modified: modified)["EPUB/package.opf"])
      return try #require(package.firstMatch(of: /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)).output
    }
    #expect(try identifier("a") == identifier("a"))
    #expect(try identifier("a") != identifier("b"))
    #expect(try identifier("a", modified: 86_400) == identifier("a"))
    #expect(try files("a")["EPUB/package.opf"]?.contains("dcterms:modified\">2000-01-01T00:00:00Z<") == true)
    #expect(try files("a", modified: 1_700_000_000)["EPUB/package.opf"]?.contains("dcterms:modified\">2023-11-14T22:13:20Z<") == true)
  }

  @Test func theArchiveBeginsWithItsType() throws {
    let epub = try Epub(Self.frame) { _ in "<article></article>" }
    let bytes = try epub.archive()
    #expect(bytes.prefix(4) == [0x50, 0x4B, 3, 4])
    // Stored, without extra fields: the type can be read at its place.
    #expect(bytes[8..<10] == [0, 0])
    #expect(String(decoding: bytes[30..<58], as: UTF8.self) == "mimetypeapplication/epub+zip")
    #expect(try bytes == Epub(Self.frame) { _ in "<article></article>" }.archive())
  }

  /// A page that got something past its filters does not take it into the EPUB.
  @Test(arguments: [
    "<svg viewBox=\"0 0 1 1\"><script>alert(1)</script></svg>", "<svg viewBox=\"0 0 1 1\" onload=\"x()\"></svg>", "<svg viewBox=\"0 0 1 1\"><a href=\"javascript:x()\"></a></svg>",
    "<svg viewBox=\"0 0 1 1\"><foreignObject><p>a</p></foreignObject></svg>", "<p>a & b</p>", "<p title=\"a&b\">c</p>", "<p>&#0;</p>",
    "<math><mi onclick=\"x()\">a</mi></math>",
  ])
  func whatRunsOrIsNoXMLIsNotPacked(html: String) throws {
    let epub = try Epub(Self.frame) { "<article>\($0 == "one" ? html : "")</article>" }
    do {
      _ = try epub.archive()
      Issue.record("\(html) is packed")
    } catch let fault as Epub.Fault {
      #expect(fault.page == "one")
    }
  }

  @Test func everyDocumentIsPackedWithoutScripts() throws {
    let archive = try Epub(Self.frame) { "<article><p>\($0)</p><script>x()</script><p onclick=\"x()\">a</p></article>" }.archive()
    #expect(archive.count > 1000)
    let text = try files("<p onclick=\"x()\">a</p><script>x()</script>")["EPUB/text/one.xhtml"]
    #expect(text?.contains("x()") == false)
  }
}
