import Foundation
import Testing
import WeaveModel

/// The command from outside: status, words, JSON.
@Suite struct CommandTests {
  @Test(arguments: [
    (
      ["frobnicate"],
      "weave: there is no verb 'frobnicate': weave has build, init, check, promote, serve, numbers, robustness, vacuity, diff, tangle, run, lsp\n"
    ),
    (
      ["help", "frobnicate"],
      "weave: there is no verb 'frobnicate': weave has build, init, check, promote, serve, numbers, robustness, vacuity, diff, tangle, run, lsp\n"
    ),
    (
      ["build", "--colour"],
      "Error: Unknown option '--colour'\nUsage: weave build [--epub [<FILE>]] [--export <FILE> ...] [--timings] [--whole] [--chapters <DIR>] [--output <DIR>] [--json]\n  See 'weave build --help' for more information.\n"
    ),
    (["tangle", "three"], "weave: there is no chapter 'three': the book has one, two\n"),
    (["promote", "three"], "weave: there is no chapter 'three': the book has one, two\n"),
    (
      ["check", "--chapters", "Nowhere"],
      "weave: there is no folder Nowhere: run weave where it is, or name one with --chapters DIR\n"
    ),
    (
      ["serve", "--chapters", "Nowhere", "--port", "0"],
      "weave: there is no folder Nowhere: run weave where it is, or name one with --chapters DIR\n"
    ),
    (
      ["serve", "--port", "65536"],
      "Error: The value '65536' is invalid for '--port <N>'\nHelp:  --port <N>  The port; 0 takes any that is free.\nUsage: weave serve [--chapters <DIR>] [--output <DIR>] [--port <N>]\n  See 'weave serve --help' for more information.\n"
    ),
  ])
  func aWrongCallIsStatusTwo(_ arguments: [String], _ message: String) throws {
    let result = try run(CommandFixture(), arguments)
    #expect(result.status == 2)
    #expect(result.error == message)
  }

