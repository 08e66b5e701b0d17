import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveRender
import WeaveSupport

/// After any edit the book in `Output/` is the one that a build makes which leaves nothing alone, and no more was
/// done than the edit asks for.
@Suite(.serialized) struct IncrementalTests {
  private let book: CommandFixture
  private let pipeline: Pipeline

  init() async throws {
    book = try CommandFixture()
    pipeline = Self.pipeline(book, output: "Output", cache: book.folder.appendingPathComponent("cache"))
    try book.write(
      """
      ---
      title: 第三章
      short: 三
      ---

      # 第三章

      [第一章の表](one.md#tab-first)と[式](#eq-own)を見よ。$ a + b $である。[512](#! "寸法")

      ```math #eq-own
      c = a + b
      ```

      """, "Chapters/three.md")
    try book.edit("Chapters/one.md", "値は", "<!-- #tab-first 一つ目の表 -->\n| 甲 | 乙 |\n| --- | --- |\n| あ | い |\n\n値は")
    try book.edit("Chapters/book.yml", "  - two\n", "  - two\n  - three\n")
    _ = try await pipeline.build()
  }

  private static func pipeline(_ book: CommandFixture, output: String, cache: URL?) -> Pipeline {
    Pipeline(
      .init(
        chapters: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters",
        output: book.folder.appendingPathComponent(output), kit: CommandFixture.tool.deletingLastPathComponent(),
        cache: cache),
      figureStyle: "")
  }

  /// Builds, and holds the folder against a build that leaves nothing alone (though it may know what a program
  /// printed). Gives the names of the files that were written.
  private func build(errors: Int = 0) async throws -> [String] {
    let (outcome, files) = try await pipeline.build()
    #expect(outcome.diagnostics.count { $0.severity == .error } == errors)
    let fresh = try await Self.pipeline(book, output: "Fresh", cache: book.folder.appendingPathComponent("fresh"))
      .weave(rendering: true)
    #expect(outcome.diagnostics == fresh.diagnostics)
    #expect(outcome.summaries.map(\.name) == fresh.summaries.map(\.name))
    #expect(outcome.summaries.map(\.counts) == fresh.summaries.map(\.counts))
    if errors == 0 {
      let folder = OutputFolder(path: book.folder.appendingPathComponent("Output").path)
      let tools = try #require(fresh.tools)
      #expect(folder.differences(from: fresh.files, tools: tools) == [])
    }
    return files.written.sorted()
  }

  private func has(_ path: String, _ text: String) throws -> Bool { try book.read(path).contains(text) }

  @Test func whereNothingChangedNothingIsDone() async throws {
    #expect(try await build() == [])
    let outcome = try await pipeline.build().outcome
    #expect(outcome.chapters.isEmpty)
    #expect(outcome.summaries.map(\.name) == ["one", "two", "three"])
  }

  @Test func anEditOfTheProseMakesItsPageAnew() async throws {
    try book.edit("Chapters/two.md", "寸法", "大きさ")
    let (outcome, files) = try await pipeline.build()
    #expect(outcome.chapters.map(\.chapter.name) == ["two"])
    #expect(outcome.chapters.map(\.fromCache) == [true])
    #expect(files.written.sorted() == ["numbers.html", "two.html"])
    #expect(try await build() == [])
    try book.edit("Chapters/three.md", "見よ", "見ると")
    #expect(try await build() == ["assets/search-index.js", "three.html"])
  }

  /// How many numerals may stand without a source is said in the list, and held against chapters that stay as they are.
  @Test func anEditOfTheCountsIsSeen() async throws {
    try book.edit("Chapters/three.md", "を見よ。", "を見よ。ほかに$0.37x$もある。")
    try book.write(try book.read("Chapters/book.yml") + "unbound:\n  three: 1\n", "Chapters/book.yml")
    _ = try await build()
    #expect(try await pipeline.build().outcome.diagnostics.map(\.message) == [])
    try book.edit("Chapters/book.yml", "three: 1", "three: 4")
    _ = try await build()
    #expect(try await pipeline.build().outcome.diagnostics.contains { $0.message.contains("lets 4 stand") })
  }

