import Foundation
import Testing
import WeaveBuild
import WeaveSupport

/// A build that is not wanted any more ends what it runs, and keeps nothing of it.
@Suite struct StopTests {
  @Test func anEditStopsTheRunOfWhatWasBefore() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weave-stop-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let chapters = folder.appendingPathComponent("Chapters")
    try FileManager.default.createDirectory(at: chapters, withIntermediateDirectories: true)
    func write(_ code: String) throws {
      let text = "---\ntitle: 章\n---\n\n# 章\n\n```swift run timeout=600\n\(code)\n```\n"
      try Data(text.utf8).write(to: chapters.appendingPathComponent("one.md"))
    }
    try Data("title: 本\nchapters: [one]\n".utf8).write(to: chapters.appendingPathComponent("book.yml"))
    var pipeline = Pipeline(
      Pipeline.Places(
        chapters: chapters, shownAs: "Chapters", output: folder.appendingPathComponent("Output"),
        kit: CaseTests.products, cache: folder.appendingPathComponent("cache")), figureStyle: "")

    // Ten minutes, unless it is stopped.
    try write("var n = 1.0\nwhile n > 0 { n += 1e-9 }")
    let stop = StopSign()
    pipeline.stop = stop
    pipeline.progress = { _, step, _ in if step == .running { stop.set() } }
    await #expect(throws: Stopped.self) { try await pipeline.weave(rendering: false) }
    // What is stopped before it begins is neither run nor known.
    try write("print(1)")
    await #expect(throws: Stopped.self) { try await pipeline.weave(rendering: false) }

    pipeline.stop = StopSign()
    pipeline.progress = { _, _, _ in }
    let outcome = try await pipeline.weave(rendering: false)
    #expect(outcome.chapters.first?.fromCache == false)
    #expect(outcome.chapters.first?.record.outputs[0] == "1\n")
  }
}
