import Testing

/// A page lives in its folder, and without its scripts.
@Suite struct IsolationTests {
  @Test func thereAreAllKindsOfPages() {
    let names = Set(Book.pages.map(\.name))
    #expect(
      names.isSuperset(of: ["index", "lecture-06", "lecture-13", "lecture-14", "appendix-3", "glossary", "numbers"]))
  }

  @Test func noRequestLeavesTheFolderAndTheConsoleIsSilent() async throws {
    try await Browser.with(recordingRequests: true) { browser in
      try await browser.resize(1440, 1000)
      for page in Book.pages {
        _ = try await browser.requests()
        try await browser.open(page)
        // Search, a popup of the glossary and the page's end: whatever is loaded late is loaded.
        try await browser.press("/")
        try await browser.run(
          "scrollTo(0, document.body.scrollHeight); document.querySelector('a.term')?.dispatchEvent(new PointerEvent('pointerenter'))"
        )
        let _: Bool = try await browser.awaited(
          "for (let i = 0; i < 6000 && !window.bookSections; i++) await new Promise((go) => setTimeout(go, 10)); return !!window.bookSections"
        )
        let asked = try await browser.requests()
        #expect(asked.count >= 5, "\(page.name): no requests were seen")
        for address in asked {
          #expect(
            address.hasPrefix(Book.folder.absoluteString) || address.hasPrefix("data:"),
            "\(page.name) asks for \(address)")
        }
        let messages = try await browser.messages()
        #expect(messages == [], "\(page.name) writes on the console")
      }
    }
  }

  /// What the page shows: its words, and how many formulas, figures, tables, listings and links there are. Buttons and
  /// forms are what the scripts add.
  static let shown = """
    const article = document.querySelector('article').cloneNode(true);
    for (const added of article.querySelectorAll('.copy, .ledger-tools')) added.remove();
    const count = (selector) => article.querySelectorAll(selector).length;
    return [article.textContent.replace(/[↑↓↕\\s]+/g, ''), ...['.katex', 'svg', 'table', 'pre', 'a'].map((s) => String(count(s)))]
    """

  @Test func everythingIsThereWithoutScripts() async throws {
    var shown: [String: [String]] = [:]
    for page in Book.pages { shown[page.name] = try await Visit.of(page).shown }
    let withScripts = shown
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.disableScripts(true)
      for page in Book.pages {
        try await browser.open(page)
        let without: [String] = try await browser.value(Self.shown)
        #expect(without[0].count > 300, "\(page.name) is empty")
        #expect(withScripts[page.name] == without, "\(page.name) has another text without scripts")
        let links: [String] = try await browser.value(
          "return [...document.querySelectorAll('nav a')].filter((a) => a.checkVisibility()).map((a) => a.getAttribute('href'))"
        )
        for other in Book.pages where !["index", "numbers"].contains(other.name) && page.name != "index" {
          #expect(links.contains("\(other.name).html"), "\(page.name) does not lead to \(other.name)")
        }
        let dead: Int = try await browser.value(
          "return [...document.querySelectorAll('button, form')].filter((e) => e.checkVisibility() && !e.popoverTargetElement).length"
        )
        #expect(dead == 0, "\(page.name) shows buttons that do nothing")
      }
      // The contents of a narrow page open without a script.
      try await browser.resize(360, 780, phone: true)
      try await browser.open(Book.page("lecture-06"))
      try await browser.run("document.querySelector('.menu').click()")
      let isOpen: Bool = try await browser.value("return document.getElementById('contents').matches(':popover-open')")
      #expect(isOpen)
    }
  }
}
