// Search over the whole book: every section whose text holds all the words, or other names that the glossary gives
// them. Japanese has no spaces between words, so words are looked for as they stand, anywhere; the text is small enough
// to be read through.
"use strict";
{
  const limit = 30;
  // Same length before and after, so that a place found in one is the same place in the other.
  const fold = (text) => text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\u3041-\u3096]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60))
    .replace(/[A-Z]/g, (c) => c.toLowerCase());

  // Half-width katakana are another way to type the same letters; in the text they do not stand.
  const wordsOf = (query) => [...new Set(fold(query.normalize("NFKC")).split(/[\s\u3000]+/).filter(Boolean))];

  const isKatakana = (letter) => /[\u30a1-\u30fa\u30fc]/.test(letter ?? "");

  // Where `word` stands from `start` on; one in katakana not in the middle of another: `kii` is no part of `koresukii`.
  function placeOf(word, text, start = 0) {
    let place = text.indexOf(word, start);
    while (place > 0 && isKatakana(word[0]) && isKatakana(text[place - 1])) place = text.indexOf(word, place + 1);
    return place;
  }
  const holds = (text, word) => placeOf(word, text) >= 0;

  function count(text, word) {
    let hits = 0;
    for (let place = placeOf(word, text); place >= 0; place = placeOf(word, text, place + word.length)) hits += 1;
    return hits;
  }

  // A section's worth: where its heading holds the words, and how thick they stand in its text.
  function worth(section, words) {
    let score = 0;
    for (const word of words) {
      if (section.foldedHeading === word) score += 40;
      else if (holds(section.foldedHeading, word)) score += 24 + 8 * word.length / section.foldedHeading.length;
      const hits = count(section.folded, word);
      score += 10 * hits / (hits + 2) + 400 * hits * word.length / (section.folded.length + 1500);
    }
    return section.id ? score : score + 4;
  }

  /// Pairs of characters of the words, for a query that stands nowhere as it was written.
  function pairs(words) {
    return [...new Set(words.flatMap((word) => [...word].slice(1).map((_, place) => word.slice(place, place + 2))))];
  }

  let sections = [], terms = [];
  function read(lines) {
    sections = lines.filter((line) => line.page);
    for (const section of sections) {
      section.foldedHeading = fold(section.heading);
      section.folded = fold(`${section.heading}\n${section.text}`);
    }
    // The names of each term of the glossary.
    terms = lines.filter((line) => line.names).map((line) => line.names.map(fold));
  }

  // A word and what else the glossary calls it.
  const namesOf = (word) => [...new Set([word, ...terms.filter((names) => names.includes(word)).flat()])];

  function find(query) {
    const words = wordsOf(query);
    if (words.length === 0) return { hits: [], isNear: false };
    const wanted = words.map(namesOf);
    // Words of several that are one term's name: "grouped query attention".
    const whole = namesOf(words.join(" ")).slice(1);
    if (whole.length > 0) wanted.splice(0, wanted.length, [words.join(" "), ...whole]);
    let hits = sections.map((section) => ({
      section,
      // The word itself where it stands there, else the other name that does.
      words: wanted.flatMap((names) => names.find((name) => holds(section.folded, name)) ?? []),
    })).filter((hit) => hit.words.length === wanted.length)
      .map((hit) => ({ ...hit, score: worth(hit.section, hit.words) }));
    const isNear = hits.length === 0;
    if (isNear) {
      const parts = pairs(words);
      hits = sections.map((section) => ({ section, words: parts.filter((part) => section.folded.includes(part)) }))
        .filter((hit) => parts.length > 1 && hit.words.length >= 0.6 * parts.length)
        .map((hit) => ({ ...hit, score: hit.words.length * 100 + worth(hit.section, hit.words) }));
    }
    return { hits: hits.sort((a, b) => b.score - a.score).slice(0, limit), isNear };
  }

  function patternOf(words) {
    return new RegExp(words.map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
  }

  /// The text around the first word, with the words marked.
  function excerpt({ section, words }) {
    const folded = fold(section.text);
    const first = Math.max(0, Math.min(...words.map((w) => placeOf(w, folded)).filter((p) => p >= 0), folded.length));
    const start = first < 24 ? 0 : first - 18;
    const text = section.text.slice(start, start + 110);
    const line = document.createElement("span");
    const pattern = patternOf(words);
    let last = 0;
    line.append(start > 0 ? "…" : "");
    for (const match of fold(text).matchAll(pattern)) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(match.index, match.index + match[0].length);
      line.append(text.slice(last, match.index), mark);
      last = match.index + match[0].length;
    }
    line.append(text.slice(last), start + 110 < section.text.length ? "…" : "");
    return line;
  }

  const dialog = document.createElement("dialog");
  dialog.className = "search";
  dialog.setAttribute("aria-label", "{{searchBook}}");
  dialog.innerHTML = "<input type='search' autocomplete='off' spellcheck='false'><p role='status'></p><ol></ol>";
  const [input, status, list] = dialog.children;
  input.placeholder = "{{searchBook}}";
  input.setAttribute("aria-label", "{{searchWords}}");
  document.body.append(dialog);

  function show() {
    const { hits, isNear } = find(input.value);
    const count = hits.length === limit ? "{{foundAtLeast}}" : hits.length === 1 ? "{{foundOne}}" : "{{found}}";
    status.textContent = input.value.trim() === "" || !window.bookSections ? ""
      : hits.length === 0 ? "{{foundNothing}}" : (isNear ? "{{foundNear}}" : count).replace("#", hits.length);
    list.replaceChildren(...hits.map((hit) => {
      const { section } = hit;
      const item = document.createElement("li");
      const link = document.createElement("a");
      // What is only similar would mark half the page.
      const found = isNear ? "" : `?${new URLSearchParams(hit.words.map((word) => ["find", word]))}`;
      link.href = `${section.page}${found}${section.id ? `#${encodeURIComponent(section.id)}` : ""}`;
      const title = document.createElement("b");
      if (!section.id) title.textContent = section.chapter;
      else if (section.html) title.innerHTML = section.html;
      else title.textContent = section.heading;
      const chapter = document.createElement("small");
      chapter.textContent = section.id ? section.chapter : "";
      link.append(title, chapter, excerpt(hit));
      item.append(link);
      return item;
    }));
  }

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    if (window.bookSections) return;
    const script = document.createElement("script");
    script.src = "assets/search-index.js";
    script.addEventListener("load", () => {
      read(window.bookSections);
      show();
    });
    document.head.append(script);
  }

  input.addEventListener("input", show);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("a")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    // While a Japanese word is being typed, these keys choose its writing.
    if (event.isComposing) return;
    const links = [...list.querySelectorAll("a")];
    const place = links.indexOf(document.activeElement);
    if (event.key === "Enter" && document.activeElement === input) links[0]?.click();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const next = place + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? input : links[Math.min(next, links.length - 1)])?.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    open();
  });
  document.querySelector("[data-search]")?.addEventListener("click", open);

  // Where a result leads, the words are marked, and the first of them after its heading is in sight.
  function arrive() {
    const words = new URLSearchParams(location.search).getAll("find").filter(Boolean);
    if (words.length === 0 || !CSS.highlights) return;
    const from = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const pattern = patternOf(words);
    const ranges = [];
    const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest(".katex, .why, .aside, svg, script") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    let first = null;
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      for (const match of fold(node.data).matchAll(pattern)) {
        const range = new StaticRange({
          startContainer: node, startOffset: match.index, endContainer: node, endOffset: match.index + match[0].length,
        });
        ranges.push(range);
        if (!first && (!from || from.contains(node) || from.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING)) {
          first = node.parentElement;
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
    for (let node = first; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    const box = first?.getBoundingClientRect();
    if (box && (box.top < 0 || box.bottom > innerHeight)) first.scrollIntoView({ block: "center" });
  }
  arrive();
}
