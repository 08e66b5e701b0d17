import Foundation
import Testing

/// A small run of `weave-fuzz`, which tells the seed of whatever it finds; by hand it takes larger counts.
@Suite struct FuzzTests {
  @Test func whateverStandsThereIsReadAndShownUnharmed() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let cases = ProcessInfo.processInfo.environment["FUZZ_CASES"] ?? "5000"
    let book = try CommandFixture()
    let result = try book.run(
      CaseTests.products.appendingPathComponent("weave-fuzz"),
      [cases] + (ProcessInfo.processInfo.environment["FUZZ_SEED"].map { [$0] } ?? []),
      environment: ["FUZZ_ROOT": root.path])
    print(result.output)
    #expect(result.status == 0, "\(result.output)\(result.error)")
    // Most of it is still a book.
    let share = try #require(
      result.output.firstMatch(of: /chapters: \d+ cases, ([0-9.]+) % still read, ([0-9.]+) % woven/))
    #expect(Double(share.1)! > 10 && Double(share.2)! > 5, "\(share.0)")
  }
}
