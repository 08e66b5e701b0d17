import Foundation

/// The way from a folder of chapters to a book: read → tangle → compile → run → verify → render.
public struct Pipeline: Sendable {
  /// Where things are.
  public struct Places: Sendable {
    public var chapters: URL
    /// The chapters' folder as diagnostics call it.
    public var shownAs: String
    public var output: URL
    /// Folder of the library that chapters link.
    public var kit: URL
    /// Nil: nothing is kept and nothing is believed, as `weave check` wants it.
    public var cache: URL?

    public init(chapters: URL, shownAs: String, output: URL, kit: URL, cache: URL?) {
      self.chapters = chapters
      self.shownAs = shownAs
      self.output = output
      self.kit = kit
      self.cache = cache
    }
  }

  /// What became of a book.
  public struct Outcome: Sendable {
    public var book: Book
    public var chapters: [ChapterOutcome] = []
    /// In the order of files and lines.
    public var diagnostics: [Diagnostic] = []
    /// The pages of the chapters that hold, programs and assets; empty where only verification was asked for.
    public var files: [OutputFile] = []
    public var tools: ToolVersions?
    /// Pages that belong to chapters with errors: a build leaves them as they are.
    public var heldBack: [String] {
      let wrong = chapters.filter { !$0.isGood }
      return wrong.flatMap { ["\($0.chapter.name).html", "\($0.chapter.name).swift"] }
        + (wrong.isEmpty ? [] : PageRenderer.bookFiles)
    }
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
  }

  public struct ChapterOutcome: Sendable {
    public var chapter: Chapter
    public var mends: [Mend]
    public var evidence: [Int: Evidence]
    public var isGood: Bool
    /// Neither compiled nor run: the result was known.
    public var fromCache: Bool
    public var seconds: Double
  }

  let places: Places
  /// Figures' style sheet, from the module that draws them.
  let figureStyle: String
  /// A step of a chapter that is neither known nor finished yet.
  public enum Step: Sendable { case compiling, running, done }
  /// Told of each chapter's steps, by name, from any thread.
  public var progress: @Sendable (_ chapter: String, Step, _ of: Int) -> Void = { _, _, _ in }
  /// Told once what the machine lacks.
  public var warn: @Sendable (String) -> Void = { _ in }
  private let cache: Cache

  public init(_ places: Places, figureStyle: String) {
    self.places = places
    self.figureStyle = figureStyle
    cache = Cache(folder: places.cache)
  }

  /// Only reads; throws the first error.
  public func read() throws -> Book {
    let reader = try BookReader(folder: places.chapters, shownAs: places.shownAs)
    if let error = reader.diagnostics.first(where: { $0.severity == .error }) { throw error }
    return reader.book
  }

  /// Reads, runs and verifies; renders the pages too where `rendering` says so. A number without a source is a
  /// warning while the author writes, and an error where `auditing` says so.
  public func weave(rendering: Bool, auditing: Bool = false) async throws -> Outcome {
    let reader = try BookReader(folder: places.chapters, shownAs: places.shownAs)
    let book = reader.book
    var outcome = Outcome(book: book)
    outcome.diagnostics = reader.diagnostics

    async let typesetting = rendering ? typeset(book.chapters) : nil
    let executions = try await execute(book.chapters)
    let setting = try await typesetting

    let labels = Dictionary(uniqueKeysWithValues: executions.map { ($0.chapter.name, Labels($0.chapter, $0.record)) })
    var verified: [VerifiedChapter] = []
    let misread = Set(reader.diagnostics.filter { $0.severity == .error }.map(\.file))
    for execution in executions {
      let chapter = execution.chapter
      let verifier = Verifier(
        chapter, execution.record, labels: labels, references: book.references, skipped: execution.skipped)
      var found = execution.diagnostics + verifier.diagnostics
      found += Audit.findings(in: chapter).map { finding in
        var finding = finding
        finding.severity = auditing ? .error : .warning
        return finding
      }
      if let setting { found += setting.typeset.diagnostics(of: chapter) }
      let isGood = !found.contains { $0.severity == .error } && !misread.contains(chapter.source.path)
      // Where the list of publications cannot be read, no key is wrong; what cites waits.
      if book.references.isEmpty, misread.contains("\(places.shownAs)/references.json") {
        found.removeAll { $0.category == .citation }
      }
      outcome.diagnostics += found
      outcome.chapters.append(
        ChapterOutcome(
          chapter: chapter, mends: verifier.mends, evidence: verifier.evidence, isGood: isGood,
          fromCache: execution.fromCache, seconds: execution.seconds))
      if isGood { verified.append(verifier.verified) }
    }
    if let setting { try render(verified, setting.typeset, setting.tools, into: &outcome) }
    outcome.diagnostics = Self.inOrder(outcome.diagnostics)
    return outcome
  }

