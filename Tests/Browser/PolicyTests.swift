import Foundation
import Testing

/// A page does its work under its own policy, and nothing else does.
@Suite struct PolicyTests {
  /// Everything that a page's scripts do for a reader, as far as the page has it.
  private static let use = """
    const wait = (ms) => new Promise((go) => setTimeout(go, ms));
    const until = async (holds) => { for (let i = 0; i < 300 && !holds(); i++) await wait(10); return holds(); };
    const done = [];
    if (document.documentElement.dataset.theme === undefined) localStorage.removeItem('theme');
    const before = getComputedStyle(document.documentElement).backgroundColor;
    document.querySelector('.theme').click();
    if (getComputedStyle(document.documentElement).backgroundColor !== before) done.push('theme');
    document.querySelector('.theme').click();
    document.querySelector('[data-search]').click();
    await until(() => window.bookSections);
    const input = document.querySelector('.search input');
    input.value = 'softmax';
    input.dispatchEvent(new Event('input'));
    if (document.querySelectorAll('.search ol a').length > 0) done.push('search');
    document.querySelector('.search').close();
    for (const kind of ['number', 'claim', 'cite', 'waiver']) {
      const bound = document.querySelector(`main .bound.${kind}`);
      if (!bound) continue;
      (bound.matches('[tabindex]') ? bound : bound.querySelector('a') ?? bound).focus();
      if (bound.querySelector('.card').checkVisibility()) done.push(kind);
    }
    const term = document.querySelector('main a.term');
    if (term) {
      term.focus();
      if (await until(() => term.querySelector('.card'))) done.push('term');
    }
    const copy = document.querySelector('button.copy');
    if (copy) {
      copy.click();
      if (await until(() => copy.textContent !== 'コピー')) done.push('copy');
    }
    const sort = document.querySelector('table.ledger th button');
    if (sort) {
      sort.click();
      if (sort.closest('th').ariaSort === 'ascending') done.push('sort');
    }
    if ([...document.querySelectorAll('.katex')].slice(0, 1).every((set) => getComputedStyle(set).fontFamily.includes('KaTeX'))) done.push('katex');
    const svg = document.querySelector('main figure svg[style]');
    if (svg && getComputedStyle(svg).maxWidth !== 'none') done.push('width');
    dispatchEvent(new Event('beforeprint'));
    dispatchEvent(new Event('afterprint'));
    await document.fonts.ready;
    return done
    """

  @Test func everyPageWorksUnderIt() async throws {
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      var done: [String: Set<String>] = [:]
      for page in Book.pages {
        _ = try await browser.messages()
        try await browser.open(page)
        let policy: String = try await browser.value(
          "return document.querySelector('meta[http-equiv=Content-Security-Policy]')?.content ?? ''")
        #expect(
          policy.contains(/^default-src 'none'; script-src 'self' file:( 'wasm-unsafe-eval')?;/),
          "\(page.name) has no policy")
        let found: [String] = try await browser.awaited(Self.use)
        done[page.name] = Set(found)
        #expect(try await browser.messages() == [], "\(page.name) breaks its policy")
      }
      for (name, found) in done { #expect(found.isSuperset(of: ["theme", "search", "katex"]), "\(name): \(found)") }
      #expect(
        done["lecture-06"]?.isSuperset(of: ["number", "claim", "cite", "term", "copy", "width"]) == true,
        "\(done["lecture-06"] ?? [])")
      #expect(done["numbers"]?.contains("sort") == true)
    }
  }

  /// As if a filter had a hole: what came through it stands in the page, and does nothing.
  private static let intruders = [
    "<img src=x onerror=ran()>", "<img src=https://a.example/x.png>", "<svg onload=ran()>",
    "<details open ontoggle=ran()>", "<input autofocus onfocus=ran()>",
    "<script>ran()</script>", "<script src=https://a.example/x.js></script>",
    "<script src=data:text/javascript,ran()></script>", "<script type=module>ran()</script>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>", "<iframe src='javascript:parent.ran()'></iframe>",
    "<iframe src=data:text/html,x></iframe>",
    "<object data=data:text/html,x></object>", "<embed src=data:text/html,x>", "<a id=go href='javascript:ran()'>a</a>",
    "<style>body { --ran: 1 }</style>",
    "<link rel=stylesheet href=data:text/css,body{--ran:1}>", "<video src=https://a.example/x></video>",
    "<p style='background: url(https://a.example/x.png)'>a</p>",
    "<form action=https://a.example/ id=send><input name=a value=b></form>", "<base href=https://a.example/>",
  ]

  @Test func whatGotInDoesNotRun() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weave-policy-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // In the page's own text, where the parser finds it, with the page's assets beside it.
    try FileManager.default.createSymbolicLink(
      at: folder.appendingPathComponent("assets"), withDestinationURL: Book.folder.appendingPathComponent("assets"))
    let page = String(decoding: try Book.bytes("index.html"), as: UTF8.self)
    let policy = try #require(page.firstMatch(of: /<meta http-equiv="Content-Security-Policy"[^>]*>/))
    let plain = page.replacing(policy.output, with: "")
    try await Browser.with(recordingRequests: true) { browser in
      try await browser.tool(
        "Page.addScriptToEvaluateOnNewDocument", ["source": "window.ran = () => { window.hasRun = true }"])
      var ran = 0
      for (number, html) in Self.intruders.enumerated() {
        for isGuarded in [true, false] {
          let file = folder.appendingPathComponent("\(isGuarded ? "guarded" : "plain")-\(number).html")
          let text = (isGuarded ? page : plain).replacing("<main", with: "\(html)<main", maxReplacements: 1)
          try Data(text.utf8).write(to: file)
          _ = try await browser.messages()
          try await browser.open(file.absoluteString)
          let seen: [String] = try await browser.awaited(
            """
            document.querySelector('#go')?.click();
            await new Promise((go) => setTimeout(go, 200));
            return [String(!!window.hasRun), getComputedStyle(document.body).getPropertyValue('--ran'), document.baseURI.slice(0, 5), String(!!document.querySelector('.search'))]
            """)
          if isGuarded {
            #expect(seen == ["false", "", "file:", "true"], "\(html)")
            #expect(
              try await !browser.messages().isEmpty || html.hasPrefix("<form"),
              "\(html) was refused without a word: was it there?")
          } else if seen[0] == "true" || seen[1] != "" || seen[2] != "file:" {
            ran += 1
          }
        }
      }
      // Without the policy these do run: the page was no other hindrance.
      #expect(ran >= 10, "\(ran)")
      // A form leads nowhere.
      let form = try #require(Self.intruders.firstIndex { $0.hasPrefix("<form") })
      let address = folder.appendingPathComponent("guarded-\(form).html").absoluteString
      try await browser.open(address)
      let still: String = try await browser.awaited(
        "document.querySelector('#send').submit(); await new Promise((go) => setTimeout(go, 500)); return location.href"
      )
      #expect(still == address)
    }
  }
}
