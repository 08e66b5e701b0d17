import Foundation
import Testing
import WeaveModel
import WeaveRender
import WeaveSupport

@Suite struct RenderOutputTests {
  private let one = OutputFile(path: "one.html", text: "1")
  private let two = OutputFile(path: "assets/deep/two.css", text: "2")
  private let versions = ToolVersions(katex: "1", highlight: "2", graphviz: "3", font: "4")

  private func versionsFile(_ versions: ToolVersions) throws -> OutputFile {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return OutputFile(path: "versions.json", bytes: [UInt8](try encoder.encode(versions)))
  }

  @Test func onlyWhatChangedIsWritten() throws {
    let folder = try ScratchFolder()
    let output = OutputFolder(path: folder.path)
    #expect(try output.update([one, two]).written == ["one.html", "assets/deep/two.css"])
    let before =
      try FileManager.default.attributesOfItem(atPath: "\(folder.path)/one.html")[.systemFileNumber] as? UInt64
    let again = try output.update([one, OutputFile(path: two.path, text: "2b")])
    #expect(again.written == [two.path])
    #expect(again.unchanged == [one.path])
    let after =
      try FileManager.default.attributesOfItem(atPath: "\(folder.path)/one.html")[.systemFileNumber] as? UInt64
    #expect(before == after)
    #expect(folder.read(two.path) == "2b")
    #expect(try folder.files().allSatisfy { !$0.contains("tmp") })
  }

  @Test func aReplacedFileIsANewOne() throws {
    // A reader that has the old file open keeps the old contents whole.
    let folder = try ScratchFolder()
    let output = OutputFolder(path: folder.path)
    _ = try output.update([one])
    let open = try #require(FileHandle(forReadingAtPath: "\(folder.path)/one.html"))
    _ = try output.update([OutputFile(path: one.path, text: "longer than before")])
    #expect(try open.readToEnd() == Data("1".utf8))
  }

  @Test func whatIsNoLongerMadeGoesAndWhatIsForeignStays() throws {
    let folder = try ScratchFolder()
    let output = OutputFolder(path: folder.path)
    _ = try output.update([one, two])
    try folder.write("mine", to: "notes.txt")
    let report = try output.update([one])
    #expect(report.removed == [two.path])
    #expect(try folder.files() == ["manifest.txt", "notes.txt", "one.html"])
    #expect(try output.update([one]).removed == [])
  }

  /// As `OutputFolder` writes it.
  private let heading = "# The files of this book, written by weave. What a build no longer makes, it removes."

  @Test func aManifestOfSomebodyElseIsRefused() throws {
    for text in ["notes.txt\none.html\n", "\(heading) \nnotes.txt\n", "{\"files\": [\"notes.txt\"]}\n"] {
      let folder = try ScratchFolder()
      try folder.write("mine", to: "notes.txt")
      try folder.write(text, to: "manifest.txt")
      let error = #expect(throws: EnvironmentError.self) { try OutputFolder(path: folder.path).update([one]) }
      #expect(error?.description.contains("manifest.txt was not written by this weave") == true)
      #expect(try folder.files() == ["manifest.txt", "notes.txt"])
      #expect(folder.read("manifest.txt") == text)
      #expect(folder.read("notes.txt") == "mine")
    }
  }

