import Foundation
import Testing

/// What all pages share, their list and their titles: where it cannot be read, every page stays as it was.
@Suite struct BookFrameTests {
  private func files(_ book: CommandFixture) throws -> [String: Data] {
    let output = book.folder.appendingPathComponent("Output")
    let names = try FileManager.default.subpathsOfDirectory(atPath: output.path)
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        FileManager.default.contents(atPath: output.appendingPathComponent(name).path).map { (name, $0) }
      })
  }

  private static let slips: [(file: String, text: String)] = [
    ("book.yml", "title: [本\nchapters:\n  - one\n"), ("book.yml", ""), ("book.yml", "title: 本\nchapter:\n  - one\n"),
    ("book.yml", "title: 本\nchapters:\n"), ("book.yml", "title: 本\nchapters: [one, two, three]\n"),
    ("book.yml", "chapters: [one, two]\n"),
    ("book.yml", "title: 本\nchapters: [one]\nlanguages: ja\n"), ("two.md", "# 題のない章\n"),
    ("two.md", "---\ntitle: [題\n---\n\n文。\n"),
    ("two.md", "---\nshort: 題\n---\n\n文。\n"), ("two.md", "---\ntitle: 題\n---\n\n文\u{0}。\n"),
  ]

  @Test(arguments: slips.indices) func aSlipKeepsEveryPage(_ index: Int) throws {
    let (file, text) = Self.slips[index]
    let book = try CommandFixture()
    #expect(try book.weave("build").status == 0)
    let before = try files(book), good = try book.read("Chapters/\(file)")
    try book.write(text, "Chapters/\(file)")
    let result = try book.weave("build")
    #expect(result.status == 1)
    #expect(result.error.contains("Chapters/\(file):"), "\(result.error)")
    #expect(try files(book) == before)
    try book.write(good, "Chapters/\(file)")
    #expect(try book.weave("build").status == 0)
    #expect(try files(book) == before)
  }

  @Test func aChapterThatCannotBeReadKeepsItsPage() throws {
    let book = try CommandFixture()
    #expect(try book.weave("build").status == 0)
    let before = try files(book), place = book.folder.appendingPathComponent("Chapters/two.md")
    let good = try Data(contentsOf: place)
    try (good + [0xff]).write(to: place)
    #expect(try book.weave("build").status == 1)
    #expect(try files(book) == before)
    try FileManager.default.removeItem(at: place)
    #expect(try book.weave("build").status == 1)
    #expect(try files(book) == before)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    #expect(try book.weave("build").status == 1)
    #expect(try files(book) == before)
  }

  /// The way home, and a server's `/`, lead to the first chapter.
  @Test func aBookWithoutAnIndexHasAWayIn() throws {
    let book = try CommandFixture()
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/index.html").contains("<meta http-equiv=\"refresh\" content=\"0; url=one.html\">"))
    try book.edit("Chapters/book.yml", "  - one\n  - two\n", "  - two\n  - one\n")
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/index.html").contains("url=two.html"))
    try book.edit("Chapters/book.yml", "  - two\n", "  - index\n  - two\n")
    try book.write("---\ntitle: 表紙\n---\n\n文。\n", "Chapters/index.md")
    #expect(try book.weave("build").status == 0)
    #expect(try !book.read("Output/index.html").contains("refresh"))
    #expect(try book.weave("check").status == 0)
  }

  @Test(arguments: ["第一章", "がぎ"]) func aChapterWithAJapaneseNameIsLinked(_ name: String) throws {
    let book = try CommandFixture()
    let encoded = try #require(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    try book.edit("Chapters/book.yml", "  - two\n", "  - two\n  - \(name)\n")
    try book.write("---\ntitle: 章\n---\n\n## 節\n\n文。[ここ](#節)\n", "Chapters/\(name).md")
    let links = "[甲](\(name).md)、[乙](\(encoded).md)、[丙](\(name.decomposedStringWithCanonicalMapping).md#節)。"
    try book.edit("Chapters/two.md", "ここでは", "\(links)\n\nここでは")
    let result = try book.weave("build")
    #expect(result.status == 0, "\(result.error)")
    let page = try book.read("Output/two.html")
    let hrefs = page.matches(of: /href="([^"#]*)(?:#[^"]*)?">[甲乙丙]/).map { String($0.1).removingPercentEncoding }
    #expect(hrefs == Array(repeating: "\(name).html", count: 3))
  }

  /// Some systems write が as か and a mark.
  @Test func aNameMayBeSpeltInTwoWays() throws {
    let composed = "が", decomposed = "か\u{3099}"
    for (listed, stored) in [(composed, decomposed), (decomposed, composed), (decomposed, decomposed)] {
      let book = try CommandFixture()
      try book.edit("Chapters/book.yml", "  - two\n", "  - two\n  - \(listed)\n")
      try book.write("---\ntitle: 濁点\n---\n\n文。\n", "Chapters/\(stored).md")
      let result = try book.weave("build")
      #expect(result.status == 0, "\(result.error)")
      let made = try FileManager.default.contentsOfDirectory(atPath: book.folder.path + "/Output")
      #expect(made.contains { Array($0.utf8) == Array("\(composed).html".utf8) }, "\(made)")
    }
  }
}
