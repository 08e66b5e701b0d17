import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveParse

/// Who answers for a book, on its pages and in its EPUB. What a page shows is the case `expect/imprint`, what is refused
/// `failure/imprint`.
struct ImprintTests {
  private func diagnostics(_ line: String) throws -> [Diagnostic] {
    let book = try CommandFixture()
    try book.edit("Chapters/book.yml", "chapters:", "\(line)\nchapters:")
    return try BookReader(folder: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters").diagnostics
  }

  @Test(arguments: [
    "https://example.org", "https://example.org/a/b?c=d&e=f#g", "https://例.jp/報告", "mailto:a.b@example.org",
    "mailto:a@example.org?subject=x%20y",
  ]) func anAddressToReportTo(_ address: String) throws {
    #expect(try diagnostics("report: \(address)") == [])
  }

  @Test(arguments: [
    "http://example.org", "javascript:alert(1)", "https://", "https:///x", "https://user@example.org", "'mailto:'",
    "mailto:a", "'mailto:a@b c'", "'https://example.org/\"onclick'", "ftp://example.org", "'https://a.org/<b>'",
    "HTTPS://example.org", "data:text/html,x", "//example.org",
  ]) func noAddressToReportTo(_ address: String) throws {
    let found = try diagnostics("report: \(address)")
    #expect(found.count == 1 && found[0].message.contains("no address to report to"), "\(found)")
    #expect(found.first?.position == Position(line: 2, column: 1))
  }

  @Test(arguments: ["2026", "2026-11", "2024-02-29", "1999-12-31"]) func aDate(_ date: String) throws {
    #expect(try diagnostics("date: \(date)") == [])
  }

  @Test(arguments: ["26", "2026-13", "2026-02-29", "2026-1-1", "2026-11-28T00:00:00Z", "昨日", "2026-00"])
  func noDate(_ date: String) throws {
    #expect(try diagnostics("date: \(date)").count == 1)
  }

  /// Every page shows it, those that no chapter has written among them; and follows it, though no chapter changed.
  @Test func pagesFollowTheImprint() throws {
    let book = try CommandFixture(ownKit: true)
    #expect(try book.weave("build").status == 0)
    for name in ["one", "numbers"] { #expect(try !book.read("Output/\(name).html").contains("imprint")) }
    let lines = "author: A & B\nreport: mailto:a@example.org?subject=1&b\n"
    try book.edit("Chapters/book.yml", "chapters:", lines + "chapters:")
    #expect(try book.weave("build").status == 0)
    for name in ["one", "two", "numbers"] {
      let page = try book.read("Output/\(name).html")
      #expect(page.contains("<meta name=\"author\" content=\"A &amp; B\">"))
      #expect(page.contains("<span>A &amp; B</span>"))
      #expect(page.contains("<a href=\"mailto:a@example.org?subject=1&amp;b\">誤りの報告</a>"))
    }
    try book.edit("Chapters/book.yml", "title: 本", "title: Book\nlanguage: en")
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/numbers.html").contains(">Report a wrong number</a>"))
  }

  @Test func theEpubNamesThem() throws {
    func files(_ change: (inout Imprint) -> Void) throws -> [String: String] {
      var book = Book("本", chapters: [RenderFixture.reading("文。")])
      change(&book.imprint)
      let woven = try Rehearsal(book, records: [:], misread: []) { $0 }
      return Dictionary(
        uniqueKeysWithValues: try woven.epub().map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
    }
    let plain = try #require(try files { _ in }["EPUB/package.opf"])
    for name in ["dc:creator", "dc:date", "dc:rights", "bookEdition"] { #expect(!plain.contains(name)) }
    let made = try files {
      ($0.authors, $0.date, $0.licence, $0.edition) = (["A & B", "山田"], "2026-11", "CC <BY>", "第2版")
    }
    let package = try #require(made["EPUB/package.opf"])
    for line in [
      "<dc:creator id=\"creator-1\">A &amp; B</dc:creator>", "<dc:creator id=\"creator-2\">山田</dc:creator>",
      "<dc:date>2026-11</dc:date>", "<dc:rights>CC &lt;BY&gt;</dc:rights>",
      "<meta property=\"schema:bookEdition\">第2版</meta>",
    ] { #expect(package.contains(line), "\(line)") }
    #expect(try #require(made["EPUB/cover.svg"]).contains(">A &amp; B、山田</text>"))
    func identifier(_ package: String) -> Substring? {
      package.firstMatch(of: /<dc:identifier id="identifier">([^<]*)</)?.1
    }
    #expect(identifier(package) != identifier(plain))
  }
}
