// Search over the whole book: every section whose text holds all the words. Japanese has no spaces
// between words, so words are looked for as they stand, anywhere; the text is small enough to be read through.
"use strict";
{
  const limit = 30;
  // Same length before and after, so that a place found in one is the same place in the other.
  const fold = (text) => text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[A-Z]/g, (c) => c.toLowerCase());

  function count(text, word) {
    let hits = 0;
    for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + word.length)) hits += 1;
    return hits;
  }

  // A section's worth: where its heading holds the words, and how thick they stand in its text.
  function worth(section, words) {
    let score = 0;
    for (const word of words) {
      if (section.foldedHeading === word) score += 40;
      else if (section.foldedHeading.includes(word)) score += 24 + 8 * word.length / section.foldedHeading.length;
      const hits = count(section.folded, word);
      score += 10 * hits / (hits + 2) + 400 * hits * word.length / (section.folded.length + 1500);
    }
    return section.id ? score : score + 4;
  }

  /// Pairs of characters of the words, for a query that stands nowhere as it was written.
  function pairs(words) {
    return [...new Set(words.flatMap((word) => [...word].slice(1).map((_, place) => word.slice(place, place + 2))))];
  }

  function find(query) {
    const words = [...new Set(fold(query).split(/[\s\u3000]+/).filter(Boolean))];
    if (words.length === 0) return [];
    const sections = window.bookSections ?? [];
    for (const section of sections) {
      section.foldedHeading ??= fold(section.heading);
      section.folded ??= fold(`${section.heading}\n${section.text}`);
    }
    let found = sections.filter((section) => words.every((word) => section.folded.includes(word)))
      .map((section) => ({ section, words, score: worth(section, words) }));
    if (found.length === 0) {
      const parts = pairs(words);
      found = sections.map((section) => ({ section, words: parts.filter((part) => section.folded.includes(part)) }))
        .filter((hit) => parts.length > 1 && hit.words.length >= 0.6 * parts.length)
        .map((hit) => ({ ...hit, score: hit.words.length * 100 + worth(hit.section, hit.words) }));
    }
    return found.sort((a, b) => b.score - a.score).slice(0, limit);
  }

  /// The text around the first word, with the words marked.
  function excerpt({ section, words }) {
    const folded = fold(section.text);
    const first = Math.max(0, Math.min(...words.map((w) => folded.indexOf(w)).filter((p) => p >= 0), folded.length));
    const start = first < 24 ? 0 : first - 18;
    const text = section.text.slice(start, start + 110);
    const line = document.createElement("span");
    const pattern = new RegExp(words.map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
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
  dialog.setAttribute("aria-label", "本の中を探す");
  dialog.innerHTML = "<input type='search' autocomplete='off' spellcheck='false'><p role='status'></p><ol></ol>";
  const [input, status, list] = dialog.children;
  input.placeholder = "本の中を探す";
  input.setAttribute("aria-label", "探す言葉");
  document.body.append(dialog);

  function show() {
    const found = find(input.value);
    const count = found.length === limit ? "# 件以上" : found.length === 1 ? "# 件" : "# 件";
    status.textContent = input.value.trim() === "" ? "" : found.length === 0 ? "見つからない" : count.replace("#", found.length);
    list.replaceChildren(...found.map((hit) => {
      const { section } = hit;
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = section.page + (section.id ? `#${encodeURIComponent(section.id)}` : "");
      const title = document.createElement("b");
      title.textContent = section.id ? section.heading : section.chapter;
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
    script.addEventListener("load", show);
    document.head.append(script);
  }

  input.addEventListener("input", show);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("a")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
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
  const button = document.querySelector("[data-search]");
  if (button) {
    button.addEventListener("click", open);
  }
}
