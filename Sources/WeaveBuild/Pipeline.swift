import Foundation
import WeaveModel
import WeaveParse
import WeaveRender
import WeaveRun
import WeaveSupport
import WeaveVerify

/// The way from a folder of chapters to a book: read → tangle → compile → run → verify → render.
package struct Pipeline: Sendable {
  /// Where things are.
  package struct Places: Sendable {
    package var chapters: URL
    /// The chapters' folder as diagnostics call it.
    package var shownAs: String
    package var output: URL
    /// Whether the user called the output folder so: then it may be a link.
    package var isOutputNamed = true
    /// Folder of the library that chapters link.
    package var kit: URL
    /// Nil: nothing is kept and nothing is believed, as `weave check` wants it.
    package var cache: URL?

    package init(chapters: URL, shownAs: String, output: URL, kit: URL, cache: URL?) {
      self.chapters = chapters
      self.shownAs = shownAs
      self.output = output
      // Programs find their libraries by this name within their walls, where no link leads anywhere.
      self.kit = kit.resolvingSymlinksInPath()
      self.cache = cache
    }
  }

  package var places: Places
  /// Figures' style sheet, from the module that draws them.
  package let figureStyle: String
  /// A step of a chapter that is neither known nor finished yet.
  package enum Step: Sendable { case compiling, running, done }
  /// Told of each chapter's steps, by name, from any thread.
  package var progress: @Sendable (_ chapter: String, Step, _ of: Int) -> Void = { _, _, _ in }
  /// What a block may use.
  package var limits = Sandbox.Limits()
  /// Whether programs run without walls where these cannot be built; else nothing runs.
  package var mayRunUnwalled = true
  /// When the module of live figures is compiled that the output folder does not have.
  package enum FigureCompiling: Sendable {
    /// As the book has it, before the pages are written.
    case now
    /// For an author who waits: not well, but soon.
    case quickly
    /// Not in this build: what stands there stays.
    case later
  }
  package var figureCompiling = FigureCompiling.now
  /// Told once what the machine lacks.
  package var warn: @Sendable (String) -> Void = { _ in }
  /// Whether a chapter may be made of sections that were compiled earlier.
  package var reusesSections = true
  /// Whether drafts are chapters as others are: for whoever writes them.
  package var showsDrafts = false
  /// What is done for the next edit, while a program runs.
  package let idle = IdleWork()
  /// Whether that goes on when a build has come to its end.
  package var mayIdle = false
  /// Ends what runs, and with it the build, by `Stopped`.
  package var stop = StopSign()
  private(set) var caches: Caches

  package var output: OutputFolder { OutputFolder(path: places.output.relativePath, isNamed: places.isOutputNamed) }

  package init(_ places: Places, figureStyle: String) {
    self.places = places
    self.figureStyle = figureStyle
    caches = Caches(folder: places.cache)
  }

  /// From here on nothing is kept, and nothing that was kept is believed.
  package mutating func forget() {
    places.cache = nil
    caches = Caches(folder: nil)
  }

  /// Of the book's list, read.
  func reader() throws -> BookReader {
    try BookReader(folder: places.chapters, shownAs: places.shownAs, showsDrafts: showsDrafts)
  }

  /// Only reads; throws the first error.
  package func read() throws -> Book {
    var reader = try self.reader()
    let book = reader.wholeBook()
    if let error = reader.diagnostics.first(where: { $0.severity == .error }) { throw error }
    return book
  }

  /// Reads, runs and verifies the whole book; renders the pages too where `rendering` says so. A number without a
  /// source is a warning while the author writes, and an error where `auditing` says so.
  package func weave(rendering: Bool, auditing: Bool = false) async throws -> Outcome {
    let reader = try self.reader()
    async let preparing = BuildTools(places, caches, reader.book.modules, rendering: rendering)
    var plan = Plan(reader: reader)
    plan.readAll()
    return try await weave(plan, try await preparing, auditing: auditing)
  }

  /// Weaves the chapters of a plan; what it knows of the others goes into the outcome as it is.
  package func weave(_ plan: Plan, _ tools: BuildTools, auditing: Bool = false) async throws -> Outcome {
    var outcome = Outcome(book: plan.book, frame: plan.frame)
    outcome.diagnostics = plan.diagnostics

    let sandboxes = sandboxes(for: tools.language)
    let executor = Executor(
      tools, sandboxes, caches, plan.book.language, reusesSections ? idle : nil, until: stop,
      progress: progress)
    let busy = Latch(min(Executor.width, plan.book.chapters.count))
    async let executing = executor.execute(plan.book.chapters, busy: busy)
    // What needs no result of a program is done while the programs are compiled and run.
    async let typesetting = tools.typeset(plan.book)
    async let audits = Self.audited(plan.book, after: busy)
    async let assets = assets(plan, tools, after: busy)
    let executions = try await executing
    let typeset = try await typesetting
    let findings = await audits
    if stop.isSet {
      for execution in executions { await execution.tidying?.value }
      throw Stopped()
    }

    let own = Dictionary(uniqueKeysWithValues: executions.map { ($0.chapter.name, Labels($0.chapter, $0.record)) })
    let labels = own.mapValues(\.byID).merging(plan.known.mapValues(\.labels)) { own, _ in own }
    // Chapters that were left alone and whose pages show another chapter's label as it was.
    let outdated = plan.known.filter { known in
      known.value.dependencies.contains { labels[$0.chapter]?[$0.id] != .some($0.label) }
    }
    if !outdated.isEmpty {
      for execution in executions { await execution.tidying?.value }
      return try await weave(plan.reading(Set(outdated.keys)), tools, auditing: auditing)
    }

    let figures = FigurePart(plan)
    let isSound = !executions.contains { $0.diagnostics.contains { $0.severity == .error } }
    let module =
      typeset != nil && isSound
      ? try await figures.module(places, caches.book, output, figureCompiling)
      : FigurePart.Module()
    outcome.figuresAreStale = module.isStale

    var verified: [VerifiedChapter] = []
    let seeds = plan.book.chapters.isEmpty ? nil : robustnessFile
    let trials = plan.book.chapters.isEmpty ? nil : vacuityFile
    let mutations = plan.book.mutationsKey(from: places.chapters)
    func severe(_ findings: [Diagnostic]) -> [Diagnostic] {
      auditing
        ? findings
        : findings.map { finding in
          var finding = finding
          finding.severity = .warning
          return finding
        }
    }
    outcome.diagnostics += severe((seeds?.diagnostics ?? []) + (trials?.diagnostics ?? []))
    let read = Dictionary(grouping: outcome.diagnostics, by: \.file)
    let verifiers = executions.concurrentMap { execution in
      Verifier(
        execution.chapter, execution.record, labels: own[execution.chapter.name]!, book: labels,
        references: plan.book.references, skipped: execution.skipped, words: plan.book.language.words,
        robustness: seeds?.chapters?[execution.chapter.name]?.robustness(of: execution.chapter),
        vacuity: trials?.chapters?[execution.chapter.name]?.vacuity(of: execution.chapter, mutations),
        moving: figures.moving(in: execution.chapter), drafts: plan.book.drafts)
    }
    outcome.diagnostics += severe(
      Audit.findings(inTitlesOf: plan.book, "\(places.shownAs)/book.yml")
        + (auditing ? unusedFigures(plan, verifiers) : []))
    for (execution, verifier) in zip(executions, verifiers) {
      let chapter = execution.chapter
      var found = execution.diagnostics + verifier.diagnostics
      found += severe(findings[chapter.name]!)
      if !chapter.isDraft {
        found += severe(verifier.seedFindings(isMeasured: seeds?.chapters != nil))
        found += severe(verifier.vacuityFindings(isMeasured: trials?.chapters != nil))
      }
      found += module.diagnostics[chapter.name] ?? []
      if let typeset { found += typeset.diagnostics(of: chapter) }
      let isGood = !found.contains { $0.severity == .error } && !plan.misread.contains(chapter.source.path)
      // Where the list of publications cannot be read, no key is wrong; what cites waits.
      if plan.book.references.isEmpty, plan.misread.contains("\(places.shownAs)/references.json") {
        found.removeAll { $0.category == .citation }
      }
      outcome.diagnostics += found
      let all = read[chapter.source.path, default: []] + found
      outcome.chapters.append(
        ChapterOutcome(
          chapter: chapter, record: execution.record, robustness: verifier.robustness,
          vacuity: verifier.vacuity,
          fixIts: all.compactMap(\.fixIt), evidence: verifier.evidence, isGood: isGood,
          fromCache: execution.fromCache, seconds: execution.seconds, timings: execution.timings,
          dependencies: verifier.dependencies,
          labels: own[chapter.name]!.byID))
      if isGood { verified.append(verifier.verified) }
    }
    if let typeset {
      outcome.tools = typeset.tools
      let trials = plan.book.macroTrials
      outcome.diagnostics += typeset.diagnostics(of: plan.book.macros, trials, "\(places.shownAs)/book.yml")
      if plan.isWhole {
        (outcome.verified, outcome.typeset) = (verified, typeset)
        try await render(verified, typeset, plan, try await assets + module.files, into: &outcome)
      }
    }
    outcome.summarize(plan)
    outcome.diagnostics = Self.inOrder(outcome.diagnostics)
    for execution in executions { await execution.tidying?.value }
    if !mayIdle { await idle.stop() }
    return outcome
  }

  /// Figures that `references.json` lists for a place that the book cites, and that no chapter prints: one of them may
  /// have been taken for another. Known where every chapter was read.
  private func unusedFigures(_ plan: Plan, _ verifiers: [Verifier]) -> [Diagnostic] {
    guard plan.isWhole, plan.book.chapters.count == plan.frame.chapters.count else { return [] }
    let used = verifiers.reduce(into: Set<CitedFigure>()) { $0.formUnion($1.citedFigures) }
    var cited: [String: Set<String>] = [:]
    for link in plan.book.chapters.flatMap(\.links) {
      if case .citation(let key) = link.target, let place = link.title { cited[key, default: []].insert(place) }
    }
    return plan.book.references.values.flatMap { reference in
      reference.figures.filter { cited[reference.id]?.contains($0.key) == true }.flatMap { place, texts in
        texts.filter { !used.contains(CitedFigure(key: reference.id, place: place, text: $0)) }.map { text in
          Diagnostic(
            .citation, "\(places.shownAs)/references.json", plan.book.figurePlaces[reference.id]!,
            "no text cites \(text) of \(reference.id) at '\(place)': cite it, or take it out of the figures")
        }
      }
    }
  }

  /// By chapter; and the page's template is ready after it.
  private static func audited(_ book: Book, after busy: Latch) async -> [String: [Diagnostic]] {
    await busy.wait()
    if !book.chapters.isEmpty { PageRenderer.prepare() }
    let findings = book.chapters.map { chapter in
      Audit.findings(in: chapter, book.language.words, allowed: book.unbound.map { $0[chapter.name] ?? 0 })
    }
    return Dictionary(uniqueKeysWithValues: zip(book.chapters.map(\.name), findings))
  }

  /// The files that belong to no chapter, unless they are there as they should be.
  private func assets(_ plan: Plan, _ tools: BuildTools, after busy: Latch) async throws -> [OutputFile] {
    guard let tools = tools.typesetting, !plan.assetsStand else { return [] }
    await busy.wait()
    return try Assets.files(tools, plan.frame.language, figures: figureStyle) + HomePage.files(plan.frame)
  }

  private static func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return diagnostics.filter { seen.insert($0).inserted }.sorted()
  }

  // MARK: Pages

  private func render(
    _ chapters: [VerifiedChapter], _ typeset: Typeset, _ plan: Plan, _ assets: [OutputFile], into outcome: inout Outcome
  ) async throws {
    let renderer = PageRenderer(plan.frame, typeset: typeset)
    let made = chapters.concurrentMap { verified in Result { try Self.pages(of: verified, renderer) } }
    var paths: Set<String> = []
    for (verified, made) in zip(chapters, made) {
      let index = outcome.chapters.firstIndex { $0.chapter.name == verified.chapter.name }!
      do {
        let (files, parts) = try made.get()
        outcome.files += files.filter { paths.insert($0.path).inserted }
        outcome.chapters[index].parts = parts
      } catch let diagnostic as Diagnostic {
        outcome.diagnostics.append(diagnostic)
        outcome.chapters[index].isGood = false
      }
    }
    if outcome.chapters.allSatisfy(\.isGood) { try joinParts(renderer, plan, into: &outcome) }
    outcome.kept += plan.standing.filter { !paths.contains($0) }
    outcome.files += assets
  }

  /// A chapter's own files, and its parts of those that are made of all chapters.
  private static func pages(of verified: VerifiedChapter, _ renderer: PageRenderer) throws -> (
    files: [OutputFile], parts: [String: String]
  ) {
    let chapter = verified.chapter
    let program = chapter.blocks.contains { $0.mode.place == .script } ? "\(chapter.name).swift" : nil
    var files = [try renderer.render(verified, program: program)]
    if let program { files.append(OutputFile(path: program, text: chapter.tangled(renderer.frame.language.words))) }
    files += try renderer.pictures(of: chapter) + renderer.downloads(of: chapter)
    return (files, try renderer.parts(of: verified))
  }

  /// The files that are made of all chapters: new parts, and those of the chapters that were left alone.
  private func joinParts(_ renderer: PageRenderer, _ plan: Plan, into outcome: inout Outcome) throws {
    let new = Dictionary(uniqueKeysWithValues: outcome.chapters.map { ($0.chapter.name, $0.parts) })
    for path in PageRenderer.aggregatePaths {
      if plan.holds(path, new) {
        outcome.kept.append(path)
        continue
      }
      let old = try plan.parts(of: path, in: output)
      let parts = plan.frame.chapters.map { entry in
        (chapter: entry.name, bytes: new[entry.name].map { Array($0[path]!.utf8)[...] } ?? old[entry.name] ?? [])
      }
      let (file, ranges) = renderer.joint(path).assembled(parts)
      outcome.files.append(file)
      outcome.aggregates[path] = zip(parts, ranges).map { part, range in
        let digest = plan.known[part.chapter]?.parts[path] ?? Digest(part.bytes)
        return BuildManifest.Aggregate.Part(chapter: part.chapter, range: range, digest: digest)
      }
    }
  }
}

extension Pipeline.Outcome {
  /// A line for each chapter, woven or left alone.
  fileprivate mutating func summarize(_ plan: Plan) {
    let woven = Dictionary(uniqueKeysWithValues: chapters.map { ($0.chapter.name, $0) })
    summaries = plan.frame.chapters.compactMap { entry in
      if let result = woven[entry.name] {
        return Pipeline.Summary(
          name: entry.name, isGood: result.isGood, fromCache: result.fromCache,
          counts: Counts(result.chapter, result.evidence))
      }
      return plan.known[entry.name].map {
        Pipeline.Summary(name: entry.name, isGood: true, fromCache: true, counts: $0.counts)
      }
    }
  }
}
