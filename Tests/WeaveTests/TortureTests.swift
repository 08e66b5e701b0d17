import Foundation
import Testing

/// A short run of `Tests/Torture/kill.sh`; by hand it takes larger counts.
@Suite struct TortureTests {
  @Test func aKilledBuildHarmsNothing() async throws {
    await Turnstile.shared.enter(2)
    defer { Task { await Turnstile.shared.leave(2) } }
    let book = try CommandFixture()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let result = try book.run(
      root.appendingPathComponent("Torture/kill.sh"), ["10", "3", "11"],
      environment: ["WEAVE_KIT": CaseTests.products.path])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output == "kills: 10, torn: 0, wrong: 0\npairs: 3, wrong: 0\n", "\(result.error)")
  }
}
