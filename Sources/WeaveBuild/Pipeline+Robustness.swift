import Foundation
import Synchronization
import WeaveModel
import WeaveRun
import WeaveSupport

extension Pipeline {
  /// Told of each run: how many are done, of how many.
  package typealias Counting = @Sendable (_ done: Int, _ of: Int) -> Void

  /// Runs chapters `runs` times with every seed shifted, each time by another number, and writes what came of it beside
  /// the output folder.
  /// - Parameter only: chapters by name; nil for all.
  package func measureSeeds(_ book: Outcome, runs: Int, only: Set<String>?, tell: @escaping Counting) async throws {
    let chapters = Self.executed(book.chapters.map(\.chapter), only)
    let runner = try await variationRunner(book.book)
    let counter = RunCounter(runs * chapters.count, tell)
    let measured = try await withThrowingTaskGroup(of: (String, ChapterRuns).self) { group in
      for chapter in chapters {
        let printed = book.chapters.first { $0.chapter.name == chapter.name }!.record
        group.addTask {
          let found = try await runner.runs(
            of: chapter, runner.shifting(chapter, by: Array(1...runs)), tell: counter.count)
          return (chapter.name, ChapterRuns(chapter, printed: printed, found.compactMap { $0 }))
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var file = robustnessFile
    try file.write(measured, book: Self.executed(book.chapters.map(\.chapter), nil).map(\.name))
    caches.book.trim()
  }

  /// A run that was held against what is kept of it.
  package struct SampledRun: Sendable {
    package var chapter: String
    package var shift: Int
    package var isSame: Bool
  }

  /// Chapters whose code is not the one that is kept.
  package func staleSeeds(_ book: Book) -> [String] {
    let file = robustnessFile
    return Self.executed(book.chapters, nil).filter { file.chapters?[$0.name]?.key != $0.codeKey }.map(\.name)
  }

  /// Repeats runs that were drawn with `seed` from those that are kept, for `seconds`, at least one.
  package func sampleSeeds(_ book: Book, seconds: Double, seed: UInt64) async throws -> [SampledRun] {
    let file = robustnessFile
    let chapters = Self.executed(book.chapters, nil).filter { chapter in
      file.chapters?[chapter.name].map { $0.runs > 0 && $0.key == chapter.codeKey } ?? false
    }
    let runner = try await variationRunner(book)
    var draws = SplitMix(state: seed)
    // Each chapter's runs in an order of their own; a chapter is compiled once, whatever is drawn.
    let orders = chapters.map { chapter in
      (chapter, Array(1...file.chapters![chapter.name]!.runs).shuffled(using: &draws))
    }
    let begin = ContinuousClock.now
    return try await withThrowingTaskGroup(of: [SampledRun].self) { group in
      for (chapter, order) in orders {
        let kept = file.chapters![chapter.name]!.digests, links = file.chapters![chapter.name]!.links
        group.addTask {
          // Every chapter is run once, however long the others took.
          let hasBegun = Atomic(false)
          let runs = try await runner.runs(
            of: chapter, runner.shifting(chapter, by: order),
            isTimeUp: {
              hasBegun.exchange(true, ordering: .relaxed) && begin.duration(to: .now) > .seconds(seconds)
            }, tell: {})
          return zip(order, runs).compactMap { shift, run in
            run.map {
              SampledRun(chapter: chapter.name, shift: shift, isSame: $0.digest(links: links) == kept[shift - 1])
            }
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// Where what is kept of runs under other seeds stands, as messages call it.
  package var robustnessPath: String { robustnessFile.shown }

  var robustnessFile: MeasurementFile<ChapterRuns> {
    MeasurementFile(beside: places.output, shownAs: places.output.relativePath)
  }

  static func executed(_ chapters: [Chapter], _ only: Set<String>?) -> [Chapter] {
    chapters.filter { chapter in
      chapter.blocks.contains { $0.mode.isExecuted } && (only?.contains(chapter.name) ?? true)
    }
  }

  func variationRunner(_ book: Book) async throws -> VariationRunner {
    let tools = try await BuildTools(places, caches, book.modules, rendering: false)
    return VariationRunner(tools.language, sandboxes(for: tools.language), caches.book, book.language)
  }

  /// Compiles and runs chapters of `book`, one by one, as they are asked for.
  func executor(of book: Book) async throws -> Executor {
    let tools = try await BuildTools(places, caches, book.modules, rendering: false)
    return Executor(tools, sandboxes(for: tools.language), caches, book.language, nil, until: stop) { _, _, _ in }
  }

  func sandboxes(for language: any ProgrammingLanguage) -> SandboxSource {
    SandboxSource(language, limits: limits, caches.tools, mayRunUnwalled ? .told(warn) : .refused)
  }
}

extension VariationRunner {
  fileprivate func shifting(_ chapter: Chapter, by shifts: [Int]) -> [Request] {
    let key = key(of: chapter, "seeds")
    return shifts.map { Request(variation: .seedShift($0), key: Digest([key, "\($0)"]).hex) }
  }
}

/// Counts runs, and tells of each.
final class RunCounter: Sendable {
  private let done = Atomic(0)
  private let all: Int
  private let tell: Pipeline.Counting

  init(_ all: Int, _ tell: @escaping Pipeline.Counting) { (self.all, self.tell) = (all, tell) }

  @Sendable func count() { tell(done.wrappingAdd(1, ordering: .relaxed).newValue, all) }
}

/// What is drawn depends on the seed alone. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators" (2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
