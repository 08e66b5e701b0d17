import Foundation
import Testing
import WeaveParse
import WeaveVerify

/// Text that is nested deeper than a stack is: told at its place, wherever it comes from.
@Suite struct NestingTests {
  struct Text: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    /// What is said of it, and where; nil for what is no nesting to Markdown.
    var said: String?
    init(_ name: String, _ text: String, _ said: String?) {
      (testDescription, self.text, self.said) = (name, text, said)
    }
  }

  private static func repeated(_ text: String, _ count: Int = 60_000) -> String {
    String(repeating: text, count: count)
  }
  private static let deep =
    "error: [markdown] here quotes, lists or emphasis are nested deeper than 100: take some of them out"

  /// Each stands in a chapter's sixth line.
  static let texts: [Text] = [
    Text("quotes", repeated("> ") + "x", "6:201: \(deep)"),
    Text("quotes, tight", repeated(">") + "x", "6:101: \(deep)"),
    Text("lists", repeated("- ") + "x", "6:101: \(deep)"),
    Text("numbered lists", repeated("1. ") + "x", "6:151: \(deep)"),
    Text("quotes and lists", repeated("> - ") + "x", nil),
    Text("a list that grows", (0..<400).map { repeated("  ", $0) + "- x" }.joined(separator: "\n"), nil),
    Text("emphasis", repeated("*a **b ", 3000) + repeated("c** d* ", 3000), nil),
    Text("strikethrough and emphasis", repeated("~~a *b ", 3000) + repeated("c* d~~ ", 3000), nil),
    Text("brackets", repeated("["), nil),
    Text("links in links", repeated("[", 20_000) + "x" + repeated("](#=1)", 20_000), nil),
    Text("pictures in pictures", repeated("![", 3000) + "x" + repeated("](a.png)", 3000), nil),
    Text("parentheses in an address", "[x](#=" + repeated("(", 20_000), nil),
    Text("folded text", repeated("<details>\n\n", 2000), nil),
    Text("tags in a line", repeated("<sub>", 2000) + "x" + repeated("</sub>", 2000), nil),
    Text("dollars", repeated("$a "), nil),
    Text("double dollars", repeated("$$a\n\n", 3000), nil),
    Text("braces in a formula", "$" + repeated("{") + "$", nil),
    Text("backquotes", (1...300).map { repeated("`", $0) + "a" }.joined(separator: " "), nil),
    Text("comments", repeated("<!-- ", 20_000), nil),
    Text(
      "footnotes by the thousand",
      (0..<3000).map { "文[^n\($0)]。\n\n" }.joined() + (0..<3000).map { "[^n\($0)]: 注。\n" }.joined(), nil),
    Text("stars and their signs", repeated("`a`\\*\\*語", 5000), nil),
    Text("footnotes in footnotes", (0..<300).map { "[^\($0)]: [^\($0 + 1)]\n\n" }.joined() + "[^0]", nil),
  ]

  private static func chapter(_ text: String) -> String { "---\ntitle: 題\n---\n\n前。\n\(text)\n\n後は[6](<#=5 + 1>)。\n" }

  /// Reading takes no longer than anything else does: the seconds are those of the processor, in a debug build as well.
  @Test(arguments: texts) func readingIsBounded(_ text: Text) throws {
    let book = try CommandFixture()
    try book.write(Self.chapter(text.text), "Chapters/one.md")
    let begin = clock()
    var reader = try BookReader(folder: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters")
    let whole = reader.wholeBook()
    _ = whole.chapters.map { Audit.findings(in: $0) }
    #expect(Double(clock() - begin) / Double(CLOCKS_PER_SEC) < 60)
    let lines = reader.diagnostics.map(\.line)
    if let said = text.said { #expect(lines == ["Chapters/one.md:\(said)"]) }
  }

  /// All of them in one book.
  @Test func buildingIsToo() throws {
    let book = try CommandFixture()
    try book.write(
      "title: 本\nchapters: [\(Self.texts.indices.map { "c\($0)" }.joined(separator: ", "))]\n", "Chapters/book.yml")
    for name in ["one", "two"] {
      try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters/\(name).md"))
    }
    for (index, text) in Self.texts.enumerated() { try book.write(Self.chapter(text.text), "Chapters/c\(index).md") }
    let result = try book.weave("build", "--epub")
    #expect(result.status == 1, "\(result.error.suffix(2000))")
    for (index, text) in Self.texts.enumerated() {
      let told = result.error.split(separator: "\n").filter { $0.hasPrefix("Chapters/c\(index).md:") }
      if let said = text.said { #expect(told == ["Chapters/c\(index).md:\(said)"]) }
    }
  }

  /// A hundred levels are allowed, on the page and in the EPUB.
  @Test func whatIsNotTooDeepIsShown() throws {
    let book = try CommandFixture()
    try book.write(Self.chapter(Self.repeated("> ", 97) + "**深い**"), "Chapters/one.md")
    let result = try book.weave("build", "--epub")
    #expect(result.status == 0, "\(result.error)")
    #expect(try book.read("Output/one.html").contains("<strong>深い</strong>"))
  }

  /// Code that is shown and not compiled may be anything.
  @Test func interpolationsAreShownHoweverDeep() throws {
    let book = try CommandFixture()
    let code = Self.repeated("\"\\(") + "x"
    try book.write(Self.chapter("```swift show\n\(code)\n```"), "Chapters/one.md")
    let result = try book.weave("build", "--epub")
    #expect(result.status == 0, "\(result.error)")
    let page = try book.read("Output/one.html")
    #expect(page.count(of: "<span class=\"hljs-subst\">") == 50)
  }

  /// What a program prints as Markdown keeps to the same bound.
  @Test func printedMarkdownIsBounded() throws {
    let book = try CommandFixture()
    let block = "```swift run as=markdown\nprint(String(repeating: \"> \", count: 60_000) + \"x\")\n```"
    try book.write(Self.chapter(block), "Chapters/one.md")
    let result = try book.weave("build", "--epub")
    #expect(result.status == 1)
    #expect(
      result.error.contains(
        "Chapters/one.md:6:1: error: [html] the block at line 6 prints what cannot be shown: printed Markdown may not be nested deeper than 100"
      ))
  }

  /// YAML and JSON that nest: said to be unreadable.
  @Test(arguments: ["[", "{", "- ", "? ", "{a: ", "[[", "&a [", "{\"a\":"]) func listsAreBounded(_ mark: String) throws
  {
    let book = try CommandFixture()
    for file in ["Chapters/book.yml", "Chapters/references.json", "Chapters/one.md"] {
      let kept = try book.read(file)
      let text = Self.repeated(mark, 50_000)
      try book.write(file.hasSuffix(".md") ? "---\ntitle: a\ndata: \(text)\n---\n\nx\n" : text, file)
      let result = try book.weave("build")
      #expect(result.status == 1, "\(file): \(result.error.prefix(500))")
      #expect(result.error.hasPrefix(file), "\(result.error.prefix(500))")
      try book.write(kept, file)
    }
  }
}
