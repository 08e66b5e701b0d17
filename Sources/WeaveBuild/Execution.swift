import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport

/// What a chapter's program did, or why it did not.
struct Execution: Sendable {
  var chapter: Chapter
  var record: RunRecord
  /// Pieces of which nothing can be said.
  var skipped: Set<CodeOrigin>
  var diagnostics: [Diagnostic]
  /// Neither compiled nor run: the result was known.
  var fromCache: Bool
  var seconds: Double
  /// Nil where nothing was compiled.
  var timings: Timings?
  /// Keeps the result and takes away the program's folder, beside what is done next.
  var tidying: Task<Void, Never>?
}

/// How long a chapter's program took, by the clock: other chapters may have been compiled and run beside it.
package struct Timings: Sendable {
  package var compiling = 0.0
  package var running = 0.0
  /// By block index.
  package var blocks: [Int: Double] = [:]
  /// Nil where the chapter was compiled as one file.
  package var sections: CompiledChapter.Sections?
  /// Why, in words, where it might have been compiled in sections.
  package var asOneFile: String?
}

/// Chapters to executions: tangles, compiles and runs what is not known yet.
struct Executor: Sendable {
  /// What the blocks are written in.
  let code: any ProgrammingLanguage
  let caches: Caches
  private let sandboxes: SandboxSource
  /// What figures say of themselves is in it.
  private let language: Language
  /// What is done for the next edit of a chapter while it runs, and afterwards; nil where chapters are compiled as one
  /// file.
  private let idle: IdleWork?
  /// When it is set nothing more is begun, and what came of the rest means nothing.
  private let stop: StopSign
  let progress: @Sendable (_ chapter: String, Pipeline.Step, _ of: Int) -> Void

  init(
    _ tools: BuildTools, _ sandboxes: SandboxSource, _ caches: Caches, _ language: Language, _ idle: IdleWork?,
    until stop: StopSign, progress: @escaping @Sendable (_ chapter: String, Pipeline.Step, _ of: Int) -> Void
  ) {
    code = tools.language
    self.sandboxes = sandboxes
    self.caches = caches
    self.language = language
    self.idle = idle
    self.stop = stop
    self.progress = progress
  }

  /// All chapters: as many are compiled at a time as there are processors, and as many run beside the next ones'
  /// compiling.
  /// - Parameter busy: counts the chapters of which nothing can be started any more, for it has been or need not be.
  func execute(_ chapters: [Chapter], busy: Latch) async throws -> [Execution] {
    // Whatever goes wrong here: nobody waits for it.
    defer { busy.open() }
    Scratch.tidy()
    let asked = chapters.concurrentMap(ask)
    var results = asked.map(\.known)
    for case let known? in results {
      busy.count()
      progress(known.chapter.name, .done, chapters.count)
    }
    if results.contains(where: { $0 == nil }) { await idle?.stop() }
    // What takes longest comes first: the last ones should come to an end together.
    let order = chapters.indices.filter { results[$0] == nil }
      .sorted { (-Self.size(chapters[$0]), $0) < (-Self.size(chapters[$1]), $1) }
    let width = Self.width
    let (compiling, running) = (Slots(width, for: order.count), Slots(width))
    return try await withThrowingTaskGroup(of: (Int, Execution).self) { group in
      var next = 0
      func start() {
        guard next < order.count else { return }
        let index = order[next]
        next += 1
        group.addTask {
          let execution = try await execute(asked[index], compiling, running, busy, isOnly: order.count == 1) {
            progress(chapters[index].name, $0, chapters.count)
          }
          progress(chapters[index].name, .done, chapters.count)
          return (index, execution)
        }
      }
      for _ in 0..<2 * width { start() }
      while let (index, execution) = try await group.next() {
        results[index] = execution
        start()
      }
      return results.map { $0! }
    }
  }

  /// How many programs are worked on at a time.
  static let width = max(1, ProcessInfo.processInfo.activeProcessorCount)

  private static func size(_ chapter: Chapter) -> Int {
    chapter.blocks.reduce(chapter.links.count * 64) { $0 + $1.code.utf8.count }
  }

  /// What is kept of a chapter's run: it depends on the program alone, not on the prose around it.
  private struct Kept: Codable {
    var record: RunRecord
    var warnings: [CompilerDiagnostic]
  }

