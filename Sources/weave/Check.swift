import ArgumentParser
import WeaveCore

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verifies the book afresh, for CI.",
    discussion: """
      Compiles and runs everything without a cache. Fails on any pin, number, claim, citation or reference that does
      not hold, and on an Output/ that is not byte for byte what the sources give.
      """)

  @OptionGroup var places: Places

  func run() async throws {
    let outcome = try await places.pipeline(kept: false).weave(rendering: true, auditing: true)
    Report.diagnostics(outcome.diagnostics)
    Report.chapters(outcome)
    try Report.conclude(outcome)
    let folder = OutputFolder(path: places.output)
    if let made = folder.versions, let here = outcome.tools, made != here {
      Report.complain("\(places.output) was made with other versions of the typesetting tools (\(made)) than are here (\(here)): their fragments are not compared")
    }
    let differences = folder.differences(from: outcome.files, tools: outcome.tools!)
    for difference in differences { Report.complain("\(places.output)/\(difference.path): error: [stale] this file is \(difference.word): run 'weave build' and commit it") }
    if !differences.isEmpty { throw ExitCode(1) }
    Report.say("\(places.output) is what the sources give")
  }
}

extension OutputFolder.Difference {
  fileprivate var word: String {
    switch self {
    case .missing: "missing"
    case .different: "not what the sources give"
    case .extra: "made by no source"
    }
  }
}
