import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport

extension Pipeline {
  /// Runs chapters once with each change of their modules' code and of their own numbers that they execute, and writes
  /// what came of it beside the output folder. Returns what is wrong with the lists of changes; nothing is run then.
  /// - Parameter only: chapters by name; nil for all.
  package func measureVacuity(
    _ book: Outcome, only: Set<String>?, tell: @escaping Counting
  ) async throws -> [Diagnostic] {
    let modules = try mutated(book.book.modules), changes = modules.flatMap(\.mutations)
    let diagnostics = modules.flatMap(\.diagnostics)
    if !diagnostics.isEmpty { return diagnostics }

    let plain = try await variationRunner(book.book)
    let code = try await SwiftLanguage(
      kit: places.kit, modules: modules.map(\.module), from: places.chapters, cache: caches.tools,
      files: KnownFiles(caches.tools))
    let runner = VariationRunner(code, sandboxes(for: code), caches.book, book.book.language)
    let results = book.chapters.filter { result in
      !Self.executed([result.chapter], only).isEmpty
    }
    let surveyed = try await withThrowingTaskGroup(of: Trial.self) { group in
      for result in results {
        group.addTask { try await runner.survey(result.chapter, printed: result.record, changes, plain) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let counter = RunCounter(surveyed.reduce(0) { $0 + $1.requests.count }, tell)
    let lists = book.book.mutationsKey(from: places.chapters), words = book.book.language.words
    let measured = try await withThrowingTaskGroup(of: (String, ChapterVacuity).self) { group in
      for trial in surveyed {
        group.addTask {
          let runs = try await runner.runs(of: trial.varied.chapter, trial.requests, tell: counter.count)
          let known = zip(trial.ids, runs).compactMap { id, run in run.map { (id, $0) } }
          let chapter = trial.varied.original
          let printed = results.first { $0.chapter.name == chapter.name }!.record
          let vacuity = ChapterVacuity(
            chapter, printed: printed, trial.survey, Dictionary(uniqueKeysWithValues: known),
            own: trial.ids.count { $0 > changes.count }, lists: lists, words)
          return (chapter.name, vacuity)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var file = vacuityFile
    try file.write(measured, book: Self.executed(book.chapters.map(\.chapter), nil).map(\.name))
    caches.book.trim()
    return []
  }

  /// Where what is kept of changed code stands, as messages call it.
  package var vacuityPath: String { vacuityFile.shown }

  var vacuityFile: MeasurementFile<ChapterVacuity> {
    MeasurementFile(beside: places.output, shownAs: places.output.relativePath)
  }

  /// The modules with the changes of their lists in them, copies in the cache; these are numbered from 1 on.
  private func mutated(_ modules: [BookModule]) throws -> [MutatedModule] {
    let cache = places.cache ?? FileManager.default.temporaryDirectory.appendingPathComponent("weave-cache")
    let folder = RootedFile(root: cache.deletingLastPathComponent().path, "\(cache.lastPathComponent)/mutated")
    return try modules.reduce(into: []) { mutated, module in
      mutated.append(
        try MutatedModule(
          module, firstID: mutated.reduce(1) { $0 + $1.mutations.count }, from: places.chapters,
          shownAs: places.shownAs, in: folder))
    }
  }
}

/// What is to be run of a chapter.
private struct Trial: Sendable {
  var varied: VariedChapter
  var survey: Survey
  /// The changes that are executed, and how each is run.
  var ids: [Int]
  var requests: [VariationRunner.Request]
}

extension VariationRunner {
  /// Runs a chapter without a change, to see that the switches change nothing and what each step passes.
  /// - Parameter plain: runs the chapter as it is.
  fileprivate func survey(
    _ chapter: Chapter, printed: RunRecord, _ changes: [ModuleMutation], _ plain: VariationRunner
  ) async throws -> Trial {
    let claims = printed.values.filter { if case .bool = $0.value { true } else { false } }
    var varied = VariedChapter(chapter, claims: Set(claims.keys), firstID: changes.count + 1)
    let key = key(of: varied.chapter, "survey")
    let survey: Survey
    if let known: Survey = cache.value(key) {
      survey = known
      varied.literals.removeAll { !known.literals.contains($0.literal.name) }
    } else {
      survey = try await surveyed(&varied)
      cache.store(survey, key)
    }
    let expected = VariedRun(printed, of: chapter)
    if let stop = survey.run.stop {
      throw EnvironmentError("\(chapter.source.path) stops with the switches in its code, and none on: \(stop.message)")
    }
    if survey.run.digest() != expected.digest() {
      let piece = Program(chapter).pieces.first { piece in
        switch piece.origin {
        case .link(let link): survey.run.values[link] != expected.values[link]
        case .block(let block): survey.run.outputs[block] != expected.outputs[block]
        }
      }
      throw EnvironmentError(
        "\(chapter.source.path) computes something else with the switches in its code, and none on: "
          + (piece?.code.split(separator: "\n").first ?? ""))
    }
    let base = plain.key(of: chapter, "vacuity")
    let passed = (survey.run.passed ?? [:]).values.reduce(into: Set()) { $0.formUnion($1) }
    let own = Dictionary(uniqueKeysWithValues: varied.literals.map { ($0.id, $0.literal.name) })
    let ids = passed.sorted().filter { $0 <= changes.count || own[$0] != nil }
    // What a run does depends on its change alone, whatever else the lists hold.
    let requests = ids.map { id in
      Request(
        variation: .mutation(id), key: Digest([base, id <= changes.count ? changes[id - 1].name : own[id]!]).hex)
    }
    return Trial(varied: varied, survey: survey, ids: ids, requests: requests)
  }

  private func surveyed(_ varied: inout VariedChapter) async throws -> Survey {
    let all = varied.literals.count
    while true {
      let scratch = try Scratch.claim()
      defer { scratch.discard() }
      let chapter = varied.chapter
      let product = try await compile(chapter, in: scratch)
      if product.removed.isEmpty, product.executable != nil {
        let run = try await slots.hold { try await self.run(chapter, scratch.executable, .survey) }
        return Survey(
          literals: Set(varied.literals.map(\.literal.name)), dropped: all - varied.literals.count, run: run)
      }
      if !varied.drop(product) {
        throw EnvironmentError("\(chapter.source.path) does not compile: run 'weave build', which says why")
      }
    }
  }
}
