import Foundation
import Testing

/// What a page does for its reader.
@Suite struct ReadingTests {
  @Test func aNumberShowsWhereItComesFrom() async throws {
    try await Browser.with { browser in
      for (width, phone) in [(1440, false), (768, false), (360, true)] {
        try await browser.resize(width, 900, phone: phone)
        try await browser.open(Book.page("lecture-06"))
        let seen: [String] = try await browser.value(
          """
          const number = document.querySelector('article .bound.number');
          number.scrollIntoView({ block: 'center', behavior: 'instant' });
          number.focus({ preventScroll: true });
          const card = number.querySelector('.card');
          const { left, right, top, bottom } = card.getBoundingClientRect();
          const inside = left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight && right > left;
          const over = number.querySelector('data').getBoundingClientRect();
          const apart = left >= over.right || right <= over.left || top >= over.bottom || bottom <= over.top;
          return [String(inside), String(apart), card.querySelector('.expression:not(.defined)').textContent, card.querySelector('.value').textContent, card.querySelector('a.place').getAttribute('href')]
          """)
        #expect(seen[0] == "true", "at \(width) px the card is cut off")
        #expect(seen[1] == "true", "at \(width) px the card covers its number")
        #expect(!seen[2].isEmpty && seen[3].hasPrefix("= ") && seen[4].hasPrefix("#"))
      }
    }
  }

