import Foundation
import Testing
import WeaveSupport

@Suite struct RenderBookTests {
  private func files(_ fixture: RenderFixture) async throws -> [String: String] {
    let files = try await fixture.renderer().renderBook([fixture.verified])
    return Dictionary(uniqueKeysWithValues: files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
  }

  @Test func theLedgerListsEachNumberWithItsGround() async throws {
    var fixture = RenderFixture()
    fixture.link("0.67", .number(expression: "a < b", value: "0.665", block: nil))
    fixture.link("下がる", .claim(expression: "isMonotone", block: nil))
    fixture.link("28.4", .citation(ordinal: 3, key: "v", place: "Table 2"))
    fixture.link("と言う", .citation(ordinal: 3, key: "v", place: nil))
    fixture.link("40 m", .remark(.waiver, words: "<たとえ>"))
    fixture.link("図 1", .reference(page: nil, anchor: "a", label: nil))
    let ledger = try #require(try await files(fixture)["numbers.html"])
    #expect(
      ledger.contains(
        "<tr><td><a href=\"one.html#n-1\">0.67</a></td><td>計算</td><td><code>a &lt; b</code></td><td><data value=\"0.665\">0.665</data></td></tr>"
      ))
    #expect(ledger.contains("<tr><td><a href=\"one.html#n-2\">下がる</a></td><td>主張</td>"))
    #expect(ledger.contains("<td>引用</td><td><a href=\"one.html#ref-v\">[3]</a> Table 2</td>"))
    #expect(ledger.contains("<td>免除</td><td>&lt;たとえ&gt;</td>"))
    #expect(ledger.count(of: "<tr><td>") == 4)
    // Where the ledger points to, the page has an anchor.
    let page = try await fixture.page()
    for id in ["n-1", "n-2", "n-5"] { #expect(page.contains("id=\"\(id)\"")) }
  }

  @Test func theSearchHoldsEachSectionsWords() async throws {
    var fixture = RenderFixture()
    fixture.chapter = RenderFixture.reading(
      #"""
      はじめに *\<b>*

      ## 温度

      重み $\alpha$ は
      - 一
      - 二
      """#)
    fixture.block(.run, "let shown = 1\n// snippet.hide\nlet unseen = 2") { $0.caption = "題名" }
    let script = try #require(try await files(fixture)["assets/search-index.js"])
    #expect(script.hasPrefix("window.bookSections = [\n") && script.hasSuffix(",\n];\n"))
    let json = "[" + script.dropFirst("window.bookSections = [".count).dropLast(",\n];\n".count) + "]"
    let sections = try JSONDecoder().decode([[String: String]].self, from: Data(json.utf8))
    #expect(
      sections == [
        ["page": "one.html", "id": "", "chapter": "題", "heading": "題", "text": "はじめに <b>"],
        [
          "page": "one.html", "id": "温度", "chapter": "題", "heading": "温度",
          "text": "重み \\alpha は 一 二 題名 let shown = 1",
        ],
      ])
  }
}
