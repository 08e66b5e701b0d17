import Testing
import WeaveParse
import WeaveRun

/// A module that is to stand apart from others is told of where a block imports one of them whole.
@Suite struct ImportTests {
  @Test func whatWouldHideAModulesNamesIsAnError() throws {
    let book = try CommandFixture()
    let list = "title: Book\nlanguage: en\nmodules:\n- package: ..\n  product: Sums\n  apart: [Foundation, Glibc]\n"
    try book.write(list + "chapters: [one]\n", "Chapters/book.yml")
    let lines = [
      "import Foundation", "  import Glibc // for exp", "@preconcurrency public import Foundation;let a = 1",
      "import Foundation.NSDate", "let b = 1; import Foundation",
      "@_spi(Sums) @preconcurrency package import Foundation",
      "import /* its exp */ Glibc", "let e = \"é\"; import Foundation", "let quote = /\"/", "import Glibc", "import",
      "Foundation",
      "import struct Foundation.Date", "import func Foundation.exp", "import Synchronization",
      "let important = \"import Foundation\"", "let text = \"\"\"", "import Foundation", "\"\"\"",
      "/* import Foundation", "import Foundation */", "// import Glibc", "let `import` = 1",
      "import FoundationEssentials",
    ]
    let block = "```swift run\n\(lines.joined(separator: "\n"))\n```\n"
    let others = ["fail", "show"].map { "\n```swift \($0)\nimport Foundation\n```\n" }.joined()
    try book.write(
      "---\ntitle: One\n---\n\nText.\n\n- item\n\n  \(block.replacing("\n", with: "\n  "))\n\(others)",
      "Chapters/one.md")
    var reader = try BookReader(folder: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters")
    let whole = reader.wholeBook(), chapter = whole.chapters[0]
    let found = WholeImports(whole.modules).found(in: Program(chapter), of: chapter)
    #expect(
      found.map { "\($0.position.line):\($0.position.column)" } == [
        "10:3", "11:5", "12:26", "13:3", "14:14", "15:39", "16:3", "17:16", "19:3", "20:3",
      ])
    #expect(
      found.first?.message
        == "'import Foundation' would have names that Sums has too mean Foundation's, without a word: name what is needed, as in 'import struct Foundation.NAME'"
    )
  }
}
