import Foundation
import Testing

/// Chapters under other seeds.
@Suite struct RobustnessTests {
  private static let draws = """
    ---
    title: 乱数
    ---

    ```swift run #draw
    var generator = Random(seed: 7)
    let few = (0..<50).map { _ in generator.normal() }.reduce(0, +) / 50
    let many = (0..<20_000).map { _ in generator.normal() }.reduce(0, +) / 20_000
    let isSmall = abs(many) < 0.1
    let isPositive = few > 0
    let halves = 1 / 2.0
    print(isPositive ? "positive" : "negative")
    ```
    ```output
    positive
    ```

    平均は[0](#=few "±1")、半分は[0.5](#=halves)で、[多くの平均は小さい](#=isSmall)。ここでは[平均は正になる](#=isPositive)。
    """ + "\n"

  private func book(_ chapter: String = draws) throws -> CommandFixture {
    let book = try CommandFixture()
    try book.write(chapter, "Chapters/one.md")
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters/two.md"))
    let package = CaseFolder.repository.path
    try book.write(
      "title: 本\nmodules:\n- package: \(package)\n  product: Kernel\nchapters:\n  - one\n", "Chapters/book.yml")
    return book
  }

  /// In how many of the kept runs the claim with this expression was true.
  private func held(_ expression: String, in book: CommandFixture) throws -> Int {
    let text = try book.read("robustness.json")
    let match = try #require(
      text.firstMatch(of: try Regex("\"held\":(\\d+),\"piece\":\"\(expression)\"", as: (Substring, Substring).self)))
    return try #require(Int(match.1))
  }

  @Test func aClaimOfOneSeedIsNamedUnlessItSaysSo() async throws {
    let book = try book()
    let first = try await book.weaveBeside("robustness", "--runs", "20")
    let held = try held("isPositive", in: book)
    #expect(0 < held && held < 20)
    #expect(first.status == 1)
    #expect(first.error.contains("error: [seeds] '平均は正になる' holds with \(held) of 20 other seeds"), "\(first.error)")
    #expect(first.output.contains("one: 20 runs, 1 of 2 claims hold in all, 1 of 2 numbers stray, 1 outputs change"))
    #expect(try self.held("isSmall", in: book) == 20)
    let built = try await book.weaveBeside("build")
    #expect(built.status == 0 && built.error.contains("warning: [seeds] '平均は正になる'"), "\(built.error)")
    #expect(try await book.weaveBeside("check").error.contains("error: [seeds] '平均は正になる'"))

    try book.edit("Chapters/one.md", "ここでは[平均", "この乱数では[平均")
    #expect(try await book.weaveBeside("build").error == "")
    #expect(try await book.weaveBeside("check").status == 0)

    let share = "20回のうち\(held)回は平均が正になる"
    try book.edit("Chapters/one.md", "この乱数では[平均は正になる]", "[\(share)]")
    #expect(try await book.weaveBeside("build").error == "")
    #expect(try await book.weaveBeside("check").status == 0)
    try book.edit("Chapters/one.md", "のうち\(held)回", "のうち\(held + 1)回")
    let wrong = try await book.weaveBeside("check")
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("this says \(held + 1) of 20 runs, and it holds in \(held) of 20"), "\(wrong.error)")
    #expect(try await book.weaveBeside("promote").status == 0)
    #expect(try book.read("Chapters/one.md").contains("20回のうち\(held)回は"), "promotion writes the number that was found")
  }

  @Test func pagesAndLedgerShowWhatOtherSeedsMake() async throws {
    let book = try book()
    _ = try await book.weaveBeside("robustness", "--runs", "20")
    #expect(try await book.weaveBeside("build").status == 0)
    let page = try book.read("Output/one.html"), ledger = try book.read("Output/numbers.html")
    for text in ["同じ", "20 回で成り立つ", "（中央値 "] {
      #expect(page.contains("ほかの乱数 20 回：") && page.contains(text) && ledger.contains(text), "\(text)")
    }
    #expect(page.contains("一回の乱数での結果"))
    #expect(ledger.contains("<th scope=\"col\">ほかの乱数 20 回</th>"))
    let rows = try await book.weaveBeside("numbers", "--json").output
    let list = try #require(JSONSerialization.jsonObject(with: Data(rows.utf8)) as? [[String: Any]])
    let mean = try #require(list.first { $0["expression"] as? String == "few" })
    let low = try #require(mean["low"] as? Double), high = try #require(mean["high"] as? Double)
    #expect(mean["runs"] as? Int == 20 && low < 0 && 0 < high)
  }

  @Test func whatWasRunIsKnownByItsCodeAlone() async throws {
    let book = try book()
    _ = try await book.weaveBeside("robustness", "--runs", "20")
    try book.edit("Chapters/one.md", "ここでは[平均", "文を足す。この乱数では[平均")
    #expect(try await book.weaveBeside("build").error == "")
    #expect(try book.read("Output/one.html").contains("ほかの乱数"))
    try book.edit("Chapters/one.md", "20_000", "30_000")
    let stale = try await book.weaveBeside("build")
    #expect(stale.status == 0)
    #expect(stale.error.contains("warning: [seeds] the code of this chapter is not the one that ran"), "\(stale.error)")
    #expect(try !book.read("Output/one.html").contains("ほかの乱数"), "what belongs to other code is not shown")
    #expect(try await book.weaveBeside("check").error.contains("run 'weave robustness one'"))
    #expect(try await book.weaveBeside("robustness", "--sample", "0").status == 2, "nothing of this code was kept")
    _ = try await book.weaveBeside("robustness", "--runs", "5")
    _ = try await book.weaveBeside("build")
    #expect(try await book.weaveBeside("check").status == 0)
  }

  @Test func aSampleIsHeldAgainstWhatIsKept() async throws {
    let book = try book()
    _ = try await book.weaveBeside("robustness", "--runs", "8")
    let again = try await book.weaveBeside("robustness", "--sample", "30", "--seed", "3")
    #expect(again.status == 0 && again.output == "8 runs repeated (--seed 3), 8 as they are kept\n", "\(again.output)")
    let text = try book.read("robustness.json")
    let digest = try #require(text.firstMatch(of: /"digests":\["([0-9a-f]{16})"/)).1
    try book.write(text.replacing(digest, with: "0123456789abcdef"), "robustness.json")
    let wrong = try await book.weaveBeside("robustness", "--sample", "30", "--seed", "3")
    #expect(wrong.status == 1 && wrong.error.contains("with seed shift 1 this chapter does something else"))
  }

  @Test func aProgramThatStopsUnderAnotherSeedIsNamed() async throws {
    let book = try book(
      Self.draws.replacing("print(isPos", with: "if !isPositive { fatalError(\"no mean\") }\nprint(isPos"))
    let result = try await book.weaveBeside("robustness", "--runs", "20")
    let held = try held("isPositive", in: book)
    #expect(result.status == 1)
    #expect(
      result.error.contains(
        "Chapters/one.md:5:1: error: [seeds] with \(20 - held) of 20 other seeds the program stops here"),
      "\(result.error)")
    #expect(try self.held("isSmall", in: book) == held, "a claim after the stop does not hold")
  }

  @Test func aChapterHasFewClaimsOfOneSeed() async throws {
    let claims = (0..<4).map { "この乱数では[平均は\($0 == 0 ? "確かに" : "また")正になる](#=isPositive)。" }.joined()
    let book = try book(Self.draws.replacing("ここでは[平均は正になる](#=isPositive)。", with: claims))
    let result = try await book.weaveBeside("robustness", "--runs", "20")
    #expect(result.status == 1)
    #expect(result.error.contains("a chapter may have 3 claims that hold for some seeds only"), "\(result.error)")
    try book.edit("Chapters/one.md", "この乱数では[平均は確かに正になる](#=isPositive)。", "")
    #expect(try await book.weaveBeside("robustness", "--runs", "20").status == 0)
  }

  @Test func aShareWithoutRunsIsNotBelieved() async throws {
    let book = try book(
      Self.draws.replacing("ここでは[平均は正になる]", with: "[20回のうち12回は平均が正になる]"))
    let result = try await book.weaveBeside("check")
    #expect(result.error.contains("in how many runs this holds is not known: run 'weave robustness one'"))
  }

  @Test func aFileThatSomebodyElseWroteIsNamed() async throws {
    let book = try book()
    for text in ["", "[]", "{\"version\":9,\"chapters\":{}}", "{\"version\":1,\"chapters\":{\"one\":3}}"] {
      try book.write(text, "robustness.json")
      let result = try await book.weaveBeside("build")
      #expect(result.status == 0 && result.error.contains("robustness.json:1:1: warning: [seeds] this file"))
    }
    #expect(try await book.weaveBeside("robustness", "--runs", "4").output.contains("robustness.json written"))
  }

  @Test(arguments: [["--runs", "1"], ["--sample", "-1"], ["--seed", "3"], ["--sample", "1", "one"], ["nowhere"]])
  func aCallThatMakesNoSenseIsRefused(_ arguments: [String]) async throws {
    let book = try CommandFixture()
    let result = try book.run(CommandFixture.tool, ["robustness"] + arguments)
    #expect(result.status == 2)
  }
}
