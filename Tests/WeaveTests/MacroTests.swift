import Foundation
import Testing
import WeaveModel
import WeaveParse
import WeaveVerify

/// The book's macros: what a formula becomes, and whether everything follows when one changes. What a page shows of
/// them is the case `expect/macros`, what is refused `failure/macros` and `failure/macros-katex`.
struct MacroTests {
  private static let place = Position(line: 1, column: 1)
  private static let macros = [
    ("\\R", "\\mathbb{R}", 0), ("\\al", "\\alpha", 0), ("\\norm", "\\lVert #1 \\rVert", 1), ("\\ip", "(#1,#2)", 2),
    ("\\nn", "\\norm{\\norm{#1}}", 1), ("\\half", "0.5", 0), ("\\two", "2", 0), ("\\cat", "#1#2", 2),
  ].map { MathMacro(name: $0, body: $1, arguments: $2, place: place) }
  private static let expansion = MacroExpansion(macros)

  @Test(arguments: [
    ("\\R^n", "\\mathbb{R}^n"), ("\\norm{x}", "\\lVert x \\rVert"), ("\\norm  x", "\\lVert x \\rVert"),
    ("\\norm\\R", "\\lVert \\mathbb{R}\\rVert"), ("\\al x", "\\alpha x"), ("\\al\\R", "\\alpha\\mathbb{R}"),
    ("\\ip{a}{{b}}", "(a,{b})"), ("\\ip ab", "(a,b)"), ("\\ip\n a\n b", "(a,b)"),
    ("\\nn{\\R}", "\\lVert \\lVert \\mathbb{R}\\rVert \\rVert"), ("\\norm{\\{}", "\\lVert \\{ \\rVert"),
    ("あ\\R い", "あ\\mathbb{R}い"),
  ]) func aMacroIsWrittenOut(_ tex: String, _ expected: String) throws {
    #expect(try Self.expansion.expansion(of: tex)?.tex == expected)
  }

  @Test(arguments: ["", "x", "\\\\R", "\\Rx", "\\mathbb{R}", "R"]) func whatUsesNoneStaysAsItIs(_ tex: String) throws {
    #expect(try Self.expansion.expansion(of: tex) == nil)
  }

  @Test(arguments: [("x\\norm", 1), ("あ\\norm", 3), ("{\\norm}", 1), ("\\norm{x", 0), ("\\ip{a}", 0)])
  func aMissingArgumentIsTold(_ tex: String, _ offset: Int) {
    #expect { try Self.expansion.expansion(of: tex) } throws: { ($0 as? MacroExpansion.Fault)?.offset == offset }
  }

  /// Each byte knows where it comes from, whatever was written out before it.
  @Test func placesAreThoseOfTheFormula() throws {
    let tex = "\\R\\norm{\\nosuch}z"
    let made = try #require(try Self.expansion.expansion(of: tex))
    #expect(made.tex == "\\mathbb{R}\\lVert \\nosuch \\rVert z")
    for (shown, written) in [("\\mathbb", 0), ("\\lVert", 2), ("\\nosuch", 8), ("\\rVert", 2), ("z", 16)] {
      let offset = made.tex.utf8.distance(
        from: made.tex.startIndex, to: try #require(made.tex.firstRange(of: shown)).lowerBound)
      #expect(made.origin(of: offset) == written, "\(shown)")
    }
  }

  /// What a macro brings is seen, and binds nothing: the Markdown does not show it.
  @Test(arguments: [
    ("$`\\half`$", ["disguised 0.5"]), ("$`y = \\two x`$", ["free"]), ("$`\\norm{0.7}`$", ["unbound 0.7"]),
    ("$`\\cat{1}{2}`$", ["disguised 12"]), ("$`\\cat{3}{\\half}`$", ["disguised 30.5"]),
    ("[0.5](#=x)\n\n$$\n\\half\n$$\n", ["bound", "disguised 0.5"]),
    ("[0.7](#=x)\n\n$$\n\\norm{0.7}\n$$\n", ["bound", "bound"]),
  ]) func theAuditReadsWhatIsShown(_ markdown: String, _ expected: [String]) throws {
    let book = try CommandFixture()
    try book.write("---\ntitle: 章\n---\n\n\(markdown)\n", "Chapters/one.md")
    let lines = Self.macros.map { "  \($0.name): '\($0.body)'\n" }.joined()
    try book.write("title: 本\nmacros:\n\(lines)chapters: [one]\n", "Chapters/book.yml")
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters/two.md"))
    var reader = try BookReader(folder: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters")
    let chapter = try #require(reader.wholeBook().chapters.first)
    #expect(reader.diagnostics == [])
    let found = Audit.numerals(in: chapter).map { numeral in
      switch numeral.ground {
      case .bound: "bound"
      case .free: "free"
      case .disguised: "disguised \(numeral.text)"
      default: "unbound \(numeral.text)"
      }
    }
    #expect(found == expected)
  }

  @Test func pagesFollowTheirMacros() throws {
    let book = try CommandFixture(ownKit: true)
    try book.write("---\ntitle: 章\n---\n\n集合は$`\\R`$である。\n", "Chapters/one.md")
    try book.edit("Chapters/book.yml", "chapters:", "macros:\n  \\R: \\mathbb{R}\nchapters:")
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/one.html").contains("<annotation encoding=\"application/x-tex\">\\mathbb{R}<"))
    #expect(try book.weave("build").output.contains("0 written"))
    try book.edit("Chapters/book.yml", "\\mathbb", "\\mathbf")
    #expect(try book.weave("build").status == 0)
    #expect(try book.read("Output/one.html").contains("<annotation encoding=\"application/x-tex\">\\mathbf{R}<"))

    // A bad one is told by each build, and its page stays.
    try book.edit("Chapters/book.yml", "\\mathbf{R}", "\\mathbf{R}\\nosuch")
    for _ in 0..<2 {
      let result = try book.weave("build")
      #expect(result.status == 1)
      #expect(result.error.contains("Chapters/book.yml:3:3: error: [math] KaTeX: "), "\(result.error)")
      #expect(try book.read("Output/one.html").contains("<annotation encoding=\"application/x-tex\">\\mathbf{R}<"))
    }
  }
}
