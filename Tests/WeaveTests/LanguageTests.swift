import Foundation
import Testing
import WeaveModel
import WeaveRender
import WeaveSupport

/// The interface's words: one table for each language, and no other place.
@Suite struct LanguageTests {
  /// Kana, ideographs, and the marks and wide forms that go with them.
  private static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3000...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0xFF00...0xFFEF, 0x20000...0x3FFFF: true
    default: false
    }
  }

  private static func japanese(in text: String) -> [String] {
    text.split(separator: "\n").filter { $0.unicodeScalars.contains(where: isJapanese) }.map { String($0.prefix(200)) }
  }

  /// The pages, scripts and documents of the case's book: its chapters hold no Japanese, so neither may they.
  @Test func anEnglishBookHoldsNothingJapanese() async throws {
    let folder = try #require(CaseFolder.all.first { $0.name == "expect/english" })
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("weave-language-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let outcome = try await CaseTests.pipeline(try folder.copyChapters(to: scratch), scratch).weave(rendering: true)
    #expect(outcome.diagnostics.map(\.line) == [])
    let epub = try Epub(VerifiedBook(outcome.frame, outcome.verified, try #require(outcome.typeset)))
    // A style sheet has rules for each language.
    let files = (outcome.files + epub.files).filter { ![".css", ".woff2"].contains(where: $0.path.hasSuffix) }
    let paths = files.map(\.path)
    for path in [
      "index.html", "means.html", "numbers.html", "assets/script.js", "assets/search.js", "assets/ledger.js",
      "assets/terms.js", "assets/search-index.js", "EPUB/nav.xhtml", "EPUB/package.opf", "EPUB/text/means.xhtml",
      "EPUB/text/numbers.xhtml",
    ] { #expect(paths.contains(path)) }
    for file in files {
      #expect(Self.japanese(in: String(decoding: file.bytes, as: UTF8.self)) == [], "\(file.path)")
    }
    func text(_ path: String) -> String {
      files.first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    }
    let root = #"<html lang="en" style="--running-title:&quot;Means \26  Medians — The mean&quot;">"#
    #expect(text("means.html").contains(root))
    for words in [
      "<title>Ledger of Numbers — Means &amp; Medians</title>", "aria-label=\"Filter the ledger\"",
      "value=\"Waiver\" checked>Waiver</label>", "<th scope=\"col\">Exact value</th>",
      "<p class=\"ledger-counts\">3 numbers, 1 claim, 3 outputs, 2 citations, 1 waiver</p>",
    ] { #expect(text("numbers.html").contains(words), "\(words)") }
    #expect(text("assets/script.js").contains("textContent = \"Copied\""))
    #expect(text("assets/terms.js").contains("\"term-median\": [\"\", \"The value in the middle.\"]"))
    #expect(text("EPUB/package.opf").contains("<dc:language>en</dc:language>"))
    #expect(text("EPUB/package.opf").contains("Figures have descriptions, and formulas are written in MathML."))
    #expect(text("EPUB/nav.xhtml").contains("lang=\"en\" xml:lang=\"en\""))
    #expect(text("EPUB/nav.xhtml").contains("id=\"toc-title\">Contents</h1>"))
  }

  @Test(arguments: Language.allCases) func aTagHasItsTable(_ language: Language) throws {
    let words = try #require(Words(language: language.rawValue))
    #expect(words.language == language.rawValue)
    #expect(words.rootAttributes == "lang=\"\(language.rawValue)\"")
  }

  @Test(arguments: ["", "fr", "EN", "english", "ja-JP"]) func anUnknownTagHasNone(_ tag: String) {
    #expect(Words(language: tag) == nil)
  }

  @Test func aDirectionThatIsNotHTMLsOwnIsSaid() {
    var words = Words.english
    words.direction = .rightToLeft
    #expect(words.rootAttributes == "lang=\"en\" dir=\"rtl\"")
  }

  /// Neither the template nor a script asks for a word that the tables do not have.
  @Test(arguments: Language.allCases) func noWordIsMissing(_ language: Language) {
    let names = Resource.page.text.matches(of: /{{words\.(\w+)}}/).map { String($0.1) }
    #expect(names.count > 12)
    for name in names { #expect(language.words.page.byName[name] != nil, "\(name)") }
    for script in [Resource.script, .search, .ledger, .reload] {
      #expect(script.text.contains("\"{{"))
      #expect(!String(decoding: script.filled(with: language.words.scripts), as: UTF8.self).contains("{{"))
    }
  }

  @Test func labelsAreNamedAsTheLanguageDoes() {
    let labels = [Label(.figure, 3), Label(.table, 1), Label(.equation, 2), Label(.listing, 4)]
    #expect(labels.map(Words.japanese.label) == ["図 3", "表 1", "式 (2)", "リスト 4"])
    #expect(labels.map(Words.english.label) == ["Figure 3", "Table 1", "Equation (2)", "Listing 4"])
  }
}
