import Testing
import WeaveModel
import WeaveSupport

/// Lines and columns as editors count them.
struct SourceTests {
  private let source = Source(path: "x.md", text: "ab\n日本e\u{301}語\n\n👩‍👩‍👧z\nlast")

  @Test(arguments: [
    // offset, line, column
    (0, 1, 1), (2, 1, 3), (3, 2, 1), (6, 2, 2), (9, 2, 3), (12, 2, 4), (15, 2, 5),
    (16, 3, 1), (17, 4, 1), (35, 4, 2), (36, 4, 3), (37, 5, 1), (41, 5, 5),
  ]) func positionsCountCharacters(_ offset: Int, _ line: Int, _ column: Int) {
    #expect(source.position(at: offset) == Position(line: line, column: column))
    #expect(source.line(at: offset) == line)
  }

  @Test func aLongLineIsCountedAsAShortOne() {
    let long = String(repeating: "日本e\u{301}語👩‍👩‍👧 plain [1](#=x)", count: 300)
    let source = Source(path: "x.md", text: "ab\n\(long)\nlast")
    var offset = 3
    for (number, character) in long.enumerated() {
      if number % 97 == 0 { #expect(source.position(at: offset) == Position(line: 2, column: number + 1)) }
      offset += character.utf8.count
    }
    #expect(source.position(at: offset + 2) == Position(line: 3, column: 2))
  }

  @Test func offsetsOutsideStayInside() {
    #expect(source.position(at: 1000) == Position(line: 5, column: 5))
    #expect(Source(path: "x", text: "").position(at: 0) == Position(line: 1, column: 1))
    #expect(Source(path: "x", text: "\n").position(at: 1) == Position(line: 2, column: 1))
  }

  @Test func byteColumnsBecomeCharacters() {
    #expect(source.position(line: 2, byteColumn: 1) == Position(line: 2, column: 1))
    #expect(source.position(line: 2, byteColumn: 7) == Position(line: 2, column: 3))
    #expect(source.position(line: 2, byteColumn: 99) == Position(line: 2, column: 5))
    #expect(source.position(line: 9, byteColumn: 3) == Position(line: 9, column: 1))
  }

  @Test func linesHaveTheirText() {
    #expect((1...5).map { String(Substring(source.line($0))) } == ["ab", "日本e\u{301}語", "", "👩‍👩‍👧z", "last"])
    #expect(source.lineStarts == [0, 3, 16, 17, 37])
    #expect(source[3..<9] == "日本")
  }

  private static func fixIt(_ range: Range<Int>, _ replacement: String) -> FixIt {
    FixIt(
      range: range, replacement: replacement, subject: "", old: "", new: "", position: Position(line: 1, column: 1))
  }

  @Test func fixItsTouchAndDoNotOverlap() async {
    let fixIts = [Self.fixIt(2..<4, "C"), Self.fixIt(0..<2, "A"), Self.fixIt(4..<4, "D")]
    #expect(Source(path: "x.md", text: "aabbcc").mended(fixIts) == "ACDcc")
    await #expect(processExitsWith: .failure) {
      _ = Source(path: "x.md", text: "aabbcc").mended([Self.fixIt(0..<2, "A"), Self.fixIt(1..<3, "B")])
    }
  }

  /// All of a link, its text, what it leads to and its title, wherever it stands.
  @Test(arguments: [
    "x [0.5](#=f(1) \"±0.1\") y", "> 一\n> [**0.5**](<#=f(1)> '±0.1')", "| a |\n| - |\n| [5](#=f(1) \"±1\") |",
  ])
  func aLinkKnowsItsBytes(_ markdown: String) throws {
    let chapter = RenderFixture.reading(markdown)
    let link = try #require(chapter.links.first)
    let all = chapter.source[link.range]
    #expect(all.hasPrefix("[" + link.text + "](") && all.hasSuffix(")") && !all.dropLast().hasSuffix(")"))
    #expect(chapter.source[link.textRange] == link.text)
    #expect(chapter.source[link.targetRange] == "f(1)")
    #expect(try chapter.source[#require(link.titleRange)] == link.title)
  }
}
