import Foundation
import Testing

/// A page as Chromium prints it.
@Suite struct PrintTests {
  @Test func aPagePrintsWithNumbersAndWithoutTheScreen() throws {
    let book = try CommandFixture()
    let lines = (1...120).map { "段落。ここに\($0)番目の文がある。\n\n" }.joined()
    try book.edit("Chapters/one.md", "print(x)", "print(x)\n// \(String(repeating: "とても長い行", count: 40))")
    try book.edit(
      "Chapters/one.md", "値は", "[外](https://example.org/a?b=1&c=2 \"題\")と[別の外](https://example.org/d)。\n\n\(lines)値は")
    #expect(try book.weave("build").status == 0)
    let browser = try #require(
      ["/usr/bin/chromium", "/usr/bin/google-chrome"].first(where: FileManager.default.isExecutableFile),
      "Chromium is missing: install it with 'apt-get install chromium'")
    let page = book.folder.appendingPathComponent("Output/one.html")
    let printed = try book.run(
      URL(fileURLWithPath: browser),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(book.folder.path)/profile",
        "--no-pdf-header-footer",
        "--print-to-pdf=\(book.folder.path)/one.pdf", page.absoluteString,
      ])
    #expect(printed.status == 0, "\(printed.error)")
    func poppler(_ program: String, _ arguments: String...) throws -> String {
      let path = "/usr/bin/\(program)"
      try #require(
        FileManager.default.isExecutableFile(atPath: path),
        "\(program) is missing: install it with 'apt-get install poppler-utils'")
      return try book.run(URL(fileURLWithPath: path), arguments).output
    }
    let facts = try poppler("pdfinfo", "one.pdf")
    let found = try #require(facts.firstMatch(of: /Pages: +(\d+)/))
    let count = try #require(Int(found.1))
    #expect(count > 1)
    #expect(facts.contains("(A4)"))
    let text = try poppler("pdftotext", "-layout", "one.pdf", "-")
    let pages = text.split(separator: "\u{C}", omittingEmptySubsequences: false).prefix(count)
    for (index, page) in pages.enumerated() {
      #expect(page.contains(try Regex("(?m)^ *\(index + 1) */ *\(count) *$")), "page \(index + 1) has no number")
      #expect(page.contains("本　第一章") == (index > 0) || page.contains("本 第一章") == (index > 0))
    }
    for word in ["目次", "検索", "コピー", "前の章", "次の章", "本文へ", "x = 2.0 / 3 の", "で計算"] {
      #expect(!text.contains(word), "\(word) is printed")
    }
    // The long line of code is there to its end, and each link's number is its address's.
    #expect(text.filter { $0 == "と" }.count >= 40)
    let flat = text.filter { !$0.isWhitespace }
    #expect(flat.contains("〔1〕https://example.org/a?b=1&c=2〔2〕https://example.org/d"))
    #expect(flat.contains("外〔1〕と別の外〔2〕"))
  }
}