  /// A chapter, and what came of it where that is known without compiling.
  private struct Asked: Sendable {
    var chapter: Chapter
    /// Of what its program does.
    var key = ""
    var known: Execution?
  }

  /// What came of a chapter, where that is known without compiling.
  func known(_ chapter: Chapter) -> Execution? { ask(chapter).known }

  private func ask(_ chapter: Chapter) -> Asked {
    let program = Program(chapter)
    func asked(
      _ record: RunRecord, skipped: Set<CodeOrigin> = [], _ warnings: [CompilerDiagnostic] = [], fromCache: Bool
    ) -> Asked {
      Asked(
        chapter: chapter,
        known: Execution(
          chapter: chapter, record: record, skipped: skipped, diagnostics: warnings.map { $0.diagnostic(in: chapter) },
          fromCache: fromCache, seconds: 0))
    }
    if program.isEmpty { return asked(RunRecord(), fromCache: true) }
    if chapter.lacksData { return asked(RunRecord(), skipped: Set(program.pieces.map(\.origin)), fromCache: false) }
    let foreign = code.refusals(in: program, of: chapter)
    if !foreign.isEmpty {
      var execution = asked(RunRecord(), skipped: Set(program.pieces.map(\.origin)), fromCache: false)
      execution.known!.diagnostics = foreign
      return execution
    }
    let modes = program.pieces.map { "\($0.mode.rawValue) \($0.origin.name) \($0.code)" }
    let limits = chapter.blocks.map { "\($0.attributes.timeout ?? 0)" }
    let data = chapter.data.map { "\($0.name) \(Digest($0.bytes).hex)" }
    let key = Digest(
      ["run", code.key, code.text(of: program), "\(sandboxes.limits)", language.rawValue] + modes + limits + data
    ).hex
    guard let kept: Kept = caches.book.value(key) else { return Asked(chapter: chapter, key: key) }
    return asked(kept.record, kept.warnings, fromCache: true)
  }

  private func execute(
    _ asked: Asked, _ compiling: Slots, _ running: Slots, _ busy: Latch, isOnly: Bool,
    tell: (Pipeline.Step) -> Void
  ) async throws -> Execution {
    let clock = ContinuousClock.now
    let (chapter, key) = (asked.chapter, asked.key)
    // What a block that must stop prints is known from its place alone.
    var attempt = try await attempt(
      chapter, compiling, running, busy, withPlaces: chapter.blocks.contains { $0.mode.place == .child },
      isOnly: isOnly, tell)
    if attempt.crashed, !attempt.withPlaces, attempt.product.sections == nil, !stop.isSet {
      let again = try await self.attempt(chapter, compiling, running, busy, withPlaces: true, isOnly: isOnly, tell)
      // A program that does not crash a second time has at least the block where it did.
      if again.crashed { attempt = again }
    }
    let (scratch, product, result) = (attempt.scratch, attempt.product, attempt.result)
    var record = result?.record ?? RunRecord()
    let faults = result?.faults ?? []
    var diagnostics = product.diagnostics.map { $0.diagnostic(in: chapter) }
    record.refusals.merge(product.refusals) { _, compiler in compiler }
    let skipped = skipped(chapter, product.removed, record, faults)
    diagnostics += report(faults, chapter, record)
    let isWhole = product.removed.isEmpty && faults.isEmpty && !stop.isSet
    let kept = isWhole ? Kept(record: record, warnings: product.diagnostics) : nil
    let tidying = Task.detached {
      if let kept { caches.book.store(kept, key) }
      scratch.discard()
    }
    return Execution(
      chapter: chapter, record: record, skipped: skipped, diagnostics: diagnostics, fromCache: false,
      seconds: Self.seconds(since: clock), timings: attempt.timings, tidying: tidying)
  }

  private static func seconds(since begin: ContinuousClock.Instant) -> Double { begin.duration(to: .now) / .seconds(1) }

  /// A chapter compiled and run.
  private struct Attempt {
    var scratch: Scratch
    var withPlaces: Bool
    var product: CompiledChapter
    var result: Runner.Result?
    var timings: Timings
    /// Something else than a limit went wrong in it, such as a crash whose place is wanted.
    var crashed: Bool { result?.faults.contains { !$0.isLimit } ?? false }
  }

