import ArgumentParser
import WeaveCore

struct Build: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings Output/ up to date.",
    discussion: """
      Only what changed is compiled, run and rendered again. A chapter with errors keeps its old page, and the status is 1.

      EXAMPLE:
        weave build --chapters Notes --output public
      """)

  @OptionGroup var places: Places
  @OptionGroup var form: Form

  func run() async throws {
    let report = Report(json: form.json)
    let (outcome, files) = try await report.build(places.pipeline(kept: true))
    report.diagnostics(outcome.diagnostics)
    report.chapters(outcome)
    report.say("\(places.output): \(files.written.count) written, \(files.unchanged.count) unchanged, \(files.removed.count) removed")
    try report.conclude(
      outcome.diagnostics,
      ["written": .list(files.written.sorted()), "unchanged": .number(files.unchanged.count), "removed": .list(files.removed.sorted())])
  }
}
