import ArgumentParser

@main struct Weave: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weave",
    abstract: "Weaves a book whose every number is computed: Markdown in, verified pages out.",
    discussion: """
      Exit status: 0 the book is good; 1 the book is wrong, and the diagnostics say where; 2 a wrong call, or something
      that has to be installed.
      """,
    subcommands: [Build.self, Check.self, Promote.self, Tangle.self],
    defaultSubcommand: Build.self)

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let code as ExitCode {
      exit(withError: code)
    } catch {
      finish(error)
    }
  }
}
