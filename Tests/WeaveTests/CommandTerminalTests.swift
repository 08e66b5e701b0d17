import Foundation
import Testing
import WeaveModel
import WeaveSupport

/// Whatever stands in names, pins, reasons and messages: a terminal obeys none of it, nor does GitHub's runner.
@Suite struct CommandTerminalTests {
  /// What a name may hold that no system refuses.
  private static let evil = "x\u{1B}[2J\u{9B}1m\r\u{7F}\u{202E}\u{2066}\u{200B}\u{E0041}##[error]b\n::error::a"

  /// Looks at all that a call printed; on the runner, its own annotations are the only commands.
  private func judge(
    _ result: CommandFixture.Result, onGitHub: Bool = false, _ place: SourceLocation = #_sourceLocation
  ) {
    for text in [result.output, result.error] {
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        let obeyed = line.unicodeScalars.first { $0.isObeyed }
        #expect(
          obeyed == nil, "U+\(String(obeyed?.value ?? 0, radix: 16)) in \(line.debugDescription)", sourceLocation: place
        )
        #expect(!line.contains("##["), "\(line)", sourceLocation: place)
        let words = line.drop { $0.isWhitespace }
        guard words.hasPrefix("::") else { continue }
        let isAnnotation = line.hasPrefix("::error file=") || line.hasPrefix("::warning file=")
        #expect(onGitHub && isAnnotation, "\(line)", sourceLocation: place)
      }
    }
  }

  @Test func namesOfFoldersAndFiles() throws {
    let book = try CommandFixture()
    let manager = FileManager.default
    try manager.moveItem(
      at: book.folder.appendingPathComponent("Chapters"), to: book.folder.appendingPathComponent(Self.evil))
    try book.edit("\(Self.evil)/one.md", "[0.667]", "[0.668]")
    try book.write("# a", "\(Self.evil)/::warning::\(Self.evil).md")
    for environment in [[:], ["GITHUB_ACTIONS": "true"]] {
      for verb in ["build", "check", "promote", "numbers"] {
        let result = try book.weave(
          verb, "--chapters", Self.evil, "--output", "::error::\(Self.evil)", environment: environment)
        #expect(result.status == 1, "\(verb): \(result.error)")
        // Promoting mends the number and says so.
        #expect(
          (verb == "promote" ? result.output : result.error).contains(
            "⟨U+001B⟩[2J⟨U+009B⟩1m⟨U+000D⟩⟨U+007F⟩⟨U+202E⟩⟨U+2066⟩⟨U+200B⟩⟨U+E0041⟩⟨U+0023⟩#[error]b⟨U+000A⟩::error::a/one.md"
          ))
        judge(result, onGitHub: !environment.isEmpty)
        try book.edit("\(Self.evil)/one.md", verb == "promote" ? "[0.667]" : "[0.668]", "[0.668]")
      }
    }
  }

  @Test func namesThatAreNotUnicode() throws {
    let book = try CommandFixture()
    let shell = URL(fileURLWithPath: "/bin/sh")
    _ = try book.run(
      shell,
      [
        "-c",
        "mkdir Output; touch \"$(printf 'Chapters/\\377\\033.md')\" \"$(printf 'Output/\\376.html')\" \"$(printf 'Chapters/a\\nb.md')\"; mkdir \"$(printf 'Chapters/\\300')\"",
      ])
    for verb in ["build", "check", "promote", "numbers"] {
      let result = try book.weave(verb)
      #expect(result.status == 1, "\(verb): \(result.error)")
      #expect(result.error.contains("this chapter is in no list"), "\(verb)")
      judge(result)
    }
    let named = try book.run(shell, ["-c", "'\(book.tool.path)' build --chapters \"$(printf 'No\\377\\033where')\""])
    #expect(named.status == 2)
    judge(named)
    // Foundation cannot take away what it cannot name.
    _ = try book.run(shell, ["-c", "rm -rf Chapters Output"])
  }

  @Test func whatAManifestLists() throws {
    let book = try CommandFixture()
    #expect(try book.weave("build").status == 0)
    let name = "::error::\u{1B}[2J\u{202E}##[error]x"
    try book.write("old", "Output/\(name)")
    try book.write(try book.read("Output/manifest.txt") + name + "\n", "Output/manifest.txt")
    for arguments in [[], ["--json"]] {
      let result = arguments.isEmpty ? try book.weave("check") : try book.weave("check", "--json")
      #expect(result.status == 1)
      judge(result)
      if !arguments.isEmpty { #expect(try result.objects.contains { ($0["file"] as? String) == "Output/\(name)" }) }
    }
    let built = try book.weave("build", "--json")
    judge(built)
    #expect(try built.objects.last?["removed"] as? [String] == [name])
  }

  /// A block prints commands, a reason and an expression hold some, the compiler and a crash repeat them.
  private func talking() throws -> CommandFixture {
    let book = try CommandFixture()
    try book.write(
      """
      ---
      title: 話す章
      ---

      ```swift run #talk
      func say(_ text: String) -> Int { 512 }
      print("::error::一\\n  ::stop-commands::x\\n##[add-mask]二\\nあ ##[error]三")
      ```
      ```output
      ::warning::零
        ::error::一
      ##[group]二
      ```

      ```swift trap #stop
      fatalError("\\u{1B}[2J\\n::error::四 ##[error]\\u{202E}五")
      ```
      ```output
      無い
      ```

      値は[511](<#=say("::error::##[error]")>)、[512](#! "::error::理由##[error]続き")、[300](#! "::add-mask::隠す")。

      """, "Chapters/two.md")
    return book
  }

  @Test func whatBlocksAndReasonsSay() throws {
    let book = try talking()
    for environment in [[:], ["GITHUB_ACTIONS": "true"]] {
      for verb in ["build", "check", "numbers"] {
        let result = try book.weave(verb, environment: environment)
        #expect(result.status == 1, "\(verb)")
        #expect(result.error.contains("printed 511"), "\(verb): \(result.error)")
        judge(result, onGitHub: !environment.isEmpty)
      }
    }
    let review = try book.weave("promote", environment: ["GITHUB_ACTIONS": "true"])
    #expect(
      review.output.contains("+ ::error::一") || review.output.contains("+   ::stop-commands::x"), "\(review.output)")
    #expect(review.output.contains("⟨U+0023⟩#[add-mask]二"))
    judge(review, onGitHub: true)
  }

  @Test func whatTheCompilerRepeats() throws {
    let book = try CommandFixture()
    try book.edit(
      "Chapters/two.md", "let x = 0.25",
      "#error(\"::error::六 ##[error]七 \\u{1B}[2J\")\nlet x = \"##[error]\" + 0.25\n::error::八")
    for environment in [[:], ["GITHUB_ACTIONS": "true"]] {
      let result = try book.weave("build", environment: environment)
      #expect(result.status == 1)
      judge(result, onGitHub: !environment.isEmpty)
    }
  }

  @Test func jsonSaysTheSame() throws {
    let book = try talking()
    let plain = try book.weave("build", "--json")
    judge(plain)
    let messages = try plain.objects.compactMap { $0["message"] as? String }
    #expect(messages.contains { $0.contains("##[add-mask]") || $0.contains("::error::##[error]") })
    let numbers = try book.weave("numbers", "--json")
    judge(numbers)
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(numbers.output.utf8)) as? [[String: Any]])
    #expect(rows.contains { ($0["reason"] as? String) == "::error::理由##[error]続き" }, "\(rows)")
  }

  @Test func wordsOfTheCallItself() throws {
    let book = try CommandFixture()
    for arguments in [
      [Self.evil], ["::error::x"], ["help", Self.evil], ["build", "--\(Self.evil)"], ["tangle", Self.evil],
      ["promote", "\n::error::x"], ["serve", "--port", "\n::error::x"],
      ["check", "--chapters", "\n::error::x"], ["build", "--output", "/proc/\n::error::x\u{1B}"],
      ["build", "--epub", "/proc/\n::error::x"],
    ] {
      let result = try book.run(book.tool, arguments)
      #expect(result.status == 2, "\(arguments): \(result.error)")
      judge(result)
    }
  }

  /// A program goes out byte for byte where a file or a person reads it, and not at all where the runner would obey it.
  @Test func aProgramIsNotObeyed() throws {
    let book = try CommandFixture()
    func tangle(_ tail: String) throws -> CommandFixture.Result {
      try book.run(
        URL(fileURLWithPath: "/bin/sh"), ["-c", "'\(book.tool.path)' tangle one\(tail)"],
        environment: ["GITHUB_ACTIONS": "true"])
    }
    #expect(try tangle(" | cat").output.contains("let x = 2.0 / 3"))
    try book.edit(
      "Chapters/one.md", "print(x)", "print(x)\nlet text = \"\"\"\n  ::add-mask::x\n  \"\"\"\nlet mark = \"##[error]\"")
    let piped = try tangle(" 2>&1 | cat")
    #expect(
      piped.output
        == "weave: the program holds lines that GitHub's runner would obey: write it into a file, weave tangle … > program.swift\n"
    )
    #expect(try tangle("").output.contains("\n  ::add-mask::x\n"))
    #expect(try tangle(" > program.swift && cat program.swift").output.contains("let mark = \"##[error]\""))
    let alone = try book.run(URL(fileURLWithPath: "/bin/sh"), ["-c", "'\(book.tool.path)' tangle one | cat"])
    #expect(alone.output.contains("\n  ::add-mask::x\n"))
    // Nothing that a terminal obeys gets into a program.
    try book.edit("Chapters/one.md", "print(x)", "print(x) // \u{1B}[2J")
    let hidden = try tangle("")
    #expect(hidden.status == 1)
    #expect(hidden.output.isEmpty || hidden.output.hasPrefix("::error file="))
    judge(hidden, onGitHub: true)
  }
}
