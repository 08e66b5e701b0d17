import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveParse
import WeaveRender
import WeaveSupport

/// The programs that the tool itself calls come to an end, whatever they are given.
@Suite struct ToolLimitTests {
  private static let knot =
    "digraph {" + (0..<3000).map { "a\($0) -> a\($0 * 7919 % 3000)" }.joined(separator: ";") + "}"
  private static let chain = String(repeating: "x^{1}+", count: 60_000) + "1"
  private static let script = String(repeating: "def f(x): return \"a\" + 1 # c\n", count: 200_000)

  @Test func whatTakesTooLongIsRefusedAtItsPlace() async throws {
    var chapter = Chapter("one", source: Source(path: "Chapters/one.md", text: "行\n行\n行\n行\n"), title: "題")
    chapter.formulas = [Formula("a", at: 0), Formula(Self.chain, at: 4), Formula("b", at: 8)]
    chapter.listings = [Listing("x = 1\n", in: "python"), Listing(Self.script, in: "python")]
    chapter.diagrams = [Diagram("digraph { a -> b }", at: 1), Diagram(Self.knot, at: 3)]
    let tools = try await RenderFixture.locate()
    var limits = ToolLimits(seconds: 1)
    // Of processor time: beside six hundred tests a program waits long until somebody reads what it says.
    limits.wallSeconds = 3600
    let found = try await ToolLimits.$current.withValue(limits) { [chapter] in
      try await Typesetter(tools: tools).typeset([chapter]).diagnostics(of: chapter).sorted().map(\.line)
    }
    #expect(
      found == [
        "Chapters/one.md:1:1: error: [limit] highlight.js: node used more than 1 s of processor time: make it smaller",
        "Chapters/one.md:2:1: error: [math] KaTeX: node used more than 1 s of processor time: make it smaller",
        "Chapters/one.md:3:1: error: [diagram] Graphviz: dot used more than 1 s of processor time: draw less",
      ])
  }

  @Test func memoryAndOutputAreLimited() async throws {
    var chapter = Chapter("one", source: Source(path: "Chapters/one.md", text: "行\n"), title: "題")
    chapter.diagrams = [Diagram("digraph { a -> b }", at: 1)]
    let tools = try await RenderFixture.locate()
    var limits = ToolLimits(seconds: 60)
    limits.outputBytes = 100
    let found = try await ToolLimits.$current.withValue(limits) { [chapter] in
      try await Typesetter(tools: tools).typeset([chapter]).diagnostics(of: chapter).map(\.line)
    }
    #expect(found == ["Chapters/one.md:1:1: error: [diagram] Graphviz: dot said more than 0 MB: draw less"])

    chapter.diagrams = []
    chapter.formulas = [Formula(Self.chain)]
    limits = ToolLimits(seconds: 60)
    limits.memoryBytes = 100 << 20
    let hungry = try await ToolLimits.$current.withValue(limits) { [chapter] in
      try await Typesetter(tools: tools).typeset([chapter]).diagnostics(of: chapter).map(\.line)
    }
    #expect(
      hungry == ["Chapters/one.md:1:1: error: [math] KaTeX: node needs more than 100 MB of memory: make it smaller"])
  }

  @Test(arguments: [
    "a [image=\"/dev/zero\"]", "a [shapefile=\"/dev/zero\" shape=epsf]", "a [shapefile=\"/etc/passwd\"]",
    "imagepath=\"/etc\"; a [image=\"passwd\"]",
    "a [label=<<TABLE><TR><TD><IMG SRC=\"/dev/zero\"/></TD></TR></TABLE>>]",
  ]) func aDiagramReadsNoFiles(_ line: String) async throws {
    var chapter = Chapter("one", source: Source(path: "Chapters/one.md", text: "行\n"), title: "題")
    chapter.diagrams = [Diagram("digraph { \(line) }", at: 1)]
    let found = try await Typesetter(tools: RenderFixture.locate()).typeset([chapter]).diagnostics(of: chapter).map(
      \.line)
    #expect(
      found == [
        "Chapters/one.md:1:1: error: [diagram] Graphviz: a diagram reads no files: take image=, shapefile= and IMG out"
      ])
  }

  /// The compiler, and Graphviz beside it, in the middle of work that has no end. It holds its thread: where it
  /// waited in a queue with other tests, the programs would have come and gone before it looks.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGKILL]) func programsDieWithTheTool(_ signal: Int32) throws {
    let book = try CommandFixture()
    let sum = Array(repeating: "-(1) + \"a\" + 2.0 + [1]", count: 8).joined(separator: " + ")
    try book.edit("Chapters/two.md", "let x = 0.25", "let x = 0.25\nlet y = \(sum)")
    try book.edit("Chapters/one.md", "値は", "```dot\n\(Self.knot)\n```\n\n値は")
    let process = Process()
    process.executableURL = book.tool
    process.arguments = ["check"]
    process.currentDirectoryURL = book.folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    var started: Set<ProcessMark> = []
    for _ in 0..<3000 where Set(started.map(\.name)).isSuperset(of: ["swift-frontend", "dot"]) == false {
      usleep(20_000)
      started.formUnion(
        ProcessMark.children(of: process.processIdentifier).filter { ["swift-frontend", "dot"].contains($0.name) })
    }
    #expect(Set(started.map(\.name)) == ["swift-frontend", "dot"])
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    for _ in 0..<250 where started.contains(where: \.isAlive) { usleep(20_000) }
    #expect(started.filter(\.isAlive) == [])
    for mark in started where mark.isAlive { kill(mark.id, SIGKILL) }
  }
}

