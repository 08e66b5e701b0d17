import Foundation
import Testing

/// `weave run`, from outside.
@Suite struct CommandRunTests {
  private static let chapter = """
    ---
    title: 第一章
    short: 一
    data: [rows.csv]
    ---

    ```swift run #first
    import Plot
    print(dataText("rows.csv"), terminator: "")
    show(.lines("線", [Series("a", x: [0, 1], y: [0, 1])]))
    ```
    ```output
    1,2
    3,4
    ```

    ```swift trap
    let empty: [Int] = []
    print(empty[1])
    ```
    ```output
    Index out of range
    ```

    ```swift run #second
    print("two")
    show(.row("並び", [.lines("左", [Series("a", y: [0, 1])]), .lines("右", [Series("b", y: [1, 0])])]))
    ```
    ```output
    two
    ```
    """ + "\n"

  private func book() throws -> CommandFixture {
    let book = try CommandFixture()
    try FileManager.default.createDirectory(
      at: book.folder.appendingPathComponent("Chapters/data"), withIntermediateDirectories: true)
    try book.write("1,2\n3,4\n", "Chapters/data/rows.csv")
    try book.write(Self.chapter, "Chapters/one.md")
    return book
  }

  private func figures(_ book: CommandFixture, in folder: String = ".") -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: book.folder.appendingPathComponent(folder).path)
    return (names ?? []).filter { $0.contains("figure") }.sorted()
  }

  @Test func aChapterPrintsAndDraws() throws {
    let book = try book()
    let result = try book.weave("run", "one")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output == "1,2\n3,4\ntwo\n")
    #expect(result.error == "a figure is in one-figure-1.html\na figure is in one-figure-2.html\n")
    #expect(figures(book) == ["one-figure-1.html", "one-figure-2.html"])
    let row = try book.read("one-figure-2.html")
    #expect(row.ranges(of: "<svg ").count == 2)
    #expect(row.contains("--plot-"))
  }

  @Test func itEndsWithTheBlockThatIsNamed() throws {
    let book = try book()
    try FileManager.default.createDirectory(
      at: book.folder.appendingPathComponent("pictures"), withIntermediateDirectories: true)
    let result = try book.weave("run", "one", "--through", "first", "--figures", "pictures")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output == "1,2\n3,4\n")
    #expect(figures(book) == [])
    #expect(figures(book, in: "pictures") == ["one-figure-1.html"])
    let unknown = try book.weave("run", "one", "--through", "third")
    #expect(unknown.status == 2)
    #expect(unknown.error == "weave: there is no block #third in one: it has first, second\n")
  }

  /// The file that a page offers, under the name that a browser gave it, by the words in its head.
  @Test func whatAPageOffersRuns() throws {
    let book = try book()
    #expect(try book.weave("build").status == 0)
    try FileManager.default.moveItem(
      at: book.folder.appendingPathComponent("Output/one.swift"),
      to: book.folder.appendingPathComponent("one (1).swift"))
    #expect(try book.read("one (1).swift").contains("weave run one.swift\n"))
    let result = try book.weave("run", "one (1).swift")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output == "1,2\n3,4\ntwo\n")
  }

  @Test func faultsHaveTheirPlace() throws {
    let book = try book()
    try book.write("let x = 1\nprint(y)\n", "wrong.swift")
    let wrong = try book.weave("run", "wrong.swift")
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("wrong.swift:2:7: error: cannot find 'y' in scope"))
    try book.write("print(1)\nlet list: [Int] = []\nprint(list[3])\n", "crash.swift")
    let crash = try book.weave("run", "crash.swift")
    #expect(crash.status == 1)
    #expect(crash.output == "1\n")
    #expect(crash.error.contains("Index out of range"))
    #expect(crash.error.hasSuffix("weave: the program was stopped: Illegal instruction\n"), "\(crash.error)")
    let nowhere = try book.weave("run", "nowhere.swift")
    #expect(nowhere.status == 2)
    #expect(nowhere.error == "weave: there is no file 'nowhere.swift' that can be read\n")
    let both = try book.weave("run", "crash.swift", "--through", "first")
    #expect(both.status == 2)
  }

  /// It sees what a chapter's program sees, and its figures are held against what a page may hold.
  @Test func itRunsWithinTheWalls() throws {
    try #require(CaseFolder.bubblewrapWorks)
    let book = try book()
    try book.write(
      """
      import Foundation
      print(FileManager.default.fileExists(atPath: "\(book.folder.path)"))
      try "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><script/></svg>".write(
        toFile: "figure-1.svg", atomically: false, encoding: .utf8)
      """, "file.swift")
    let result = try book.weave("run", "file.swift")
    #expect(result.output == "false\n")
    #expect(result.status == 1)
    #expect(result.error.hasPrefix("weave: figure 1 cannot be shown: "), "\(result.error)")
    #expect(figures(book) == [])
  }

  @Test func timingsNameTheSlowBlock() throws {
    let book = try CommandFixture(ownKit: true)
    try book.edit(
      "Chapters/one.md", "let x = 2.0 / 3\n",
      "import Foundation\nThread.sleep(forTimeInterval: 0.2)\nlet x = 2.0 / 3\n")
    let first = try book.weave("build", "--timings")
    #expect(first.status == 0, "\(first.error)")
    let line = /one: compiled in \d+\.\d\d s \(as one file: [^)]+\), run in \d+\.\d\d s/
    #expect(first.lines.contains { $0.wholeMatch(of: line) != nil }, "\(first.lines)")
    // The block sleeps for so long at least; on a busy machine it takes longer.
    let slow = first.lines.compactMap { $0.wholeMatch(of: /(\d+\.\d\d) s  Chapters\/one\.md:6  #two-thirds/) }
    #expect(slow.count == 1 && Double(slow[0].1)! >= 0.2, "\(first.lines)")
    let second = try book.weave("build", "--timings")
    #expect(second.lines.contains("2 chapters were not run: 'check --timings' runs all"))
  }
}
