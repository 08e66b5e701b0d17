import Foundation
import Synchronization
import Testing
import WeaveBuild
import WeaveModel
import WeaveRun

extension DigitTests {
  /// The programs that the book's pages offer, compiled and run as a reader would: each prints all that stands in the
  /// chapter's pins, and nothing else. Among the tests of this suite, since those run the book's programs already.
  @Test func theOfferedProgramsPrintThePins() async throws {
    let book = try RealBook()
    let woven = try await book.verify()
    let words = woven.frame.language.words
    let chapters = woven.chapters.map(\.chapter).filter { $0.blocks.contains { $0.mode.place == .script } }
    #expect(chapters.count >= 5)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for chapter in chapters {
        group.addTask {
          let printed = Mutex("")
          let outcome = try await book.pipeline.run(
            Pipeline.LooseProgram(text: chapter.tangled(words), file: "\(chapter.name).swift"), of: woven.book
          ) { said in
            if case .output(let line) = said { printed.withLock { $0 += line + "\n" } }
          }
          #expect(outcome.refusal == nil, "\(chapter.name)")
          #expect(outcome.fault == nil, "\(chapter.name)")
          let pins = chapter.blocks.filter { $0.mode.place == .script }.compactMap { $0.pin?.text }.joined()
          #expect(printed.withLock { $0 } == pins, "\(chapter.name)")
        }
      }
      try await group.waitForAll()
    }
  }
}
