import Foundation
import Synchronization
import Testing
import WeaveBuild
import WeaveModel
import WeaveRun

/// The programs that pages offer, run as a reader would.
enum LooseRun {
  /// What the compiler says of itself is asked once for all.
  private static let cache = FileManager.default.temporaryDirectory.appendingPathComponent(
    "weave-loose-\(UUID().uuidString)")

  struct Result {
    var output: String
    var errors: [String]
    var outcome: Pipeline.LooseOutcome
  }

  static func run(_ text: String, file: String, of book: Book) async throws -> Result {
    let places = Pipeline.Places(
      chapters: cache, shownAs: "Chapters", output: cache.appendingPathComponent("Output"), kit: CaseTests.products,
      cache: cache)
    let said = Mutex<(output: String, errors: [String])>(("", []))
    let outcome = try await Pipeline(places, figureStyle: "").run(
      Pipeline.LooseProgram(text: text, file: file), of: book
    ) { line in
      said.withLock {
        switch line {
        case .output(let text): $0.output += text + "\n"
        case .error(let text): $0.errors.append(text)
        }
      }
    }
    return said.withLock { Result(output: $0.output, errors: $0.errors, outcome: outcome) }
  }

  /// Each chapter's program prints what was woven into the page, and draws as many figures.
  static func compare(_ woven: Pipeline.Outcome) async throws {
    for result in woven.chapters {
      let chapter = result.chapter
      let blocks = chapter.blocks.filter { $0.mode.place == .script }
      if blocks.isEmpty { continue }
      let program = chapter.tangled(woven.frame.language.words)
      let loose = try await run(program, file: "\(chapter.name).swift", of: woven.book)
      #expect(loose.outcome.refusal == nil)
      #expect(loose.outcome.fault == nil, "\(chapter.name): \(loose.errors)")
      #expect(loose.outcome.figures.count == result.record.figures.values.reduce(0) { $0 + $1.count })
      // What depends on the time is another one each time; and what a program is handed to print into is no file of
      // its own, which it could open anew.
      if blocks.contains(where: { $0.attributes.volatile || $0.code.contains("/dev/stdout") }) { continue }
      let printed = blocks.compactMap { result.record.outputs[$0.index] }.joined()
      #expect(loose.output == printed || loose.output == printed + "\n", "\(chapter.name)")
    }
  }
}
