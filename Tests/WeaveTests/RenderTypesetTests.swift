import Foundation
import Testing
import WeaveModel
import WeaveRender
import WeaveSupport

@Suite struct RenderTypesetTests {
  private func diagnostics(_ text: String, _ formulas: [Formula], _ diagrams: [Diagram] = []) async throws
    -> [Diagnostic]
  {
    var chapter = Chapter("one", source: Source(path: "Chapters/one.md", text: text), title: "題")
    chapter.formulas = formulas
    chapter.diagrams = diagrams
    return try await Typesetter(tools: RenderFixture.locate()).typeset([chapter]).diagnostics(of: chapter)
  }

  @Test func aTeXFaultIsReportedWhereItStands() async throws {
    // Columns count characters: 重み is six bytes.
    let found = try await diagnostics("行\n重み $a + \\nope{b}$ だ\n", [Formula("a + \\nope{b}", at: 4 + 8)])
    #expect(found.map(\.line) == ["Chapters/one.md:2:9: error: [math] KaTeX: Undefined control sequence: \\nope"])
  }

  @Test func aFaultBehindJapaneseCountsCharacters() async throws {
    for (tex, column) in [("\\text{重み} \\nope", 12), ("\\text{重み😀}", 10)] {
      let found = try await diagnostics("$\(tex)$", [Formula(tex, at: 1)])
      #expect(found.map(\.position) == [Position(line: 1, column: column)])
    }
  }

  @Test func aFaultInAQuotedDisplayIsFoundOnItsLine() async throws {
    let text = "> $$\n> a\n>  + \\nope\n> $$\n"
    let found = try await diagnostics(text, [Formula("a\n + \\nope\n", display: true, at: 7)])
    #expect(found.map(\.position) == [Position(line: 3, column: 6)])
  }

  @Test func aNonstandardFormulaIsRefused() async throws {
    let found = try await diagnostics("$重み$", [Formula("重み", at: 1)])
    #expect(found.count == 1)
    #expect(found[0].message.contains("Unicode"))
  }

