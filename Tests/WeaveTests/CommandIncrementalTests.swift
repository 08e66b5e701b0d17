import Foundation
import Testing
import WeaveBuild

/// What is done again after an edit, and what is never believed.
@Suite struct CommandIncrementalTests {
  /// By chapter: `run`, or `as before`.
  private func states(_ book: CommandFixture) throws -> [String: String] {
    let result = try book.weave("build", "--json")
    #expect(result.status == 0, "\(result.output)\(result.error)")
    var states: [String: String] = [:]
    for object in try result.objects where object["type"] as? String == "chapter" {
      states[try #require(object["name"] as? String)] = object["state"] as? String
    }
    return states
  }

  @Test func onlyWhatChangedIsDoneAgain() throws {
    let book = try CommandFixture(ownKit: true)
    #expect(try states(book) == ["one": "run", "two": "run"])
    #expect(try book.weave("build", "--json").objects.last?["written"] as? [String] == [])

    // Prose compiles and runs nothing; its page alone is written, its sentences in the ledger, and the words of the
    // search.
    try book.edit("Chapters/one.md", "値は", "この値は")
    let prose = try book.weave("build", "--json")
    #expect(try prose.objects.dropLast().map { $0["state"] as? String } == ["as before", "as before"])
    #expect(try prose.objects.last?["written"] as? [String] == ["assets/search-index.js", "numbers.html", "one.html"])

    // Code runs its own chapter.
    try book.edit("Chapters/two.md", "let x = 0.25", "let x = 0.125 * 2")
    #expect(try states(book) == ["one": "as before", "two": "run"])

    // So does a limit.
    try book.edit("Chapters/one.md", "run #two-thirds", "run #two-thirds timeout=20s")
    #expect(try states(book) == ["one": "run", "two": "as before"])

    // Another kernel runs all.
    let kit = book.tool.deletingLastPathComponent()
    let library = try #require(
      ["so", "dylib"].map { kit.appendingPathComponent("libChapterKit.\($0)") }.first {
        FileManager.default.fileExists(atPath: $0.path)
      })
    // Linked anew it carries another build id.
    var contents = try Data(contentsOf: library)
    let id = try #require(contents.range(of: Data([4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 71, 78, 85, 0]))).upperBound
    contents[id] ^= 1
    try contents.write(to: library)
    #expect(try states(book) == ["one": "run", "two": "run"])
    #expect(try states(book) == ["one": "as before", "two": "as before"])
  }

  @Test func aDataFileCountsByItsContents() throws {
    let book = try CommandFixture(ownKit: true)
    try FileManager.default.createDirectory(
      at: book.folder.appendingPathComponent("Chapters/data"), withIntermediateDirectories: true)
    try book.write("0.25", "Chapters/data/x.txt")
    try book.edit("Chapters/two.md", "short: 二", "short: 二\ndata: [x.txt]")
    try book.edit("Chapters/two.md", "let x = 0.25", "let x = Double(dataText(\"x.txt\"))!")
    #expect(try states(book) == ["one": "run", "two": "run"])
    // Another date is no other content.
    try book.write("0.25", "Chapters/data/x.txt")
    #expect(try states(book) == ["one": "as before", "two": "as before"])
    try book.write("0.75", "Chapters/data/x.txt")
    let changed = try book.weave("build")
    #expect(changed.status == 1)
    #expect(changed.error.hasPrefix("Chapters/two.md:11:6: error: [number] printed 0.25, computed 0.75 (x)"))
    #expect(changed.lines.contains { $0.hasPrefix("one: as before") })
    try book.write("0.25", "Chapters/data/x.txt")
    #expect(try states(book) == ["one": "as before", "two": "as before"])
  }