  private func run(_ book: CommandFixture, _ arguments: [String]) throws -> CommandFixture.Result {
    switch arguments.count {
    case 1: try book.weave(arguments[0])
    case 2: try book.weave(arguments[0], arguments[1])
    case 3: try book.weave(arguments[0], arguments[1], arguments[2])
    default: try book.weave(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])
    }
  }

  /// The compiler loads what expands macros only where a chapter may hold one.
  @Test func macrosAreExpanded() throws {
    let book = try CommandFixture(ownKit: true)
    try book.edit(
      "Chapters/two.md", "let x = 0.25",
      """
      import Observation
      @Observable final class Counter { var value = 0.25 }
      let x = Counter().value
      """)
    let result = try book.weave("build")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("two: run"))
  }

  @Test func anOutputThatCannotBeWrittenIsStatusTwo() throws {
    let book = try CommandFixture()
    try book.write("a file", "taken")
    let result = try book.weave("build", "--output", "taken")
    #expect(result.status == 2)
    #expect(result.error.hasPrefix("weave: cannot write taken/"))
    #expect(try book.read("taken") == "a file")
  }

  /// Whatever fails before a program is compiled: nothing waits for it.
  @Test func aMissingTemporaryFolderIsStatusTwo() throws {
    let book = try CommandFixture()
    // A program that no cache knows.
    try book.write(CommandFixture.one.replacing("2.0 / 3", with: "2.0 / 3  // \(UUID())"), "Chapters/one.md")
    let result = try book.weave("build", environment: ["TMPDIR": book.folder.appendingPathComponent("nowhere").path])
    #expect(result.status == 2)
    #expect(result.error.contains("No such file or directory: set TMPDIR to another place"))
  }

  /// Each block that runs holds a file open.
  @Test func tooFewOpenFilesAreStatusTwo() throws {
    let book = try CommandFixture()
    func build(files: Int) throws -> CommandFixture.Result {
      try book.run(URL(fileURLWithPath: "/bin/sh"), ["-c", "ulimit -n \(files); exec '\(book.tool.path)' build"])
    }
    let few = try build(files: 40)
    #expect(few.status == 2)
    #expect(few.error == "weave: only 40 files may be open at once: raise the limit (ulimit -n 256)\n")
    // A program that no cache knows.
    let blocks = (0..<150).map { "```swift run\nlet x\($0) = \($0)\n```\n" }.joined(separator: "\n")
    try book.write("---\ntitle: 第一章\n---\n\n```swift run\n// \(UUID())\n```\n\n" + blocks, "Chapters/one.md")
    try book.write("title: 本\nchapters:\n  - one\n", "Chapters/book.yml")
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters/two.md"))
    let full = try build(files: 100)
    #expect(full.status == 2)
    #expect(full.error == "weave: too many files are open, one for each block that runs: raise the limit (ulimit -n)\n")
    let enough = try build(files: 1000)
    #expect(enough.status == 0, "\(enough.error)")
  }

  @Test func versionAndHelpAreStatusZero() throws {
    let book = try CommandFixture()
    #expect(try book.weave("--version").output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    for verb in ["build", "check", "promote", "serve", "numbers", "tangle", "run"] {
      let help = try book.weave("help", verb)
      #expect(help.status == 0)
      #expect(help.output.contains("EXAMPLE:\n  weave \(verb)"))
      for option in ["--chapters", "--output"] { #expect(help.output.contains(option)) }
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completionKnowsVerbsAndOptions(_ shell: String) throws {
    let book = try CommandFixture()
    let script = try book.weave("--generate-completion-script", shell)
    #expect(script.status == 0)
    for word in [
      "build", "check", "promote", "serve", "numbers", "tangle", "run", "chapters", "output", "json", "port",
    ] {
      #expect(script.output.contains(word), "\(shell) does not know \(word)")
    }
    if shell == "bash" {
      try book.write(script.output, "completion")
      #expect(try book.run(URL(fileURLWithPath: "/bin/bash"), ["-n", "completion"]).status == 0)
    }
  }

  /// Any folder of chapters can be woven, by each verb.
  @Test func eachVerbTakesOtherFolders() throws {
    let book = try CommandFixture()
    try FileManager.default.moveItem(
      at: book.folder.appendingPathComponent("Chapters"), to: book.folder.appendingPathComponent("Notes"))
    let folders = ["--chapters", "Notes/", "--output", "public"]
    func weave(_ arguments: String...) throws -> CommandFixture.Result { try book.run(book.tool, arguments + folders) }
    #expect(try weave("build").status == 0)
    #expect(try book.read("public/one.html").contains("0.667"))
    #expect(try weave("check").output.hasSuffix("public is what the sources give\n"))
    #expect(try weave("tangle", "one").output.contains("let x = 2.0 / 3"))
    #expect(try weave("numbers").output.hasPrefix("Notes/one.md:15:4 "))
    try book.edit("Notes/one.md", "[0.667]", "[0.668]")
    #expect(try weave("promote").output.hasPrefix("Notes/one.md:15:4: 0.668 → 0.667 "))
    #expect(!FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("Output").path))
    #expect(!FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("Chapters").path))
  }

  /// While the author writes, a number without a source is a warning.
  @Test func anUnboundNumberFailsTheCheckAlone() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "値は", "値は0.5と")
    let line =
      "[audit] 0.5 (a decimal) has no source: bind it [0.5](#=EXPR), cite it [0.5](#@KEY \"where\"), or waive it [0.5](#! \"reason\")\n"
    let build = try book.weave("build")
    #expect(build.status == 0)
    #expect(build.error == "Chapters/one.md:15:3: warning: \(line)")
    let check = try book.weave("check")
    #expect(check.status == 1)
    #expect(check.error == "Chapters/one.md:15:3: error: \(line)1 error\n")
  }

  /// On a terminal one line tells of what is being done and goes away; elsewhere there is none.
  @Test func progressIsForTerminals() throws {
    let script = ["/usr/bin/script"].first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let script else { try Test.cancel("not judged here: script is missing") }
    let book = try CommandFixture(ownKit: true)
    let result = try book.run(
      URL(fileURLWithPath: script), ["-qec", "'\(book.tool.path)' build", "/dev/null"], environment: ["TERM": "xterm"])
    #expect(result.status == 0)
    #expect(result.output.contains("\r\u{1B}[K[0/2] compiling "))
    #expect(result.output.contains("running two"))
    let plain = try CommandFixture(ownKit: true)
    let quiet = try plain.weave("build")
    #expect(!quiet.output.contains("\u{1B}") && quiet.error == "")
  }

  /// A chapter with errors keeps its old page; the others are brought up to date.
  @Test func aWrongChapterKeepsItsPage() throws {
    let book = try CommandFixture()
    #expect(try book.weave("build").status == 0)
    let old = try book.read("Output/one.html")
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    try book.edit("Chapters/two.md", "ここでは", "そこでは")
    #expect(try book.weave("build").status == 1)
    #expect(try book.read("Output/one.html") == old)
    #expect(try book.read("Output/two.html").contains("そこでは"))
  }

  @Test func aGoodBookIsStatusZero() throws {
    let book = try CommandFixture()
    let first = try book.weave("build")
    #expect(first.status == 0)
    #expect(first.error == "")
    #expect(first.lines.last?.hasPrefix("Output: ") == true)
    let check = try book.weave("check")
    #expect(check.status == 0)
    #expect(
      check.output
        == "one: run, 1 blocks, 2 numbers, 1 claims hold\ntwo: run, 1 blocks, 1 numbers, 0 claims hold\nOutput is what the sources give\n"
    )
    let tangle = try book.weave("tangle", "one")
    #expect(tangle.status == 0)
    #expect(tangle.output.contains("let x = 2.0 / 3"))
  }

  // MARK: JSON and annotations

  static let wrong = "printed 0.668, computed 0.6666666666666666 (x): write 0.667 or run 'weave promote'"

  @Test func diagnosticsAreObjects() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    for verb in ["build", "check"] {
      let result = try book.weave(verb, "--json")
      #expect(result.status == 1)
      #expect(result.error == "")
      let objects = try result.objects
      #expect(objects.map { $0["type"] as? String } == ["diagnostic", "chapter", "chapter", "summary"])
      let found = try #require(objects.first)
      #expect(found["file"] as? String == "Chapters/one.md")
      #expect(found["line"] as? Int == 15)
      #expect(found["column"] as? Int == 4)
      #expect(found["severity"] as? String == "error")
      #expect(found["category"] as? String == "number")
      #expect(found["message"] as? String == Self.wrong)
      #expect(found["endLine"] as? Int == 15)
      #expect(found["endColumn"] as? Int == 9)
      let fixIt = try #require(found["fixIt"] as? [String: Any])
      let (from, to) = (try #require(fixIt["from"] as? Int), try #require(fixIt["to"] as? Int))
      let bytes = [UInt8](try Data(contentsOf: book.folder.appendingPathComponent("Chapters/one.md")))
      #expect(String(decoding: bytes[from..<to], as: UTF8.self) == "0.668")
      #expect(fixIt["replacement"] as? String == "0.667")
      #expect(objects[1]["state"] as? String == "wrong")
      #expect(objects.last?["errors"] as? Int == 1)
    }
  }

  @Test func annotationsAreEmittedOnGitHub() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    let line = "::error file=Chapters/one.md,line=15,col=4,title=number::\(Self.wrong)"
    let text = try book.weave("build", environment: ["GITHUB_ACTIONS": "true"])
    #expect(text.lines.contains(line))
    #expect(text.error.contains("Chapters/one.md:15:4: error: [number] \(Self.wrong)\n"))
    let json = try book.weave("build", "--json", environment: ["GITHUB_ACTIONS": "true"])
    #expect(try json.objects.count == 4)
    #expect(json.error == line + "\n")
    #expect(try !book.weave("build").output.contains("::error"))
  }

  @Test func annotationsAreEscaped() {
    var diagnostic = Diagnostic(.output, "a,b:c%.md", Position(line: 3, column: 7), "", severity: .warning)
    diagnostic.message = "50% :: of\r\nit, all"
    #expect(
      diagnostic.annotation == "::warning file=a%2Cb%3Ac%25.md,line=3,col=7,title=output::50%25 :: of%0D%0Ait, all")
  }

  @Test func staleOutputIsADiagnostic() throws {
    let book = try CommandFixture()
    _ = try book.weave("build")
    try book.edit("Output/one.html", "値", "字")
    let result = try book.weave("check")
    #expect(result.status == 1)
    #expect(
      result.error
        == "Output/one.html:1:1: error: [stale] this file is not what the sources give: run 'weave build' and commit it\n1 error\n"
    )
  }

  // MARK: The ledger

  @Test func numbersAreListed() throws {
    let book = try CommandFixture()
    let result = try book.weave("numbers")
    #expect(result.status == 0)
    #expect(
      result.output == """
        Chapters/one.md:15:4   number    0.667         0.6666666666666666  x
        Chapters/one.md:15:18  claim     充分に小さい  true                isSmall
        Chapters/one.md:15:42  number    67%           0.6666666666666666  x
        Chapters/two.md:10:6   number    0.25          0.25                x
        Chapters/two.md:10:26  citation  28.4                              @someone Table 2
        Chapters/two.md:10:54  waiver    512                               寸法

        """)
    let json = try book.weave("numbers", "--json")
    let rows = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(rows.count == 6)
    for row in rows {
      #expect(
        Set(row.keys) == [
          "file", "line", "column", "kind", "text", "value", "tolerance", "expression", "source", "place", "reason",
          "runs", "low", "median", "high", "held",
        ])
    }
    #expect(rows[4]["source"] as? String == "someone")
    #expect(rows[4]["place"] as? String == "Table 2")
    #expect(rows[4]["value"] is NSNull)
  }

  /// What nothing binds is listed on demand, and counted by what it rests on.
  @Test func freeAndUnboundNumeralsAreListedAndCounted() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "値は", "GPT-2の32本の値は")
    let list = try book.weave("numbers", "--all")
    let words = list.lines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
    #expect(words.contains("Chapters/one.md:15:1 free GPT-2"))
    #expect(words.contains("Chapters/one.md:15:7 unbound 32"))
    #expect(list.lines.contains { $0.contains("GPT-2") && $0.contains("name: it tells one name from another") })
    let counts = try book.weave("numbers", "--count")
    #expect(counts.lines[0].hasPrefix("chapter  bound  cited  waived  unbound  free:name"))
    let json = try book.weave("numbers", "--count", "--json")
    let rows = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(rows.map { $0["chapter"] as? String } == ["one", "two"])
    #expect(rows[0]["unbound"] as? Int == 1)
    #expect((rows[0]["free"] as? [String: Int])?["name"] == 1)
    #expect(rows[1]["cited"] as? Int == 1 && rows[1]["waived"] as? Int == 1)
  }

  @Test func aNumberThatDoesNotHoldIsNotListed() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[67%]", "[68%]")
    let result = try book.weave("numbers")
    #expect(result.status == 1)
    #expect(result.lines.count == 5)
    #expect(result.error.hasPrefix("Chapters/one.md:15:42: error: [number] printed 68%, computed"))
  }
}
