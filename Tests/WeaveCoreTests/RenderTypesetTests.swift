import Foundation
import Testing
import WeaveCore

@Suite struct RenderTypesetTests {
  private func diagnostics(_ text: String, _ formulas: [Formula], _ diagrams: [Diagram] = []) async throws -> [Diagnostic] {
    var chapter = Chapter("one", source: Source(path: "Chapters/one.md", text: text), title: "題")
    chapter.formulas = formulas
    chapter.diagrams = diagrams
    return try await Typesetter(tools: RenderFixture.locate()).typeset([chapter]).diagnostics(of: chapter)
  }

  @Test func aTeXFaultIsReportedWhereItStands() async throws {
    // Columns count characters: 重み is six bytes.
    let found = try await diagnostics("行\n重み $a + \\nope{b}$ だ\n", [Formula("a + \\nope{b}", at: 4 + 8)])
    #expect(found.map(\.line) == ["Chapters/one.md:2:9: error: [math] KaTeX: Undefined control sequence: \\nope"])
  }

  @Test func aFaultBehindJapaneseCountsCharacters() async throws {
    for (tex, column) in [("\\text{重み} \\nope", 12), ("\\text{重み😀}", 10)] {
      let found = try await diagnostics("$\(tex)$", [Formula(tex, at: 1)])
      #expect(found.map(\.position) == [Position(line: 1, column: column)])
    }
  }

  @Test func aFaultInAQuotedDisplayIsFoundOnItsLine() async throws {
    let text = "> $$\n> a\n>  + \\nope\n> $$\n"
    let found = try await diagnostics(text, [Formula("a\n + \\nope\n", display: true, at: 7)])
    #expect(found.map(\.position) == [Position(line: 3, column: 6)])
  }

  @Test func aNonstandardFormulaIsRefused() async throws {
    let found = try await diagnostics("$重み$", [Formula("重み", at: 1)])
    #expect(found.count == 1)
    #expect(found[0].message.contains("Unicode"))
  }

  @Test func aDiagramFaultHasItsLine() async throws {
    let found = try await diagnostics(
      "", [], [Diagram("digraph {\n a -> b\n c -> [\n}", at: 10), Diagram("digraph { a -> b }", at: 20)])
    #expect(found.map(\.category) == [.diagram])
    #expect(found[0].position.line == 13)
    #expect(found[0].message.contains("syntax error"))
  }

  @Test func anUnknownColourIsAFault() async throws {
    let found = try await diagnostics("", [], [Diagram("digraph { a [color=nosuchcolour] }", at: 3)])
    #expect(found.count == 1)
    #expect(found.first?.message.contains("nosuchcolour") == true)
  }

  @Test func aFreshCacheEntryIsUsedAndADamagedOneIsNot() async throws {
    let folder = try ScratchFolder()
    let cache = Cache(folder: URL(fileURLWithPath: folder.path))
    var fixture = RenderFixture()
    fixture.chapter.formulas = [Formula("x^2")]
    fixture.chapter.diagrams = [Diagram("digraph { a }")]
    fixture.block(.run, "let a = 1")
    fixture.chapter.skeleton += [.slot(.formula(0)), .slot(.diagram(0))]
    let tools = try await RenderFixture.locate()
    func page() async throws -> [UInt8] {
      let typeset = try await Typesetter(tools: tools, cache: cache).typeset([fixture.chapter])
      return try PageRenderer(fixture.book.frame, typeset: typeset) { $0 }.render(fixture.verified).bytes
    }
    let first = try await page()
    let entries = try folder.files().filter { $0.contains("/") }
    #expect(entries.count == 1)
    #expect(try await page() == first)
    for entry in entries {
      let bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(entry)"))
      try bytes.dropLast(5).write(to: URL(fileURLWithPath: "\(folder.path)/\(entry)"))
    }
    #expect(try await page() == first)
    for entry in entries {
      var bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(entry)"))
      bytes[bytes.count - 3] ^= 1
      try bytes.write(to: URL(fileURLWithPath: "\(folder.path)/\(entry)"))
    }
    #expect(try await page() == first)
  }

  @Test func whatWasSetBeforeIsNotSetAgain() async throws {
    let folder = try ScratchFolder()
    let cache = Cache(folder: URL(fileURLWithPath: folder.path))
    var chapter = RenderFixture().chapter
    chapter.formulas = [Formula("x^2")]
    let tools = try await RenderFixture.locate()
    let typesetter = Typesetter(tools: tools, cache: cache)
    #expect(try await typesetter.typeset([chapter]).diagnostics(of: chapter) == [])
    let name = try #require(try folder.files().first { $0.contains("/") })
    let first = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(name)"))
    // Only what the chapter still holds is kept.
    chapter.formulas = [Formula("y^2"), Formula("x^2", display: true)]
    _ = try await typesetter.typeset([chapter])
    let names = try folder.files().filter { $0.contains("/") }
    #expect(names == [name])
    let second = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(name)"))
    #expect(second != first)
    chapter.formulas = [Formula("x^2")]
    _ = try await typesetter.typeset([chapter])
    #expect(FileManager.default.contents(atPath: "\(folder.path)/\(name)") == first)
  }

  @Test func aMissingProgramSaysWhatToInstall() async throws {
    await #expect(throws: EnvironmentError.self) { try await Toolchain.locate(environment: ["PATH": "/nowhere"]) }
    do {
      _ = try await Toolchain.locate(environment: ["PATH": "/nowhere"])
    } catch let error as EnvironmentError {
      #expect(error.description.contains("node is missing: install it with '"))
    }
  }
}