  private func attempt(
    _ chapter: Chapter, _ compiling: Slots, _ running: Slots, _ busy: Latch,
    withPlaces: Bool, isOnly: Bool, _ tell: (Pipeline.Step) -> Void
  ) async throws -> Attempt {
    let scratch = try Scratch.claim()
    // While the compiler works, the walls rise and room is made for what will be kept.
    let gate = try Gate()
    async let result = sandboxes.runner().run(chapter, language, in: scratch, after: gate, until: stop)
    async let trimmed: Void = caches.book.trim()
    defer { gate.close() }
    var timings = Timings()
    let product: CompiledChapter
    (product, timings.compiling) = try await compiling.hold {
      tell(.compiling)
      busy.count()
      let begin = ContinuousClock.now
      if stop.isSet { return (CompiledChapter(), 0) }
      let product = try await code.compile(chapter, in: scratch.folder, withPlaces: withPlaces, reusing: sections) {
        // The compiler uses one processor.
        if isOnly { prepare(chapter) }
      }
      return (product, Self.seconds(since: begin))
    }
    await running.take()
    defer { running.give() }
    let begin = ContinuousClock.now
    if product.executable != nil, !stop.isSet {
      tell(.running)
      gate.open(for: Program(chapter, without: product.removed))
    } else {
      gate.close()
    }
    let done = try await result
    (timings.sections, timings.asOneFile) = (product.sections, product.asOneFile)
    (timings.running, timings.blocks) = (Self.seconds(since: begin), done?.seconds ?? [:])
    await trimmed
    return Attempt(scratch: scratch, withPlaces: withPlaces, product: product, result: done, timings: timings)
  }

  private var sections: Cache { idle == nil ? .none : caches.book }

  /// A chapter that was edited will be edited again: its sections are compiled before that.
  private func prepare(_ chapter: Chapter) {
    guard sections.keeps else { return }
    idle?.start { [code, sections] in
      guard let scratch = try? Scratch.claim() else { return }
      defer { scratch.discard() }
      // What does not come of it costs the next edit time, not truth.
      try? await code.prepare(chapter, in: scratch.folder, keeping: sections)
    }
  }

  /// Pieces of which nothing can be said: taken out, or after the place where the program stopped.
  private func skipped(
    _ chapter: Chapter, _ removed: Set<CodeOrigin>, _ record: RunRecord, _ faults: [Runner.Fault]
  ) -> Set<CodeOrigin> {
    var skipped = removed.union(faults.compactMap(\.origin))
    // Where nothing is said of the run, what is missing is a fault of its own.
    if faults.isEmpty { return skipped }
    for step in Program(chapter, without: removed).steps {
      switch step {
      case .block(let index), .trap(let index):
        if !record.finished.contains(index) { skipped.insert(.block(index)) }
      case .link(let index):
        if record.values[index] == nil { skipped.insert(.link(index)) }
      }
    }
    return skipped
  }

  private func report(_ faults: [Runner.Fault], _ chapter: Chapter, _ record: RunRecord) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for fault in faults {
      var position = Position(line: 1, column: 1)
      var name = ""
      switch fault.origin {
      case .block(let index) where chapter.blocks.indices.contains(index):
        let block = chapter.blocks[index]
        position =
          fault.line > 0
          ? chapter.position(of: .block(index), line: fault.line, byteColumn: 1)
          : Position(line: block.fenceLine, column: 1)
        if let id = block.attributes.id { name = "block #\(id): " }
      case .link(let index): position = chapter.position(of: .link(index), line: 1, byteColumn: 1)
      case .block, nil: break
      }
      diagnostics.append(
        Diagnostic(
          fault.isLimit ? .limit : .trap, chapter.source.path, position,
          name + fault.message + (fault.line > 0 ? chapter.elsewhere(fault.origin, line: fault.line) : "")))
      let later = chapter.blocks.filter {
        $0.mode.isExecuted && !record.finished.contains($0.index) && .block($0.index) != fault.origin
          && $0.fenceLine > position.line
      }
      if !fault.isLimit || !later.isEmpty, let first = later.first {
        diagnostics.append(
          Diagnostic(
            .trap, chapter.source.path, Position(line: first.fenceLine, column: 1),
            "\(later.count == 1 ? "this block was" : "this block and \(later.count - 1) after it were") not run: "
              + "the program stopped at line \(position.line)"
          ))
      }
    }
    return diagnostics
  }
}
