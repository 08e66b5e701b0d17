import ArgumentParser
import Foundation
import WeaveBuild
import WeaveModel
import WeaveRender
import WeaveSupport

struct Diff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells a reviewer what differs from an earlier commit in numbers, claims and sources.",
    discussion: """
      Prints a table in Markdown: what the text says of each expression, citation and waiver, there and here, each \
      output, and what other seeds make of them. Prose that changed without them is not in it. The book as it is \
      has to hold; the earlier one is read and not run.

      EXAMPLE:
        weave diff origin/main >> "$GITHUB_STEP_SUMMARY"
      """)

  @OptionGroup var folders: Folders
  @Flag(help: "Print a JSON array instead of a table.") var json = false
  @Argument(help: ArgumentHelp("The commit, branch or tag to compare with.", valueName: "BASE")) var base: String

  func run() async throws {
    let report = Report()
    let pipeline = try folders.pipeline(kept: true)
    let outcome = try await report.weave(pipeline, rendering: false)
    guard !outcome.hasErrors else {
      try report.diagnostics(outcome.diagnostics)
      return try report.conclude(outcome.diagnostics)
    }
    let rows = try await pipeline.comparison(of: outcome, with: base).rows
    if json { return try Report.say(json: rows.isEmpty ? "[]" : JSONLine.text(rows.map(DiffRow.init), pretty: true)) }
    if rows.isEmpty { return try Report.say("no number, claim, source or output differs from \(base)") }
    try Report.say(
      lines: [
        "| place | what | expression or source | \(DiffRow.cell(base)) | now | other seeds |",
        "| --- | --- | --- | --- | --- | --- |",
      ] + rows.map { DiffRow($0).line })
  }
}

/// A row as it is printed.
private struct DiffRow: Encodable {
  var file: String
  var line_: Int
  var kind: String
  var subject: String
  var before: String?
  var now: String?
  var spreadBefore: String?
  var spreadNow: String?

  init(_ row: BookComparison.Row) {
    (file, line_, kind, subject) = (row.file, row.line, row.kind.rawValue, row.subject)
    (before, now) = (row.before, row.now)
    func words(_ spread: Spread?) -> String? { spread.map { SpreadView.brief($0) } }
    (spreadBefore, spreadNow) = (words(row.spreadBefore), words(row.spreadNow))
  }

  enum CodingKeys: String, CodingKey {
    case file
    case line_ = "line"
    case kind, subject, before, now, spreadBefore, spreadNow
  }

  var line: String {
    let seeds = spreadBefore == spreadNow ? spreadNow ?? "" : "\(spreadBefore ?? "unknown") → \(spreadNow ?? "unknown")"
    var (old, new) = (before.map(Self.cell) ?? "(new)", now.map(Self.cell) ?? "(gone)")
    // Of an output, the lines that differ.
    if kind == "output", let before, let now {
      let lines = (before.split(separator: "\n"), now.split(separator: "\n"))
      let changes = lines.1.difference(from: lines.0)
      old = Self.cell(
        changes.removals.compactMap { if case .remove(_, let line, _) = $0 { String(line) } else { nil } }.joined(
          separator: " ⏎ "))
      new = Self.cell(
        changes.insertions.compactMap { if case .insert(_, let line, _) = $0 { String(line) } else { nil } }.joined(
          separator: " ⏎ "))
    }
    return "| \(Self.cell(file)):\(line_) | \(kind) | `\(Self.cell(subject))` | \(old) | \(new) | \(seeds) |"
  }

  /// In one line, short, without what ends a cell or begins markup.
  static func cell(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ")
    let short = line.count > 120 ? line.prefix(119) + "…" : line
    return short.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("`", with: "'")
      .replacing("<", with: "&lt;")
  }
}
