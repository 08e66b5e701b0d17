import Foundation
import Testing

/// Code from files, over several builds. What a page shows of it is the case `expect/parts`, what is refused
/// `failure/parts`.
struct PartTests {
  private static let code = """
    // A file.
    // region value
    let value = 1.0 / 4
    print(value)
    // endregion

    """

  private func fixture() throws -> CommandFixture {
    let book = try CommandFixture(ownKit: true)
    try FileManager.default.createDirectory(
      at: book.folder.appendingPathComponent("Chapters/code"), withIntermediateDirectories: true)
    try book.write(Self.code, "Chapters/code/value.swift")
    let fence = "```swift run file=code/value.swift:value\n```\n```output\n0.25\n```"
    try book.write("---\ntitle: 章\n---\n\n\(fence)\n\n値は[0.25](#=value)である。\n", "Chapters/one.md")
    return book
  }

  @Test func theChapterFollowsTheFile() throws {
    let book = try fixture()
    let first = try book.weave("build")
    #expect(first.status == 0, "\(first.error)")
    #expect(try book.weave("build").output.contains("0 written"))
    let program = try book.read("Output/one.swift")
    let code = "#sourceLocation(file: \"code/value.swift\", line: 3)\nlet value = 1.0 / 4\nprint(value)\n"
    #expect(program.contains(code))

    // What stands beside the region is none of the chapter's.
    try book.edit("Chapters/code/value.swift", "// A file.", "// The file.")
    #expect(try book.weave("build").output.contains("0 written"))

    // Another code gives other numbers, though no chapter was edited.
    try book.edit("Chapters/code/value.swift", "1.0 / 4", "1.0 / 8")
    let wrong = try book.weave("build")
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("printed 0.25, computed 0.125 (value)"), "\(wrong.error)")
    #expect(try book.weave("promote").status == 0)
    #expect(try book.read("Chapters/one.md").contains("```output\n0.125\n```"))
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/one.swift").contains("1.0 / 8"))

    // An error is told at the fence, with its place in the file.
    try book.edit("Chapters/code/value.swift", "1.0 / 8", "1.0 / eight")
    let broken = try book.weave("build")
    #expect(broken.status == 1)
    #expect(broken.error.contains("Chapters/one.md:5:1: error: [compile] cannot find 'eight' in scope"))
    #expect(broken.error.contains("(in code/value.swift, line 3)"), "\(broken.error)")
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters/code/value.swift"))
    let missing = try book.weave("build")
    #expect(missing.error.contains("one.md:5:1: error: [block] there is no file Chapters/code/value.swift"))
  }

  /// What was measured of the code before is not what was measured of it now.
  @Test func measurementsAreOfTheFilesCode() throws {
    guard CaseFolder.bubblewrapWorks else { return }
    let book = try fixture()
    #expect(try book.weave("build").status == 0)
    #expect(try book.weave("robustness", "--runs", "2").status == 0)
    #expect(try book.weave("build").status == 0)
    let known = try book.weave("check")
    #expect(known.status == 0, "\(known.error)")
    try book.edit("Chapters/code/value.swift", "1.0 / 4", "2.0 / 8")
    #expect(try book.weave("build").status == 0)
    let result = try book.weave("check")
    #expect(result.status == 1)
    #expect(result.error.contains("Chapters/one.md:1:1: error: [seeds]"), "\(result.error)")
  }

  @Test func aLinkIsNotFollowed() throws {
    let book = try fixture()
    let place = book.folder.appendingPathComponent("Chapters/code/value.swift")
    try FileManager.default.moveItem(at: place, to: book.folder.appendingPathComponent("value.swift"))
    try FileManager.default.createSymbolicLink(atPath: place.path, withDestinationPath: "../../value.swift")
    let result = try book.weave("build")
    #expect(result.status == 1)
    #expect(result.error.contains("Chapters/one.md:5:1: error: [block] Chapters/code/value.swift is a link"))
  }
}
