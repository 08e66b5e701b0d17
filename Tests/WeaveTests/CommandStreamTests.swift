import Foundation
import Testing

/// Standard output and standard error that are closed, full, or read by nobody.
@Suite struct CommandStreamTests {
  /// What a shell writes after the command.
  private static let broken = [
    ">&-": "Bad file descriptor", ">/dev/full": "No space left on device", ">&4": "Broken pipe",
  ]

  /// Under a shell whose descriptor 4 is a pipe that nobody reads: its reader has gone before the tool starts.
  private func weave(_ book: CommandFixture, _ arguments: String, _ redirection: String) throws -> CommandFixture.Result
  {
    let line = "exec 4> >(:); wait $!; '\(book.tool.path)' \(arguments) \(redirection)"
    return try book.run(URL(fileURLWithPath: "/bin/bash"), ["-c", line])
  }

  @Test(arguments: [
    "build", "build --json", "check", "check --json", "numbers", "numbers --json", "tangle one", "promote",
    "promote --json",
    "serve --port 0", "--help", "help promote", "--version", "--generate-completion-script zsh",
  ])
  func whatCannotBePrintedIsAnError(_ arguments: String) throws {
    let book = try CommandFixture()
    for (redirection, reason) in Self.broken {
      let result = try weave(book, arguments, redirection)
      #expect(result.status == 2, "\(arguments) \(redirection)")
      #expect(
        result.error.hasSuffix("weave: cannot write to standard output: \(reason)\n"),
        "\(arguments) \(redirection): \(result.error)")
      #expect(result.error.count(of: "\n") == 1, "\(result.error)")
    }
  }

  @Test(arguments: ["promote", "promote --json"])
  func nothingIsPromotedUnseen(_ arguments: String) throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.555]")
    try book.edit("Chapters/two.md", "[0.25]", "[0.5]")
    let (one, two) = (try book.read("Chapters/one.md"), try book.read("Chapters/two.md"))
    for redirection in Self.broken.keys {
      #expect(try weave(book, arguments, redirection).status == 2, "\(redirection)")
      #expect(try book.read("Chapters/one.md") == one, "\(redirection)")
      #expect(try book.read("Chapters/two.md") == two, "\(redirection)")
    }
    #expect(try weave(book, arguments, "").status == 0)
    #expect(try book.read("Chapters/one.md") == one.replacing("[0.555]", with: "[0.667]"))
  }

  /// What is opened first would take the numbers of closed descriptors: nothing that is said may end in a file of the
  /// book.
  @Test func closedDescriptorsAreNotReused() throws {
    let book = try CommandFixture()
    #expect(try weave(book, "build", "").status == 0)
    let names = try FileManager.default.subpathsOfDirectory(atPath: book.folder.path + "/Output").sorted()
    let pages = try names.filter { $0.hasSuffix(".html") || $0.hasSuffix(".txt") }.map { try book.read("Output/\($0)") }
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Output"))
    #expect(try weave(book, "build", "<&- >&- 2>&-").status == 2)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: book.folder.path + "/Output").sorted() == names)
    #expect(
      try names.filter { $0.hasSuffix(".html") || $0.hasSuffix(".txt") }.map { try book.read("Output/\($0)") } == pages)
  }

  /// Where nobody hears the faults, the status tells.
  @Test(arguments: ["2>&-", "2>/dev/full", "<&-", "2>&4"])
  func theStatusStaysWithoutStandardError(_ redirection: String) throws {
    let book = try CommandFixture()
    for verb in ["build", "check", "numbers"] {
      #expect(try weave(book, verb == "check" ? "build" : verb, redirection).status == 0, "\(verb)")
    }
    try book.edit("Chapters/one.md", "[0.667]", "[0.5]")
    for verb in ["build", "check", "numbers"] { #expect(try weave(book, verb, redirection).status == 1, "\(verb)") }
  }
}
