import Foundation
import Testing

/// Claims that hold whatever the code does.
@Suite struct VacuityTests {
  private static let chapter = """
    ---
    title: Claims
    ---

    ```swift run #far
    let calm = Sample([2, 3, 3, 4, 3])
    let wild = Sample([2, 3, 3, 4, 30])
    let isPulled = wild.mean > calm.mean
    let isItself = wild.mean == wild.mean
    let isAlsoItself = calm.median == calm.median
    ```

    [One value pulls the mean](#=isPulled), [the mean is the mean](#=isItself), and
    [the median is the median](#=isAlsoItself "identity: both sides are one expression"). The means are [3.0](#=calm.mean)
    and [8.4](#=wild.mean), of [5](#=calm.values.count) values.
    """ + "\n"

  /// The statistics book with one chapter more or less of its own.
  private func book(_ chapter: String = chapter) throws -> CommandFixture {
    let book = try CommandFixture(ownKit: true)
    let source = CaseFolder.repository.appendingPathComponent("Tests/Books/Statistics")
    for name in ["Package.swift", "Sources", "mutations.txt"] {
      try FileManager.default.copyItem(
        at: source.appendingPathComponent(name), to: book.folder.appendingPathComponent(name))
    }
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters/two.md"))
    try book.write(chapter, "Chapters/one.md")
    try book.write(
      "title: Claims\nlanguage: en\nmodules:\n- package: ..\n  product: Statistics\n  mutations: mutations.txt\n"
        + "chapters:\n  - one\n", "Chapters/book.yml")
    return book
  }

  /// What is kept of the expression: how many changes it rests on, and how many make it fail.
  private func trial(_ expression: String, in book: CommandFixture) throws -> (passed: Int, changed: Int) {
    let pattern = try Regex(
      "\"changed\":(\\d+),\"passed\":(\\d+),\"piece\":\"\(expression)\"", as: (Substring, Substring, Substring).self)
    let match = try #require(try book.read("vacuity.json").firstMatch(of: pattern))
    return (try #require(Int(match.2)), try #require(Int(match.1)))
  }

  @Test func aClaimThatNoChangeBreaksIsNamedUnlessItSaysWhy() async throws {
    let book = try book()
    let first = try await book.weaveBeside("vacuity")
    #expect(first.status == 1, "\(first.error)")
    let pulled = try trial("isPulled", in: book), itself = try trial("isItself", in: book)
    #expect(pulled.changed > 0 && pulled.passed > pulled.changed)
    #expect(itself.changed == 0 && itself.passed > 0)
    #expect(try trial("calm.mean", in: book).changed > 0)
    #expect(
      first.error.contains(
        "Chapters/one.md:13:42: error: [vacuity] 'the mean is the mean' holds with each of the \(itself.passed) changes"
      ),
      "\(first.error)")
    #expect(!first.error.contains("'the median is the median'") && !first.error.contains("'One value"))
    #expect(first.output.contains("of 3 claims 1 never fail and 1 are marked, of 3 numbers 1 never change"))
    #expect(first.output.contains("Chapters/one.md:15:29: 5 (calm.values.count) is the same with all of "))
    let checked = try await book.weaveBeside("check")
    #expect(checked.status == 1 && checked.error.contains("error: [vacuity] 'the mean is the mean'"))
    let built = try await book.weaveBeside("build")
    #expect(built.status == 0 && built.error.contains("warning: [vacuity] 'the mean is the mean'"))
    let page = try book.read("Output/one.html"), ledger = try book.read("Output/numbers.html")
    for text in ["Identity: both sides are one expression", "false with \(pulled.changed) of \(pulled.passed) changes"]
    {
      #expect(page.contains(text) && ledger.contains(text), "\(text)")
    }

    // What has been run is not run again, and prose may change.
    try book.edit("Chapters/one.md", ", [the mean is the mean](#=isItself)", ", as one expects")
    let second = try await book.weaveBeside("vacuity")
    #expect(second.status == 0 && second.error == "", "\(second.error)")
    _ = try await book.weaveBeside("build")
    #expect(try await book.weaveBeside("check").status == 0)

    // A mark on what fails, and a title that is no mark.
    try book.edit("Chapters/one.md", "(#=isPulled)", "(#=isPulled \"identity: it must be\")")
    let wrong = try await book.weaveBeside("check")
    #expect(wrong.status == 1)
    #expect(
      wrong.error.contains("'One value pulls the mean' is marked 'identity' and fails with \(pulled.changed) of "))
    #expect(wrong.error.contains("2 of this chapter's 2 claims are marked 'identity', and a tenth may be"))
    for title in ["identity", "identity:", "it must be"] {
      try book.edit("Chapters/one.md", "\"identity: it must be\"", "\"\(title)\"")
      let result = try await book.weaveBeside("check")
      #expect(result.error.contains("error: [claim] the title of a claim says why it cannot fail, and '\(title)'"))
      try book.edit("Chapters/one.md", "isPulled \"\(title)\"", "isPulled \"identity: it must be\"")
    }
  }

  @Test func whatWasTriedIsKnownByTheCodeAndTheLists() async throws {
    let book = try book()
    _ = try await book.weaveBeside("vacuity")
    func isStale() async throws -> Bool {
      _ = try await book.weaveBeside("build")
      let result = try await book.weaveBeside("check")
      let warning = "warning: [vacuity] which claims of this chapter can fail is not known for its code"
      #expect(result.status == (result.error.contains(warning) ? 0 : 1), "\(result.error)")
      return result.error.contains(warning)
    }
    try book.edit("Chapters/one.md", "One value", "A value")
    #expect(try await !isStale())
    try book.edit("Chapters/one.md", "4, 30", "4, 30.0")
    #expect(try await isStale())
    #expect(
      try !book.read("Output/one.html").contains("changes of the code"), "what belongs to other code is not shown")
    try book.edit("Chapters/one.md", "4, 30.0", "4, 30")
    #expect(try await !isStale())
    try book.edit("mutations.txt", "count / 2 - 1", "count / 2 + 1")
    #expect(try await isStale())
  }

  @Test func aListThatDoesNotFitIsNamed() async throws {
    let book = try book()
    try book.edit("mutations.txt", "values.count - 1 → values.count", "values.count - 2 → values.count")
    let stale = try await book.weaveBeside("vacuity")
    #expect(stale.status == 1)
    #expect(
      stale.error.contains(
        "Chapters/../mutations.txt:5:1: error: [vacuity] no line of Sources/Statistics/Sample.swift is 'return"),
      "\(stale.error)")
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("mutations.txt"))
    let absent = try await book.weaveBeside("vacuity")
    #expect(absent.status == 1 && absent.error.contains("this file, which book.yml names, cannot be read"))
    #expect(!FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("vacuity.json").path))
  }
}
