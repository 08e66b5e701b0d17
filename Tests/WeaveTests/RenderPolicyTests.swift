import Foundation
import Testing
import WeaveModel
import WeaveSupport

/// What a page tells the browser about itself, and where the book's words stand in something else than HTML.
@Suite struct RenderPolicyTests {
  @Test func thePolicyStandsBeforeAllThatLoads() async throws {
    var fixture = RenderFixture()
    fixture.link("0.67", .number(expression: "a", value: "0.665", block: nil))
    let ledger = try #require(
      try await fixture.renderer().renderBook([fixture.verified]).first { $0.path == "numbers.html" })
    for page in [try await fixture.page(), String(decoding: ledger.bytes, as: UTF8.self)] {
      let policy = try #require(
        page.range(
          of: #"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' file:; "#))
      for tag in ["<script", "<link", "<style", "<base", "<body", "<title"] {
        if let place = page.range(of: tag) { #expect(policy.upperBound < place.lowerBound, "\(tag)") }
      }
      #expect(page.count(of: "http-equiv") == 1)
      // Every script comes from a file, and nothing is run by an attribute.
      for script in page.matches(of: /<script([^>]*)>([^<]*)/) {
        #expect(script.1.contains(" src=\"assets/"))
        #expect(script.2.isEmpty)
      }
      #expect(page.firstMatch(of: /<[^>]*\son[a-z]+=/) == nil)
      #expect(!page.contains("<style"))
    }
  }

  @Test(arguments: [
    "a\"; background: url(https://a.example/); --x:\"", "a\\", "a\\\"", "a\n} body { display: none }", "a\r\u{C}b",
    "</style><script>alert(1)</script>", "a'&<b>", "題（一）　第6回",
    "*/ @import 'x'; /*", "\u{0}",
  ])
  func aTitleIsOneStringOfCSS(title: String) async throws {
    var fixture = RenderFixture()
    fixture.chapter = Chapter("one", source: Source(path: "Chapters/one.md", text: ""), title: title)
    let page = try await fixture.page()
    let found = try #require(page.firstMatch(of: /<html lang="ja" style="--running-title:&quot;([^"<>]*)&quot;">/))
    let inner = String(found.1)
    // Between the quotes there are only characters that end nothing, and numbers of others.
    #expect(inner.wholeMatch(of: #/(?:[^\x00-\x1F\x7F"'\\;{}()<>&*/@]|\\[0-9a-f]+ )*/#) != nil, "\(inner)")
    var read = ""
    var rest = inner[...]
    while let first = rest.first {
      if first == "\\", let number = rest.prefixMatch(of: #/\\([0-9a-f]+) /#) {
        read.unicodeScalars.append(Unicode.Scalar(UInt32(number.1, radix: 16)!)!)
        rest = rest[number.range.upperBound...]
      } else {
        read.append(first)
        rest = rest.dropFirst()
      }
    }
    #expect(read == "本　\(title)")
  }

  /// Should the file come to stand inside a page, it does not end the script.
  @Test func theSearchIsAScriptWhateverItSays() async throws {
    var fixture = RenderFixture()
    fixture.say(.text("a"))
    fixture.block(.run, "let a = \"</script><SCRIPT>x\u{2028}y\"")
    let files = try await fixture.renderer().renderBook([fixture.verified])
    let index = String(decoding: try #require(files.first { $0.path == "assets/search-index.js" }).bytes, as: UTF8.self)
    #expect(!index.lowercased().contains("</script"))
    #expect(!index.unicodeScalars.contains("\u{2028}"))
    #expect(index.contains("<\\/script>"))
  }

  /// No text of the book turns the page's own around, wherever it comes from.
  @Test func nothingUnseenReachesThePage() async throws {
    var fixture = RenderFixture()
    let hidden = "\u{202E}\u{2066}\u{200B}\u{1B}\u{9B}"
    fixture.block(.run, "print(1)", pin: "1\(hidden)") { $0.caption = "図\(hidden)" }
    fixture.record.figures = [0: [FigureRecord("<svg/>", table: [["x\(hidden)"], ["1\(hidden)"]])]]
    fixture.link("512", .remark(.waiver, words: "理由\(hidden)"))
    fixture.link("28.4", .citation(ordinal: 1, key: "v", place: "表\(hidden)"))
    let page = try await fixture.page()
    #expect(!page.unicodeScalars.contains { $0.isObeyed && $0 != "\n" && $0 != "\u{2060}" })
  }
}
