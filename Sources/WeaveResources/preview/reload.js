// Put into pages by `weave serve`, never written to the book: takes over the new text when the book was woven again, and
// shows what is wrong with it.
"use strict";
{
  const script = document.currentScript;
  let build = script.dataset.build;

  // ---- The new text ------------------------------------------------------------------------------------------------

  const regions = ["header.bar", "#contents", "main"];
  // Scripts have taken hold of these, or of what depends on them: where one changes, the page is loaded anew.
  const held = "pre, .scroll, details, .code, h1, h2, h3, h4, nav, header, button, script";

  const select = (page) => regions.map((region) => page.querySelector(region));
  // As they came from the server: no deferred script has run yet.
  let served = select(document).map((region) => region?.cloneNode(true));

  const isHeld = (node) => node.nodeType === Node.ELEMENT_NODE && (node.matches(held) || node.querySelector(held) !== null);

  function haveSameAttributes(a, b) {
    return a.attributes.length === b.attributes.length
      && [...a.attributes].every(({ name, value }) => b.getAttribute(name) === value);
  }

  // Turns `live`, which was served as `old`, into `fresh`, touching only what differs; false where that cannot be done.
  // Collects the steps first: all of them are made or none.
  function plan(live, old, fresh, steps) {
    if (old.isEqualNode(fresh)) return true;
    const before = [...old.childNodes], after = [...fresh.childNodes], now = [...live.childNodes];
    let head = 0;
    while (head < before.length && head < after.length && before[head].isEqualNode(after[head])) head += 1;
    let tail = 0;
    while (tail < Math.min(before.length, after.length) - head
      && before[before.length - 1 - tail].isEqualNode(after[after.length - 1 - tail])) tail += 1;
    const gone = before.slice(head, before.length - tail), come = after.slice(head, after.length - tail);
    // Scripts add behind what was served; children in front of that are still the served ones.
    if (now.length < before.length || now.slice(0, before.length).some((node, i) => node.nodeName !== before[i].nodeName)) return false;
    if (gone.length === come.length) {
      return gone.every((node, i) => replace(now[head + i], node, come[i], steps));
    }
    if (gone.some(isHeld) || come.some(isHeld)) return false;
    steps.push(() => {
      const anchor = now[head + gone.length] ?? null;
      for (const node of now.slice(head, head + gone.length)) node.remove();
      for (const node of come) live.insertBefore(document.importNode(node, true), anchor);
    });
    return true;
  }

  function replace(live, old, fresh, steps) {
    if (old.isEqualNode(fresh)) return true;
    const isSameElement = old.nodeType === Node.ELEMENT_NODE && old.nodeName === fresh.nodeName && haveSameAttributes(old, fresh);
    if (isSameElement && old.childNodes.length > 0 && !old.matches("h1, h2, h3, h4, pre, nav, svg, math")) {
      return plan(live, old, fresh, steps);
    }
    if (isHeld(old) || isHeld(fresh)) return false;
    steps.push(() => live.replaceWith(document.importNode(fresh, true)));
    return true;
  }

  function takeOver(page) {
    const live = select(document), fresh = select(page), steps = [];
    const isKnown = (list) => list.every((region) => region);
    if (!isKnown(live) || !isKnown(served) || !isKnown(fresh)) return false;
    if (!regions.every((_, i) => haveSameAttributes(served[i], fresh[i]) && plan(live[i], served[i], fresh[i], steps))) return false;
    for (const step of steps) step();
    served = fresh.map((region) => region.cloneNode(true));
    document.title = page.title;
    return true;
  }

  // ---- The whole page anew, where the reader was -------------------------------------------------------------------

  const place = "weave-place";
  function loadAnew() {
    const open = [...document.querySelectorAll("details")].map((details) => details.open);
    try {
      sessionStorage.setItem(place, JSON.stringify({ path: location.pathname, open, x: scrollX, y: scrollY }));
      history.scrollRestoration = "manual";
    } catch { /* the browser's own memory of the place has to do */ }
    location.reload();
  }
  function returnToPlace() {
    let left = null;
    try {
      left = JSON.parse(sessionStorage.getItem(place));
      sessionStorage.removeItem(place);
    } catch { return; }
    if (left?.path !== location.pathname) return;
    const all = document.querySelectorAll("details");
    if (all.length === left.open.length) all.forEach((details, i) => { details.open = left.open[i]; });
    const scroll = () => scrollTo({ left: left.x, top: left.y, behavior: "instant" });
    scroll();
    addEventListener("load", () => {
      scroll();
      history.scrollRestoration = "auto";
    });
  }
  returnToPlace();

  let isUpdating = false;
  async function update(wanted) {
    if (isUpdating) return;
    isUpdating = true;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("script[data-build]")?.dataset.build;
      if (!takeOver(page)) return loadAnew();
      build = next ?? wanted;
    } catch { /* the server is gone; its return is a new state */ }
    isUpdating = false;
    if (state && state.build !== build) update(state.build);
  }

  // ---- What is wrong -----------------------------------------------------------------------------------------------

  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  // Not as an element: the page's policy takes styles from files only.
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; }
    * { box-sizing: border-box; }
    .faults { position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 60vh; overflow: auto; margin: 0; padding: .9rem 1.2rem 1.1rem;
      font: 14px/1.6 ui-monospace, Menlo, Consolas, monospace; color: #f4e9e7; background: #2a1513; border-top: 3px solid #e0604f; box-shadow: 0 -8px 30px rgb(0 0 0 / .35); }
    header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; }
    h2 { font: 700 15px/1.6 sans-serif; margin: 0 0 .4rem; }
    button { font: inherit; color: inherit; background: none; border: 1px solid #a2675f; border-radius: 5px; padding: .1rem .7rem; cursor: pointer; }
    ol { list-style: none; margin: 0; padding: 0; }
    li { padding: .35rem 0; border-top: 1px solid #55302b; overflow-wrap: anywhere; white-space: pre-wrap; }
    .place { color: #ffb4a8; }
    .category { color: #cfa39c; }
    .busy { position: fixed; inset: 0 0 auto 0; z-index: 2147483647; height: 3px; background: #2f7de1; animation: pulse 1s infinite alternate; animation-delay: .3s; opacity: 0; }
    @keyframes pulse { from { opacity: .2; } to { opacity: 1; } }
    @media (prefers-reduced-motion: reduce) { .busy { animation: none; opacity: 1; } }
    [hidden] { display: none; }
    @media print { .faults, .busy { display: none; } }
  `);
  shadow.adoptedStyleSheets = [style];
  shadow.innerHTML = `
  <div class="busy" role="status" hidden></div>
  <section class="faults" role="alert" hidden>
    <header><h2></h2><button type="button"></button></header><ol></ol>
  </section>`;
  const box = shadow.querySelector(".faults");
  shadow.querySelector(".busy").setAttribute("aria-label", "{{building}}");
  box.setAttribute("aria-label", "{{faults}}");
  shadow.querySelector("button").textContent = "{{close}}";
  const close = () => { box.hidden = true; };
  shadow.querySelector("button").addEventListener("click", close);
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.documentElement.append(host);

  let shown = "";
  function showFaults(errors) {
    const text = JSON.stringify(errors);
    // A list that was closed stays closed until it is another one.
    if (text === shown) return;
    shown = text;
    const count = errors.length === 1 ? "{{faultOne}}" : "{{faultCount}}";
    shadow.querySelector("h2").textContent = count.replace("#", errors.length);
    shadow.querySelector("ol").replaceChildren(...errors.map((error) => {
      const item = document.createElement("li");
      const part = (name, words) => {
        const span = document.createElement("span");
        span.className = name;
        span.textContent = words;
        item.append(span);
      };
      if (error.file) part("place", `${error.file}:${error.line}:${error.column} `);
      part("category", `[${error.category}] `);
      part("message", error.message);
      return item;
    }));
    box.hidden = errors.length === 0;
  }

  // ---- The server's word -------------------------------------------------------------------------------------------

  let source = null, state = null;
  function listen() {
    if (source) return;
    source = new EventSource("/.weave/events");
    source.addEventListener("state", (event) => {
      state = JSON.parse(event.data);
      shadow.querySelector(".busy").hidden = !state.isBuilding;
      if (state.isBuilding) return;
      showFaults(state.errors);
      if (state.build !== build) update(state.build);
    });
  }
  function fallSilent() {
    source?.close();
    source = null;
  }
  // A browser keeps six connections to a server: pages that nobody sees do not hold one.
  addEventListener("visibilitychange", () => { if (document.hidden) fallSilent(); else listen(); });
  addEventListener("pagehide", fallSilent);
  addEventListener("pageshow", () => { if (!document.hidden) listen(); });
  if (!document.hidden) listen();
}
