import Foundation
import Testing

/// The walls around a chapter's program, where not all of their stones are there.
@Suite struct CommandWallsTests {
  /// A search path that has all programs that are needed but those.
  private func path(_ book: CommandFixture, without missing: Set<String>) throws -> [String: String] {
    let bin = book.folder.appendingPathComponent("bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    func place(_ name: String) -> String? {
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first {
        FileManager.default.isExecutableFile(atPath: $0)
      }
    }
    for name in ["node", "dot", "fc-match", "prlimit", "setpriv", "bwrap"] where !missing.contains(name) {
      if let place = place(name) {
        try FileManager.default.createSymbolicLink(
          atPath: bin.appendingPathComponent(name).path, withDestinationPath: place)
      }
    }
    return ["PATH": bin.path, "SWIFTC": try #require(place("swiftc"))]
  }

  private static let warning =
    "weave: warning: bubblewrap is not installed (apt-get install bubblewrap): chapter programs run with limits, but can read files and reach the network\n"

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
    func trials() throws -> Int {
      try book.read("calls").split(separator: "\n").count { $0.hasSuffix("/program/true") }
    }
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
    try book.edit(
      "Chapters/two.md", "let x = 0.25",
      """
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
      CaseFolder.names(in: URL(fileURLWithPath: "/proc")).count {
        (try? String(contentsOfFile: "/proc/\($0)/comm", encoding: .utf8)) == "\(name)\n"
      }
    }
    for _ in 0..<1200 where left() > 0 { try await Task.sleep(for: .milliseconds(50)) }
    #expect(left() == 0)
  }

  @Test func aLimitHoldsWithoutBubblewrap() throws {
    let book = try CommandFixture(ownKit: true)
    try book.edit("Chapters/two.md", "run\nlet x = 0.25", "run timeout=500ms\nwhile true {}\nlet x = 0.25")
    let result = try book.weave("build", environment: try path(book, without: ["bwrap"]))
    #expect(result.status == 1)
    #expect(
      result.error.contains(
        "Chapters/two.md:6:1: error: [limit] the block used more than 0.5 s of processor time and was stopped"))
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
    let left = try #require(FileManager.default.enumerator(atPath: temporary.path)).compactMap { $0 as? String }.filter
    { !$0.hasSuffix(".lock") && !$0.hasSuffix("/gate") }
    #expect(left == ["weave-\(getuid())"])
  }

  @Test func whoCannotStartProgramsSaysWhy() throws {
    if getuid() != 0 { try Test.cancel("only root's programs run as another user") }
    let book = try CommandFixture(ownKit: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: book.folder.path)
    let result = try book.weave(
      "build", environment: try path(book, without: ["bwrap"]).merging(["TMPDIR": book.folder.path]) { $1 })
    #expect(result.status == 2)
    #expect(result.error.contains("weave: the chapters' programs cannot be started: "))
    #expect(result.error.contains("Permission denied"))
  }

  // MARK: Without walls

  @Test(arguments: [true, false]) func whoChecksWithoutWallsMustSaySo(_ isInstalled: Bool) throws {
    let book = try CommandFixture(ownKit: true)
    let environment = try path(book, without: ["bwrap"])
    if isInstalled {
      try book.write("#!/bin/sh\necho no walls today >&2; exit 1\n", "bin/bwrap")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: book.folder.appendingPathComponent("bin/bwrap").path)
    }
    let reason =
      isInstalled
      ? "bubblewrap cannot build its walls here (no walls today)"
      : "bubblewrap is not installed (apt-get install bubblewrap)"
    let refused = try book.weave("check", environment: environment)
    #expect(refused.status == 2)
    #expect(refused.output == "")
    #expect(
      refused.error
        == "weave: \(reason), and without walls a chapter's program can read every file that you can, and reach the network: '--unsandboxed' runs it all the same, for a book whose every block you trust\n"
    )
    // Output/ is not there: that is said of a book that ran.
    let told = try book.weave("check", "--unsandboxed", environment: environment)
    #expect(told.status == 1)
    #expect(
      told.error.hasPrefix(
        "weave: warning: \(reason): chapter programs run with limits, but can read files and reach the network\n"))
    #expect(told.output.contains("one: run") && told.error.contains("[stale]"))
  }

  // MARK: After walls

  enum User: String, CaseIterable { case own, unprivileged }

  private func fixture(_ user: User) throws -> CommandFixture {
    if !CaseFolder.bubblewrapWorks { try Test.cancel("not judged here: bwrap is missing") }
    if user == .own { return try CommandFixture(ownKit: true) }
    guard let prefix = CommandFixture.unprivileged else { try Test.cancel("no other user can be had here") }
    return try CommandFixture(ownKit: true, as: prefix)
  }

  /// A block sees Swift, the system's programs, its data and nothing else: no home, no service, not its own pin.
  @Test(arguments: User.allCases) func whatIsNotDeclaredIsNotThere(_ user: User) throws {
    let book = try fixture(user)
    let home = book.folder.appendingPathComponent("home"), manager = FileManager.default
    try manager.createDirectory(at: home.appendingPathComponent(".ssh"), withIntermediateDirectories: true)
    try manager.createDirectory(
      at: book.folder.appendingPathComponent("Chapters/data"), withIntermediateDirectories: true)
    try book.write("KEY", "home/.ssh/id_ed25519")
    try book.write("1", "Chapters/data/declared.txt")
    try book.write("1", "Chapters/data/other.txt")
    #expect(mkfifo(book.folder.appendingPathComponent("fifo").path, 0o666) == 0)
    #expect(mknod(book.folder.appendingPathComponent("socket").path, S_IFSOCK | 0o666, 0) == 0)
    let own = [
      "", "/home/.ssh/id_ed25519", "/Chapters", "/Chapters/two.md", "/Chapters/data/other.txt", "/kit", "/kit/weave",
      "/kit/weave-cache", "/Output", "/fifo", "/socket",
    ]
    .map { "\"\(book.folder.path)\($0)\"" }.joined(separator: ", ")
    try book.edit("Chapters/two.md", "short: 二", "short: 二\ndata: [declared.txt]")
    try book.edit(
      "Chapters/two.md", "let x = 0.25\n```",
      """
      let x = 0.25
      ```

      ```swift run
      import Foundation
      let hidden = [
        \(own), "/etc/passwd", "/etc/shadow", "/etc/hostname", "/root", "/home", "/run", "/var", "/srv", "/mnt", "/media", "/boot", "/sys",
        "/usr/local", "/usr/src", "/proc/1/root/etc/passwd", "/proc/self/root/etc/passwd", "/dev/mem", "/dev/kmsg",
      ]
      let seen = hidden.filter { FileManager.default.contents(atPath: $0) != nil }
      var files: Set<String> = []
      for folder in try FileManager.default.contentsOfDirectory(atPath: "/") where !["usr", "proc", "dev", "lib", "lib64", "bin", "sbin", "opt"].contains(folder) {
        for name in FileManager.default.enumerator(atPath: "/" + folder)!.compactMap({ $0 as? String }) where (try? FileManager.default.contentsOfDirectory(atPath: "/\\(folder)/\\(name)")) == nil {
          files.insert((name as NSString).lastPathComponent)
        }
      }
      print(seen, files.subtracting(["stderr"]).sorted())
      print(dataText("declared.txt"), (try? FileManager.default.contentsOfDirectory(atPath: "data")) ?? [])
      ```
      ```output
      [] ["declared.txt", "ld.so.cache", "libChapterKit.so", "program"]
      1 ["declared.txt"]
      ```
      """)
    let result = try book.weave(
      "build",
      environment: [
        "HOME": home.path, "XDG_RUNTIME_DIR": book.folder.path, "SSH_AUTH_SOCK": book.folder.path + "/socket",
      ])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error == "")
  }

  /// Makes the book's folder look like the kernel's package, with its build and the tool in it: another user need not
  /// be able to go where the original is. Returns the tool.
  private func kernel(for book: CommandFixture) throws -> URL {
    let kit = book.folder.appendingPathComponent(".build/kit")
    try FileManager.default.createDirectory(at: kit.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: book.tool.deletingLastPathComponent(), to: kit)
    for name in ["libKernel.so", "libKernel.dylib", "CVector.build"] {
      let original = CaseTests.products.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: original.path) else { continue }
      try FileManager.default.copyItem(at: original, to: kit.appendingPathComponent(name))
    }
    let sources = book.folder.appendingPathComponent("Sources/Kernel")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    try book.write("import CVector\n", "Sources/Kernel/Vector.swift")
    try book.edit("Chapters/book.yml", "package: \(CaseFolder.repository.path)", "package: ..")
    return kit.appendingPathComponent("weave")
  }

  /// Crashes are told with their places, limits hold, and no network is there, for root and for any other user.
  @Test(arguments: ["expect/walls", "expect/data", "failure/crash", "failure/limits"]) func anotherUserSeesTheSame(
    _ name: String
  ) throws {
    let book = try fixture(.unprivileged)
    let folder = try #require(CaseFolder.all.first { $0.name == name })
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters"))
    _ = try folder.copyChapters(to: book.folder)
    let result = try book.run(try kernel(for: book), ["build"])
    #expect(result.status == (folder.mustFail ? 1 : 0), "\(result.error)")
    #expect(
      result.error.split(separator: "\n").map(String.init).filter { $0.contains(": error: ") }
        == folder.lines("diagnostics.txt"))
  }

  /// Paths longer than the system takes, closed folders, names that the removal itself would use.
  @Test(arguments: User.allCases) func aDeepFolderGoesWithItsProgram(_ user: User) throws {
    let book = try fixture(user)
    let temporary = book.folder.appendingPathComponent("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    if user == .unprivileged { chown(temporary.path, 65534, 65534) }
    try book.edit(
      "Chapters/two.md", "let x = 0.25",
      """
      import Glibc
      for name in [".weave-1", ".weave-2", "closed"] { mkdir(name, 0o700); close(open("\\(name)/file", O_CREAT | O_WRONLY, 0o600)); chmod(name, 0) }
      symlink("/", "root")
      var depth = 0
      while depth < 3000, mkdir("d", 0o700) == 0, chdir("d") == 0 { depth += 1; mkdir("side", 0o500) }
      precondition(depth == 3000)
      let x = 0.25
      """)
    let result = try book.weave("build", environment: ["TMPDIR": temporary.path])
    // Where the program is slow, it is seen at it.
    #expect(result.status == 0 || result.error.contains("made folders more than 64 deep"), "\(result.error)")
    let base = try FileManager.default.contentsOfDirectory(atPath: temporary.path).filter { $0.hasPrefix("weave-") }
    #expect(base.count == 1)
    for name in base {
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(temporary.path)/\(name)").filter {
        $0.contains("-")
      }
      #expect(left == [])
    }
  }

  /// Whoever sees a program's folder in the list of processes can do nothing with that.
  @Test(arguments: User.allCases, [true, false]) func theScratchFolderIsClosedToOthers(_ user: User, _ hasWalls: Bool)
    async throws
  {
    if getuid() != 0 { try Test.cancel("only root can look with another user's eyes") }
    let book = try fixture(user)
    let temporary = book.folder.appendingPathComponent("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: book.folder.appendingPathComponent("Chapters/data"), withIntermediateDirectories: true)
    try book.write("1", "Chapters/data/rows.csv")
    try book.edit("Chapters/two.md", "short: 二", "short: 二\ndata: [rows.csv]")
    try book.edit(
      "Chapters/two.md", "let x = 0.25",
      "import Glibc\nwhile access(\"go\", F_OK) != 0 { usleep(10_000) }\nlet x = Double(dataText(\"rows.csv\"))! / 4")
    let environment = try path(book, without: hasWalls ? [] : ["bwrap"]).merging(["TMPDIR": temporary.path]) { $1 }
    async let built = book.weaveBeside("build", environment: environment)
    func folder() -> String? {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: temporary.path)) ?? []
      return names.first { $0.hasSuffix("/scratch/data/rows.csv") }.map {
        "\(temporary.path)/\($0.dropLast("/data/rows.csv".count))"
      }
    }
    for _ in 0..<1000 where folder() == nil { try await Task.sleep(for: .milliseconds(20)) }
    let place = try #require(folder())
    for attempt in [
      "cat '\(place)/data/rows.csv'", "ls '\(place)'", "ls '\(place)/..'", "touch '\(place)/mine'",
      "mv '\(place)/data' '\(place)/old'",
      "cat '\(place)/../main.swift'", "ls '\(place)/../program'", "chmod 777 '\(place)'",
      "ls '\(temporary.path)/weave-\(user == .own ? 0 : 65534)'",
    ] {
      let stranger = try book.run(
        URL(fileURLWithPath: "/usr/bin/setpriv"),
        ["--reuid=64999", "--regid=64999", "--clear-groups", "--", "/bin/sh", "-c", attempt], asItIs: true)
      #expect(stranger.status != 0, "\(attempt): \(stranger.output)")
    }
    try Data().write(to: URL(fileURLWithPath: "\(place)/go"))
    let result = try await built
    #expect(result.status == 0, "\(result.error)")
  }
}
