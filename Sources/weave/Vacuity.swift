import ArgumentParser
import WeaveBuild
import WeaveModel
import WeaveSupport

struct Vacuity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Changes the code the chapters rest on, and names the claims that hold all the same.",
    discussion: """
      A claim that no error of the code could make false says nothing. The changes are those of each module's list, \
      which 'mutations:' in book.yml names, and numbers of the chapters' own blocks: one of each that a claim rests \
      on, forty a chapter where those are fewer, none that a claim compares with. All are compiled once, behind a \
      switch; then each chapter runs with one after another that it executes. How many each claim fails with is \
      written into vacuity.json beside the output folder, which is committed: the pages show it, and 'weave check' \
      fails where a claim holds with all and its title does not say why: "identity: REASON", in a Japanese book \
      "恒等式：理由". A tenth of a chapter's claims may say so, and none that fails. Numbers that nothing moves are \
      listed. A call that was stopped goes on where it was.

      A list names files and lines, each with one expression and what takes its place:

        Sources/Statistics/Sample.swift
          return sum / ⟦Double(values.count - 1) → Double(values.count)⟧

      EXAMPLE:
        weave vacuity lecture-06
      """)

  @OptionGroup var folders: Folders
  @OptionGroup var form: Form
  @Flag(help: "Run the chapters' programs where no walls can be built.") var unsandboxed = false
  @Argument(help: ArgumentHelp("Only these chapters, by name, without .md.", valueName: "CHAPTER")) var only: [String] =
    []

  func run() async throws {
    let report = Report(json: form.json)
    var pipeline = try folders.pipeline(kept: true)
    pipeline.mayRunUnwalled = unsandboxed
    let outcome = try await report.weave(pipeline, rendering: false)
    let names = outcome.frame.chapters.map(\.name)
    for name in only where !names.contains(name) { throw UsageError(noChapter: name, in: names) }
    if outcome.hasErrors {
      // Of a book that is wrong nothing would be learnt.
      try report.diagnostics(outcome.diagnostics)
      return try report.conclude(outcome.diagnostics)
    }
    let clock = ContinuousClock.now
    var wrong: [Diagnostic] = []
    try await report.counting("runs with changed code") { tell in
      wrong = try await pipeline.measureVacuity(outcome, only: only.isEmpty ? nil : Set(only), tell: tell)
    }
    if !wrong.isEmpty {
      try report.diagnostics(wrong)
      return try report.conclude(wrong)
    }
    let measured = try await report.weave(pipeline, rendering: false, auditing: true)
    let found = measured.diagnostics.filter { $0.category == .vacuity }
    try report.diagnostics(found)
    for result in measured.chapters {
      guard let vacuity = result.vacuity else { continue }
      let counts = VacuityCounts(result, vacuity)
      if report.json {
        try JSONLine(type: "vacuity", ["chapter": .text(result.chapter.name)].merging(counts.facts) { $1 }).write()
      } else {
        try report.say("\(result.chapter.name): \(counts.line)")
        for line in counts.constants { try report.say("  \(line)") }
      }
    }
    try report.say("\(pipeline.vacuityPath) written, \(clock.duration(to: .now).components.seconds) s")
    try report.conclude(found)
  }
}

/// What no change of the code moves in a chapter.
private struct VacuityCounts {
  private let vacuity: WeaveModel.Vacuity
  private var claims = 0
  private var numbers = 0
  private var steady = 0
  private var marked = 0
  /// The numbers that nothing moves, with their places.
  private(set) var constants: [String] = []

  init(_ result: Pipeline.ChapterOutcome, _ vacuity: WeaveModel.Vacuity) {
    self.vacuity = vacuity
    for link in result.chapter.links {
      guard let trial = vacuity.links[link.index] else { continue }
      switch result.evidence[link.index] {
      case .claim(_, let identity, _):
        claims += 1
        if identity != nil { marked += 1 } else if trial.changed == 0 { steady += 1 }
      case .number(let expression, _, _, _):
        numbers += 1
        guard trial.changed == 0 else { continue }
        let place = result.chapter.source.position(at: link.textRange.lowerBound)
        constants.append(
          "\(result.chapter.source.path):\(place.line):\(place.column): \(link.text) (\(expression)) is the same with "
            + "all of \(trial.passed)")
      default: break
      }
    }
  }

  var line: String {
    "\(vacuity.mutations) changes, \(vacuity.own) of its own numbers (\(vacuity.dropped) refused), "
      + "\(vacuity.stopped) stop it; of \(claims) claims \(steady) never fail and \(marked) are marked, "
      + "of \(numbers) numbers \(constants.count) never change"
  }

  var facts: [String: JSONLine.Value] {
    [
      "changes": .number(vacuity.mutations), "own": .number(vacuity.own), "refused": .number(vacuity.dropped),
      "stopping": .number(vacuity.stopped), "claims": .number(claims), "steady": .number(steady),
      "marked": .number(marked), "numbers": .number(numbers), "constant": .number(constants.count),
    ]
  }
}
