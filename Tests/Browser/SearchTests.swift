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
  /// Written otherwise than the book writes it, or by another name.
  static let other = [
    Query("ｶｰﾈﾙ法", "lecture-06", "カーネル"), Query("かーねる", "lecture-06", "カーネル"), Query("クエリ", "lecture-06", "query"),
    Query("トランスフォーマー", "lecture-06", "transformer"), Query("エキスパート", "lecture-13", "expert"),
    Query("プルーニング", "appendix-3", "剪定"), Query("枝刈り", "appendix-3", "剪定"),
    Query("静的プルーニング", "appendix-3", "静的な剪定"), Query("rotary position embedding", "lecture-06", "rope"),
    Query("ミニバッチ", "lecture-13", ""),
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
      for query in Self.japanese + Self.latin + Self.other {
        let found: [[String]] = try await browser.value(
          """
          const input = document.querySelector('.search input');
          input.value = arguments[0];
          input.dispatchEvent(new Event('input'));
          return [...document.querySelectorAll('.search ol a')].slice(0, 3).map((a) => [decodeURIComponent(a.getAttribute('href')), a.querySelector(':scope > span').textContent])
          """, [query.words])
        let isThere = found.contains { hit in
          let parts = hit[0].split(separator: "#", maxSplits: 1)
          return parts[0].hasPrefix("\(query.page).html?") && parts.count == 2
            && (query.section.isEmpty || parts[1].contains(query.section))
        }
        #expect(isThere, "\(query.words): \(found.map { $0[0] })")
        #expect(found.contains { $0[1].count > 10 }, "\(query.words): no passage is shown")
      }
    }
  }

  @Test func aPartOfAnotherWordIsNoHit() async throws {
    try await Browser.with { browser in
      try await browser.open(Book.page("lecture-06"))
      try await browser.press("/")
      let _: Bool = try await browser.awaited(
        "while (!window.bookSections) await new Promise((go) => setTimeout(go, 10)); return true")
      func marked(_ words: String) async throws -> [String] {
        try await browser.value(
          """
          const input = document.querySelector('.search input');
          input.value = arguments[0];
          input.dispatchEvent(new Event('input'));
          return [document.querySelector('.search [role=status]').textContent, ...[...document.querySelectorAll('.search ol a')].map((a) => a.textContent)]
          """, [words])
      }
      let key = try await marked("キー")
      #expect(key.count > 1 && key.dropFirst().allSatisfy { !$0.contains("コレスキー") || $0.lowercased().contains("key") })
      // What stands nowhere as it was written is said to be something like it.
      let near = try await marked("負荷分散の損失関数")
      #expect(near.count > 1 && near[0].contains("このままの言葉はない"))
      let exact = try await marked("負荷分散損失")
      #expect(exact.count > 1 && !exact[0].contains("このままの言葉はない"))
      let formula = try await marked("割るのか")
      #expect(formula.count > 1 && formula.dropFirst().allSatisfy { !$0.contains("$") })
    }
  }

  /// Enter that ends the writing of a Japanese word chooses no result, and a result shows the word where it leads.
  @Test func theWordIsMarkedWhereAResultLeads() async throws {
    try await Browser.with { browser in
      try await browser.resize(1280, 900)
      try await browser.open(Book.page("index"))
      try await browser.press("/")
      let _: Bool = try await browser.awaited(
        "while (!window.bookSections) await new Promise((go) => setTimeout(go, 10)); return true")
      try await browser.tool("Input.insertText", ["text": "凸包"])
      let stays: String = try await browser.value(
        """
        const input = document.querySelector('.search input');
        input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
        return location.href
        """)
      #expect(stays.hasSuffix("index.html"))
      try await browser.press("Enter")
      let seen: [String] = try await browser.awaited(
        """
        for (let i = 0; i < 6000 && !location.href.includes('lecture-06'); i++) await new Promise((go) => setTimeout(go, 10));
        for (let i = 0; i < 6000 && !CSS.highlights?.get('found'); i++) await new Promise((go) => setTimeout(go, 10));
        const words = [...CSS.highlights.get('found')].map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset));
        const boxes = [...CSS.highlights.get('found')].map((range) => range.startContainer.parentElement.getBoundingClientRect());
        return [String(words.length), String(words.every((word) => word === '凸包')), String(boxes.some((box) => box.bottom > 0 && box.top < innerHeight))]
        """)
      #expect(Int(seen[0])! > 0 && seen[1] == "true")
      #expect(seen[2] == "true", "the word is out of sight")
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
      #expect(place.contains("lecture-13.html") && place.contains("#ポアンカレ球"))
    }
  }
}
