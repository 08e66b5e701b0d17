import Testing

/// Pages for whoever reads with a screen reader, with a keyboard, or with eyes that need contrast.
@Suite struct AccessibilityTests {
  /// A second rendering of each formula and the marks inside each figure are silent (`aria-hidden`, `role=img`) and
  /// many: they are left out, and the figures' colours are looked at below. Text takes its colours by kind: eight
  /// places of each kind stand for the rest, whose words are taken away, line by line; what can be followed or pressed
  /// keeps its name.
  private static let silent = """
    for (const silent of document.querySelectorAll('.katex-html, svg[role=img] > :not(title, desc)')) silent.remove();
    const count = new Map();
    for (const text of document.querySelectorAll('p, li, td, dd, span, code, strong, em, mark, pre, figcaption')) {
      if (text.closest('button, summary, label, h1, h2, h3, h4, nav') || text.closest('a')?.textContent === text.textContent) continue;
      const kind = `${text.tagName} ${text.className} ${text.parentElement.tagName} ${text.parentElement.className}`;
      count.set(kind, (count.get(kind) ?? 0) + 1);
      if (count.get(kind) <= 8) continue;
      for (const node of text.childNodes) if (node.nodeType === 3) node.data = node.data.replace(/\\S+/g, '');
    }
    """

  private func violations(_ browser: Browser, _ rules: String) async throws -> [Axe.Violation] {
    try await browser.run(Self.silent)
    // By the driver: the page's own policy takes no script but from its files.
    try await browser.run(try await Axe.script())
    return try await browser.awaited(
      """
      const found = await axe.run(document, { runOnly: \(rules), resultTypes: ['violations'] });
      return found.violations.flatMap((v) => v.nodes.slice(0, 3).map((node) => ({ rule: v.id, element: node.target.join(' '), why: node.failureSummary })))
      """)
  }

  @Test(arguments: Book.pages) func theGuidelinesHold(page: Book.Page) async throws {
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.prefer(dark: false)
      try await browser.open(page)
      let light = try await violations(browser, "{ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }")
      #expect(light == [])
      // The dark page differs in its colours only.
      try await browser.prefer(dark: true)
      let dark = try await violations(browser, "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }")
      #expect(dark == [])
    }
  }

  /// Words and marks of each figure against what lies after them, in the colours that the browser computes.
  private static let pale = """
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const known = new Map();
    function luminance(colour) {
      if (!known.has(colour)) {
        canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((x) => x / 255).map((x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
        known.set(colour, 0.2126 * r + 0.7152 * g + 0.0722 * b);
      }
      return known.get(colour);
    }
    const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
    const paper = getComputedStyle(document.documentElement).backgroundColor;
    const found = [];
    let words = 0, marks = 0;
    for (const figure of document.querySelectorAll('figure svg')) {
      const cells = [...figure.querySelectorAll('.plot-cells rect')].map((rect) => [rect.getBoundingClientRect(), getComputedStyle(rect).fill]);
      for (const text of figure.querySelectorAll('text')) {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        if (right - left === 0) continue;
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        const under = cells.find(([box]) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom)?.[1] ?? paper;
        const ratio = contrast(getComputedStyle(text).fill, under);
        words += 1;
        if (ratio < 4.5) found.push(`${ratio.toFixed(2)} “${text.textContent}” in ${figure.querySelector('title')?.textContent}`);
      }
      for (const mark of figure.querySelectorAll(':is(.plot-marks, .plot-legend) :is(path, rect, circle, ellipse, line, polygon, polyline)')) {
        const style = getComputedStyle(mark);
        for (const colour of [style.fill, style.stroke]) {
          if (!colour.startsWith('rgb(') || Number(style.opacity) < 1) continue;
          // A ring of paper sets marks apart from each other, and a hollow mark is seen by its stroke.
          if (mark.closest('[opacity], [fill-opacity]') || colour === paper) continue;
          marks += 1;
          if (contrast(colour, paper) < 3) found.push(`${contrast(colour, paper).toFixed(2)} ${mark.tagName} ${colour} in ${figure.querySelector('title')?.textContent}`);
        }
      }
    }
    return [String(words), String(marks), ...new Set(found)].slice(0, 10)
    """

  /// Figures that a screen reader cannot tell of.
  static let mute = """
    return [...document.querySelectorAll('main figure svg:not(.katex svg)')].filter((svg) => {
      const words = (name) => (svg.getAttribute(name) ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('');
      return svg.getAttribute('role') !== 'img' || words('aria-labelledby') === '' || words('aria-describedby').length < 10;
    }).map((svg) => svg.textContent.slice(0, 60))
    """

  /// What is pale in one theme, and how much was looked at.
  struct Figures: Sendable {
    var dark: Bool
    var words: Int
    var marks: Int
    var pale: [String]

    init(_ browser: Browser, dark: Bool) async throws {
      let found: [String] = try await browser.value(AccessibilityTests.pale)
      (self.dark, words, marks, pale) = (dark, Int(found[0])!, Int(found[1])!, Array(found.dropFirst(2)))
    }
  }

  @Test func figuresSayWhatTheyShowAndStandOut() async throws {
    var looked = (words: 0, marks: 0)
    for page in Book.pages {
      let visit = try await Visit.of(page)
      for figures in visit.figures {
        looked.words += figures.words
        looked.marks += figures.marks
        #expect(figures.pale == [], "\(page.name), \(figures.dark ? "dark" : "light")")
      }
      #expect(visit.mute == [], "\(page.name)")
    }
    #expect(looked.words > 1000 && looked.marks > 1000, "\(looked)")
  }

  /// Where Tab leads on a page that has just been opened.
  struct Order: Sendable {
    /// Elements with an order of their own.
    var forced: Int
    /// The first stop leads past the rest; then bar, contents, text.
    var stops: [String] = []
    var showsFocus: Bool

    init(_ browser: Browser) async throws {
      forced = try await browser.value(
        "return document.querySelectorAll('[tabindex]:not([tabindex=\"0\"], [tabindex=\"-1\"])').length")
      for _ in 0..<8 {
        try await browser.press("Tab")
        stops.append(
          try await browser.value(
            "const e = document.activeElement; return e.closest('.skip, .bar, .contents, main')?.className || e.closest('main')?.id || e.nodeName"
          ))
      }
      showsFocus = try await browser.value(
        "const s = getComputedStyle(document.activeElement); return !(s.outlineStyle === 'none' && s.textDecorationLine === 'none' && s.backgroundColor === 'rgba(0, 0, 0, 0)')"
      )
    }
  }

  @Test func theKeyboardReachesEverythingInOrder() async throws {
    for page in Book.pages {
      let order = try await Visit.of(page).order
      #expect(order.forced == 0, "\(page.name) has an order of its own")
      #expect(order.stops.first == "skip", "\(page.name): \(order.stops)")
      let ranks = order.stops.map { ["skip": 0, "bar": 1, "contents": 2, "main": 3][$0] ?? 9 }
      #expect(ranks == ranks.sorted() && !ranks.contains(9), "\(page.name): \(order.stops)")
      #expect(order.showsFocus, "\(page.name) does not show where the focus is")
    }
  }
}
