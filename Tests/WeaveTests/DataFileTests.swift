import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveParse

/// Files that pages offer, over several builds. What a page shows of them is the case `expect/downloads`, what is refused
/// `failure/downloads`.
struct DataFileTests {
  private static func chapter(_ text: String) -> String { "---\ntitle: 章\n---\n\n\(text)\n" }

  private func fixture() throws -> CommandFixture {
    let book = try CommandFixture(ownKit: true)
    try FileManager.default.createDirectory(
      at: book.folder.appendingPathComponent("Chapters/data"), withIntermediateDirectories: true)
    try book.write("a,b\n", "Chapters/data/rows.csv")
    try book.write("c\n", "Chapters/data/more.csv")
    try book.write(Self.chapter("[行](data/rows.csv)"), "Chapters/one.md")
    try book.write(Self.chapter("[行](data/rows.csv)と[他](data/more.csv)"), "Chapters/two.md")
    return book
  }

  private func offered(_ book: CommandFixture) -> [String] {
    CaseFolder.names(in: book.folder.appendingPathComponent("Output/data"))
  }

  @Test func copiesFollowTheirFiles() throws {
    let book = try fixture()
    #expect(try book.weave("build").status == 0)
    #expect(offered(book) == ["more.csv", "rows.csv"])
    #expect(try book.read("Output/data/rows.csv") == "a,b\n")
    #expect(try book.weave("build").output.contains("0 written"))

    try book.write("a,b\n1,2\n", "Chapters/data/rows.csv")
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/data/rows.csv") == "a,b\n1,2\n")

    // While one chapter is wrong nothing that its old page offers goes.
    try book.write(Self.chapter("[他](data/gone.csv)"), "Chapters/two.md")
    let wrong = try book.weave("build")
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("Chapters/two.md:5:3: error: [link] there is no file Chapters/data/gone.csv"))
    #expect(offered(book) == ["more.csv", "rows.csv"])

    // What no page offers any more goes, and what was changed there comes back.
    try book.write(Self.chapter("何も無い。"), "Chapters/two.md")
    #expect(try book.weave("build").status == 0)
    #expect(offered(book) == ["rows.csv"])
    try book.write("z\n", "Output/data/rows.csv")
    if CaseFolder.bubblewrapWorks { #expect(try book.weave("check").status == 1) }
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/data/rows.csv") == "a,b\n1,2\n")
    if CaseFolder.bubblewrapWorks { #expect(try book.weave("check").status == 0) }
  }

  /// In the EPUB the words stand, and nothing leads to a file that is not there.
  @Test func theEpubHasTheirWords() throws {
    let book = try fixture()
    var reader = try BookReader(folder: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters")
    let whole = reader.wholeBook()
    #expect(reader.diagnostics == [])
    let files = try Rehearsal(whole, records: [:], misread: []) { $0 }.epub()
    let text = try #require(files.first { $0.path == "EPUB/text/two.xhtml" })
    #expect(String(decoding: text.bytes, as: UTF8.self).contains("<p>行と他</p>"))
    #expect(!files.contains { $0.path.contains("rows.csv") })
  }
}
