import Testing
import WeaveParse

/// A module that is to stand apart from others is told of where a block imports one of them whole.
@Suite struct ImportTests {
  @Test func whatWouldHideAModulesNamesIsAnError() throws {
    let book = try CommandFixture()
    let list = "title: Book\nlanguage: en\nmodules:\n- package: ..\n  product: Sums\n  apart: [Foundation, Glibc]\n"
    try book.write(list + "chapters: [one]\n", "Chapters/book.yml")
    let lines = [
      "import Foundation", "  import Glibc // for exp", "@preconcurrency public import Foundation;let a = 1",
      "import Foundation.NSDate", "import struct Foundation.Date", "import func Foundation.exp",
      "import Synchronization",
      "let important = \"import Foundation\"", "import FoundationEssentials",
    ]
    let block = "```swift run\n\(lines.joined(separator: "\n"))\n```\n"
    let others = ["fail", "show"].map { "\n```swift \($0)\nimport Foundation\n```\n" }.joined()
    try book.write(
      "---\ntitle: One\n---\n\nText.\n\n- item\n\n  \(block.replacing("\n", with: "\n  "))\n\(others)",
      "Chapters/one.md")
    var reader = try BookReader(folder: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters")
    _ = reader.wholeBook()
    let found = reader.diagnostics.filter { $0.category == .compile }
    #expect(found.map { "\($0.position.line):\($0.position.column)" } == ["10:3", "11:5", "12:3", "13:3"])
    #expect(
      found.first?.message
        == "'import Foundation' would have names that Sums has too mean Foundation's, without a word: name what is needed, as in 'import struct Foundation.NAME'"
    )
  }
}