  private static func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return diagnostics.filter { seen.insert($0).inserted }.sorted()
  }

  // MARK: Execution

  private struct Execution: Sendable {
    var chapter: Chapter
    var record: RunRecord
    var skipped: Set<Program.Piece.Origin>
    var diagnostics: [Diagnostic]
    var fromCache: Bool
    var seconds: Double
  }

  /// All chapters, as many at a time as there are processors.
  private func execute(_ chapters: [Chapter]) async throws -> [Execution] {
    guard !chapters.isEmpty else { return [] }
    let toolchain = try await SwiftToolchain.find(kit: places.kit, cache: Cache(folder: places.cache))
    let sandboxes = SandboxSource(kit: places.kit)
    let width = max(1, ProcessInfo.processInfo.activeProcessorCount)
    return try await withThrowingTaskGroup(of: (Int, Execution).self) { group in
      var results = [Execution?](repeating: nil, count: chapters.count)
      var next = 0
      func start() {
        guard next < chapters.count else { return }
        let index = next
        next += 1
        group.addTask {
          let execution = try await execute(chapters[index], toolchain, sandboxes) { progress(chapters[index].name, $0, chapters.count) }
          progress(chapters[index].name, .done, chapters.count)
          return (index, execution)
        }
      }
      for _ in 0..<width { start() }
      while let (index, execution) = try await group.next() {
        results[index] = execution
        start()
      }
      return results.map { $0! }
    }
  }

  /// What is kept of a chapter's run: it depends on the program alone, not on the prose around it.
  private struct Kept: Codable {
    var record: RunRecord
    var warnings: [CompilerDiagnostic]
  }

  private func execute(
    _ chapter: Chapter, _ toolchain: SwiftToolchain, _ sandboxes: SandboxSource, tell: (Step) -> Void
  ) async throws -> Execution {
    let clock = ContinuousClock.now
    func seconds() -> Double {
      let (whole, atto) = clock.duration(to: .now).components
      return Double(whole) + Double(atto) * 1e-18
    }
    let program = Program(chapter)
    guard !program.isEmpty else {
      return Execution(chapter: chapter, record: RunRecord(), skipped: [], diagnostics: [], fromCache: true, seconds: 0)
    }
    if chapter.lacksData {
      return Execution(
        chapter: chapter, record: RunRecord(), skipped: Set(program.pieces.map(\.origin)), diagnostics: [], fromCache: false, seconds: 0)
    }
    let modes = program.pieces.map { "\($0.mode.rawValue) \($0.origin) \($0.code)" }
    let limits = chapter.blocks.map { "\($0.attributes.timeout ?? 0)" }
    let data = chapter.data.map { "\($0.name) \(Digest($0.bytes).hex)" }
    let key = Digest(["run", toolchain.key, program.text, "\(Sandbox.Limits())"] + modes + limits + data).hex
    if let kept: Kept = cache.value(key) {
      return Execution(
        chapter: chapter, record: kept.record, skipped: [], diagnostics: kept.warnings.map { $0.diagnostic(in: chapter) },
        fromCache: true, seconds: seconds())
    }

    let scratch = try Scratch.claim()
    defer { withExtendedLifetime(scratch) {} }
    tell(.compiling)
    let product = try await Compiler(toolchain).compile(chapter, in: scratch.folder)
    var record = RunRecord()
    var diagnostics = product.diagnostics.map { $0.diagnostic(in: chapter) }
    var faults: [Runner.Fault] = []
    if let executable = product.executable {
      tell(.running)
      let left = Program(chapter, without: product.removed)
      let sandbox = await sandboxes.sandbox(warn: warn)
      let result = try await Runner(sandbox).run(executable, chapter: chapter, program: left, in: scratch)
      record = result.record
      faults = result.faults
    }
    record.refusals.merge(product.refusals) { _, compiler in compiler }
    let skipped = skipped(chapter, product.removed, record, faults)
    diagnostics += report(faults, chapter, record)
    if product.removed.isEmpty && faults.isEmpty {
      cache.store(Kept(record: record, warnings: product.diagnostics), key)
    }
    return Execution(
      chapter: chapter, record: record, skipped: skipped, diagnostics: diagnostics, fromCache: false, seconds: seconds())
  }

  /// Pieces of which nothing can be said: taken out, or behind the place where the program stopped.
  private func skipped(
    _ chapter: Chapter, _ removed: Set<Program.Piece.Origin>, _ record: RunRecord, _ faults: [Runner.Fault]
  ) -> Set<Program.Piece.Origin> {
    var skipped = removed.union(faults.compactMap(\.origin))
    for block in chapter.blocks where block.mode == .run || block.mode == .trap {
      if !record.finished.contains(block.index) { skipped.insert(.block(block.index)) }
    }
    return skipped
  }

  private func report(_ faults: [Runner.Fault], _ chapter: Chapter, _ record: RunRecord) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for fault in faults {
      var position = Position(line: 1, column: 1)
      var name = ""
      switch fault.origin {
      case .block(let index):
        let block = chapter.blocks[index]
        position =
          fault.line > 0
          ? chapter.position(of: .block(index), line: fault.line, byteColumn: 1) : Position(line: block.fenceLine, column: 1)
        if let id = block.attributes.id { name = "block #\(id): " }
      case .link(let index):
        position = chapter.position(of: .link(index), line: 1, byteColumn: 1)
      case nil: break
      }
      diagnostics.append(
        Diagnostic(fault.isLimit ? .limit : .trap, chapter.source.path, position, name + fault.message))
      let later = chapter.blocks.filter { ($0.mode == .run || $0.mode == .trap) && !record.finished.contains($0.index) && .block($0.index) != fault.origin && $0.fenceLine > position.line }
      if !fault.isLimit || !later.isEmpty, let first = later.first {
        diagnostics.append(
          Diagnostic(
            .trap, chapter.source.path, Position(line: first.fenceLine, column: 1),
            "\(later.count == 1 ? "this block was" : "this block and \(later.count - 1) behind it were") not run: the program stopped at line \(position.line)"))
      }
    }
    return diagnostics
  }

  // MARK: Pages

  private func typeset(_ chapters: [Chapter]) async throws -> (tools: Toolchain, typeset: Typeset) {
    let tools = try await Toolchain.locate()
    let fragments = places.cache.map { FragmentCache(folder: $0.appendingPathComponent("fragments").path) }
    return (tools, try await Typesetter(tools: tools, cache: fragments).typeset(chapters))
  }

  private func render(
    _ chapters: [VerifiedChapter], _ typeset: Typeset, _ tools: Toolchain, into outcome: inout Outcome
  ) throws {
    let renderer = try PageRenderer(book: outcome.book, typeset: typeset) { text in
      try renderMarkdownFragment(text).get()
    }
    for verified in chapters {
      let chapter = verified.chapter
      let hasProgram = chapter.blocks.contains { $0.mode == .run }
      let program = hasProgram ? "\(chapter.name).swift" : nil
      do {
        outcome.files.append(try renderer.render(verified, program: program))
        if let program { outcome.files.append(OutputFile(path: program, text: chapter.tangled)) }
      } catch let diagnostic as Diagnostic {
        outcome.diagnostics.append(diagnostic)
        if let index = outcome.chapters.firstIndex(where: { $0.chapter.name == chapter.name }) {
          outcome.chapters[index].isGood = false
        }
      }
    }
    if outcome.chapters.allSatisfy(\.isGood) { outcome.files += try renderer.renderBook(chapters) }
    outcome.files += try Assets.files(tools, figures: figureStyle)
    outcome.tools = typeset.tools
  }
}
