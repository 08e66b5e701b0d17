import Foundation
import Testing

/// Figures that a reader moves.
@Suite struct FigureTests {
  private static let pages = Book.pages.filter { page in
    (try? Book.bytes("\(page.name).html")).map { String(decoding: $0, as: UTF8.self).contains("data-live=") } ?? false
  }

  /// What every script here begins with.
  private static let tools = """
    const wait = (ms) => new Promise((go) => setTimeout(go, ms));
    const until = async (holds) => { for (let i = 0; i < 1000 && !holds(); i++) await wait(10); return holds(); };
    const controls = document.querySelector('.live-controls');
    const figure = controls.closest('figure');
    const inputs = [...controls.querySelectorAll('[data-printed]')];
    const drawing = () => figure.querySelector('.scroll').innerHTML;
    const set = (input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); };
    const message = controls.querySelector('.live-message');

    """

  /// The page's own module, at the printed values, draws each live figure as it stands in the page.
  @Test func theModuleDrawsThePrintedFigures() async throws {
    #expect(!Self.pages.isEmpty)
    try await Browser.with { browser in
      for page in Self.pages {
        try await browser.open(page)
        let apart: [String] = try await browser.awaited(
          """
          const script = document.createElement('script');
          script.src = 'assets/figures-code.js';
          await new Promise((done) => { script.onload = done; document.head.append(script); });
          const packed = Uint8Array.from(atob(window.bookFigures), (letter) => letter.charCodeAt(0));
          const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
          const module = await WebAssembly.compile(await new Response(bytes).arrayBuffer());
          const nothing = () => {};
          let svg = [];
          const { exports } = await WebAssembly.instantiate(module, { env: { put: nothing }, page: {
            step: () => -1, parameter: nothing, real: nothing, single: nothing, integer: nothing, boolean: nothing, text: nothing,
            figure: (start, length) => svg.push(new TextDecoder().decode(new Uint8Array(exports.memory.buffer, start, length))),
          } });
          const apart = [];
          for (const controls of document.querySelectorAll('.live-controls')) {
            svg = [];
            const { name } = JSON.parse(controls.dataset.live);
            exports[name]();
            // The page's ids have a prefix.
            const shown = [...controls.closest('figure').querySelectorAll(':scope > .scroll')]
              .map((drawing) => drawing.innerHTML.replace(/fig-\\d+-\\d+-/g, ''));
            const computed = svg.map((text) => { const box = document.createElement('div'); box.innerHTML = text; return box.innerHTML; });
            if (JSON.stringify(shown) !== JSON.stringify(computed)) apart.push(`${name}\\n${shown}\\n${computed}`);
          }
          return apart
          """)
        #expect(apart == [], "\(page.name)")
      }
    }
  }

