/// What one look at a page of the book finds, on a desk, on a tablet and on a phone. A chapter takes seconds to be laid
/// out: tests that only look share the look.
struct Visit: Sendable {
  /// Words, and how many formulas, figures, tables, listings and links there are.
  var shown: [String]
  var ids: [String]
  /// Names and fragments of what the page leads to in the book's folder.
  var targets: Set<String>
  var terms: [String]
  /// In the light and in the dark.
  var figures: [AccessibilityTests.Figures]
  var mute: [String]
  var order: AccessibilityTests.Order
  var widths: [WidthTests.Width]
  var small: [String]
  var smallInContents: [String]

  private static let visits = Dictionary(
    uniqueKeysWithValues: Book.pages.map { page in (page.name, Task { try await Visit(page) }) })

  static func of(_ page: Book.Page) async throws -> Visit { try await visits[page.name]!.value }
}

extension Visit {
  private init(_ page: Book.Page) async throws {
    self = try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.prefer(dark: false)
      try await browser.open(page)
      let shown: [String] = try await browser.value(IsolationTests.shown)
      let ids: [String] = try await browser.value("return [...document.querySelectorAll('[id]')].map((e) => e.id)")
      let targets: [String] = try await browser.value(ReadingTests.targets)
      let terms: [String] = try await browser.value(
        "return [...document.querySelectorAll('a.term')].map((a) => a.hash)")
      let mute: [String] = try await browser.value(AccessibilityTests.mute)
      // A term that has the focus brings its card.
      let order = try await AccessibilityTests.Order(browser)
      var figures: [AccessibilityTests.Figures] = []
      for dark in [false, true] {
        try await browser.prefer(dark: dark)
        figures.append(try await AccessibilityTests.Figures(browser, dark: dark))
      }
      try await browser.prefer(dark: false)
      // What is folded has to fit, too.
      try await browser.run(
        "for (const details of document.querySelectorAll('details:not([open])')) { details.open = true; details.dataset.wasFolded = '' }"
      )
      var widths: [WidthTests.Width] = []
      for width in [1440, 768, 360] {
        try await browser.resize(width, 900, phone: width < 700)
        widths.append(try await WidthTests.Width(browser, width))
      }
      try await browser.run(
        "for (const details of document.querySelectorAll('[data-was-folded]')) details.open = false")
      let small: [String] = try await browser.value(WidthTests.small)
      try await browser.run("document.querySelector('.menu').click()")
      let smallInContents: [String] = try await browser.value(WidthTests.small)
      return Visit(
        shown: shown, ids: ids, targets: Set(targets), terms: terms, figures: figures, mute: mute, order: order,
        widths: widths, small: small, smallInContents: smallInContents)
    }
  }
}
