import Foundation
import Testing

/// A small book in a folder that goes away with the test, and the command as a shell would call it there.
final class CommandFixture: Sendable {
  struct Result {
    var status: Int32
    var output: String
    var error: String
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    /// Standard output as JSON, an object a line.
    var objects: [[String: Any]] {
      get throws { try lines.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) } }
    }
  }

  /// The tool stands beside the tests, whatever they were built for.
  static let tool = CaseTests.products.appendingPathComponent("weave")

  let folder: URL
  /// The tool that is called.
  let tool: URL

  static let one = """
    ---
    title: 第一章
    short: 一
    ---

    ```swift run #two-thirds
    let x = 2.0 / 3
    let isSmall = x < 1
    print(x)
    ```
    ```output
    0.6666666666666666
    ```

    値は[0.667](#=x)で、[一より小さい](#=isSmall)。割合では[67%](#=x)となる。
    """ + "\n"

  static let two = """
    ---
    title: 第二章
    short: 二
    ---

    ```swift run
    let x = 0.25
    ```

    ここでは[0.25](#=x)であり、原著の値は[28.4](#@someone "Table 2")、[512](#! "寸法")は決めた数である。
    """ + "\n"

  /// - Parameter ownKit: a copy of the tool and of the chapters' library, whose cache is this book's alone.
  init(ownKit: Bool = false) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("weave-command-\(UUID().uuidString)")
    tool = ownKit ? folder.appendingPathComponent("kit/weave") : Self.tool
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("Chapters"), withIntermediateDirectories: true)
    if ownKit { try copyKit() }
    try write("title: 本\nchapters:\n  - one\n  - two\n", "Chapters/book.yml")
    try write(#"[{"id": "someone", "type": "book", "title": "A Book"}]"#, "Chapters/references.json")
    try write(Self.one, "Chapters/one.md")
    try write(Self.two, "Chapters/two.md")
  }

  private func copyKit() throws {
    let manager = FileManager.default
    let built = Self.tool.resolvingSymlinksInPath().deletingLastPathComponent(), kit = tool.deletingLastPathComponent()
    try manager.createDirectory(at: kit, withIntermediateDirectories: true)
    for name in ["weave", "libChapterKit.so", "libChapterKit.dylib", "libForkServer.so"] where manager.fileExists(atPath: built.appendingPathComponent(name).path) {
      try manager.copyItem(at: built.appendingPathComponent(name), to: kit.appendingPathComponent(name))
    }
    for name in ["Modules", "CVector.build"] {
      try manager.createSymbolicLink(at: kit.appendingPathComponent(name), withDestinationURL: built.appendingPathComponent(name))
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: folder.appendingPathComponent(path), options: .atomic) }
  func read(_ path: String) throws -> String { try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8) }

  /// Replaces what must be there.
  func edit(_ path: String, _ old: String, _ new: String) throws {
    let text = try read(path)
    #expect(text.contains(old))
    try write(text.replacing(old, with: new), path)
  }

  func weave(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
    try run(tool, arguments, environment: environment)
  }

  func run(_ program: URL, _ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var inherited = ProcessInfo.processInfo.environment
    inherited["GITHUB_ACTIONS"] = nil
    process.environment = inherited.merging(environment) { _, new in new }
    let files = ["output", "error"].map { folder.appendingPathComponent("\(UUID().uuidString).\($0)") }
    for file in files { try Data().write(to: file) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
    for file in files { try FileManager.default.removeItem(at: file) }
    return Result(status: process.terminationStatus, output: texts[0], error: texts[1])
  }
}
