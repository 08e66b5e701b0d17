// The ledger's page: rows are filtered by words, kind and chapter, and sorted by a column. Without this they stand
// in the order of the book.
"use strict";
{
  const tables = [...document.querySelectorAll("table.ledger")];
  const sections = tables.map((table) => table.closest("section"));
  // Full and half width, and both cases, are the same letters.
  const folded = (text) => text.normalize("NFKC").toLowerCase();
  const rows = tables.map((table) => [...table.tBodies[0].rows].map((row, place) => ({
    row, place,
    text: folded(row.textContent),
    kind: row.cells[1].textContent,
    keys: [...row.cells].map((cell) => (cell.querySelector("a") ?? cell).textContent),
    values: [...row.cells].map((cell) => Number(cell.querySelector("data")?.value || NaN)),
  })));

  const form = document.querySelector(".ledger-tools");
  const chapters = form.elements.chapter;
  sections.forEach((section, place) => chapters.append(new Option(section.querySelector("h2").textContent, place)));
  const status = form.querySelector("[role=status]");

  function filter() {
    const words = folded(form.elements.words.value).split(/[\s\u3000]+/).filter(Boolean);
    const wanted = new Set([...form.querySelectorAll("[name=kind]:checked")].map((box) => box.value));
    let shown = 0;
    rows.forEach((entries, place) => {
      const isChosen = chapters.value === "" || Number(chapters.value) === place;
      let count = 0;
      for (const entry of entries) {
        const holds = isChosen && wanted.has(entry.kind) && words.every((word) => entry.text.includes(word));
        entry.row.hidden = !holds;
        if (holds) count += 1;
      }
      sections[place].hidden = count === 0;
      shown += count;
    });
    document.querySelector(".ledger-nothing").hidden = shown > 0;
    const all = rows.reduce((sum, entries) => sum + entries.length, 0);
    status.textContent = "#all 行のうち #shown 行".replace("#all", all).replace("#shown", shown);
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // A click on a column's name sorts every chapter's table by it: up, down, and back to the order of the book.
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  let sorted = { column: -1, way: 0 };
  function compare(a, b) {
    const { column, way } = sorted;
    if (way === 0) return a.place - b.place;
    // The exact value, and how far other seeds lead from it.
    if (column >= 3) {
      const [x, y] = [a.values[column], b.values[column]];
      const missing = Number.isNaN(x) - Number.isNaN(y);
      if (missing !== 0) return missing;
      return way * (x - y) || a.place - b.place;
    }
    return way * collator.compare(a.keys[column], b.keys[column]) || a.place - b.place;
  }
  function sort(column) {
    const way = sorted.column !== column ? 1 : sorted.way === 1 ? -1 : sorted.way === -1 ? 0 : 1;
    sorted = { column, way };
    tables.forEach((table, place) => {
      table.tBodies[0].append(...[...rows[place]].sort(compare).map((entry) => entry.row));
      [...table.tHead.rows[0].cells].forEach((cell, index) => {
        if (index === column && way !== 0) cell.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        else cell.removeAttribute("aria-sort");
      });
    });
  }
  for (const table of tables) {
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = cell.textContent;
      button.addEventListener("click", () => sort(column));
      cell.replaceChildren(button);
    });
  }
}