  @Test func theCoverTellsWhatIsNoLongerTrue() async throws {
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.open(Book.page("index"))
      _ = try await browser.messages()
      let loaded: Bool = try await browser.value("return document.querySelector('script[src*=\"figures\"]') !== null")
      #expect(!loaded, "the module is loaded before anybody asks for it")
      try await browser.run("document.querySelector('.live-controls input').focus()")
      try await browser.press("ArrowRight")
      let moved: [String] = try await browser.awaited(
        Self.tools + """
          const number = document.querySelector('.bound.number');
          await until(() => !message.hidden);
          await until(() => controls.querySelector('[role=status]').textContent !== '');
          return [message.textContent, number.querySelector('.becomes')?.textContent, inputs[0].getAttribute('aria-valuetext'),
            String(number.classList.contains('broken')), controls.querySelector('[role=status]').textContent,
            getComputedStyle(number).color]
          """)
      #expect(moved[0].contains("index.md:") && moved[0].contains("error: [number] printed 0.665, computed 0.68"))
      #expect(moved[0].contains("(weights[0]): write 0.687 or run 'weave promote'"))
      #expect(moved[1] == "0.687" && moved[2] == "2.1" && moved[3] == "true" && moved[4] == moved[0])
      // The claim that the weights fall turns where they do not.
      let turned: [String] = try await browser.awaited(
        Self.tools + """
          set(inputs[0], 0);
          await until(() => document.querySelector('.bound.claim.broken'));
          const tick = document.querySelector('.bound.claim .tick').textContent;
          const violet = drawing();
          controls.querySelector('button').click();
          await until(() => message.hidden);
          return [tick, message.textContent, String(document.querySelectorAll('.broken, .has-broken, .becomes').length),
            document.querySelector('.bound.claim .tick').textContent, inputs.map((input) => input.getAttribute('aria-valuetext')).join(), String(violet !== drawing())]
          """)
      #expect(turned == ["\u{2060}✗\u{2060}", "", "0", "\u{2060}✓\u{2060}", "2.0,1.0,0.0", "true"])
      #expect(try await browser.messages() == [])
    }
  }

  /// After it was moved, in both themes; and what a finger needs.
  @Test func theGuidelinesHoldWhileItIsMoved() async throws {
    try await Browser.with { browser in
      for (width, phone) in [(1440, false), (360, true)] {
        try await browser.resize(width, 900, phone: phone)
        for dark in [false, true] {
          try await browser.prefer(dark: dark)
          for page in Self.pages {
            try await browser.open(page)
            let small: [String] = try await browser.awaited(
              Self.tools + """
                const before = drawing();
                set(inputs[0], inputs[0].value === '0' ? 1 : 0);
                await until(() => drawing() !== before);
                await wait(900);
                const targets = [...controls.querySelectorAll('input[type=range], button, select, label')];
                return targets.filter((target) => target.getBoundingClientRect().height < 44 || (target.type === 'range' && getComputedStyle(target).touchAction !== 'pan-y'))
                  .map((target) => target.outerHTML).concat(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : [])
                """)
            #expect(small == [], "\(page.name) at \(width) px")
            try await browser.run(try await Axe.script())
            let found: [Axe.Violation] = try await browser.awaited(
              """
              const within = [...document.querySelectorAll('figure:has(.live-controls), .has-broken')].map((node) => { node.dataset.looked = ''; return ['[data-looked]']; });
              const found = await axe.run({ include: within.slice(0, 1) }, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }, resultTypes: ['violations'] });
              return found.violations.flatMap((v) => v.nodes.slice(0, 3).map((node) => ({ rule: v.id, element: node.target.join(' '), why: node.failureSummary })))
              """)
            #expect(found == [], "\(page.name) at \(width) px")
          }
        }
      }
    }
  }

  /// A module whose function stops: the reader is told, the figure stands as printed, and the page goes on.
  @Test func aModuleThatStopsLeavesThePage() async throws {
    try await Browser.with { browser in
      try await browser.resize(1440, 1000)
      try await browser.open(Book.page("index"))
      let said: [String] = try await browser.awaited(
        Self.tools + """
          // A function without arguments, exported by the figure's name, that does nothing but stop.
          const name = new TextEncoder().encode(JSON.parse(controls.dataset.live).name);
          const section = (id, ...bytes) => [id, bytes.length, ...bytes];
          const module = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...section(1, 1, 96, 0, 0), ...section(3, 1, 0),
            ...section(7, 1, name.length, ...name, 0, 0), ...section(10, 1, 3, 0, 0, 11)]);
          const packed = new Blob([module]).stream().pipeThrough(new CompressionStream('deflate-raw'));
          const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
          Object.defineProperty(window, 'bookFigures', { get: () => btoa(String.fromCharCode(...bytes)), set() {} });
          const before = drawing();
          set(inputs[0], 7);
          await until(() => !message.hidden);
          const same = String(drawing() === before);
          const first = message.textContent;
          controls.querySelector('button').click();
          await until(() => message.hidden);
          document.querySelector('.theme').click();
          return [first, same, String(drawing() === before), message.textContent, String(document.documentElement.dataset.theme !== undefined)]
          """)
      #expect(said == ["この値では計算が止まる。図は本の値のものである", "true", "true", "", "true"])
    }
  }

  @Test func withoutScriptsThereAreNoControls() async throws {
    try await Browser.with { browser in
      try await browser.disableScripts(true)
      for page in Self.pages {
        try await browser.open(page)
        let shown: [Bool] = try await browser.value(
          "return [...document.querySelectorAll('.live-controls')].map((controls) => controls.checkVisibility())")
        #expect(!shown.isEmpty && !shown.contains(true), "\(page.name)")
      }
      try await browser.disableScripts(false)
    }
  }
}
