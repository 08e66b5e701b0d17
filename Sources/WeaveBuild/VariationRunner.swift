import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport

/// Runs chapters in variations: each is compiled once, and its runs share the processors with those of the others. What
/// has been run is kept, so that a second call goes on where the first was stopped.
struct VariationRunner: Sendable {
  let code: any ProgrammingLanguage
  let sandboxes: SandboxSource
  let cache: Cache
  let language: Language
  let slots = Slots(Executor.width)

  init(_ code: any ProgrammingLanguage, _ sandboxes: SandboxSource, _ cache: Cache, _ language: Language) {
    self.code = code
    self.sandboxes = sandboxes
    self.cache = cache
    self.language = language
  }

  /// A variation, and the name by which its run is kept.
  struct Request: Sendable {
    var variation: Variation
    var key: String
  }

  /// What the runs of a chapter depend on besides their variation.
  func key(of chapter: Chapter, _ purpose: String) -> String {
    Digest([
      purpose, code.key, code.text(of: Program(chapter)), "\(sandboxes.limits)", language.rawValue,
      chapter.codeKey,
    ]).hex
  }

  /// The runs of a chapter, in the order of the requests; `nil` where `isTimeUp` said so before they began.
  /// - Parameter tell: called after each run.
  func runs(
    of chapter: Chapter, _ requests: [Request], isTimeUp: @escaping @Sendable () -> Bool = { false },
    tell: @escaping @Sendable () -> Void
  ) async throws -> [VariedRun?] {
    var runs: [VariedRun?] = requests.map { cache.value($0.key) }
    let missing = runs.indices.filter { runs[$0] == nil }
    for _ in missing.count..<runs.count { tell() }
    if missing.isEmpty { return runs }

    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    let product = try await compile(chapter, in: scratch)
    guard product.executable != nil, product.removed.isEmpty else {
      throw EnvironmentError("\(chapter.source.path) does not compile: run 'weave build', which says why")
    }
    try await withThrowingTaskGroup(of: (Int, VariedRun?).self) { group in
      var rest = missing[...]
      func start() {
        guard let index = rest.popFirst() else { return }
        let request = requests[index]
        group.addTask {
          let run: VariedRun? = try await slots.hold { () -> VariedRun? in
            isTimeUp() ? nil : try await self.run(chapter, scratch.executable, request.variation)
          }
          if let run {
            cache.store(run, request.key)
            tell()
          }
          return (index, run)
        }
      }
      for _ in 0..<Executor.width { start() }
      while let (index, run) = try await group.next() {
        runs[index] = run
        start()
      }
    }
    return runs
  }

  func compile(_ chapter: Chapter, in scratch: Scratch) async throws -> CompiledChapter {
    try await slots.hold {
      try await code.compile(chapter, in: scratch.folder, withPlaces: false, reusing: .none) {}
    }
  }

  /// One run of what was compiled.
  func run(_ chapter: Chapter, _ executable: URL, _ variation: Variation) async throws -> VariedRun {
    VariedRun(try await result(of: chapter, executable, variation), of: chapter)
  }

  func result(of chapter: Chapter, _ executable: URL, _ variation: Variation) async throws -> Runner.Result {
    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    // A second name for it costs nothing; each program sees its own folder alone.
    guard link(executable.path, scratch.executable.path) == 0 else {
      throw EnvironmentError("cannot write \(scratch.executable.path): \(String(cString: strerror(errno)))")
    }
    let gate = try Gate()
    gate.open(for: Program(chapter))
    let result = try await sandboxes.runner().run(chapter, language, as: variation, in: scratch, after: gate)
    guard let result else { throw EnvironmentError("\(chapter.source.path): the program did not start") }
    return result
  }
}
