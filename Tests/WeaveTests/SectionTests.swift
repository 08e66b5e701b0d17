import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveRun
import WeaveSupport

/// A chapter of which only the edited section is compiled gives what it gives as one file.
@Suite struct SectionTests {
  /// Edits at random, and the seed they are drawn with.
  private static let edits = ProcessInfo.processInfo.environment["SECTION_EDITS"].flatMap { Int($0) } ?? 6
  private static let seed = ProcessInfo.processInfo.environment["SECTION_SEED"].flatMap { UInt64($0) } ?? 19

  /// A book of one chapter that is woven as the author's edits are.
  private final class Book {
    let folder: URL
    private var pipeline: Pipeline

    init() throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("weave-sections-\(UUID().uuidString)")
      let chapters = folder.appendingPathComponent("Chapters")
      try FileManager.default.createDirectory(at: chapters, withIntermediateDirectories: true)
      try Data("title: 本\nchapters: [one]\n".utf8).write(to: chapters.appendingPathComponent("book.yml"))
      pipeline = Pipeline(
        Pipeline.Places(
          chapters: chapters, shownAs: "Chapters", output: folder.appendingPathComponent("Output"),
          kit: CaseTests.products, cache: folder.appendingPathComponent("cache")), figureStyle: "")
      pipeline.mayIdle = true
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String) throws {
      try Data(text.utf8).write(to: folder.appendingPathComponent("Chapters/one.md"))
    }

    /// As after an edit: with what is known, and what is prepared for the next edit.
    func weave(_ text: String) async throws -> Pipeline.Outcome {
      try write(text)
      let outcome = try await pipeline.weave(rendering: false)
      await pipeline.idle.wait()
      return outcome
    }

