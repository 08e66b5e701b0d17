import ArgumentParser
import WeaveBuild
import WeaveModel
import WeaveSupport

struct Robustness: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the chapters again under other seeds, and says what does not hold there.",
    discussion: """
      Each chapter is compiled once and run --runs times, every seed shifted by another number each time: what the \
      module adds WEAVE_SEED_SHIFT to. How far each number strays and how often each claim holds is written into \
      robustness.json beside the output folder, which is committed: the pages show it, and 'weave check' fails where a \
      claim does not hold for every seed and does not say so, or where a chapter's code is another one now. \
      A call that was stopped goes on where it was.

      With --sample nothing is written: for so many seconds some of the kept runs are repeated and held against the \
      file, as CI does.

      EXAMPLE:
        weave robustness lecture-06
        weave robustness --sample 60
      """)

  @OptionGroup var folders: Folders
  @OptionGroup var form: Form
  @Option(help: ArgumentHelp("How many runs of each chapter.", valueName: "N")) var runs = 100
  @Option(help: ArgumentHelp("Repeat kept runs for about so long, and write nothing.", valueName: "SECONDS"))
  var sample: Double?
  @Option(help: ArgumentHelp("What the repeated runs are drawn with. (default: another one each time)", valueName: "N"))
  var seed: UInt64?
  @Flag(help: "Run the chapters' programs where no walls can be built.") var unsandboxed = false
  @Argument(help: ArgumentHelp("Only these chapters, by name, without .md.", valueName: "CHAPTER")) var only: [String] =
    []

  func validate() throws {
    guard (2...10_000).contains(runs) else { throw ValidationError("--runs takes a number from 2 to 10000") }
    if let sample, !(0...86_400).contains(sample) {
      throw ValidationError("--sample takes a number of seconds up to 86400")
    }
    if sample != nil, !only.isEmpty { throw ValidationError("--sample draws from all chapters: leave out their names") }
    if seed != nil, sample == nil { throw ValidationError("--seed goes with --sample") }
  }

  func run() async throws {
    let report = Report(json: form.json)
    var pipeline = try folders.pipeline(kept: true)
    pipeline.mayRunUnwalled = unsandboxed
    if let sample { return try await repeated(for: sample, pipeline, report) }
    let outcome = try await report.weave(pipeline, rendering: false)
    let names = outcome.frame.chapters.map(\.name)
    for name in only where !names.contains(name) { throw UsageError(noChapter: name, in: names) }
    if outcome.hasErrors {
      // Of a book that is wrong nothing would be learnt.
      try report.diagnostics(outcome.diagnostics)
      return try report.conclude(outcome.diagnostics)
    }
    let clock = ContinuousClock.now
    try await report.counting("runs under other seeds") { tell in
      try await pipeline.measureSeeds(outcome, runs: runs, only: only.isEmpty ? nil : Set(only), tell: tell)
    }
    let measured = try await report.weave(pipeline, rendering: false, auditing: true)
    let found = measured.diagnostics.filter { $0.category == .seeds }
    try report.diagnostics(found)
    for chapter in measured.chapters {
      guard let robustness = chapter.robustness else { continue }
      let counts = SeedCounts(robustness)
      if report.json {
        try JSONLine(type: "robustness", ["chapter": .text(chapter.chapter.name)].merging(counts.facts) { $1 }).write()
      } else {
        try report.say("\(chapter.chapter.name): \(counts.line)")
      }
    }
    try report.say("\(pipeline.robustnessPath) written, \(clock.duration(to: .now).components.seconds) s")
    try report.conclude(found)
  }

  private func repeated(
    for seconds: Double, _ pipeline: Pipeline, _ report: Report
  ) async throws {
    let seed = seed ?? UInt64.random(in: 0...UInt64(Int32.max))
    // What was kept of other runs is not asked: CI has to see for itself.
    var uncached = pipeline
    uncached.forget()
    let book = try uncached.read()
    let runs = try await uncached.sampleSeeds(book, seconds: seconds, seed: seed)
    let wrong = runs.filter { !$0.isSame }.map { run in
      Diagnostic(
        .seeds, "\(folders.chapters)/\(run.chapter).md", Position(line: 1, column: 1),
        "with seed shift \(run.shift) this chapter does something else than \(pipeline.robustnessPath) says: run "
          + "'weave robustness \(run.chapter)'")
    }
    try report.diagnostics(wrong)
    let stale = pipeline.staleSeeds(book)
    try report.say(
      "\(runs.count) runs repeated (--seed \(seed)), \(runs.count - wrong.count) as they are kept"
        + (stale.isEmpty ? "" : "; other code than was run: \(stale.joined(separator: ", "))"))
    if runs.isEmpty {
      throw UsageError("\(pipeline.robustnessPath) has no run of this book's code: run 'weave robustness'")
    }
    try report.conclude(wrong, ["runs": .number(runs.count), "seed": .text("\(seed)")])
  }
}

/// How much of a chapter is the same under other seeds.
private struct SeedCounts {
  var runs = 0
  var claims = 0
  var failing = 0
  var numbers = 0
  var straying = 0
  var outputs = 0

  init(_ robustness: WeaveModel.Robustness) {
    runs = robustness.runs
    for spread in robustness.links.values {
      switch spread {
      case .claim(let held):
        claims += 1
        if held < runs { failing += 1 }
      case .same: numbers += 1
      case .number, .text: (numbers, straying) = (numbers + 1, straying + 1)
      }
    }
    outputs = robustness.blocks.values.count { $0 != .same }
  }

  var line: String {
    "\(runs) runs, \(claims - failing) of \(claims) claims hold in all, \(straying) of \(numbers) numbers stray, "
      + "\(outputs) outputs change"
  }

  var facts: [String: JSONLine.Value] {
    [
      "runs": .number(runs), "claims": .number(claims), "failing": .number(failing), "numbers": .number(numbers),
      "straying": .number(straying), "outputs": .number(outputs),
    ]
  }
}
