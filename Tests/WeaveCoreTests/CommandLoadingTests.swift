#if os(Linux)
  import Foundation
  import Testing

  /// The compiler and the linker are loaded once for all chapters, and where that cannot be, once for each.
  @Suite struct CommandLoadingTests {
    /// How often programs of these names were loaded, as the loader tells it.
    private func loaded(_ book: CommandFixture, _ environment: [String: String] = [:]) throws -> (compilers: Int, linkers: Int) {
      let logs = book.folder.appendingPathComponent("loader")
      try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: logs) }
      let telling = ["LD_DEBUG": "files", "LD_DEBUG_OUTPUT": logs.appendingPathComponent("log").path]
      let result = try book.weave("build", environment: telling.merging(environment) { own, _ in own })
      #expect(result.status == 0, "\(result.error)")
      #expect(result.lines.prefix(2).allSatisfy { $0.contains(": run,") })
      let said = try FileManager.default.contentsOfDirectory(at: logs, includingPropertiesForKeys: nil)
        .map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }.joined()
      func count(_ name: String) -> Int {
        said.split(separator: "\n").count { $0.contains("initialize program: ") && $0.hasSuffix("/\(name)") }
      }
      return (count("swift-frontend"), count("ld.lld"))
    }

    /// What the compiler and the linker are asked for only once is known, and nothing of the book.
    private func forget(_ book: CommandFixture) throws {
      try FileManager.default.removeItem(at: book.tool.deletingLastPathComponent().appendingPathComponent("weave-cache/book"))
    }

    @Test func onceForAllChapters() throws {
      let book = try CommandFixture(ownKit: true)
      #expect(try book.weave("build").status == 0)
      try forget(book)
      #expect(try loaded(book) == (1, 1))
    }

    /// Errors have their places, and the chapters that are good are run.
    @Test func whatTheCompilerRefusesIsSaid() throws {
      let book = try CommandFixture(ownKit: true)
      try book.edit("Chapters/two.md", "let x = 0.25", "let x: Int = 0.25")
      let result = try book.weave("build")
      #expect(result.status == 1)
      #expect(result.error.contains("Chapters/two.md:7:14: error: [compile] cannot convert value of type 'Double' to specified type 'Int'"))
      #expect(result.lines[0].contains("one: run,"))
    }

    /// What the compiler says may hold any byte, and more of them than a pipe.
    @Test func aMessageOfNothing() throws {
      let book = try CommandFixture(ownKit: true)
      let message = String(repeating: "\\0", count: 70_000)
      try book.edit(
        "Chapters/two.md", "let x = 0.25", "@available(*, deprecated, message: \"x\(message)\") func old() {}\nold()\nlet x: Int = 0.25")
      let result = try book.weave("build")
      #expect(result.status == 1)
      #expect(result.error.contains("Chapters/two.md:9:14: error: [compile] cannot convert value of type 'Double' to specified type 'Int'"))
    }

    @Test func whereThereIsNoServerOnceForEach() throws {
      let book = try CommandFixture(ownKit: true)
      #expect(try book.weave("build").status == 0)
      let page = try book.read("Output/one.html")
      let library = book.tool.deletingLastPathComponent().appendingPathComponent("libForkServer.so")
      // A library that the loader does not take.
      try Data("none".utf8).write(to: library)
      try forget(book)
      #expect(try loaded(book).compilers == 3)
      try FileManager.default.removeItem(at: library)
      try forget(book)
      #expect(try loaded(book) == (2, 2))
      #expect(try book.read("Output/one.html") == page)
    }

    /// Behind a script stands another program, which has to be started with its own arguments.
    @Test func aCompilerThatIsAScript() throws {
      let book = try CommandFixture(ownKit: true)
      let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/swiftc" }
      let compiler = try #require(places.first { FileManager.default.isExecutableFile(atPath: $0) })
      let frontend = URL(fileURLWithPath: compiler).resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("swift-frontend").path
      let script = book.folder.appendingPathComponent("swift-frontend").path
      try book.write("#!/bin/sh\necho \"$2\" >>'\(book.folder.path)/calls'\nexec '\(frontend)' \"$@\"\n", "swift-frontend")
      try book.write("#!/bin/sh\n'\(compiler)' \"$@\" | sed 's|[^ \"]*/swift-frontend|\(script)|'\n", "swiftc")
      for name in ["swift-frontend", "swiftc"] {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: book.folder.appendingPathComponent(name).path)
      }
      let result = try book.weave("build", environment: ["SWIFTC": book.folder.appendingPathComponent("swiftc").path])
      #expect(result.status == 0, "\(result.error)")
      #expect(try book.read("calls").split(separator: "\n").count { $0 == "-c" } == 2)
    }
  }
#endif