    /// As one file, and nothing known.
    func judge(_ text: String) async throws -> Pipeline.Outcome {
      try write(text)
      var fresh = pipeline
      fresh.forget()
      return try await fresh.weave(rendering: false)
    }
  }

  /// What a reader or an author could tell apart.
  private static func facts(_ outcome: Pipeline.Outcome) -> [String] {
    var facts = outcome.diagnostics.map(\.line)
    func add<Value>(_ kind: String, _ entries: [Int: Value]) {
      for key in entries.keys.sorted() { facts.append("\(kind) \(key): \(entries[key]!)") }
    }
    for record in outcome.chapters.map(\.record) {
      add("output", record.outputs)
      add("value", record.values)
      add("refusal", record.refusals)
      add("figures", record.figures.mapValues { $0.map(\.svg) })
      facts.append("finished: \(record.finished.sorted())")
    }
    return facts
  }

  // MARK: Edits at random

  /// A block: its code, and an expression after it.
  private struct Block {
    var code: String
    var expression: String?
    var mode = "run"
  }

  private static func text(_ sections: [[Block]]) -> String {
    var text = "---\ntitle: 章\n---\n\n# 章\n"
    for (number, blocks) in sections.enumerated() {
      text += "\n## 節 \(number)\n"
      for block in blocks {
        text += "\n```swift \(block.mode)\n\(block.code)\n```\n"
        if block.mode == "trap" { text += "```output\nIndex out of range\n```\n" }
        if block.mode == "fail" { text += "```output\ncannot find 'nowhere' in scope\n```\n" }
        if let expression = block.expression { text += "\n値は[1](<#=\(expression)> \"±50%\")。\n" }
      }
    }
    return text
  }

  private static let start: [[Block]] = [
    [
      Block(code: "var state = 1\nfunc next() -> Int {\n  state += 1\n  return state\n}", expression: "state"),
      Block(code: "struct Point { var x = 1, y = 2 }\nlet origin = Point()", expression: "origin.x"),
    ],
    [
      Block(code: "import Plot\nprint(next(), [Point(x: 3)])"),
      Block(code: "show(.lines(\"線\", [Series(\"a\", y: [0, Double(state)])]))"),
    ],
    [
      Block(code: "let list = (0..<5).map { $0 + next() }\nprint(list)", expression: "list.count"),
      Block(code: "print(list[9])", mode: "trap"), Block(code: "print(nowhere)", mode: "fail"),
    ],
    [
      Block(code: "extension Point {\n  var sum: Int { x + y }\n}\nprint(origin.sum)", expression: "origin.sum"),
      Block(code: "print(String(reflecting: origin), type(of: origin))"),
    ],
    [Block(code: "let last = list.reduce(0, +)\nprint(last, next())", expression: "last > 3 ? 1 : 0")],
  ]

  /// Lines that somebody may add; some are wrong by themselves, some beside what stands elsewhere.
  private static let lines = [
    "print(state)", "state += 3", "let extra = next()\nprint(extra)", "func double(_ n: Int) -> Int { 2 * n }",
    "print(double(4))", "let origin = 3", "func next() -> Int { 5 }", "print(later)", "let later = 7",
    "let wrong: Int = \"a\"", "private let own = 3\nprint(own)", "enum Side { case left, right }\nprint(Side.left)",
    "print([Point(x: state)])", "extension Int { var squared: Int { self * self } }", "print(state.squared)",
    "defer { print(\"over\") }", "precondition(state < 0, \"too large\")", "let unused: Int\n_ = 1",
    "struct Point3 { var z = Point() }\nprint(Point3())", "import Foundation\nprint(sqrt(4.0))",
    "func show(_ n: Int) { print(\"own\", n) }\nshow(3)", "print(#function, #line)",
    "class Box { var n = 1 }\nlet box = Box()", "for i in 0..<2 { print(i, next()) }",
  ]

  private static func edit(_ sections: inout [[Block]], with random: inout SplitMix) {
    func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    let places = sections.indices.flatMap { section in sections[section].indices.map { (section, $0) } }
    let (section, block) = places[below(places.count)]
    let line = lines[below(lines.count)]
    switch below(9) {
    case 0, 1: sections[section][block].code += "\n" + line
    case 2: sections[section].insert(Block(code: line), at: block)
    case 3: if places.count > 5 { sections[section].remove(at: block) }
    case 4:
      let moved = sections[section].remove(at: block)
      sections[below(sections.count)].append(moved)
    case 5:
      // A variable gets another name, everywhere or in its block alone.
      let everywhere = below(2) == 0
      for s in sections.indices {
        for b in sections[s].indices where everywhere || (s, b) == (section, block) {
          sections[s][b].code = sections[s][b].code.replacing("list", with: "rows")
          sections[s][b].expression = sections[s][b].expression?.replacing("list", with: "rows")
        }
      }
    default: sections = start
    }
  }

  @Test func editsGiveWhatTheWholeGives() async throws {
    let book = try Book()
    var random = SplitMix(state: Self.seed)
    var sections = Self.start, apart = 0
    _ = try await book.weave(Self.text(sections))
    for number in 0..<Self.edits {
      Self.edit(&sections, with: &random)
      let text = Self.text(sections)
      let woven = try await book.weave(text)
      if woven.chapters.first?.timings?.sections != nil { apart += 1 }
      let judged = try await book.judge(text)
      #expect(Self.facts(woven) == Self.facts(judged), "edit \(number), seed \(Self.seed):\n\(text)")
    }
    // Most edits leave something that one file has to judge; where none goes by sections, nothing was tried.
    #expect(apart * 5 >= Self.edits, "\(apart) of \(Self.edits) edits went by sections, seed \(Self.seed)")
  }

  // MARK: What is compiled

  @Test func onlyTheEditedSectionIsCompiled() async throws {
    let book = try Book()
    let first = try await book.weave(Self.text(Self.start))
    let whole = try #require(first.chapters.first?.timings)
    #expect(whole.sections == nil)
    var sections = Self.start
    func compiled() async throws -> Int? {
      let outcome = try await book.weave(Self.text(sections))
      let count = try #require(outcome.chapters.first?.timings).sections?.compiled
      #expect(try await Self.facts(outcome) == Self.facts(book.judge(Self.text(sections))))
      return count
    }
    // A body, whose function others call.
    sections[0][0].code = sections[0][0].code.replacing("state += 1", with: "state += 2")
    #expect(try await compiled() == 1)
    // Something that nobody else uses.
    sections[2][0].code += "\nprint(list.count)"
    #expect(try await compiled() == 1)
    // What others use has another type.
    sections[2][0].code = sections[2][0].code.replacing("$0 + next()", with: "Double($0 + next())")
    #expect(try await compiled() == 2)
    // A function's own names may be called like something further down.
    sections[3][0].code += "\nfunc own(_ rows: [Int]) -> Int {\n  let all = rows.count\n  return all\n}"
    _ = try await compiled()
    sections[4][0].code += "\nfunc all() {}\nfunc rows() {}"
    #expect(try await compiled() == 1)
  }

  /// What one file has another meaning of is compiled as one file, and what two sections declare alike is refused.
  @Test func theWholeIsTheJudge() async throws {
    let book = try Book()
    _ = try await book.weave(Self.text(Self.start))
    for line in [
      "private let own = 3", "let origin = 4", "func next() -> Int { 7 }",
      "extension Point: CustomStringConvertible { var description: String { \"p\" } }", "print(#function)",
      // Sections above call these by name.
      "func print(_ items: Any...) { _ = items.count }", "func show(_ figure: Figure) {}",
    ] {
      var sections = Self.start
      sections[4][0].code += "\n" + line
      let text = Self.text(sections)
      let outcome = try await book.weave(text)
      let timings = try #require(outcome.chapters.first?.timings)
      #expect(timings.sections == nil && timings.asOneFile != nil, "\(line)")
      #expect(try await Self.facts(outcome) == Self.facts(book.judge(text)), "\(line)")
    }
  }
}

/// The same seed, the same edits, on every machine.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
