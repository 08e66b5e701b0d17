import Foundation
import WeaveModel
import WeaveParse
import WeaveRender
import WeaveRun
import WeaveSupport

extension Pipeline {
  /// Brings the output folder up to date; weaves only the chapters that are not as the last build left them.
  package func build() async throws -> (outcome: Outcome, files: OutputFolder.Report) {
    let name = BuildManifest.name(chapters: places.chapters, output: places.output)
    async let remembered: BuildManifest? = caches.book.value(name)
    let reader = try self.reader()
    async let preparing = BuildTools(places, caches, reader.book.modules, rendering: true)
    let output = output
    let tools = try await preparing
    let key = traceKey(reader.book, tools)
    let old = await remembered
    var plan = Plan(reader: reader, trace: old, key: key, output: output)
    var outcome: Outcome
    do {
      outcome = try await weave(plan, tools)
    } catch is StandingFileIsGone {
      plan = Plan(reader: reader, trace: nil, key: key, output: output)
      outcome = try await weave(plan, tools)
    }
    guard plan.isWhole else { return (outcome, output.untouched) }
    let report = try output.update(outcome.files, keeping: outcome.kept, holding: outcome.heldBack)
    let new = BuildManifest(key, plan, outcome, report.contents)
    if new != old { caches.book.store(new, name) }
    return (outcome, report)
  }

  /// All that each page depends on besides the chapters: the tool itself, the library, the programs that set fragments,
  /// the list with its counts and the references.
  private func traceKey(_ book: Book, _ tools: BuildTools) -> String {
    let counts = book.unbound.map { $0.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } } ?? ["none"]
    return Digest([
      "trace", tools.tool, tools.language.key, "\(tools.typesetting!.versions)", figureStyle, places.shownAs,
      book.referencesKey, "\(tools.measurements)", book.mutationsKey(from: places.chapters),
      counts.joined(separator: "\n"), book.macros.map { "\($0.name) \($0.body)" }.joined(separator: "\n"),
      book.drafts.sorted().joined(separator: "\n"),
    ]).hex
  }
}

extension BuildManifest {
  /// What a build leaves for the next one.
  fileprivate init(_ key: String, _ plan: Plan, _ outcome: Pipeline.Outcome, _ written: [String: KnownFile]) {
    self.key = key
    frame = plan.frame
    chapters = plan.known
    let warnings = Dictionary(grouping: outcome.diagnostics, by: \.file)
    // Made anew by each build, of all chapters' parts.
    var own = Set(Assets.figurePaths)
    for result in outcome.chapters {
      let name = result.chapter.name
      let paths =
        ["\(name).html", "\(name).swift"] + result.chapter.pictureFiles.map(Pictures.path)
        + Set(result.chapter.downloads.map(\.path)).sorted()
      own.formUnion(paths)
      guard result.isGood, let source = plan.source(of: name) else { continue }
      let files = paths.compactMap { path in written[path].map { File(path: path, contents: $0) } }
      guard files.contains(where: { $0.path == paths[0] }) else { continue }
      chapters[name] = Chapter(
        source: source, data: plan.data(of: name), besides: plan.besides(of: name),
        front: result.chapter.front, ids: result.chapter.ids,
        labels: result.labels, dependencies: result.dependencies,
        warnings: warnings[result.chapter.source.path] ?? [], counts: Counts(result.chapter, result.evidence),
        files: files,
        parts: result.parts.mapValues { Digest($0.utf8) }, figures: LiveProgram(result.chapter).text)
    }
    // While a chapter is wrong the joint files stay as they were.
    aggregates = plan.trace?.aggregates ?? [:]
    for (path, parts) in outcome.aggregates {
      aggregates[path] = written[path].map { Aggregate(file: File(path: path, contents: $0), parts: parts) }
    }
    assets = plan.assetsStand ? plan.trace!.assets : []
    if !plan.assetsStand {
      for file in outcome.files where !own.contains(file.path) && outcome.aggregates[file.path] == nil {
        if let contents = written[file.path] { assets.append(File(path: file.path, contents: contents)) }
      }
    }
  }
}
