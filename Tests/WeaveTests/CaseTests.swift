import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveSupport

/// Weaves every case folder and holds what comes out against what the folder says.
struct CaseTests {
  @Test func thereAreCases() {
    #expect(CaseFolder.all.count { !$0.mustFail } >= 7)
    #expect(CaseFolder.all.count { $0.mustFail } >= 18)
  }

  @Test(arguments: CaseFolder.all) func weaves(_ folder: CaseFolder) async throws {
    let missing = folder.missingPrograms
    if !missing.isEmpty { try Test.cancel("not judged here: \(missing.joined(separator: ", ")) is missing") }
    let share = folder.isAlone ? 2 : 1
    await Turnstile.shared.enter(share)
    defer { Task { await Turnstile.shared.leave(share) } }

    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("weave-case-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let chapters = try folder.copyChapters(to: scratch)
    let pages = folder.chapters(in: "page", ending: ".html")
    let outcome = try await Self.pipeline(chapters, scratch).weave(rendering: !pages.isEmpty, auditing: true)

    #expect(folder.unusedFiles(chapters: outcome.chapters.map(\.chapter.name)) == [])
    #expect(outcome.hasErrors == folder.mustFail)
    try compare(outcome.diagnostics, with: "diagnostics.txt", of: folder)
    checkPlaces(of: outcome, in: chapters)
    let promoted = try comparePromoted(outcome, folder, writingTo: chapters)
    if promoted {
      let after = try await Self.pipeline(chapters, scratch).weave(rendering: false, auditing: true)
      #expect(after.chapters.allSatisfy { $0.fixIts.isEmpty }, "promoting twice promotes more")
      try compare(after.diagnostics, with: "promoted.txt", of: folder)
    }
    for name in pages { comparePage(name, outcome, folder) }
    if !folder.mustFail { try await LooseRun.compare(outcome) }
    if folder.isAlone { try await checkNothingIsLeft() }
  }

  /// A chapter's children name themselves `weave-orphan`: a moment after the run there are none.
  private func checkNothingIsLeft() async throws {
    func orphans() -> Int {
      CaseFolder.names(in: URL(fileURLWithPath: "/proc")).count {
        (try? String(contentsOfFile: "/proc/\($0)/comm", encoding: .utf8)) == "weave-orphan\n"
      }
    }
    for _ in 0..<1200 where orphans() > 0 { try await Task.sleep(for: .milliseconds(50)) }
    #expect(orphans() == 0, "a chapter's children outlive it")
  }

  static func pipeline(_ chapters: URL, _ scratch: URL) -> Pipeline {
    var pipeline = Pipeline(
      Pipeline.Places(
        chapters: chapters, shownAs: "Chapters", output: scratch.appendingPathComponent("Output"), kit: products,
        cache: nil),
      figureStyle: "")
    // Blocks that sleep are not slept out; a crash is told with its line on a busy machine too.
    (pipeline.limits.wallFactor, pipeline.limits.wallSeconds) = (4, 18)
    return pipeline
  }

  /// The folder of what was built: these tests, the tool, the chapters' library.
  static let products: URL = {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let tests =
      FileManager.default.fileExists(atPath: own.path)
      ? own : URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent()
  }()

  // MARK: Diagnostics

  private func compare(_ diagnostics: [Diagnostic], with file: String, of folder: CaseFolder) throws {
    let lines = diagnostics.map(\.line)
    if CaseFolder.updates {
      try folder.update(file, lines.map { $0 + "\n" }.joined())
      return
    }
    let expected = folder.lines(file)
    for line in expected where !lines.contains(line) { Issue.record("\(folder.name)/\(file): missing: \(line)") }
    for line in lines where !expected.contains(line) { Issue.record("\(folder.name)/\(file): unexpected: \(line)") }
    if Set(lines) == Set(expected) { #expect(lines == expected, "not in the order of \(folder.name)/\(file)") }
  }

  /// Whatever the case: diagnostics stand in order and inside the files that they name.
  private func checkPlaces(of outcome: Pipeline.Outcome, in chapters: URL) {
    #expect(outcome.diagnostics == outcome.diagnostics.sorted())
    for diagnostic in outcome.diagnostics {
      #expect(!diagnostic.message.contains("\n"), "a diagnostic is one line: \(diagnostic.line)")
      let name = diagnostic.file.split(separator: "/").last.map(String.init) ?? ""
      guard let data = try? Data(contentsOf: chapters.appendingPathComponent(name)) else {
        #expect(diagnostic.position == Position(line: 1, column: 1), "\(diagnostic.line)")
        continue
      }
      let lines = data.split(separator: 10, omittingEmptySubsequences: false)
      #expect(lines.indices.contains(diagnostic.position.line - 1), "no such line: \(diagnostic.line)")
      if lines.indices.contains(diagnostic.position.line - 1) {
        let width = String(decoding: lines[diagnostic.position.line - 1], as: UTF8.self).count
        #expect((1...width + 1).contains(diagnostic.position.column), "no such column: \(diagnostic.line)")
      }
    }
    let bad = Set(outcome.diagnostics.filter { $0.severity == .error }.map(\.file))
    for result in outcome.chapters {
      if bad.contains(result.chapter.source.path) {
        #expect(!result.isGood, "\(result.chapter.name) has errors and is good")
      }
      if !result.isGood {
        #expect(outcome.hasErrors, "\(result.chapter.name) is wrong and nothing says why")
        #expect(
          !outcome.files.contains { $0.path == "\(result.chapter.name).html" }, "a page of a chapter that does not hold"
        )
      }
    }
  }

  // MARK: Promoting

  /// Compares what promoting makes of each chapter, and writes it; false where it changes nothing.
  private func comparePromoted(_ outcome: Pipeline.Outcome, _ folder: CaseFolder, writingTo chapters: URL) throws
    -> Bool
  {
    var any = false
    for result in outcome.chapters {
      let source = result.chapter.source
      let name = result.chapter.name
      let text = result.fixIts.isEmpty ? nil : source.mended(result.fixIts)
      if CaseFolder.updates {
        try folder.update("promoted/\(name).md", text)
      } else {
        let expected = folder.text("promoted/\(name).md")
        #expect(text == expected, "\(folder.name)/promoted/\(name).md")
      }
      guard let text else { continue }
      any = true
      #expect(text == Self.replaced(source, result.fixIts), "promoting edits something else than its ranges")
      try Data(text.utf8).write(to: chapters.appendingPathComponent("\(name).md"))
    }
    return any
  }

  /// The text after one fix-it at a time, from the end: what stands outside their ranges cannot change.
  private static func replaced(_ source: Source, _ fixIts: [FixIt]) -> String {
    var bytes = source.bytes
    for fixIt in fixIts.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      bytes.replaceSubrange(fixIt.range, with: fixIt.replacement.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Pages

  private func comparePage(_ name: String, _ outcome: Pipeline.Outcome, _ folder: CaseFolder) {
    guard let file = outcome.files.first(where: { $0.path == "\(name).html" }) else {
      Issue.record("\(folder.name): no page \(name).html came out")
      return
    }
    let page = String(decoding: file.bytes, as: UTF8.self)
    guard let start = page.range(of: "<main"), let end = page.range(of: "</main>") else {
      Issue.record("\(folder.name): page \(name).html has no <main>")
      return
    }
    let main = page[start.lowerBound..<end.upperBound]
    let fragments = folder.lines("page/\(name).html")
    #expect(!fragments.isEmpty, "\(folder.name)/page/\(name).html expects nothing")
    for fragment in fragments {
      if fragment.hasPrefix("! ") {
        #expect(!main.contains(fragment.dropFirst(2)), "\(folder.name): \(name).html holds \(fragment.dropFirst(2))")
      } else if !main.contains(fragment) {
        Issue.record("\(folder.name): \(name).html does not hold \(fragment)")
      }
    }
  }
}

/// Lets two cases in at a time, since each weaves its chapters on every processor already; or one that wants to be
/// alone.
actor Turnstile {
  static let shared = Turnstile()
  private var free = 2
  private var waiting: [(share: Int, continuation: CheckedContinuation<Void, Never>)] = []

  func enter(_ share: Int) async {
    if waiting.isEmpty, free >= share {
      free -= share
    } else {
      await withCheckedContinuation { waiting.append((share, $0)) }
    }
  }

  func leave(_ share: Int) {
    free += share
    while let next = waiting.first, free >= next.share {
      free -= next.share
      waiting.removeFirst()
      next.continuation.resume()
    }
  }
}
