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
  /// What comes before each call: nothing, or what changes the user.
  private let prefix: [String]

  /// Another user than root; nil where these tests may not become one, or where that one cannot have walls.
  static let unprivileged: [String]? = {
    let words = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words + ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "/bin/true"]
    process.standardError = FileHandle.nullDevice
    guard getuid() == 0, (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? words : nil
  }()

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

    値は[0.667](#=x)で、[充分に小さい](#=isSmall)。割合では[67%](#=x)となる。
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

  /// - Parameters:
  ///   - ownKit: a copy of the tool and of the chapters' library, whose cache is this book's alone.
  ///   - prefix: what changes the user; then the book and the kit are that user's.
  init(ownKit: Bool = false, as prefix: [String] = []) throws {
    self.prefix = prefix
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("weave-command-\(UUID().uuidString)")
    tool = ownKit ? folder.appendingPathComponent("kit/weave") : Self.tool
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("Chapters"), withIntermediateDirectories: true)
    if ownKit { try copyKit(whole: !prefix.isEmpty) }
    try write("title: 本\nchapters:\n  - one\n  - two\n", "Chapters/book.yml")
    try write(
      #"[{"id": "someone", "type": "book", "title": "A Book", "custom": {"figures": {"Table 2": ["28.4"]}}}]"#,
      "Chapters/references.json")
    try write(Self.one, "Chapters/one.md")
    try write(Self.two, "Chapters/two.md")
  }

  /// - Parameter whole: for whoever cannot go where the original is.
  private func copyKit(whole: Bool) throws {
    let manager = FileManager.default
    let built = Self.tool.resolvingSymlinksInPath().deletingLastPathComponent(), kit = tool.deletingLastPathComponent()
    try manager.createDirectory(at: kit, withIntermediateDirectories: true)
    for name in ["weave", "libChapterKit.so", "libChapterKit.dylib"]
    where manager.fileExists(atPath: built.appendingPathComponent(name).path) {
      try manager.copyItem(at: built.appendingPathComponent(name), to: kit.appendingPathComponent(name))
    }
    let original = built.appendingPathComponent("Modules"), copy = kit.appendingPathComponent("Modules")
    if whole {
      try manager.copyItem(at: original, to: copy)
    } else {
      try manager.createSymbolicLink(at: copy, withDestinationURL: original)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(path), options: .atomic)
  }
  func read(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// Replaces what must be there.
  func edit(_ path: String, _ old: String, _ new: String) throws {
    let text = try read(path)
    #expect(text.contains(old))
    try write(text.replacing(old, with: new), path)
  }

  /// All that is in the folder becomes the other user's.
  private func giveAway() throws {
    chown(folder.path, 65534, 65534)
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      lchown(folder.appendingPathComponent(name).path, 65534, 65534)
    }
  }

  func weave(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
    try run(tool, arguments, environment: environment)
  }

  /// The same beside the test: waiting would take one of the few threads that all tests share.
  func weaveBeside(_ arguments: String..., environment: [String: String] = [:]) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread {
        continuation.resume(with: Swift.Result { try self.run(self.tool, arguments, environment: environment) })
      }.start()
    }
  }

  /// - Parameter asItIs: without a change of the user.
  func run(_ program: URL, _ arguments: [String], environment: [String: String] = [:], asItIs: Bool = false) throws
    -> Result
  {
    let prefix = asItIs ? [] : prefix
    let process = Process()
    process.executableURL = prefix.isEmpty ? program : URL(fileURLWithPath: prefix[0])
    process.arguments = prefix.isEmpty ? arguments : prefix.dropFirst() + [program.path] + arguments
    process.currentDirectoryURL = folder
    if !prefix.isEmpty { try giveAway() }
    var inherited = ProcessInfo.processInfo.environment
    inherited["GITHUB_ACTIONS"] = nil
    // The compiler keeps the system's modules there.
    if !prefix.isEmpty { inherited["HOME"] = folder.path }
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
