import Testing

/// Pages fit phones, tablets and desks.
@Suite struct WidthTests {
  /// What sticks out of the window and of every frame that scrolls.
  private static let clipped = """
    const found = [];
    for (const element of document.querySelectorAll('main :is(p, li, h1, h2, h3, table, pre, svg, .katex, figcaption, summary, .output, .copy, .card)')) {
      if (!element.checkVisibility()) continue;
      const { left, right, width } = element.getBoundingClientRect();
      if (width === 0 || (left >= -1 && right <= innerWidth + 1)) continue;
      let frame = element.parentElement;
      while (frame && !['auto', 'scroll'].includes(getComputedStyle(frame).overflowX)) frame = frame.parentElement;
      if (!frame) found.push(`${element.tagName}.${element.getAttribute('class') ?? ''} ${Math.round(left)}…${Math.round(right)}: ${element.textContent.trim().slice(0, 40)}`);
    }
    return found.slice(0, 5)
    """

  /// A page at one width, with everything unfolded.
  struct Width: Sendable {
    var asked: Int
    var inner: Int
    /// How far it scrolls sideways.
    var excess: Int
    var clipped: [String]

    init(_ browser: Browser, _ width: Int) async throws {
      asked = width
      inner = try await browser.value("return innerWidth")
      excess = try await browser.value("return document.documentElement.scrollWidth - innerWidth")
      clipped = try await browser.value(WidthTests.clipped)
    }
  }

  @Test func nothingIsCutOff() async throws {
    for page in Book.pages {
      for width in try await Visit.of(page).widths {
        #expect(width.inner == width.asked)
        #expect(width.excess <= 0, "\(page.name) scrolls sideways by \(width.excess) px at \(width.asked) px")
        #expect(width.clipped == [], "\(page.name) is cut off at \(width.asked) px")
      }
    }
  }

  /// Whatever is to be tapped and stands outside a line of text, where it is too small.
  static let small = """
    const found = [];
    for (const element of document.querySelectorAll('a[href], button, summary, input, select')) {
      if (!element.checkVisibility({ opacityProperty: true })) continue;
      const style = getComputedStyle(element);
      // A link among words is as high as its line.
      const around = element.parentElement.closest('p, li, td, th, figcaption, div, span.card, .equation');
      const words = around && around.textContent.replace(/\\s+/g, '') !== element.textContent.replace(/\\s+/g, '');
      if (element.tagName === 'A' && style.display === 'inline' && words && !element.matches('.deep, .back')) continue;
      const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
      if (element.matches('.skip') || width === 0) continue;
      // 44, but for what a browser rounds far down on a long page.
      if (width < 43.9 || height < 43.9) found.push(`${element.tagName}.${element.className} ${Math.round(width)}×${Math.round(height)} ${element.textContent.trim().slice(0, 20)}`);
    }
    return [...new Set(found)].slice(0, 8)
    """

  @Test func fingersHitWhatTheyAimAt() async throws {
    for page in Book.pages {
      let visit = try await Visit.of(page)
      #expect(visit.small == [], "\(page.name)")
      #expect(visit.smallInContents == [], "the contents of \(page.name)")
    }
  }
}
