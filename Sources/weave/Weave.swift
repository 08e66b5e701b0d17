import ArgumentParser
import Foundation
import WeaveSupport
import WeaveVerify

@main struct Weave: AsyncParsableCommand {
  static let version = "1.0.0"

  static let configuration = CommandConfiguration(
    commandName: "weave",
    abstract: "Weaves a book whose every number is computed: Markdown in, verified pages out.",
    discussion: """
      EXAMPLES:
        weave                     bring Output/ up to date (the verb build)
        weave serve               the same after each edit, in the browser
        weave init notes          a new book in the folder notes
        weave check               what CI runs: everything afresh
        weave run lecture-06      what a chapter's program prints
        weave robustness          what holds under other seeds as well
        weave vacuity             what would hold whatever the code did
        weave promote lecture-06  write what was computed into one chapter

      Exit status: 0 the book is good; 1 the book is wrong, and the diagnostics say where; 2 a wrong call, or \
      something \
      that has to be installed. Diagnostics go to standard error as 'FILE:LINE:COLUMN: error: [CATEGORY] …'; where \
      GITHUB_ACTIONS is 'true' they are also emitted as annotations.

      For completion in a shell: weave --generate-completion-script bash (zsh, fish) prints the script to install.
      """,
    version: version,
    subcommands: [
      Build.self, Init.self, Check.self, Promote.self, Serve.self, Numbers.self, Robustness.self, Vacuity.self,
      Diff.self,
      Tangle.self, Run.self, Lsp.self,
    ],
    defaultSubcommand: Build.self)

  static func main() async {
    StandardStream.prepare()
    do {
      try ArgumentCheck.run()
      try openManyFiles()
      var command = try parsed(Array(CommandLine.arguments.dropFirst()))
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

  /// As many as the system allows: each block that runs holds one open.
  private static func openManyFiles() throws {
    var limit = rlimit()
    guard getrlimit(openFiles, &limit) == 0 else { return }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 1 << 16))
    setrlimit(openFiles, &limit)
    if limit.rlim_cur < 64 {
      throw EnvironmentError("only \(limit.rlim_cur) files may be open at once: raise the limit (ulimit -n 256)")
    }
  }

  #if os(Linux)
    private static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let openFiles = RLIMIT_NOFILE
  #endif

  /// The names of all verbs take time to find: they are looked at where something is wrong, or help is asked for.
  private static func parsed(_ arguments: [String]) throws -> ParsableCommand {
    // What is asked for most, without a look at the other verbs: a quarter of a build that finds nothing to do.
    if arguments.isEmpty || arguments == [Build._commandName] { return try Build.parse([]) }
    if arguments.first == "help" { try refuseUnknownVerb(arguments) }
    do {
      return try parseAsRoot(arguments)
    } catch {
      try refuseUnknownVerb(arguments)
      throw error
    }
  }

  /// The default verb takes no arguments: a first word that is no verb is a verb misspelt, and is called so.
  private static func refuseUnknownVerb(_ arguments: [String]) throws {
    guard let first = arguments.first, !first.hasPrefix("-") else { return }
    let verbs = configuration.subcommands.map { $0._commandName }
    if first == "help" {
      guard let topic = arguments.dropFirst().first, !topic.hasPrefix("-"), !verbs.contains(topic) else { return }
      throw UsageError("there is no verb '\(topic)': weave has \(verbs.joined(separator: ", "))")
    }
    if !verbs.contains(first) {
      throw UsageError("there is no verb '\(first)': weave has \(verbs.joined(separator: ", "))")
    }
  }
}
