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

  @Test func ownerAndModeStay() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    let path = book.folder.appendingPathComponent("Chapters/one.md").path
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    if getuid() == 0 { #expect(chown(path, 1234, 2345) == 0) }
    var before = stat(), after = stat()
    #expect(stat(path, &before) == 0)
    #expect(try book.weave("promote").status == 0)
    #expect(stat(path, &after) == 0)
    #expect((after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid))
    #expect(try book.read("Chapters/one.md") == CommandFixture.one)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: book.folder.appendingPathComponent("Chapters").path)
        .allSatisfy { !$0.hasPrefix(".") })
  }

  @Test func whatCannotBeKeptIsRefused() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    let changed = try book.read("Chapters/one.md")
    let place = book.folder.appendingPathComponent("Chapters/one.md"),
      other = book.folder.appendingPathComponent("other.md")
    try FileManager.default.linkItem(at: place, to: other)
    let linked = try book.weave("promote")
    #expect(linked.status == 2)
    #expect(
      linked.error
        == "weave: Chapters/one.md is one file of 2 names (hard links), which would become two: copy it over itself, or edit it by hand\n"
    )
    #expect(try book.read("other.md") == changed && book.read("Chapters/one.md") == changed)

    // A chapter that is a link is none of the book's.
    try FileManager.default.removeItem(at: place)
    try FileManager.default.createSymbolicLink(at: place, withDestinationURL: other)
    let outside = try book.weave("promote")
    #expect(outside.status == 1)
    #expect(outside.error.contains("Chapters/one.md:1:1: error: [book] Chapters/one.md is a link"))
    #expect(try book.read("other.md") == changed)
  }

  /// The folder may be another program's while an editor saves the chapter.
  @Test func anEditWhileItWaitsIsNotLost() async throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    let folder = open(book.folder.appendingPathComponent("Chapters").path, O_RDONLY | O_DIRECTORY)
    defer { close(folder) }
    #expect(flock(folder, LOCK_EX) == 0)
    async let promoted = book.weaveBeside("promote")
    // It waits for the lock when nothing else of it is left to do: the kernel lists who waits.
    var status = stat()
    fstat(folder, &status)
    func waits() throws -> Bool {
      try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n").contains {
        $0.contains("-> FLOCK") && $0.contains(":\(status.st_ino) ")
      }
    }
    for _ in 0..<1500 where try !waits() { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try waits())
    try book.edit("Chapters/one.md", "値は", "新しい値は")
    flock(folder, LOCK_UN)
    let result = try await promoted
    #expect(result.status == 2)
    #expect(
      result.error == "weave: Chapters/one.md was changed while it was being checked: run 'weave promote' again\n")
    #expect(try book.read("Chapters/one.md").contains("新しい値は[0.668]"))
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
