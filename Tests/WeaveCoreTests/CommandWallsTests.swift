import Foundation
import Testing

/// The walls around a chapter's program, where not all of their stones are there.
@Suite struct CommandWallsTests {
  /// A search path that has all programs that are needed but those.
  private func path(_ book: CommandFixture, without missing: Set<String>) throws -> [String: String] {
    let bin = book.folder.appendingPathComponent("bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    func place(_ name: String) -> String? {
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
    for name in ["node", "dot", "fc-match", "prlimit", "setpriv", "bwrap"] where !missing.contains(name) {
      if let place = place(name) { try FileManager.default.createSymbolicLink(atPath: bin.appendingPathComponent(name).path, withDestinationPath: place) }
    }
    return ["PATH": bin.path, "SWIFTC": try #require(place("swiftc"))]
  }

  private static let warning = "weave: warning: bubblewrap is not installed (apt-get install bubblewrap): chapter programs run with limits, but can read files and reach the network\n"

  @Test func aMissingBubblewrapIsToldOnce() throws {
    let book = try CommandFixture(ownKit: true)
    let result = try book.weave("build", environment: try path(book, without: ["bwrap"]))
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error == Self.warning)
    #expect(result.output.contains("one: run"))
    #expect(result.output.contains("two: run"))
  }

  /// The walls are tried once, and again where what builds them is another program.
  @Test func theTrialIsRememberedForThatProgramOnly() throws {
    if !CaseFolder.bubblewrapWorks { try Test.cancel("not judged here: bwrap is missing") }
    let book = try CommandFixture(ownKit: true)
    let environment = try path(book, without: [])
    let bwrap = book.folder.appendingPathComponent("bin/bwrap")
    let real = try FileManager.default.destinationOfSymbolicLink(atPath: bwrap.path)
    func place(_ script: String) throws {
      try FileManager.default.removeItem(at: bwrap)
      try book.write("#!/bin/sh\n\(script)\n", "bin/bwrap")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bwrap.path)
    }
    try place("echo \"$@\" >> '\(book.folder.path)/calls'; exec '\(real)' \"$@\"")
    func trials() throws -> Int { try book.read("calls").split(separator: "\n").count { $0.hasSuffix("/bin/true") } }
    let first = try book.weave("build", environment: environment)
    #expect(first.status == 0 && first.error == "", "\(first.error)")
    #expect(try trials() == 1)
    try book.edit("Chapters/two.md", "let x = 0.25", "let x = 0.5 / 2")
    let second = try book.weave("build", environment: environment)
    #expect(second.status == 0 && second.output.contains("two: run"), "\(second.error)")
    #expect(try trials() == 1)
    #expect(try book.read("calls").split(separator: "\n").count == 4)

    try place("echo no walls today >&2; exit 1")
    try book.edit("Chapters/two.md", "let x = 0.5 / 2", "let x = 1.0 / 4")
    let third = try book.weave("build", environment: environment)
    #expect(third.status == 0, "\(third.error)")
    #expect(third.error.hasPrefix("weave: warning: bubblewrap cannot build its walls here (no walls today): "))
    #expect(third.output.contains("two: run"))
  }

  /// Without a namespace of their own: the group goes, and as root whoever left it as well.
  @Test func childrenGoWithoutBubblewrap() async throws {
    let book = try CommandFixture(ownKit: true)
    let name = "weave-lost-\(UUID().uuidString.prefix(4))"
    let leaves = getuid() == 0 ? "setsid()" : ""
    try book.edit("Chapters/two.md", "let x = 0.25", """
      import Glibc
      typealias Fork = @convention(c) () -> Int32
      let forkProcess = unsafeBitCast(dlsym(nil, "fork")!, to: Fork.self)
      for _ in 0..<5 where forkProcess() == 0 {
        \(leaves)
        write(open("/proc/self/comm", O_WRONLY), "\(name)", \(name.utf8.count))
        while true { sleep(600) }
      }
      usleep(200_000)
      let x = 0.25
      """)
    let result = try book.weave("build", environment: try path(book, without: ["bwrap"]))
    #expect(result.status == 0, "\(result.error)")
    func left() -> Int {
      CaseFolder.names(in: URL(fileURLWithPath: "/proc")).count { (try? String(contentsOfFile: "/proc/\($0)/comm", encoding: .utf8)) == "\(name)\n" }
    }
    for _ in 0..<1200 where left() > 0 { try await Task.sleep(for: .milliseconds(50)) }
    #expect(left() == 0)
  }

  @Test func aLimitHoldsWithoutBubblewrap() throws {
    let book = try CommandFixture(ownKit: true)
    try book.edit("Chapters/two.md", "run\nlet x = 0.25", "run timeout=500ms\nwhile true {}\nlet x = 0.25")
    let result = try book.weave("build", environment: try path(book, without: ["bwrap"]))
    #expect(result.status == 1)
    #expect(result.error.contains("Chapters/two.md:6:1: error: [limit] the block ran longer than 0.5 s and was stopped"))
    #expect(result.output.contains("one: run"))
  }

  /// Folders that only their owner may pass through, as root's home is: another user's program still finds its way.
  @Test(arguments: [0o700, 0o711]) func aClosedFolderIsNoObstacle(_ mode: Int) throws {
    if getuid() == 0, !CaseFolder.bubblewrapWorks { try Test.cancel("not judged here: bwrap is missing") }
    let book = try CommandFixture(ownKit: true)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: book.folder.path)
    let temporary = book.folder.appendingPathComponent("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    let result = try book.weave("build", environment: ["TMPDIR": temporary.path])
    #expect(result.status == 0, "\(result.error)")
    // Nothing but the folder of locks is left.
    let left = try #require(FileManager.default.enumerator(atPath: temporary.path)).compactMap { $0 as? String }.filter { !$0.hasSuffix(".lock") && !$0.hasSuffix("/gate") }
    #expect(left == ["weave-\(getuid())"])
  }

  @Test func whoCannotStartProgramsSaysWhy() throws {
    if getuid() != 0 { try Test.cancel("only root's programs run as another user") }
    let book = try CommandFixture(ownKit: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: book.folder.path)
    let result = try book.weave("build", environment: try path(book, without: ["bwrap"]).merging(["TMPDIR": book.folder.path]) { $1 })
    #expect(result.status == 2)
    #expect(result.error.contains("weave: the chapters' programs cannot be started: "))
    #expect(result.error.contains("Permission denied"))
  }
}