  @Test func aPageOfSomebodyElseIsNamed() throws {
    let folder = try ScratchFolder()
    let output = OutputFolder(path: folder.path)
    let files = [one, two, try versionsFile(versions)]
    _ = try output.update(files)
    for path in ["x.html", "assets/deep/evil.js", ".hidden.xhtml", "notes.txt", "CNAME"] {
      try folder.write("<script>", to: path)
    }
    #expect(
      output.differences(from: files, tools: versions) == [
        .foreign(".hidden.xhtml"), .foreign("assets/deep/evil.js"), .foreign("x.html"),
      ])
  }

  @Test func aFileOfSomebodyElseIsNotReplaced() throws {
    let two = OutputFile(path: "two.css", text: "2")
    let folder = try ScratchFolder()
    let output = OutputFolder(path: folder.path)
    for path in [one.path, two.path] { try folder.write("mine", to: path) }
    let error = #expect(throws: EnvironmentError.self) { try output.update([one, two]) }
    #expect(error?.description.contains("and 1 more would be replaced, which weave did not write") == true)
    #expect(try folder.files() == [one.path, two.path].sorted())
    // Nor after other files were made there.
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(one.path)")
    _ = try output.update([one])
    #expect(throws: EnvironmentError.self) { try output.update([one, two]) }
    #expect(folder.read(two.path) == "mine")
    // What is the same already is taken over.
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(two.path)")
    try folder.write(String(decoding: two.bytes, as: UTF8.self), to: two.path)
    #expect(try output.update([one, two]).written == [])
  }

  @Test func aManifestCannotReachOutside() throws {
    let folder = try ScratchFolder()
    try FileManager.default.createDirectory(atPath: "\(folder.path)/out", withIntermediateDirectories: true)
    try folder.write("mine", to: "outside.txt")
    try folder.write("\(heading)\n../outside.txt\n\(folder.path)/outside.txt\n", to: "out/manifest.txt")
    #expect(try OutputFolder(path: "\(folder.path)/out").update([one]).removed == [])
    #expect(folder.read("outside.txt") == "mine")
  }

  @Test func aFolderThatCannotBeWrittenIsTheEnvironmentsFault() throws {
    let folder = try ScratchFolder()
    try folder.write("a file", to: "out")
    #expect(throws: EnvironmentError.self) { try OutputFolder(path: "\(folder.path)/out").update([one]) }
  }

  @Test func differencesAreNamed() throws {
    let folder = try ScratchFolder()
    let output = OutputFolder(path: folder.path)
    let files = [one, two, try versionsFile(versions)]
    _ = try output.update(files)
    #expect(output.differences(from: files, tools: versions) == [])
    try folder.write("changed", to: "one.html")
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(two.path)")
    let three = OutputFile(path: "three.html", text: "3")
    #expect(
      output.differences(from: files + [three], tools: versions) == [
        .missing(two.path), .different("manifest.txt"), .different("one.html"), .missing("three.html"),
      ])
    #expect(output.differences(from: [two, files[2]], tools: versions).contains(.extra("one.html")))
  }

  @Test func fragmentsOfAnotherVersionAreLeftOut() throws {
    let folder = try ScratchFolder()
    let output = OutputFolder(path: folder.path)
    func files(_ versions: ToolVersions, _ katex: String, _ code: String, _ text: String) throws -> [OutputFile] {
      [
        OutputFile(
          path: "one.html",
          text: "\(text)<!--katex-->\(katex)<!--/katex--><!--highlight-->\(code)<!--/highlight-->"),
        OutputFile(path: "assets/katex/katex.css", text: katex), try versionsFile(versions),
      ]
    }
    _ = try output.update(try files(versions, "old", "code", "text"))
    var newer = versions
    newer.katex = "1.1"
    #expect(output.differences(from: try files(newer, "new", "code", "text"), tools: newer) == [])
    let font = OutputFile(path: "assets/katex/fonts/new.woff2", text: "")
    #expect(output.differences(from: try files(newer, "new", "code", "text") + [font], tools: newer) == [])
    #expect(output.differences(from: try files(newer, "new", "code", "text") + [one], tools: newer) != [])
    // Only KaTeX's fragments are excused.
    #expect(
      output.differences(from: try files(newer, "new", "other", "text"), tools: newer) == [.different("one.html")])
    #expect(
      output.differences(from: try files(newer, "new", "code", "prose"), tools: newer) == [.different("one.html")])
    // With the same versions nothing is.
    #expect(
      output.differences(from: try files(versions, "new", "code", "text"), tools: versions) == [
        .different("assets/katex/katex.css"), .different("one.html"),
      ])
  }

  @Test func theSameBookGivesTheSameBytes() async throws {
    var fixture = RenderFixture()
    fixture.chapter.formulas = [Formula("\\frac{a}{b}")]
    fixture.chapter.diagrams = [Diagram("digraph { a -> b -> c; a -> c }")]
    fixture.block(.run, "print(1)", pin: "1")
    fixture.add(.formula(0), .diagram(0))
    for _ in 0..<4 { fixture.link("1", .number(expression: "1", value: "1", block: 0)) }
    let first = try await fixture.renderer().render(fixture.verified)
    let second = try await fixture.renderer().render(fixture.verified)
    #expect(first == second)
    #expect(!String(decoding: first.bytes, as: UTF8.self).contains(NSTemporaryDirectory()))
  }

  @Test func assetsComeWithTheirFontsAndVersions() async throws {
    let tools = try await RenderFixture.locate()
    let files = try Assets.files(tools, .japanese, figures: ".plot{--x:1}")
    #expect(files == (try Assets.files(tools, .japanese, figures: ".plot{--x:1}")))
    let paths = Set(files.map(\.path))
    let katex = try #require(files.first { $0.path == "assets/katex/katex.css" })
    let style = String(decoding: katex.bytes, as: UTF8.self)
    let fonts = style.matches(of: #/url\(([^)]*)\)/#).map { "assets/katex/\($0.1)" }
    #expect(fonts.count >= 15)
    #expect(Set(fonts).isSubset(of: paths))
    let own = try #require(files.first { $0.path == "assets/style.css" })
    #expect(String(decoding: own.bytes, as: UTF8.self).hasPrefix(".plot{--x:1}"))
    let script = try #require(files.first { $0.path == "assets/script.js" })
    #expect(script.bytes.count < 8192)
    let json = try #require(files.first { $0.path == "versions.json" })
    #expect(try JSONDecoder().decode(ToolVersions.self, from: Data(json.bytes)) == tools.versions)
  }
}
