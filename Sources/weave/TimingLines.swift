import Foundation
import WeaveBuild
import WeaveModel

/// What `--timings` prints: how long each chapter was compiled and ran, and each of its blocks, slowest first.
enum TimingLines {
  /// What takes less is nobody's concern.
  private static let shortest = 0.005

  static func print(_ outcome: Pipeline.Outcome, _ report: Report) throws {
    let timed = outcome.chapters.filter { $0.timings != nil }
    var rows: [(seconds: Double, place: String, id: String)] = []
    for result in timed {
      let timings = result.timings!, chapter = result.chapter
      var words: [String: JSONLine.Value] = [
        "name": .text(chapter.name), "compiling": .real(timings.compiling), "running": .real(timings.running),
      ]
      if let sections = timings.sections {
        words["sections"] = .number(sections.all)
        words["compiled"] = .number(sections.compiled)
      }
      if let reason = timings.asOneFile { words["asOneFile"] = .text(reason) }
      if report.json { try JSONLine(type: "timing", words).write() }
      let sections =
        timings.sections.map { " (\($0.compiled) of \($0.all) sections)" }
        ?? timings.asOneFile.map { " (as one file: \($0))" } ?? ""
      try report.say(
        "\(chapter.name): compiled in \(seconds(timings.compiling))\(sections), run in \(seconds(timings.running))")
      for (index, seconds) in timings.blocks where seconds >= shortest {
        let block = chapter.blocks[index]
        rows.append((seconds, "\(chapter.source.path):\(block.fenceLine)", block.attributes.id.map { "#\($0)" } ?? ""))
      }
    }
    rows.sort { ($1.seconds, $0.place) < ($0.seconds, $1.place) }
    if report.json {
      for row in rows {
        try JSONLine(type: "timing", ["block": .text(row.place), "running": .real(row.seconds)]).write()
      }
    } else {
      try Report.say(lines: Columns.aligned(rows.map { [seconds($0.seconds), $0.place, $0.id] }))
      let others = outcome.summaries.count - timed.count
      if others > 0 {
        try report.say("\(others) \(others == 1 ? "chapter was" : "chapters were") not run: 'check --timings' runs all")
      }
    }
  }

  private static func seconds(_ seconds: Double) -> String { String(format: "%.2f s", seconds) }
}
