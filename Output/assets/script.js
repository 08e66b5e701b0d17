// The page is complete without this: it adds conveniences only.
"use strict";

const root = document.documentElement;
const stored = {
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* private mode */ } },
};

// Light and dark: the switch overrides the system's setting and is remembered.
const themeSwitch = document.querySelector("[data-theme-switch]");
const systemDark = matchMedia("(prefers-color-scheme: dark)");
function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches; }
if (themeSwitch) {
  const show = () => themeSwitch.setAttribute("aria-pressed", String(isDark()));
  themeSwitch.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored.set("theme", root.dataset.theme);
    show();
  });
  systemDark.addEventListener("change", show);
  show();
}

// What scrolls sideways can be reached from the keyboard, and only that.
const scrollers = document.querySelectorAll("pre, .scroll");
function markScrollers() {
  for (const box of scrollers) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("load", markScrollers);
addEventListener("resize", markScrollers);
for (const details of document.querySelectorAll("details")) details.addEventListener("toggle", markScrollers);

// Copy buttons.
for (const code of document.querySelectorAll(".block .code, .code.listing")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "コピー";
  button.addEventListener("click", async () => {
    const text = code.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "コピーした";
    } catch {
      getSelection().selectAllChildren(code.querySelector("code"));
      button.textContent = "選択した";
    }
    setTimeout(() => { button.textContent = "コピー"; }, 1600);
  });
  code.append(button);
}

// The section in view is marked in the contents.
const entries = new Map();
for (const link of document.querySelectorAll(".sections a")) {
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (target) entries.set(target, link);
}
// Scrolls the contents only: scrollIntoView would move the page too.
function keepInSight(link) {
  const box = document.getElementById("contents");
  const { top, bottom } = link.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (top < frame.top + 40 || bottom > frame.bottom - 40) box.scrollTop += top - frame.top - frame.height / 3;
}
function markSection() {
  let current = null;
  for (const [target, link] of entries) if (target.getBoundingClientRect().top < 120) current = link;
  for (const link of entries.values()) {
    if (link !== current) link.removeAttribute("aria-current");
    else if (!link.hasAttribute("aria-current")) {
      link.setAttribute("aria-current", "true");
      keepInSight(link);
    }
  }
}
let isQueued = false;
addEventListener("scroll", () => {
  if (isQueued) return;
  isQueued = true;
  requestAnimationFrame(() => { isQueued = false; markSection(); });
}, { passive: true });
markSection();

// The narrow page's drawer.
const drawer = document.getElementById("contents");
// Opened, it shows where the reader is: closed, it had no place to scroll to.
drawer?.addEventListener("toggle", (event) => {
  const link = event.newState === "open" && drawer.querySelector("a[aria-current=true]");
  if (link) keepInSight(link);
});
// A link in it closes it.
drawer?.addEventListener("click", (event) => {
  if (event.target.closest("a") && drawer.matches(":popover-open")) drawer.hidePopover();
});

// Numbers and claims are hundreds: Tab stops at the first of a section, ← → lead on, Escape takes a popup away.
const marks = [];
let isFirstOfSection = true;
for (const node of document.querySelectorAll("article :is(h2, h3, .bound[tabindex])")) {
  if (node.matches("h2, h3")) {
    isFirstOfSection = true;
    continue;
  }
  node.tabIndex = isFirstOfSection ? 0 : -1;
  isFirstOfSection = false;
  marks.push(node);
}
addEventListener("keydown", (event) => {
  const mark = document.activeElement?.closest(".bound");
  if (!mark) return;
  if (event.key === "Escape") document.activeElement.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const next = way && marks[marks.indexOf(mark) + way];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// What is folded away on the screen is printed.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.open = true;
    details.dataset.openedForPrint = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("[data-opened-for-print]")) {
    details.open = false;
    delete details.dataset.openedForPrint;
  }
});

// What a term of the glossary means, beside its first use; the texts are loaded when one is first asked for.
let terms = null;
function loadTerms() {
  terms ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = "assets/terms.js";
    script.addEventListener("load", () => resolve(window.bookTerms));
    script.addEventListener("error", () => resolve({}));
    document.head.append(script);
  });
  return terms;
}
for (const link of document.querySelectorAll("a.term")) {
  const explain = async () => {
    const [english, meaning] = (await loadTerms())[decodeURIComponent(link.hash.slice(1))] ?? [];
    if (!meaning || link.lastElementChild) return;
    link.classList.add("bound");
    const why = document.createElement("span");
    why.className = "why";
    why.setAttribute("aria-hidden", "true");
    const value = english ? `<span class="value">${english}</span>` : "";
    why.innerHTML = `<span class="card"><span>${meaning}</span>${value}<span class="place"></span></span>`;
    why.querySelector(".place:last-child").textContent = "用語集で見る";
    link.append(why);
  };
  link.addEventListener("pointerenter", explain, { once: true });
  link.addEventListener("focus", explain, { once: true });
  firstTapShows(link, explain);
}
// A citation's card holds the publication.
for (const link of document.querySelectorAll("a.cite-number")) firstTapShows(link, async () => {});

// A finger cannot hover: its first tap shows the card, the second one follows the link.
function firstTapShows(link, explain) {
  let isTapped = false;
  link.addEventListener("click", async (event) => {
    if (event.pointerType !== "touch" || isTapped) return;
    event.preventDefault();
    isTapped = true;
    link.focus();
    await explain();
    if (!link.querySelector(".why") && !link.closest(".bound")) location.assign(link.href);
  });
  link.addEventListener("blur", () => { isTapped = false; });
}

// A mark's title under a finger; a mouse gets the browser's own.
let tip = null;
addEventListener("pointerdown", (event) => {
  tip?.remove();
  tip = null;
  if (event.pointerType === "mouse") return;
  const mark = event.target.closest?.("svg g > *, svg > *");
  const words = mark && [...mark.children].find((child) => child.tagName === "title")?.textContent;
  if (!words) return;
  tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("aria-hidden", "true");
  tip.textContent = words;
  document.body.append(tip);
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(event.clientX - width / 2, innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(8, event.clientY - height - 24)}px`;
});

// A link into something folded opens it.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
}
addEventListener("hashchange", reveal);
reveal();
