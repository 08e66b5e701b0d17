import ArgumentParser
import WeaveModel
import WeaveRender

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verifies the book afresh, for CI.",
    discussion: """
      Compiles and runs everything without a cache. Fails on any pin, number, claim, citation or reference that does \
      not hold, on a number without a source, and on an Output/ that is not byte for byte what the sources give. \
      Writes nothing.

      EXAMPLE:
        weave check --json | jq -r 'select(.type == "diagnostic") | .message'
      """)

  @Flag(help: "Tell how long chapters were compiled and blocks ran, slowest first.") var timings = false

  @OptionGroup var folders: Folders
  @OptionGroup var form: Form

  @Flag(
    help: ArgumentHelp(
      "Run the chapters' programs where no walls can be built.",
      discussion:
        "Without bubblewrap a program can read every file that you can, and reach the network: only for a book whose "
        + "every block you trust."
    ))
  var unsandboxed = false

  func run() async throws {
    let report = Report(json: form.json)
    var pipeline = try folders.pipeline(kept: false)
    pipeline.mayRunUnwalled = unsandboxed
    let outcome = try await report.weave(pipeline, rendering: true, auditing: true)
    try report.diagnostics(outcome.diagnostics)
    try report.chapters(outcome)
    if timings { try TimingLines.print(outcome, report) }
    // Pages of a wrong book are not compared: what differs would be the error once more.
    if outcome.hasErrors { return try report.conclude(outcome.diagnostics) }
    let folder = pipeline.output
    if let made = folder.versions, let here = outcome.tools, made != here {
      report.complain(
        "\(folders.output) was made with other versions of the typesetting tools (\(made)) than are here (\(here)): "
          + "their fragments are not compared"
      )
    }
    let stale = folder.differences(from: outcome.files, tools: outcome.tools!).map { difference in
      Diagnostic(
        .stale, "\(folders.output)/\(difference.path)", Position(line: 1, column: 1),
        difference.message)
    }
    try report.diagnostics(stale)
    if stale.isEmpty { try report.say("\(folders.output) is what the sources give") }
    try report.conclude(outcome.diagnostics + stale)
  }
}

extension OutputFolder.Difference {
  fileprivate var message: String {
    switch self {
    case .missing: "this file is missing: run 'weave build' and commit it"
    case .different: "this file is not what the sources give: run 'weave build' and commit it"
    case .extra: "this file is made by no source: run 'weave build' and commit it"
    case .foreign:
      "weave did not write this file, and a browser would take it for one of the book's: move it out of the folder"
    }
  }
}