  @Test func whatAnotherChapterRefersToMakesThatOneAnew() async throws {
    try book.edit("Chapters/one.md", "値は", "<!-- #tab-more さらに表 -->\n| 甲 |\n| --- |\n| う |\n\n値は")
    try book.edit("Chapters/one.md", "<!-- #tab-first 一つ目の表 -->\n| 甲 | 乙 |\n| --- | --- |\n| あ | い |\n\n", "")
    #expect(try await build(errors: 1) == ["one.html"])
    try book.edit("Chapters/one.md", "<!-- #tab-more", "<!-- #tab-zero 表 -->\n| 丙 |\n| --- |\n| え |\n\n<!-- #tab-first")
    let (outcome, _) = try await pipeline.build()
    #expect(outcome.chapters.map(\.chapter.name) == ["one", "three"])
    #expect(try await build() == [])
    try book.edit("Chapters/three.md", "第一章の表", "第一章の表 1")
    _ = try await build(errors: 1)
    try book.edit("Chapters/three.md", "第一章の表 1", "第一章の表 2")
    _ = try await build()
    // Now the printed number is held against the other chapter's, in whichever of them the edit is.
    try book.edit("Chapters/one.md", "<!-- #tab-zero 表 -->\n| 丙 |\n| --- |\n| え |\n\n", "")
    _ = try await build(errors: 1)
  }

  @Test func whatStandsOnEveryPageMakesAllAnew() async throws {
    try book.edit("Chapters/two.md", "short: 二", "short: 弐")
    #expect(try await build() == ["assets/search-index.js", "numbers.html", "one.html", "three.html", "two.html"])
    try book.edit("Chapters/book.yml", "  - one\n  - two\n", "  - two\n  - one\n")
    let written = try await build()
    #expect(written.contains("one.html") && written.contains("two.html"))
    try book.edit("Chapters/book.yml", "title: 本", "title: 書")
    let all = try await build()
    #expect(all.contains("three.html"))
  }

  @Test func chaptersComeAndGo() async throws {
    try book.edit("Chapters/book.yml", "  - two\n", "")
    _ = try await build(errors: 1)
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters/two.md"))
    _ = try await build()
    #expect(!FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("Output/two.html").path))
    try book.write(CommandFixture.two, "Chapters/two.md")
    try book.edit("Chapters/book.yml", "  - one\n", "  - two\n  - one\n")
    _ = try await build()
  }

  @Test func aWrongChapterLeavesTheOthersAlone() async throws {
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    #expect(try await build(errors: 1) == [])
    #expect(try has("Output/one.html", "0.667"))
    // While one waits for its mend, another goes on; what is made of all follows when all hold.
    try book.edit("Chapters/two.md", "ここでは", "そこでは")
    #expect(try await build(errors: 1) == ["two.html"])
    try book.edit("Chapters/one.md", "[0.668]", "[0.667]")
    _ = try await build()
    #expect(try has("Output/assets/search-index.js", "そこでは"))
    #expect(try await build() == [])
  }

  @Test(arguments: [
    "two.html", "numbers.html", "assets/search-index.js", "assets/style.css", "one.swift", "manifest.txt",
    "versions.json",
  ])
  func whatWasTamperedWithIsMadeAnew(_ path: String) async throws {
    let whole = try book.read("Output/\(path)")
    // As long as before, and with the old file's date.
    let url = book.folder.appendingPathComponent("Output/\(path)")
    let date = try FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate] as! Date
    try Data(whole.utf8.dropLast() + [35]).write(to: url)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: url.path)
    _ = try await build()
    #expect(try book.read("Output/\(path)") == whole)
    try FileManager.default.removeItem(at: url)
    _ = try await build()
    #expect(try book.read("Output/\(path)") == whole)
  }

  @Test func aTraceThatIsTornOrOfAnotherVersionIsNotBelieved() async throws {
    let cache = book.folder.appendingPathComponent("cache")
    let files = FileManager.default.enumerator(at: cache, includingPropertiesForKeys: nil)!.compactMap { $0 as? URL }
    for file in files where !file.hasDirectoryPath { try Data("{}".utf8).write(to: file) }
    #expect(try await build() == [])
    try book.edit("Chapters/references.json", "A Book", "Another Book")
    #expect(try await build() == ["two.html"])
  }
}
