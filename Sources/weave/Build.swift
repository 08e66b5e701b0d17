import ArgumentParser
import WeaveModel
import WeaveSupport

struct Build: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings Output/ up to date.",
    discussion: """
      Only what changed is compiled, run and rendered again. A chapter with errors keeps its old page, and the \
      status is 1.

      EXAMPLE:
        weave build --chapters Notes --output public
        weave build --epub pruning.epub
      """)

  @Option(
    defaultAsFlag: "book.epub",
    help: ArgumentHelp(
      "Also pack the book as EPUB 3 into FILE.",
      discussion: "SOURCE_DATE_EPOCH sets its date of modification; without it the same pages give the same bytes.",
      valueName: "FILE"),
    completion: .file(extensions: ["epub"]))
  var epub: String?

  @OptionGroup var places: Places
  @OptionGroup var form: Form

  func run() async throws {
    let report = Report(json: form.json)
    let pipeline = try places.pipeline(kept: true)
    let (outcome, files) = try await report.build(pipeline)
    try report.diagnostics(outcome.diagnostics)
    try report.chapters(outcome)
    try report.say(
      "\(places.output): \(files.written.count) written, \(files.unchanged.count) unchanged, \(files.removed.count) "
        + "removed"
    )
    var facts: [String: JSONLine.Value] = [
      "written": .list(files.written.sorted()), "unchanged": .number(files.unchanged.count),
      "removed": .list(files.removed.sorted()),
    ]
    if let epub {
      if outcome.hasErrors {
        report.complain("\(epub): not written, for the book is wrong")
      } else {
        let size = try await pipeline.packEpub(outcome, to: epub)
        try report.say("\(epub): \(size) bytes")
        facts["epub"] = .text(epub)
      }
    }
    try report.conclude(outcome.diagnostics, facts)
  }
}
