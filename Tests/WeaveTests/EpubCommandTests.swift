import Foundation
import Testing

/// `weave build --epub` from outside, and what EPUB's own checker says of a book that holds each construct.
@Suite struct EpubCommandTests {
  /// What the prose of the cases does not hold: modes, figures, evidence, formulas that KaTeX writes in its own way.
  static let chapter = #"""
    ---
    title: 章 & "引用" <形>
    ---

    ## なぜ$\sqrt{d_k}$か

    ```swift run #fig-arrow caption="矢印 & <図>"
    let x = 2.0 / 3
    show(.plane("平面", [.arrow(to: (3, 3), "a < b", style: 1)]))
    ```

    ```swift run fold #listing-rows caption="行列"
    show(.row("二枚", [.heatMap("熱", [[1.0, 2.0], [3.0, 4.0]]), .heatMap("寒", [[-1.0, 2.0], [3.0, 4.0]])]))
    ```

    ```swift fail
    let wrong: Int = "a"
    ```
    ```output
    cannot convert
    ```

    ```swift trap
    precondition(x > 1, "小さい")
    ```
    ```output
    小さい
    ```

    ```swift compile
    let later = x
    ```

    ```swift show
    let shown = 1
    ```

    値は[0.667](#=x)で[充分に小さい](<#=x < 1>)。原著では[28.4](#@someone "Table 2")、[512](#! "寸法")は決めた数。[図 1](#fig-arrow)と[表 1](prose.md#tab-one)。
    $\max_i a_i$、$i \bmod j$、$\mathbf{x} \in \mathbb{R}^n$、$\mathcal{L}$、$\operatorname*{arg\,max}_x f$。

    $$
    \begin{aligned} a &= \left\lVert b \right\rVert \\ c &= \underbrace{d}_{e} \end{aligned}
    $$

    | 式 | 印 |
    | --: | :-: |
    | $x^2$ | [0.667](#=x) |
    """# + "\n"

  private func book() throws -> CommandFixture {
    let book = try CommandFixture()
    let prose = CaseFolder.root.appendingPathComponent("expect/prose/Chapters/prose.md")
    try book.write(String(contentsOf: prose, encoding: .utf8), "Chapters/prose.md")
    try book.write(Self.chapter, "Chapters/forms.md")
    try book.write("title: 本\nchapters:\n  - one\n  - two\n  - prose\n  - forms\n", "Chapters/book.yml")
    return book
  }

  @Test func eachConstructIsValid() throws {
    let jar = "/usr/share/java/epubcheck.jar"
    try #require(
      FileManager.default.fileExists(atPath: jar), "epubcheck is missing: install it with 'apt-get install epubcheck'")
    let book = try book()
    let built = try book.weave("build", "--epub")
    #expect(built.status == 0, "\(built.error)")
    #expect(built.output.contains(/book\.epub: \d+ bytes/))
    let checked = try book.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["java", "-jar", jar, "--failonwarnings", "book.epub"])
    #expect(checked.status == 0, "\(checked.output)\(checked.error)")
    #expect(checked.output.contains("No errors or warnings detected."))
  }

  @Test func theSamePagesGiveTheSameBytes() throws {
    let book = try CommandFixture()
    func bytes(_ file: String) throws -> Data { try Data(contentsOf: book.folder.appendingPathComponent(file)) }
    #expect(try book.weave("build", "--epub", "a.epub").status == 0)
    #expect(try book.weave("build", "--epub", "b.epub").output.hasSuffix("b.epub: \(bytes("a.epub").count) bytes\n"))
    #expect(try bytes("a.epub") == bytes("b.epub"))
    #expect(try book.weave("build", "--epub", "c.epub", environment: ["SOURCE_DATE_EPOCH": "1700000000"]).status == 0)
    #expect(try bytes("a.epub") != bytes("c.epub"))
    let summary = try #require(try book.weave("build", "--json", "--epub", "d.epub").objects.last)
    #expect(summary["epub"] as? String == "d.epub")
    #expect(try book.weave("build", "--export", "e.epub", "--export", "f.EPUB").status == 0)
    #expect(try bytes("e.epub") == bytes("a.epub") && bytes("f.EPUB") == bytes("a.epub"))
    let unknown = try book.weave("build", "--export", "book.pdf")
    #expect(unknown.status == 2)
    #expect(unknown.error == "weave: no format writes 'book.pdf': a file to export ends in .epub\n")
  }

  @Test func whatCannotBeWrittenIsStatusTwo() throws {
    let book = try CommandFixture()
    try book.write("a file", "taken")
    let result = try book.weave("build", "--epub", "taken/book.epub")
    #expect(result.status == 2)
    #expect(result.error.hasPrefix("weave: cannot write taken/book.epub"))
    let dated = try book.weave("build", "--epub", "book.epub", environment: ["SOURCE_DATE_EPOCH": "yesterday"])
    #expect(dated.status == 2)
    #expect(dated.error == "weave: SOURCE_DATE_EPOCH is 'yesterday': it must be a number of seconds since 1970\n")
    #expect(!FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("book.epub").path))
  }

  @Test func aWrongBookIsNotPacked() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    let result = try book.weave("build", "--epub", "book.epub")
    #expect(result.status == 1)
    #expect(result.error.contains("book.epub: not written, for the book is wrong\n"))
    #expect(!FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("book.epub").path))
  }

  /// A browser closes what the author crossed; XHTML does not: it is an error of the chapter, asked for or not.
  @Test func crossedTagsAreNamed() throws {
    let book = try CommandFixture()
    try book.edit("Chapters/one.md", "値は", "<kbd>**鍵</kbd>** 値は")
    let result = try book.weave("build", "--epub", "book.epub")
    #expect(result.status == 1)
    #expect(
      result.error.contains(
        "[html] <kbd> is not closed before its paragraph, item, cell or emphasis ends: add </kbd> there"))
    #expect(result.error.contains("book.epub: not written, for the book is wrong\n"))
  }
}
