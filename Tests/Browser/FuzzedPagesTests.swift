import Foundation
import Testing

/// Pages of damaged books, full of what wants to run, in a browser that is told to ignore their policy: what keeps
/// scripts out is what was written, the policy is there for what that overlooks.
///
/// `FUZZ_PAGES` sets how many, `FUZZ_SEED` where they begin; a page is named by its seed.
@Suite struct FuzzedPagesTests {
  private static let environment = ProcessInfo.processInfo.environment

  /// Scripts, attributes that are scripts, and addresses that are: as the browser itself understands the page.
  private static let look = """
    await new Promise((go) => setTimeout(go, 30));
    const found = [];
    if (window.fuzzed !== undefined) found.push('a script ran');
    for (const script of document.querySelectorAll('script')) if (!arguments.includes(script.outerHTML)) found.push(script.outerHTML.slice(0, 200));
    const names = 'iframe, frame, object, embed, base, applet, img, image, foreignObject, animate, set, video, audio, template, noscript, dialog, textarea, [*|onload], [srcdoc], meta[http-equiv=refresh]';
    for (const element of document.querySelectorAll('article :is(' + names + ', style, link, form, button)')) {
      if (!element.matches('.copy, .ledger-tools, .ledger-tools *')) found.push(element.outerHTML.slice(0, 200));
    }
    const ways = ['file:', 'http:', 'https:', 'mailto:'];
    for (const element of document.querySelectorAll('*')) {
      for (const { localName, value } of element.attributes) {
        if (/^on/i.test(localName)) found.push(`${localName} on ${element.localName}`);
        if (!/^(href|src|action|formaction|data|poster|ping|to|values)$/i.test(localName)) continue;
        try { if (!ways.includes(new URL(value, document.baseURI).protocol)) found.push(`${localName}="${value}"`); } catch { /* leads nowhere */ }
      }
    }
    return found
    """

  @Test func nothingRunsWhateverIsWritten() async throws {
    let count = Self.environment["FUZZ_PAGES"].flatMap { Int($0) } ?? 20
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "weave-fuzzed-pages-\(UUID().uuidString)", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "weave-fuzz")
    process.arguments = ["pages", "\(count)", Self.environment["FUZZ_SEED"] ?? "1", folder.path]
    process.currentDirectoryURL = Book.root
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".html") && $0 != "clean.html"
    }.sorted()
    try #require(names.count == count)

    try await Browser.with(recordingRequests: true) { browser in
      try await browser.tool("Page.setBypassCSP", ["enabled": true])
      try await browser.open(folder.appending(path: "clean.html").absoluteString)
      let own: [String] = try await browser.value(
        "return [...document.querySelectorAll('script')].map((script) => script.outerHTML)")
      try #require(!own.isEmpty)
      for name in names {
        do {
          _ = try await browser.requests()
          try await browser.open(folder.appending(path: name).absoluteString)
          let found: [String] = try await browser.awaited(Self.look, own)
          #expect(found == [], "\(name)")
          let outside = try await browser.requests().filter {
            !$0.hasPrefix(folder.absoluteString) && !$0.hasPrefix("data:")
          }
          #expect(outside == [], "\(name)")
        } catch {
          // An open dialog, for instance.
          Issue.record("\(name): \(error)")
        }
      }
    }
  }
}
