import Foundation
import Testing

@Suite struct CommandPromoteTests {
  @Test func theReviewTellsChangeAndOtherPlaces() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.5]")
    try book.edit("Chapters/one.md", "[67%]", "[60%]")
    let result = try book.weave("promote")
    #expect(result.status == 0)
    #expect(
      result.output == """
        Chapters/one.md:15:4: 0.5 → 0.7 (+0.2, +40 %) x
            also Chapters/one.md:15:40: 60% (promoted too)
            also Chapters/two.md:10:6: 0.25 (holds)
        Chapters/one.md:15:40: 60% → 67% (+7, +11.7 %) x
            also Chapters/one.md:15:4: 0.5 (promoted too)
            also Chapters/two.md:10:6: 0.25 (holds)
        2 promoted

        """)
    #expect(try book.read("Chapters/one.md") == CommandFixture.one.replacing("[0.667]", with: "[0.7]"))
  }

  @Test func onlyNamedChaptersAreTouched() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    try book.edit("Chapters/two.md", "[0.25]", "[0.26]")
    let result = try book.weave("promote", "two")
    #expect(result.status == 1)
    #expect(
      result.output == """
        Chapters/two.md:10:6: 0.26 → 0.25 (−0.01, −3.85 %) x
            also Chapters/one.md:15:4: 0.668 (no longer holds, in a chapter that was not named)
            also Chapters/one.md:15:42: 67% (holds)
        1 promoted

        """)
    #expect(try book.read("Chapters/one.md").contains("[0.668]"))
    #expect(try book.read("Chapters/two.md") == CommandFixture.two)
  }

  @Test func anOutputIsReviewedByLines() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "print(x)", "print(x)\nprint(2)")
    let result = try book.weave("promote")
    #expect(result.status == 0)
    #expect(result.output == "Chapters/one.md:14:1: block #two-thirds\n    + 2\n1 promoted\n")
    #expect(try book.read("Chapters/one.md").contains("```output\n0.6666666666666666\n2\n```"))
  }

  @Test func aClaimIsNeverFlipped() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "x < 1", "x > 1")
    let before = try book.read("Chapters/one.md")
    let result = try book.weave("promote")
    #expect(result.status == 1)
    #expect(result.output == "nothing to promote\n")
    #expect(result.error.contains("[claim]"))
    #expect(try book.read("Chapters/one.md") == before)
  }

  @Test func whatDoesNotChangeIsNotWritten() throws {
    let book = try CommandFixture()
    let path = book.folder.appendingPathComponent("Chapters/one.md").path
    func file() throws -> (Int?, Date?) {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return (attributes[.systemFileNumber] as? Int, attributes[.modificationDate] as? Date)
    }
    let before = try file()
    #expect(try book.weave("promote").output == "nothing to promote\n")
    #expect(try file() == before)
  }

  @Test func permissionsAndLinksStay() throws {
    let book = try CommandFixture()
    let manager = FileManager.default
    let link = book.folder.appendingPathComponent("Chapters/one.md"), target = book.folder.appendingPathComponent("elsewhere.md")
    try manager.moveItem(at: link, to: target)
    try manager.createSymbolicLink(at: link, withDestinationURL: target)
    try book.edit("elsewhere.md", "[0.667]", "[0.668]")
    try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: target.path)
    #expect(try book.weave("promote").status == 0)
    #expect(try manager.destinationOfSymbolicLink(atPath: link.path) == target.path)
    #expect(try manager.attributesOfItem(atPath: target.path)[.posixPermissions] as? Int == 0o640)
    #expect(try book.read("elsewhere.md") == CommandFixture.one)
    #expect(try manager.contentsOfDirectory(atPath: book.folder.appendingPathComponent("Chapters").path).allSatisfy { !$0.hasPrefix(".") })
  }

  /// Where the old number is 0 there is no relative change, and an output has neither.
  @Test func changesThatAreNoNumbersAreNull() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.000]")
    try book.edit("Chapters/one.md", "print(x)", "print(x)\nprint(2)")
    let objects = try book.weave("promote", "--json").objects
    #expect(objects.map { $0["type"] as? String } == ["promotion", "promotion", "summary"])
    #expect(objects[0]["absolute"] is NSNull)
    #expect(objects[0]["relative"] is NSNull)
    #expect(objects[1]["absolute"] as? Double == 0.667)
    #expect(objects[1]["relative"] is NSNull)
    #expect(objects.last?["promoted"] as? Int == 2)
  }

  /// Lines within the tolerance are no news.
  @Test func aLineThatStillHoldsIsNotTouched() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "run #two-thirds", "run #two-thirds tol=1e-3")
    try book.edit("Chapters/one.md", "print(x)", "print(x)\nprint(x, 2)")
    try book.edit("Chapters/one.md", "output\n0.6666666666666666", "output\n0.6667\n0.6667 3")
    let result = try book.weave("promote")
    #expect(result.status == 0)
    #expect(try book.read("Chapters/one.md").contains("output\n0.6667\n0.6666666666666666 2\n```"))
    #expect(result.output.contains("- 0.6667 3\n"))
    #expect(!result.output.contains("- 0.6667\n"))
  }

  @Test func promotionsAreObjects() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    let objects = try book.weave("promote", "--json").objects
    #expect(objects.map { $0["type"] as? String } == ["promotion", "summary"])
    #expect(objects[0]["old"] as? String == "0.668")
    #expect(objects[0]["new"] as? String == "0.667")
    #expect(abs(try #require(objects[0]["absolute"] as? Double) + 0.001) < 1e-12)
    #expect(abs(try #require(objects[0]["relative"] as? Double) - (0.667 / 0.668 - 1)) < 1e-12)
    #expect(objects[0]["elsewhere"] as? [String] == ["Chapters/one.md:15:42", "Chapters/two.md:10:6"])
  }
}