  /// A formula stays where it stands: laid over a number, it would show another.
  @Test func aFormulaLiesOverNothing() async throws {
    let refused = [
      #"\hspace{-1.3em}\colorbox{white}{9}"#, #"\kern-9999em 9"#, #"\mkern-40mu 9"#, #"\hskip-3em 9"#,
      #"\mskip-40mu 9"#,
      #"\def\x{\hspace{-2em}}\x9"#, String(repeating: #"\!"#, count: 20) + "9", #"\raisebox{-500em}{9}"#,
      #"\raisebox{2em}{9}"#,
      #"\rule[3em]{1em}{1em}"#, #"\llap{9}"#, #"\mathllap{9}"#, #"\mathrlap{\text{九}}"#, #"\mathllap{\rule{2em}{2em}}"#,
      #"\mathrlap{\colorbox{white}{ }}"#, #"\clap{9}"#, #"\smash{9}"#, #"\begin{matrix}a\\[-5em]9\end{matrix}"#,
      #"x_{\mathllap{9}}"#,
    ]
    let found = try await diagnostics(refused.joined(separator: "\n"), refused.map { Formula($0, at: 0) })
    #expect(
      found.count == refused.count
        && found.allSatisfy { $0.message.contains("would lie over the text around the formula") })
    let kept = [
      #"a \notin B, \not\in, a \ne b, \notni"#, #"a \coloneqq b"#, #"\!\!\int\!\!f"#, #"\sum_{\mathclap{i<j}} x"#,
      #"\begin{matrix}a\\[0.4em]b\end{matrix}"#, #"\rule{1em}{0.4em} \raisebox{0.3em}{a}"#,
      #"\cancel{5} \overline{ab} \boxed{c}"#,
    ]
    #expect(try await diagnostics("", kept.map { Formula($0, at: 0) }) == [])
  }

  @Test func aDiagramFaultHasItsLine() async throws {
    let found = try await diagnostics(
      "", [], [Diagram("digraph {\n a -> b\n c -> [\n}", at: 10), Diagram("digraph { a -> b }", at: 20)])
    #expect(found.map(\.category) == [.diagram])
    #expect(found[0].position.line == 13)
    #expect(found[0].message.contains("syntax error"))
  }

  @Test func anUnknownColourIsAFault() async throws {
    let found = try await diagnostics("", [], [Diagram("digraph { a [color=nosuchcolour] }", at: 3)])
    #expect(found.count == 1)
    #expect(found.first?.message.contains("nosuchcolour") == true)
  }

  @Test func aFreshCacheEntryIsUsedAndADamagedOneIsNot() async throws {
    let folder = try ScratchFolder()
    let cache = Cache(folder: URL(fileURLWithPath: folder.path))
    var fixture = RenderFixture()
    fixture.chapter.formulas = [Formula("x^2")]
    fixture.chapter.diagrams = [Diagram("digraph { a }")]
    fixture.block(.run, "let a = 1")
    fixture.add(.formula(0), .diagram(0))
    let tools = try await RenderFixture.locate()
    func page() async throws -> [UInt8] {
      let typeset = try await Typesetter(tools: tools, cache: cache).typeset([fixture.chapter])
      return try PageRenderer(fixture.book.frame, typeset: typeset).render(fixture.verified).bytes
    }
    let first = try await page()
    let entries = try folder.files().filter { $0.contains("/") }
    #expect(entries.count == 1)
    #expect(try await page() == first)
    for entry in entries {
      let bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(entry)"))
      try bytes.dropLast(5).write(to: URL(fileURLWithPath: "\(folder.path)/\(entry)"))
    }
    #expect(try await page() == first)
    for entry in entries {
      var bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(entry)"))
      bytes[bytes.count - 3] ^= 1
      try bytes.write(to: URL(fileURLWithPath: "\(folder.path)/\(entry)"))
    }
    #expect(try await page() == first)
  }

  @Test func whatWasSetBeforeIsNotSetAgain() async throws {
    let folder = try ScratchFolder()
    let cache = Cache(folder: URL(fileURLWithPath: folder.path))
    var chapter = RenderFixture().chapter
    chapter.formulas = [Formula("x^2")]
    let tools = try await RenderFixture.locate()
    let typesetter = Typesetter(tools: tools, cache: cache)
    #expect(try await typesetter.typeset([chapter]).diagnostics(of: chapter) == [])
    let name = try #require(try folder.files().first { $0.contains("/") })
    let first = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(name)"))
    // Only what the chapter still holds is kept.
    chapter.formulas = [Formula("y^2"), Formula("x^2", display: true)]
    _ = try await typesetter.typeset([chapter])
    let names = try folder.files().filter { $0.contains("/") }
    #expect(names == [name])
    let second = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(name)"))
    #expect(second != first)
    chapter.formulas = [Formula("x^2")]
    _ = try await typesetter.typeset([chapter])
    #expect(FileManager.default.contents(atPath: "\(folder.path)/\(name)") == first)
  }

  @Test func aMissingProgramSaysWhatToInstall() async throws {
    await #expect(throws: EnvironmentError.self) { try await Toolchain.locate(environment: ["PATH": "/nowhere"]) }
    do {
      _ = try await Toolchain.locate(environment: ["PATH": "/nowhere"])
    } catch let error as EnvironmentError {
      #expect(error.description.contains("node is missing: install it with '"))
    }
  }

  @Test(arguments: [
    "\\href{javascript:alert(1)}{x}", "\\url{https://a.example/}", "\\includegraphics{https://a.example/x.png}",
    "\\htmlClass{a}{x}", "\\htmlId{a}{x}",
    "\\htmlStyle{background:url(https://a.example/)}{x}", "\\htmlData{a=b}{x}", "\\def\\x{\\href{a}{b}}\\x",
    "\\char\"202E", "\\text{\\char\"202E x}",
    "\\char\"2066", "\\textcolor{url(https://a.example/)}{x}", "\\color{red;background:url(x)}x",
    "\\colorbox{#fff\"onload=x}{y}", "\\style{a}{b}", "\\class{a}{b}",
  ])
  func aFormulaThatLeadsElsewhereIsRefused(tex: String) async throws {
    let found = try await diagnostics("$\(tex)$", [Formula(tex, at: 1)])
    #expect(found.map(\.category) == [.math], "\(tex)")
  }

  /// What KaTeX sets as text is text: its HTML is read as XML here, and holds shapes and letters only.
  @Test(arguments: [
    "\\text{<img src=x onerror=alert(1)>}", "\\tag{<script>}", "\\operatorname{<b>}", "\\verb|<b>|",
    "\\text{\"'\\&amp;</span></annotation>-->}", "\\rule{1em}{2em}",
    "\\textcolor{#123456}{x}", "\\begin{CD} A @>>> B\\end{CD}", "\\def\\a{<i>}\\text{\\a}", "\\sqrt{\\frac{a<b}{c>d}}",
  ])
  func aFormulaIsShapesAndLetters(tex: String) async throws {
    var fixture = RenderFixture()
    fixture.chapter.formulas = [Formula(tex, display: true)]
    fixture.add(.formula(0))
    let article = try await fixture.article()
    let start = try #require(article.range(of: "<!--katex-->")), end = try #require(article.range(of: "<!--/katex-->"))
    let found = article[start.upperBound..<end.lowerBound]
    let names = Set(found.matches(of: /<([A-Za-z][A-Za-z0-9]*)/).map { String($0.1) })
    let known: Set = [
      "span", "svg", "path", "line", "math", "semantics", "annotation", "mrow", "mi", "mn", "mo", "mtext", "mspace",
      "mfrac", "msqrt", "mstyle", "mtable", "mtr",
      "mtd", "mlabeledtr", "mpadded", "msub", "msup", "mover", "munder", "munderover",
    ]
    #expect(names.isSubset(of: known), "\(names.subtracting(known))")
    let attributes = Set(found.matches(of: /\s([A-Za-z:-]+)="/).map { String($0.1) })
    let drawn: Set = [
      "class", "style", "aria-hidden", "xmlns", "encoding", "mathvariant", "mathcolor", "stretchy", "fence",
      "scriptlevel", "displaystyle", "width", "height",
      "viewBox", "preserveAspectRatio", "d", "mathbackground", "voffset", "rowspacing", "columnspacing", "columnalign",
      "rowalign", "separator", "lspace", "rspace",
      "minsize", "maxsize", "side", "display",
    ]
    #expect(attributes.isSubset(of: drawn), "\(attributes.subtracting(drawn))")
  }

  private func article(dot: String) async throws -> String {
    var fixture = RenderFixture()
    fixture.chapter.diagrams = [Diagram(dot, at: 7)]
    fixture.add(.diagram(0))
    return try await fixture.article()
  }

  @Test(arguments: [
    "a [URL=\"javascript:alert(1)\"]", "a [href=\"https://a.example/\"]", "a -> b [edgeURL=\"https://a.example/\"]",
    "a -> b [labelhref=\"data:text/html,x\" label=x]",
    "URL=\"https://a.example/\" a", "subgraph cluster_a { URL=\"https://a.example/\" a }",
    "stylesheet=\"https://a.example/x.css\" a", "a [label=\"1&#8238;2\"]",
    "a [label=<<TABLE HREF=\"javascript:x()\"><TR><TD>a</TD></TR></TABLE>>]",
    "a [label=<<TABLE><TR><TD HREF=\"https://a.example/\">a</TD></TR></TABLE>>]",
  ])
  func aDiagramThatLeadsElsewhereIsRefused(dot: String) async throws {
    do {
      let article = try await article(dot: "digraph { \(dot) }")
      Issue.record("\(dot) stands on the page: \(article)")
    } catch let diagnostic as Diagnostic {
      #expect(diagnostic.category == .diagram)
      #expect(diagnostic.position.line == 7)
    }
  }

  @Test(arguments: [
    "a [image=\"/etc/passwd\"]",
    "a [label=<<TABLE><TR><TD><IMG SRC=\"/usr/share/pixmaps/debian-logo.png\"/></TD></TR></TABLE>>]",
    "a [shape=nosuch shapefile=\"/etc/passwd\"]",
  ])
  func aDiagramTakesNoPicture(dot: String) async throws {
    let found = try await diagnostics("", [], [Diagram("digraph { \(dot) }", at: 7)])
    if found.isEmpty { await #expect(throws: Diagnostic.self) { try await article(dot: "digraph { \(dot) }") } }
  }

  @Test func aDiagramMayBeDrawnInManyWays() async throws {
    let article = try await article(
      dot: """
        digraph { rankdir=LR; a [tooltip="印 <b>" label="A&B '\\"<i>"]; a -> b [label="x" style=dashed tooltip="y"]; c [style=filled fillcolor="red:blue"
        label=<<B>太</B><BR/><I>斜</I><SUP>2</SUP><FONT COLOR="#12345678">色</FONT>>]; d [comment="--><script>" shape=record label="{l|{m|n}}"]; subgraph cluster_x { d e [shape=cylinder style=rounded] } }
        """)
    #expect(article.contains("A&amp;B &#39;&quot;&lt;i&gt;"))
    for word in ["<script", "<i>", "<b>", "href=\"http", "comment", "Generated by"] {
      #expect(!article.contains(word), "\(word)")
    }
    #expect(article.contains("（x）"), "an edge's label is missing in the description")
  }
}
