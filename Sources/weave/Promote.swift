import ArgumentParser
import Foundation
import WeaveCore

struct Promote: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes what was computed into the Markdown: pins, numbers, reference numbers.",
    discussion: "Prints old → new for each. A claim that is false stays an error: only its author can mend it.")

  @OptionGroup var places: Places
  @Argument(help: "Only these chapters, by name.") var only: [String] = []

  func run() async throws {
    let pipeline = try places.pipeline(kept: true)
    let outcome = try await pipeline.weave(rendering: false)
    let known = outcome.chapters.map(\.chapter.name)
    for name in only where !known.contains(name) {
      throw ValidationError("there is no chapter '\(name)': the book has \(known.joined(separator: ", "))")
    }
    var count = 0
    for result in outcome.chapters where (only.isEmpty || only.contains(result.chapter.name)) && !result.mends.isEmpty {
      let source = result.chapter.source
      for mend in result.mends {
        Report.say("\(source.path):\(mend.position.line):\(mend.position.column): \(Self.review(mend))")
      }
      try Data(source.mended(result.mends).utf8).write(to: URL(fileURLWithPath: source.path), options: .atomic)
      count += result.mends.count
    }
    Report.say(count == 0 ? "nothing to promote" : "\(count) promoted")
    // What promoting cannot mend is said again by the verification of the new text.
    let after = try await pipeline.weave(rendering: false)
    Report.diagnostics(after.diagnostics)
    try Report.conclude(after)
  }

  /// `0.66 → 0.67 (+0.01, +1.5 %) p.max()!`
  private static func review(_ mend: Mend) -> String {
    func brief(_ text: String) -> String {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return lines.count > 2 || text.count > 60 ? "(\(lines.count - 1) lines)" : text.replacing("\n", with: "")
    }
    var change = ""
    if let old = Double(mend.old.replacing(",", with: "")), let new = Double(mend.new.replacing(",", with: "")) {
      change = " (\(new >= old ? "+" : "")\((new - old).formatted(.number.precision(.significantDigits(1...3))))"
      if old != 0 { change += ", \(new >= old ? "+" : "")\(((new / old - 1) * 100).formatted(.number.precision(.significantDigits(1...3)))) %" }
      change += ")"
    }
    return "\(brief(mend.old)) → \(brief(mend.new))\(change) \(mend.subject)"
  }
}
