import Foundation
import Testing
import WeaveBuild
import WeaveModel

/// Chapters that only whoever writes them sees. That a build leaves them out are the cases `expect/drafts` and
/// `failure/drafts`.
struct DraftTests {
  private static let late = "---\ntitle: 後の章\n---\n\n## 節\n\n[前](one.md)。\n"

  private func fixture() throws -> CommandFixture {
    let book = try CommandFixture(ownKit: true)
    try book.edit("Chapters/book.yml", "chapters:", "drafts: [late]\nchapters:")
    try book.write(Self.late, "Chapters/late.md")
    return book
  }

  /// As `serve` has it.
  private func pipeline(_ book: CommandFixture) -> Pipeline {
    let kit = book.tool.deletingLastPathComponent()
    var pipeline = Pipeline(
      Pipeline.Places(
        chapters: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters",
        output: book.folder.appendingPathComponent("Output"), kit: kit,
        cache: kit.appendingPathComponent("weave-cache")),
      figureStyle: "")
    pipeline.showsDrafts = true
    return pipeline
  }

  @Test func onlyThePreviewShowsThem() async throws {
    let book = try fixture()
    func exists(_ path: String) -> Bool {
      FileManager.default.fileExists(atPath: book.folder.appendingPathComponent(path).path)
    }
    #expect(try book.weave("build").status == 0)
    #expect(!exists("Output/late.html"))
    #expect(try !book.read("Output/one.html").contains("late.html"))

    let shown = try await pipeline(book).build()
    #expect(shown.outcome.diagnostics.filter { $0.severity == .error } == [])
    #expect(shown.outcome.diagnostics.allSatisfy { $0.file != "Chapters/late.md" })
    let page = try book.read("Output/late.html")
    #expect(page.contains("<p class=\"draft\">下書き</p>"))
    let mark = "<a href=\"late.html\">後の章 <em class=\"draft\">下書き</em></a>"
    #expect(try book.read("Output/one.html").contains(mark))
    #expect(try !book.read("Output/one.html").contains("<p class=\"draft\">"))
    #expect(try book.read("Output/assets/search-index.js").contains("後の章"))

    // What checks the book says that they are too many, and a build takes them out.
    if CaseFolder.bubblewrapWorks { #expect(try book.weave("check").status == 1) }
    #expect(try book.weave("build").status == 0)
    #expect(!exists("Output/late.html"))
    #expect(try !book.read("Output/one.html").contains("late.html"))
    if CaseFolder.bubblewrapWorks { #expect(try book.weave("check").status == 0) }
  }

  /// Its author is warned where a link would keep the book from being built, and no more.
  @Test func aLinkToADraftIsTold() async throws {
    let book = try fixture()
    try book.edit("Chapters/two.md", "ここでは", "[後の章](late.md#節)へ。\n\nここでは")
    let result = try book.weave("build")
    #expect(result.status == 1)
    #expect(result.error.contains("Chapters/two.md:10:7: error: [reference] 'late' is a draft"), "\(result.error)")
    let shown = try await pipeline(book).weave(rendering: true)
    let told = shown.diagnostics.filter { $0.category == .reference }
    #expect(told.map(\.severity) == [.warning])
    #expect(shown.chapters.allSatisfy { $0.isGood })
    // Among drafts a link is as any other.
    try book.edit("Chapters/book.yml", "drafts: [late]", "drafts: [late, two]")
    let drafts = try await pipeline(book).weave(rendering: true)
    #expect(drafts.diagnostics.filter { $0.category == .reference } == [])
    #expect(try book.weave("build").status == 0)
  }

  /// In the order of the list where they stand in it, and after it otherwise.
  @Test func theyHaveTheirPlace() async throws {
    let book = try fixture()
    #expect(try await pipeline(book).weave(rendering: false).frame.chapters.map(\.name) == ["one", "two", "late"])
    try book.edit("Chapters/book.yml", "  - two\n", "  - late\n  - two\n")
    let shown = try await pipeline(book).weave(rendering: false)
    #expect(shown.frame.chapters.map(\.name) == ["one", "late", "two"])
    #expect(shown.frame.chapters.map(\.isDraft) == [false, true, false])
    // No longer a draft: the next build has it, though its file is as it was.
    _ = try await pipeline(book).build()
    try book.edit("Chapters/book.yml", "drafts: [late]\n", "")
    _ = try await pipeline(book).build()
    #expect(try !book.read("Output/late.html").contains("class=\"draft\""))
  }

  @Test func theirNumbersArePromotedByName() throws {
    let book = try fixture()
    try book.edit("Chapters/late.md", "[前](one.md)", "```swift run\nlet z = 0.25\n```\n\n[0.2](#=z)")
    #expect(try book.weave("promote").output.contains("nothing to promote"))
    let result = try book.weave("promote", "late")
    #expect(result.status == 0, "\(result.error)")
    #expect(try book.read("Chapters/late.md").contains("[0.3](#=z)"))
  }
}