  /// The compiler counts by what it says of itself.
  @Test func anotherCompilerRunsAll() throws {
    let book = try CommandFixture(ownKit: true)
    #expect(try states(book) == ["one": "run", "two": "run"])
    let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/swiftc" }
    let compiler = try #require(places.first { FileManager.default.isExecutableFile(atPath: $0) })
    try book.write(
      "#!/bin/sh\n[ \"$1\" = --version ] && { echo 'Swift version 99.0'; exit; }\nexec '\(compiler)' \"$@\"\n", "swiftc"
    )
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: book.folder.appendingPathComponent("swiftc").path)
    let other = ["SWIFTC": book.folder.appendingPathComponent("swiftc").path]
    for state in ["run", "as before"] {
      let result = try book.weave("build", environment: other)
      #expect(result.status == 0, "\(result.error)")
      #expect(result.lines.prefix(2).allSatisfy { $0.contains(": \(state),") })
    }
    #expect(try states(book) == ["one": "as before", "two": "as before"])
  }

  /// What the compiler says of itself outlasts what was made of a book: it is asked once.
  @Test func theCompilerIsAskedOnce() throws {
    let book = try CommandFixture(ownKit: true)
    let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/swiftc" }
    let compiler = try #require(places.first { FileManager.default.isExecutableFile(atPath: $0) })
    let log = book.folder.appendingPathComponent("asked").path
    try book.write("#!/bin/sh\necho \"$1\" >>'\(log)'\nexec '\(compiler)' \"$@\"\n", "swiftc")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: book.folder.appendingPathComponent("swiftc").path)
    let asking = ["SWIFTC": book.folder.appendingPathComponent("swiftc").path]
    let cache = book.tool.deletingLastPathComponent().appendingPathComponent("weave-cache/book")
    for _ in 0..<2 {
      let result = try book.weave("build", environment: asking)
      #expect(result.status == 0, "\(result.error)")
      #expect(result.lines.prefix(2).allSatisfy { $0.contains(": run,") })
      #expect(try Set(book.read("asked").split(separator: "\n")) == ["--version", "-###"])
      #expect(try book.read("asked").split(separator: "\n").count == 2)
      try FileManager.default.removeItem(at: cache)
    }
  }

  /// An entry that is whole and false: `build` cannot know, `check` does not look.
  @Test func checkReadsNoCache() throws {
    let book = try CommandFixture(ownKit: true)
    _ = try book.weave("build")
    let cache = book.tool.deletingLastPathComponent().appendingPathComponent("weave-cache")
    let printed = #"0.6666666666666666\n"#
    var forged = 0
    for case let name as String in try #require(FileManager.default.enumerator(atPath: cache.path)) {
      let file = cache.appendingPathComponent(name)
      guard let text = try? String(contentsOf: file, encoding: .utf8), text.contains(printed) else { continue }
      let contents = text.dropFirst(65).replacing(printed, with: #"0.5\n"#)
      try book.write(String(contents), "forged")
      let digest = try book.run(URL(fileURLWithPath: "/usr/bin/env"), ["b2sum", "--length", "256", "forged"]).output
        .prefix(64)
      try Data("\(digest)\n\(contents)".utf8).write(to: file)
      forged += 1
    }
    #expect(forged == 1)
    // What is as the last build left it is not looked at again at all.
    try book.edit("Chapters/one.md", "割合では", "百分率では")
    #expect(try book.weave("build").error.contains("printed 0.6666666666666666, computed 0.5"))
    try book.edit("Chapters/one.md", "百分率では", "割合では")
    #expect(try book.weave("check").status == 0)
  }

  /// Whoever writes into a page just after it was made is found out, though its stamp may be what it was: what was
  /// written so lately is read again.
  @Test func aPageThatIsChangedAtOnceIsMadeAgain() throws {
    let book = try CommandFixture(ownKit: true)
    let page = book.folder.appendingPathComponent("Output/one.html").path
    for (old, new) in [("値は", "この値は"), ("この値は", "その値は"), ("その値は", "値は")] {
      try book.edit("Chapters/one.md", old, new)
      #expect(try book.weave("build").status == 0)
      let file = try #require(fopen(page, "r+"))
      fseek(file, 100, SEEK_SET)
      fputs("x", file)
      fclose(file)
      #expect(try book.weave("build", "--json").objects.last?["written"] as? [String] == ["one.html"])
    }
  }

  @Test func aDamagedCacheIsBuiltAgain() throws {
    let book = try CommandFixture(ownKit: true)
    _ = try book.weave("build")
    let cache = book.tool.deletingLastPathComponent().appendingPathComponent("weave-cache")
    var damaged = 0
    for case let name as String in try #require(FileManager.default.enumerator(atPath: cache.path)) {
      let file = cache.appendingPathComponent(name)
      guard let whole = try? Data(contentsOf: file), !whole.isEmpty else { continue }
      try whole.prefix(whole.count / 2).write(to: file)
      damaged += 1
    }
    #expect(damaged > 2)
    #expect(try states(book) == ["one": "run", "two": "run"])
    #expect(try book.weave("build", "--json").objects.last?["written"] as? [String] == [])
  }

  /// The same bytes from another folder, another user's settings and no cache.
  @Test func theSameSourcesGiveTheSameBytes() throws {
    let here = try CommandFixture(ownKit: true), there = try CommandFixture(ownKit: true)
    #expect(try here.weave("build").status == 0)
    try FileManager.default.createDirectory(
      at: there.folder.appendingPathComponent("tmp"), withIntermediateDirectories: true)
    let other = [
      "TZ": "Asia/Tokyo", "LANG": "ja_JP.UTF-8", "LC_ALL": "C", "HOME": "/", "USER": "somebody",
      "TMPDIR": there.folder.appendingPathComponent("tmp").path,
    ]
    #expect(try there.weave("build", environment: other).status == 0)
    func files(_ book: CommandFixture) throws -> [String: Data] {
      let output = book.folder.appendingPathComponent("Output")
      var files: [String: Data] = [:]
      for case let name as String in try #require(FileManager.default.enumerator(atPath: output.path)) {
        if let data = try? Data(contentsOf: output.appendingPathComponent(name)) { files[name] = data }
      }
      return files
    }
    let first = try files(here), second = try files(there)
    #expect(first.count > 20)
    #expect(Set(first.keys) == Set(second.keys))
    for (name, data) in first {
      #expect(second[name] == data, "\(name)")
      for text in [here.folder.path, there.folder.path, CommandFixture.tool.path] {
        #expect(data.range(of: Data(text.utf8)) == nil, "\(name) tells a path")
      }
    }
  }

  @Test func otherToolsAreTold() throws {
    let book = try CommandFixture()
    _ = try book.weave("build")
    let versions = try book.read("Output/versions.json")
    let graphviz = try #require(versions.firstMatch(of: /"Graphviz" ?: ?"([^"]*)"/)?.1)
    try book.edit("Output/versions.json", "\"\(graphviz)\"", "\"0.0.1\"")
    let check = try book.weave("check")
    #expect(check.status == 0)
    #expect(check.error.hasPrefix("Output was made with other versions of the typesetting tools"))
    #expect(check.error.contains("0.0.1"))
  }

  /// Chapters' programs run beside each other where there are processors for it.
  @Test func chaptersRunAtTheSameTime() async throws {
    let book = try CommandFixture(ownKit: true)
    for chapter in ["one", "two"] {
      try book.edit("Chapters/\(chapter).md", "let x =", "import Glibc\nsleep(8)\nlet x =")
    }
    let steps = Steps()
    var pipeline = Pipeline(
      Pipeline.Places(
        chapters: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters",
        output: book.folder.appendingPathComponent("Output"),
        kit: book.tool.deletingLastPathComponent(), cache: nil),
      figureStyle: "")
    pipeline.progress = { chapter, step, _ in steps.tell(chapter, step) }
    let outcome = try await pipeline.weave(rendering: false)
    #expect(!outcome.hasErrors)
    #expect(steps.most == min(2, ProcessInfo.processInfo.activeProcessorCount))
  }
}

/// How many chapters were at work at once.
private final class Steps: @unchecked Sendable {
  private let lock = NSLock()
  private var active: Set<String> = []
  private var highest = 0

  func tell(_ chapter: String, _ step: Pipeline.Step) {
    lock.withLock {
      if case .done = step { active.remove(chapter) } else { active.insert(chapter) }
      highest = max(highest, active.count)
    }
  }

  var most: Int { lock.withLock { highest } }
}
