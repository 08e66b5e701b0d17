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
        return (0..<20).map { _ in
          printed.parameters.mapValues { $0.map { random.below($0.steps) } }
        }
      }
      let runs = [(steps: printed.parameters.mapValues { $0.map(\.printed) }, record: printed)] + others
      let blocks = printed.parameters.keys.sorted()
      #expect(blocks == chapter.blocks.filter(\.attributes.live).map(\.index))
      // A figure at other steps rests on those of its own block alone: where a chapter has several, each is asked at the
      // steps that all of them have in the native run only if none rests on another.
      let asked = runs.flatMap { run in
        blocks.map { ModuleRun.Asked(name: "\(chapter.name).\($0)", steps: run.steps[$0]!) }
      }
      var given = try ModuleRun.results(of: asked)[...]
      for run in runs {
        for block in blocks {
          let result = given.removeFirst()
          let place = "\(chapter.name), block \(block), steps \(run.steps[block]!)"
          #expect(result.svg == run.record.figures[block]!.map(\.svg), "\(place)")
          #expect(result.values.isEmpty == (run.record.values.isEmpty), "\(place)")
          for (link, values) in result.values {
            #expect(run.record.values[Int(link)!]?.words == values, "\(place), link \(link)")
          }
        }
      }
      // Steps that change nothing would prove nothing.
      for block in blocks { #expect(Set(runs.map { $0.record.figures[block]![0].svg }).count > 5) }
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
