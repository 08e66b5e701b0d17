import Foundation
import Testing

/// What a reviewer is told of a change.
@Suite struct DiffTests {
  private func repository() throws -> CommandFixture {
    let book = try CommandFixture()
    try git(book, "init", "--quiet")
    try commit(book)
    return book
  }

  private func git(_ book: CommandFixture, _ arguments: String...) throws {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    let result = try book.run(URL(fileURLWithPath: "/usr/bin/env"), ["git"] + identity + arguments)
    #expect(result.status == 0, "\(result.error)")
  }

  private func commit(_ book: CommandFixture) throws {
    try git(book, "add", "--all")
    try git(book, "commit", "--quiet", "--message", "a state")
  }

  @Test func whatIsCheckedIsCompared() throws {
    let book = try repository()
    #expect(try book.weave("diff", "HEAD").output == "no number, claim, source or output differs from HEAD\n")
    // Prose is no matter of it.
    try book.edit("Chapters/one.md", "となる。", "となるのである。")
    #expect(try book.weave("diff", "HEAD").output.hasPrefix("no number"))
    try book.edit("Chapters/one.md", "[67%](#=x)", "[66.7%](#=x)")
    try book.edit("Chapters/one.md", "[充分に小さい](#=isSmall)", "小さい")
    try book.edit("Chapters/one.md", "print(x)\n```", "print(x)\nprint(2 * x)\n```")
    try book.edit("Chapters/one.md", "0.6666666666666666\n", "0.6666666666666666\n1.3333333333333333\n")
    try book.edit("Chapters/references.json", "28.4", "28.5")
    try book.edit("Chapters/two.md", "[28.4](#@someone \"Table 2\")", "[28.5](#@someone \"Table 2\")")
    try book.edit("Chapters/two.md", "[0.25](#=x)", "[0.25](#=x)、[0.5](<#=2 * x>)")
    let table = try book.weave("diff", "HEAD")
    #expect(table.status == 0 && table.error == "")
    #expect(
      table.lines == [
        "| place | what | expression or source | HEAD | now | other seeds |",
        "| --- | --- | --- | --- | --- | --- |",
        "| Chapters/one.md:13 | output | `#two-thirds` |  | 1.3333333333333333 |  |",
        "| Chapters/one.md:15 | number | `isSmall` | 充分に小さい | (gone) |  |",
        "| Chapters/one.md:17 | number | `x` | 67% | 66.7% |  |",
        "| Chapters/two.md:10 | number | `2 * x` | (new) | 0.5 |  |",
        "| Chapters/two.md:10 | citation | `@someone Table 2` | 28.4 | 28.5 |  |",
      ], "\(table.output)")
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(try book.weave("diff", "HEAD", "--json").output.utf8)) as? [[String: Any]]
    )
    #expect(rows.count == 5 && rows[2]["before"] as? String == "67%" && rows[2]["line"] as? Int == 17)
    // What was committed is the new state.
    try commit(book)
    #expect(try book.weave("diff", "HEAD~1").lines.count == 7)
    #expect(try book.weave("diff", "HEAD").lines.count == 1)
  }

  @Test func whatCannotBeComparedIsNamed() throws {
    let book = try repository()
    for base in ["nowhere", "--all", "HEAD:Chapters"] {
      let result = try book.weave("diff", "--", base)
      #expect(result.status == 2 && result.error.contains("git knows no commit '\(base)' here"), "\(result.error)")
    }
    try book.edit("Chapters/one.md", "[0.667](#=x)", "[0.6](#=x)")
    #expect(try book.weave("diff", "HEAD").status == 1, "a book that does not hold is not compared")
    let alone = try CommandFixture()
    let result = try alone.weave("diff", "HEAD")
    #expect(result.status == 2 && result.error.contains("is in no git repository"), "\(result.error)")
  }
}
