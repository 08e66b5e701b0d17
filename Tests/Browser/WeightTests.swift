import Foundation
import Testing

/// What a page weighs, and that it stands still while it comes.
@Suite struct WeightTests {
  @Test(arguments: Book.pages) func aPageIsSmall(page: Book.Page) throws {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-9", "-c", Book.folder.appending(path: "\(page.name).html").path]
    process.standardOutput = pipe
    try process.run()
    let packed = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(packed.count > 1000 && packed.count < 400_000, "\(packed.count) bytes")
  }

  @Test func theScriptsAreSmall() throws {
    let bytes = try ["theme.js", "script.js", "search.js", "ledger.js", "live.js"].map {
      try Book.bytes("assets/\($0)").count
    }
    #expect(bytes.reduce(0, +) < 30_000, "\(bytes)")
  }

  /// What a reader loads who moves a figure, packed as it is in the script.
  @Test func theLiveFiguresAreSmall() throws {
    let code = try Book.bytes("assets/figures-code.js").count * 3 / 4
    #expect(code > 10_000 && code < 250_000, "\(code) bytes")
  }

  @Test func nothingMovesWhileAPageComes() async throws {
    try await Browser.with { browser in
      for (width, phone) in [(1440, false), (360, true)] {
        try await browser.resize(width, 800, phone: phone)
        // A browser that has just started learns late what pointer there is.
        try await browser.open(Book.pages[0])
        // Slow enough that the rest of a page and its scripts come after the first sight of it.
        try await browser.tool("Emulation.setCPUThrottlingRate", ["rate": 4])
        for page in Book.pages {
          try await browser.open(page)
          let moved: [String] = try await browser.awaited(
            """
            return await new Promise((done) => {
              const found = [];
              let moved = 0, inFormulas = 0;
              new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) {
                  const nodes = entry.sources.map((source) => source.node);
                  const elements = nodes.map((node) => node?.nodeType === 1 ? node : node?.parentElement);
                  if (elements.length > 0 && elements.every((element) => element?.closest('.katex'))) {
                    inFormulas += entry.value;
                  } else {
                    moved += entry.value;
                  }
                  found.push(`${entry.value}: ${elements.map((e) => e?.getAttribute('class') || e?.nodeName)}`);
                }
              }).observe({ type: 'layout-shift', buffered: true });
              setTimeout(() => done([String(moved), String(inFormulas), ...found]), 300);
            })
            """)
          // Below, no more than a line of one paragraph has moved, once: on a busy machine a page comes in pieces.
          #expect(Double(moved[0])! < 5e-4, "\(page.name) at \(width) px: \(moved.dropFirst(2))")
          // Where a formula's font comes late its letters move within it; to a reader 0.1 is where a page moves.
          #expect(Double(moved[1])! < 1e-2, "\(page.name) at \(width) px: \(moved.dropFirst(2))")
        }
      }
    }
  }
}