extension ToolLimitTests {
  /// Whoever fails for want of room says so: the compiler wrote nothing, or the linker fell.
  @Test(arguments: [8, 16, 24, 36]) func aFullFolderOfTemporaryFilesIsNamed(_ kilobytes: Int) throws {
    if getuid() != 0 { try Test.cancel("only root can mount a small file system") }
    let book = try CommandFixture(ownKit: true)
    // The toolchain is asked while there is room.
    #expect(try book.weave("build").status == 0)
    try book.edit("Chapters/two.md", "let x = 0.25", "let x = 0.5 / 2")
    try FileManager.default.createDirectory(
      at: book.folder.appendingPathComponent("small"), withIntermediateDirectories: true)
    let script = "mount -t tmpfs -o size=\(kilobytes)k tmpfs small && TMPDIR=$PWD/small exec '\(book.tool.path)' build"
    let result = try book.run(URL(fileURLWithPath: "/usr/bin/unshare"), ["--mount", "/bin/sh", "-c", script])
    // How much a program takes is the compiler's affair: where there was room for it, all is well.
    if kilobytes > 8, result.status == 0 { return }
    #expect(result.status == 2, "\(result.error)")
    let isNamed =
      result.error.contains("weave: no space is left in \(book.folder.path)/small/")
      || result.error.contains("No space left on device")
    #expect(isNamed, "\(result.error)")
  }
}

extension ToolLimitTests {
  private static let sum = Array(repeating: "-(1) + \"a\" + 2.0 + [1]", count: 40).joined(separator: " + ")

  /// What takes the compiler without an end: its block is named, the chapters beside it hold.
  @Test(arguments: [
    "let y = \(sum)",
    "let y = 1\(String(repeating: "7", count: 2_000_000))",
  ]) func aBombForTheCompilerIsItsChaptersError(_ line: String) async throws {
    let book = try CommandFixture()
    try book.edit("Chapters/two.md", "let x = 0.25", "let x = 0.25\n\(line)")
    let pipeline = Pipeline(
      .init(
        chapters: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters",
        output: book.folder.appendingPathComponent("Output"), kit: CommandFixture.tool.deletingLastPathComponent(),
        cache: nil),
      figureStyle: "")
    let outcome = try await ToolLimits.$current.withValue(ToolLimits(seconds: 5)) {
      try await pipeline.weave(rendering: false)
    }
    let errors = outcome.diagnostics.filter { $0.severity == .error }
    #expect(errors.allSatisfy { $0.file == "Chapters/two.md" } && !errors.isEmpty, "\(errors.map(\.line))")
    #expect(outcome.summaries.filter { !$0.isGood }.map(\.name) == ["two"])
    let block =
      try book.read("Chapters/two.md").split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
        $0.hasPrefix("```swift run")
      }! + 1
    #expect(errors.contains { (block...block + 3).contains($0.position.line) }, "\(errors.map(\.line))")
  }
}

/// A process that is not mistaken for another one that gets its number later.
struct ProcessMark: Hashable, CustomStringConvertible {
  var id: pid_t
  var name: String
  var start: String
  var description: String { "\(name) \(id)" }

  private static func fields(_ id: pid_t) -> (name: String, rest: [Substring])? {
    guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let open = text.firstIndex(of: "("),
      let close = text.lastIndex(of: ")")
    else { return nil }
    return (String(text[text.index(after: open)..<close]), text[text.index(after: close)...].split(separator: " "))
  }

  init?(_ id: pid_t) {
    guard let (name, rest) = Self.fields(id), rest.count > 19 else { return nil }
    (self.id, self.name, start) = (id, name, String(rest[19]))
  }

  /// A zombie has ended.
  var isAlive: Bool {
    guard let (_, rest) = Self.fields(id), rest.count > 19 else { return false }
    return rest[19] == start && rest[0] != "Z"
  }

  static func children(of parent: pid_t) -> [ProcessMark] {
    CaseFolder.names(in: URL(fileURLWithPath: "/proc")).compactMap { pid_t($0) }.filter {
      fields($0)?.rest.dropFirst().first == "\(parent)"
    }
    .compactMap(ProcessMark.init)
  }
}
