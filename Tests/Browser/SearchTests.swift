import Testing

/// What a reader types, and the passage that answers it best: a chapter, and what its section's anchor holds.
@Suite struct SearchTests {
  struct Query: Sendable, CustomTestStringConvertible {
    var words: String
    var page: String
    var section: String
    init(_ words: String, _ page: String, _ section: String) {
      self.words = words
      self.page = page
      self.section = section
    }
    var testDescription: String { words }
  }

  static let japanese = [
    Query("剪定", "appendix-3", "剪定"), Query("部分空間", "lecture-06", "部分空間"), Query("注意機構", "lecture-14", "注意機構"),
    Query("温度", "lecture-06", "温度"), Query("因果マスク", "lecture-14", "因果マスク"), Query("負荷分散損失", "lecture-13", "負荷分散損失"),
    Query("赤道", "lecture-13", "赤道"), Query("準直交", "lecture-13", "準直交"), Query("敵対的サンプル", "lecture-13", "敵対的サンプル"),
    Query("双曲", "lecture-13", "双曲"), Query("ポアンカレ球", "lecture-13", "ポアンカレ球"), Query("残差接続", "lecture-14", "残差接続"),
    Query("スケーリング則", "lecture-14", "スケーリング則"), Query("正弦波", "lecture-14", "正弦波"), Query("並列走査", "lecture-14b", "並列走査"),
    Query("線形な注意", "lecture-14b", "線形な注意"), Query("静的な剪定", "appendix-3", "静的な剪定"), Query("実効個数", "appendix-3", "実効個数"),
    Query("エントロピー", "appendix-3", "エントロピー"), Query("凸包", "lecture-06", "凸包"), Query("専門家の崩壊", "lecture-13", "専門家の崩壊"),
    Query("球面 歩く", "lecture-06", "ngpt"), Query("手書き数字", "appendix-3", "手書き数字"),
  ]
  static let latin = [
    Query("softmax", "lecture-14b", "softmax"), Query("RoPE", "lecture-06", "rope"),
    Query("LoRA", "appendix-3", "lora"),
    Query("FlashAttention", "lecture-14b", "flashattention"),
    Query("Mixture of Experts", "lecture-13", "mixture-of-experts"),
    Query("ALiBi", "lecture-14", "alibi"), Query("Mamba", "lecture-14b", "mamba"),
    Query("Performer", "lecture-14b", "performer"),
    Query("LayerNorm", "lecture-06", "layernorm"), Query("gpt-2", "lecture-14", "gpt-2"),
    Query("QCQA", "lecture-14b", "qcqa"),
    Query("ＲＯＰＥ", "lecture-06", "rope"),
  ]

  @Test func theRightPassageIsAmongTheFirstThree() async throws {
    try await Browser.with { browser in
      try await browser.resize(1280, 900)
      try await browser.open(Book.page("lecture-06"))
      let before: Bool = try await browser.value("return !!window.bookSections")
      #expect(!before, "the index is loaded before anybody searches")
      try await browser.press("/")
      let _: Bool = try await browser.awaited(
        "while (!window.bookSections) await new Promise((go) => setTimeout(go, 10)); return true")
      #expect(Self.japanese.count >= 20 && Self.latin.count >= 10)
      for query in Self.japanese + Self.latin {
        let found: [[String]] = try await browser.value(
          """
          const input = document.querySelector('.search input');
          input.value = arguments[0];
          input.dispatchEvent(new Event('input'));
          return [...document.querySelectorAll('.search ol a')].slice(0, 3).map((a) => [decodeURIComponent(a.getAttribute('href')), a.querySelector(':scope > span').textContent])
          """, [query.words])
        let isThere = found.contains { hit in
          let parts = hit[0].split(separator: "#", maxSplits: 1)
          return parts[0] == "\(query.page).html" && parts.count == 2 && parts[1].contains(query.section)
        }
        #expect(isThere, "\(query.words): \(found.map { $0[0] })")
        #expect(found.contains { $0[1].count > 10 }, "\(query.words): no passage is shown")
      }
    }
  }

  @Test func aResultIsReachedWithTheKeyboard() async throws {
    try await Browser.with { browser in
      try await browser.resize(1280, 900)
      try await browser.open(Book.page("index"))
      try await browser.press("/")
      let _: Bool = try await browser.awaited(
        "while (!window.bookSections) await new Promise((go) => setTimeout(go, 10)); return true")
      try await browser.tool("Input.insertText", ["text": "ポアンカレ球"])
      try await browser.press("ArrowDown")
      let words: String = try await browser.value("return document.activeElement.querySelector('b').textContent")
      #expect(words.contains("ポアンカレ"))
      try await browser.press("Enter")
      let place: String = try await browser.awaited(
        "for (let i = 0; i < 6000 && !location.href.includes('lecture-13'); i++) await new Promise((go) => setTimeout(go, 10)); return decodeURIComponent(location.href)"
      )
      #expect(place.contains("lecture-13.html#ポアンカレ球"))
    }
  }
}
