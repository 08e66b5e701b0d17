import ArgumentParser
import WeaveBuild
import WeaveModel
import WeaveRender
import WeaveSupport

struct Build: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings Output/ up to date.",
    discussion: """
      Only what changed is compiled, run and rendered again. A chapter with errors keeps its old page, and the \
      status is 1.

      EXAMPLE:
        weave build --chapters Notes --output public
        weave build --epub
        weave build --export pruning.epub
      """)

  @Option(
    defaultAsFlag: "book.epub",
    help: ArgumentHelp("Also pack the book as EPUB 3 into FILE.", valueName: "FILE"),
    completion: .file(extensions: ["epub"]))
  var epub: String?

  @Option(
    name: .customLong("export"),
    help: ArgumentHelp(
      "Also write the whole book into FILE, whose ending names the format: \(Self.endings).",
      discussion: "SOURCE_DATE_EPOCH sets its date of modification; without it the same pages give the same bytes.",
      valueName: "FILE"),
    completion: .file(extensions: Pipeline.formats.map { $0.fileExtension }))
  var exports: [String] = []

  @Flag(help: "Tell how long chapters were compiled and blocks ran, slowest first.") var timings = false

  @Flag(help: "Compile each chapter as one file, whatever is known of its sections.") var whole = false

  @OptionGroup var folders: Folders
  @OptionGroup var form: Form

  private static var endings: String { Pipeline.formats.map { "." + $0.fileExtension }.joined(separator: ", ") }

  /// What is to be written besides the pages.
  private func exported() throws -> [(path: String, format: any OutputFormat.Type)] {
    try exports.map { path in
      guard let format = Pipeline.format(of: path) else {
        throw UsageError("no format writes '\(path)': a file to export ends in \(Self.endings)")
      }
      return (path, format)
    } + (epub.map { [($0, Epub.self)] } ?? [])
  }

  func run() async throws {
    let exported = try exported()
    let report = Report(json: form.json)
    var pipeline = try folders.pipeline(kept: true)
    pipeline.reusesSections = !whole
    let (outcome, files) = try await report.build(pipeline)
    try report.diagnostics(outcome.diagnostics)
    try report.chapters(outcome)
    if timings { try TimingLines.print(outcome, report) }
    try report.say(
      "\(folders.output): \(files.written.count) written, \(files.unchanged.count) unchanged, \(files.removed.count) "
        + "removed"
    )
    var facts: [String: JSONLine.Value] = [
      "written": .list(files.written.sorted()), "unchanged": .number(files.unchanged.count),
      "removed": .list(files.removed.sorted()),
    ]
    for (path, format) in exported {
      if outcome.hasErrors {
        report.complain("\(path): not written, for the book is wrong")
      } else {
        let size = try await pipeline.export(outcome, as: format, to: path)
        try report.say("\(path): \(size) bytes")
        facts[format.fileExtension] = .text(path)
      }
    }
    try report.conclude(outcome.diagnostics, facts)
  }
}
