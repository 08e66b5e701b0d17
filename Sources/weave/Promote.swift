import ArgumentParser
import Foundation
import WeaveBuild
import WeaveSupport

struct Promote: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes what was computed into the Markdown: pins, numbers, reference numbers.",
    discussion: """
      Prints a review: old → new with the absolute and relative change, and every other place in the book that rests \
      on the same expression. Touches no line that does not change, and with names no chapter but those, drafts \
      among them. A claim that \
      is false stays an error: only its author can mend it.

      EXAMPLE:
        weave promote lecture-06 lecture-13
      """)

  @OptionGroup var folders: Folders
  @OptionGroup var form: Form
  @Argument(help: ArgumentHelp("Only these chapters, by name, without .md.", valueName: "CHAPTER")) var only: [String] =
    []

  func run() async throws {
    let report = Report(json: form.json)
    var pipeline = try folders.pipeline(kept: true)
    pipeline.showsDrafts = !only.isEmpty
    let outcome = try await report.weave(pipeline, rendering: false)
    let known = outcome.book.chapters.map(\.name)
    for name in only where !known.contains(name) { throw UsageError(noChapter: name, in: known) }

    let promotion = Promotion(outcome, only: only.isEmpty ? nil : Set(only))
    // A review that nobody could read is no review: then nothing is written.
    for entry in promotion.entries { try review(entry, report) }
    try promotion.write()
    let count = promotion.entries.count
    do {
      try report.say(count == 0 ? "nothing to promote" : "\(count) promoted")
    } catch {
      throw count == 0 ? error : EnvironmentError("\(error); what was reviewed before is written")
    }
    // What promoting cannot mend is said again by the verification of the new text.
    let after = count == 0 ? outcome : try await report.weave(pipeline, rendering: false)
    try report.diagnostics(after.diagnostics)
    try report.conclude(after.diagnostics, ["promoted": .number(count)])
  }

  private func review(_ entry: Promotion.Entry, _ report: Report) throws {
    let fixIt = entry.fixIt
    if report.json {
      try JSONLine(
        type: "promotion",
        [
          "file": .text(entry.file), "line": .number(fixIt.position.line), "column": .number(fixIt.position.column),
          "old": .text(fixIt.old), "new": .text(fixIt.new), "subject": .text(fixIt.subject),
          "absolute": entry.change.map { .real($0.absolute) } ?? .none,
          "relative": entry.change?.relative.map { .real($0) } ?? .none,
          "elsewhere": .list(entry.elsewhere.map { "\($0.file):\($0.position.line):\($0.position.column)" }),
        ]
      ).write()
      return
    }
    try Report.say("\(entry.file):\(fixIt.position.line):\(fixIt.position.column): \(Review.line(entry))")
    for line in Review.excerpt(fixIt) { try Report.say("    " + line) }
    for place in entry.elsewhere { try Report.say("    \(Review.line(place))") }
  }
}
