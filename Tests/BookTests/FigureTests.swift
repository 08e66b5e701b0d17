import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveRender

extension DigitTests {
  /// What the module in `Output/` gives is what the chapter's own program gives, natively: at the printed values the
  /// figure that the page shows, and at twenty others the same bits, of each figure and each value.
  @Test func theModuleComputesWhatTheProgramDoes() async throws {
    let book = try RealBook()
    let chapters = try book.pipeline.read().chapters.filter { $0.blocks.contains { $0.attributes.live } }
    #expect(!chapters.isEmpty)
    for chapter in chapters {
      let (_, printed, others) = try await book.pipeline.figureRuns(of: chapter.name) { printed in
        var random = Sample(seed: Self.seed)
        // One figure at a time: on the page the others stand as printed.
        return printed.parameters.sorted { $0.key < $1.key }.flatMap { block, parameters in
          (0..<20).map { _ in [block: parameters.map { random.below($0.steps) }] }
        }
      }
      let blocks = chapter.blocks.filter(\.attributes.live).map(\.index)
      #expect(printed.parameters.keys.sorted() == blocks)
      let runs =
        blocks.map { ($0, [Int](), printed) } + others.map { ($0.steps.first!.key, $0.steps.first!.value, $0.record) }
      let given = try ModuleRun.results(
        of: runs.map { ModuleRun.Asked(name: "\(chapter.name).\($0.0)", steps: $0.1) })
      for ((block, steps, record), result) in zip(runs, given) {
        let place = "\(chapter.name), block \(block), steps \(steps)"
        #expect(result.svg == record.figures[block]!.map(\.svg), "\(place)")
        for (link, values) in result.values {
          #expect(record.values[Int(link)!]?.words == values, "\(place), link \(link)")
        }
        // What moves natively and is not told by the module would stay wrong on the page.
        for (link, value) in record.values where value != printed.values[link] {
          #expect(result.values["\(link)"] != nil, "\(place), link \(link)")
        }
      }
      // Steps that change nothing would prove nothing.
      for block in blocks { #expect(Set(runs.filter { $0.0 == block }.map { $0.2.figures[block]![0].svg }).count > 5) }
    }
  }
}

/// The module that the pages load, run by Node.
private enum ModuleRun {
  struct Asked: Encodable {
    var name: String
    var steps: [Int]
  }

  struct Result: Decodable {
    var svg: [String]
    var values: [String: [String]]
  }

  static func results(of asked: [Asked]) throws -> [Result] {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let output = here.appendingPathComponent("../../Output/assets/figures-code.js").standardizedFileURL
    let process = Process()
    let (input, result) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["node", here.appendingPathComponent("figures.mjs").path, output.path]
    process.standardInput = input
    process.standardOutput = result
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(asked))
    try input.fileHandleForWriting.close()
    let bytes = result.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try JSONDecoder().decode([Result].self, from: bytes)
  }
}

extension Value {
  /// As `figures.mjs` writes it: bits, not decimals.
  fileprivate var words: [String] {
    func hex(_ bits: some FixedWidthInteger, _ digits: Int) -> String {
      let text = String(bits, radix: 16)
      return String(repeating: "0", count: digits - text.count) + text
    }
    return switch self {
    case .bool(let value): ["bool \(value ? 1 : 0)"]
    case .integer(let digits): ["integer \(digits)"]
    case .real(let value): ["real \(hex(value.bitPattern, 16))"]
    case .single(let value): ["single \(hex(value.bitPattern, 8))"]
    case .text(let text): ["text \(text)"]
    case .range(let low, let high): low.words + high.words
    }
  }
}