  @Test func theWideScreenUsesItsMargin() async throws {
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.open(Book.page("lecture-06"))
      let notes: [String] = try await browser.value(
        """
        const text = document.querySelector('article > p').getBoundingClientRect();
        const notes = [...document.querySelectorAll('.aside')].filter((note) => note.checkVisibility()).map((note) => note.getBoundingClientRect());
        const tops = notes.map((note) => [note.top, note.bottom]).sort((a, b) => a[0] - b[0]);
        return [String(notes.length), String(notes.every((n) => n.left > text.right && n.right <= innerWidth)), String(tops.every((t, i) => i === 0 || t[0] >= tops[i - 1][1] - 1))]
        """)
      #expect(Int(notes[0])! >= 10)
      #expect(notes[1] == "true", "a note stands outside the margin")
      #expect(notes[2] == "true", "notes lie on each other")
      try await browser.resize(768, 1000)
      let narrow: Int = try await browser.value(
        "return [...document.querySelectorAll('.aside')].filter((note) => note.checkVisibility()).length")
      #expect(narrow == 0)
    }
  }

  @Test func theLedgerFiltersAndSorts() async throws {
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.open(Book.page("numbers"))
      let rows = "[...document.querySelectorAll('.ledger tbody tr')].filter((row) => row.checkVisibility())"
      let all: Int = try await browser.value("return \(rows).length")
      #expect(all > 300)
      let input =
        "const form = document.querySelector('.ledger-tools'); const set = () => form.dispatchEvent(new Event('input'));"
      let softmax: [String] = try await browser.value(
        "\(input) form.elements.words.value = 'softmax'; set(); return \(rows).map((row) => row.textContent.toLowerCase())"
      )
      #expect(softmax.count > 1 && softmax.count < all && softmax.allSatisfy { $0.contains("softmax") })
      // Rows say where they stand, and no row says so.
      let first: String = try await browser.value("return \(rows)[0].querySelector('small b').textContent")
      #expect(!first.isEmpty)
      let empty: [Int] = try await browser.value(
        "\(input) form.elements.words.value = 'そのような行はない'; set(); return [\(rows).length, document.querySelector('.ledger-nothing').checkVisibility() ? 1 : 0]"
      )
      #expect(empty == [0, 1])
      let wide: [Int] = try await browser.value(
        "\(input) form.elements.words.value = 'ｓｏｆｔｍａｘ'; set(); return [\(rows).length, document.querySelector('.ledger-nothing').checkVisibility() ? 1 : 0]"
      )
      #expect(wide == [softmax.count, 0])
      let claims: [String] = try await browser.value(
        "\(input) form.elements.words.value = ''; for (const box of form.querySelectorAll('[name=kind]')) box.checked = box.value === '主張'; set(); return \(rows).map((row) => row.cells[1].textContent)"
      )
      #expect(claims.count > 50 && claims.allSatisfy { $0 == "主張" })
      let sorted: [Double] = try await browser.value(
        """
        \(input) for (const box of form.querySelectorAll('[name=kind]')) box.checked = box.value === '計算'; form.elements.chapter.selectedIndex = 2; set();
        const table = \(rows)[0].closest('table');
        table.tHead.rows[0].cells[3].querySelector('button').click();
        if (table.tHead.rows[0].cells[3].ariaSort !== 'ascending') throw new Error('the order is not said');
        return [...table.tBodies[0].rows].filter((row) => row.checkVisibility()).map((row) => Number(row.querySelector('data').value))
        """)
      #expect(sorted.count > 20 && sorted == sorted.sorted())
    }
  }

  @Test func aTermSaysWhatItMeans() async throws {
    var found: Set<String> = []
    for page in Book.pages { found.formUnion(try await Visit.of(page).terms) }
    let links = found
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.open(Book.page("lecture-13"))
      let meaning: [String] = try await browser.awaited(
        """
        const link = document.querySelector('article a.term');
        link.focus();
        for (let i = 0; i < 6000 && !link.querySelector('.card'); i++) await new Promise((go) => setTimeout(go, 10));
        return [link.querySelector('.card').textContent, link.getAttribute('href'), String(link.querySelector('.card').checkVisibility())]
        """)
      #expect(meaning[0].count > 8 && meaning[2] == "true")
      // Each link to the glossary finds its row.
      #expect(links.count > 40)
      try await browser.open(Book.page("glossary"))
      for link in links {
        let isThere: Bool = try await browser.value(
          "return !!document.getElementById(decodeURIComponent(arguments[0].slice(1)))?.matches('tr')", [link])
        #expect(isThere, "\(link)")
      }
    }
  }

  static let targets =
    "return [...document.querySelectorAll('a[href]')].filter((a) => a.protocol === 'file:').map((a) => a.hash !== '' ? a.href.split('/').pop().split('#')[0] + '#' + decodeURIComponent(a.hash.slice(1)) : a.href.split('/').pop().replace('#', ''))"

  @Test func everyLinkInsideTheBookArrives() async throws {
    var targets: Set<String> = []
    var anchors: Set<String> = []
    for page in Book.pages {
      let visit = try await Visit.of(page)
      targets.formUnion(visit.targets)
      #expect(visit.ids.count == Set(visit.ids).count, "\(page.name) has an id twice")
      anchors.formUnion(visit.ids.map { "\(page.name).html#\($0)" })
      anchors.insert("\(page.name).html")
    }
    let lost = targets.filter { !$0.hasSuffix(".swift") && !$0.hasSuffix(".epub") }.subtracting(anchors)
    #expect(lost == [])
    for program in targets where program.hasSuffix(".swift") { #expect(try Book.bytes(program).count > 100) }
  }

  /// Hundreds of numbers are no hundreds of stops for Tab.
  @Test func theKeyboardGoesFromNumberToNumber() async throws {
    try await Browser.with { browser in
      try await browser.open(Book.page("lecture-13"))
      let counts: [Int] = try await browser.value(
        "return [document.querySelectorAll('article .bound[tabindex=\"0\"]').length, document.querySelectorAll('article :is(h2, h3)').length, document.querySelectorAll('article .bound[tabindex]').length]"
      )
      #expect(counts[0] > 0 && counts[0] <= counts[1] + 1 && counts[2] > 2 * counts[0], "\(counts)")
      try await browser.run("document.querySelector('article .bound[tabindex=\"0\"]').focus()")
      let place = "[...document.querySelectorAll('article .bound[tabindex]')].indexOf(document.activeElement)"
      var places: [Int] = [try await browser.value("return \(place)")]
      for key in ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft"] {
        try await browser.press(key)
        places.append(try await browser.value("return \(place)"))
      }
      #expect(places == [0, 1, 2, 1, 0, 0])
      let isShown: Bool = try await browser.value(
        "return document.activeElement.querySelector('.card').checkVisibility()")
      #expect(isShown)
    }
  }

  @Test func aTapOnACitationShowsItsCardFirst() async throws {
    try await Browser.with { browser in
      try await browser.resize(360, 780, phone: true)
      try await browser.open(Book.page("lecture-13"))
      let seen: [String] = try await browser.value(
        """
        const link = document.querySelector('article a.cite-number');
        const before = location.hash;
        const tap = () => link.dispatchEvent(new PointerEvent('click', { pointerType: 'touch', bubbles: true, cancelable: true }));
        const goesFirst = tap();
        const shown = link.closest('.bound').querySelector('.card').checkVisibility();
        return [String(goesFirst), String(shown), String(location.hash === before), String(tap())]
        """)
      #expect(seen == ["false", "true", "true", "true"])
    }
  }

  @Test func theSwitchAndTheArrowsWork() async throws {
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.prefer(dark: false)
      try await browser.open(Book.page("lecture-13"))
      let colours: [String] = try await browser.value(
        """
        const look = () => getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.querySelector('svg.plot text')).fill;
        const light = look();
        document.querySelector('.theme').click();
        return [light, look()]
        """)
      #expect(colours[0] != colours[1])
      // An arrow scrolls; it leads to no other page.
      try await browser.press("ArrowRight")
      try await browser.run("document.querySelector('.turn a[rel=next]').click()")
      let next: String = try await browser.awaited(
        "for (let i = 0; i < 6000 && !location.href.includes('lecture-14'); i++) await new Promise((go) => setTimeout(go, 10)); return location.href"
      )
      #expect(next.hasSuffix("lecture-14.html"))
      let kept: String = try await browser.value("return document.documentElement.dataset.theme ?? ''")
      #expect(kept == "dark", "the theme is forgotten")
      // The contents mark the section that is read.
      let marked: [String] = try await browser.awaited(
        """
        const heading = [...document.querySelectorAll('article h2[id]')][3];
        heading.scrollIntoView({ behavior: 'instant' });
        const marked = () => decodeURIComponent(document.querySelector('.sections a[aria-current]')?.hash.slice(1) ?? '');
        for (let i = 0; i < 6000 && marked() !== heading.id; i++) await new Promise((go) => setTimeout(go, 10));
        return [heading.id, marked()]
        """)
      #expect(marked[0] == marked[1])
    }
  }

  @Test func aLinkOpensWhatIsFolded() async throws {
    try await Browser.with { browser in
      try await browser.open(Book.page("lecture-06"))
      let id: String = try await browser.value(
        "return [...document.querySelectorAll('main details [id]')].filter((e) => !e.closest('.why'))[0].id")
      try await browser.open(
        Book.page("lecture-06"), fragment: id.addingPercentEncoding(withAllowedCharacters: .urlFragmentAllowed)!)
      let isOpen: Bool = try await browser.awaited(
        "const folded = document.getElementById(arguments[0]).closest('details'); for (let i = 0; i < 6000 && !folded.open; i++) await new Promise((go) => setTimeout(go, 10)); return folded.open",
        [id])
      #expect(isOpen)
    }
  }
}
