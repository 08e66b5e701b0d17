import ArgumentParser
import WeaveCore

struct Build: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings Output/ up to date.",
    discussion: "Only what changed is compiled, run and rendered again. A chapter with errors keeps its old page.")

  @OptionGroup var places: Places

  func run() async throws {
    let outcome = try await places.pipeline(kept: true).weave(rendering: true)
    Report.diagnostics(outcome.diagnostics)
    Report.chapters(outcome)
    let report = try OutputFolder(path: places.output).update(outcome.files, holding: outcome.heldBack)
    Report.say("\(places.output): \(report.written.count) written, \(report.unchanged.count) unchanged, \(report.removed.count) removed")
    try Report.conclude(outcome)
  }
}
