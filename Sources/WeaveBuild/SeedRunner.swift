import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport

/// Runs chapters with every seed shifted: each is compiled once, and its runs share the processors with those of the
/// others. What has been run is kept, so that a second call goes on where the first was stopped.
struct SeedRunner: Sendable {
  let code: any ProgrammingLanguage
  let sandboxes: SandboxSource
  let cache: Cache
  let language: Language
  private let slots = Slots(Executor.width)

  init(_ tools: BuildTools, _ sandboxes: SandboxSource, _ cache: Cache, _ language: Language) {
    code = tools.language
    self.sandboxes = sandboxes
    self.cache = cache
    self.language = language
  }

  /// The runs of a chapter with these shifts, in their order; `nil` where `isTimeUp` said so before they began.
  /// - Parameter tell: called after each run.
  func runs(
    of chapter: Chapter, shifts: [Int], isTimeUp: @escaping @Sendable () -> Bool = { false },
    tell: @escaping @Sendable () -> Void
  ) async throws -> [SeedRun?] {
    let key = Digest([
      "seeds", code.key, code.text(of: Program(chapter)), "\(sandboxes.limits)", language.rawValue,
      ChapterRuns.key(chapter),
    ]).hex
    func name(_ shift: Int) -> String { Digest([key, "\(shift)"]).hex }
    var known: [Int: SeedRun] = [:]
    for shift in shifts { known[shift] = cache.value(name(shift)) }
    for _ in known { tell() }
    let missing = shifts.filter { known[$0] == nil }
    if missing.isEmpty { return shifts.map { known[$0] } }

    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    let product = try await slots.hold { try await code.compile(chapter, in: scratch.folder, withPlaces: false) }
    guard product.executable != nil, product.removed.isEmpty else {
      throw EnvironmentError("\(chapter.source.path) does not compile: run 'weave build', which says why")
    }
    let program = Program(chapter)
    try await withThrowingTaskGroup(of: (Int, SeedRun?).self) { group in
      var rest = missing[...]
      func start() {
        guard let shift = rest.popFirst() else { return }
        group.addTask {
          let run: SeedRun? = try await slots.hold { () -> SeedRun? in
            isTimeUp() ? nil : try await self.run(chapter, program, scratch.executable, shift)
          }
          if let run {
            cache.store(run, name(shift))
            tell()
          }
          return (shift, run)
        }
      }
      for _ in 0..<Executor.width { start() }
      while let (shift, run) = try await group.next() {
        known[shift] = run
        start()
      }
    }
    return shifts.map { known[$0] }
  }

  private func run(_ chapter: Chapter, _ program: Program, _ executable: URL, _ shift: Int) async throws -> SeedRun {
    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    // A second name for it costs nothing; each program sees its own folder alone.
    guard link(executable.path, scratch.executable.path) == 0 else {
      throw EnvironmentError("cannot write \(scratch.executable.path): \(String(cString: strerror(errno)))")
    }
    let gate = try Gate()
    gate.open(for: program)
    guard let result = try await sandboxes.runner().run(chapter, language, seedShift: shift, in: scratch, after: gate)
    else { throw EnvironmentError("\(chapter.source.path): the program did not start") }
    return SeedRun(result, of: chapter)
  }
}
