// Formulas and code to HTML. JSON on standard input; on standard output a line of JSON that says how long each fragment
// is, and the fragments behind it. A formula that KaTeX refuses is an answer, not a crash.
"use strict";

// highlight.js 9 greets with a notice; standard output is for the answer.
console.log = console.error;

const fs = require("fs");
const request = JSON.parse(fs.readFileSync(0, "utf8"));

// Should one take too long, the last line of standard error says which.
function begin(kind, index) {
  try { fs.writeSync(2, `begin ${kind} ${index}\n`); } catch { /* Whoever does not listen need not know. */ }
}

const fragments = [];
function fragment(html) {
  const bytes = Buffer.from(html);
  fragments.push(bytes);
  return { bytes: bytes.length };
}

// How many em a unit is, about.
const em = {
  mu: 1 / 18, em: 1, ex: 0.43, pt: 0.1, bp: 0.1, px: 0.1, mm: 0.29, cm: 2.9, in: 7.2, pc: 1.2, dd: 0.11, cc: 1.3, nd: 0.11, nc: 1.3, sp: 1e-6,
};
const length = (size) => size.number * (em[size.unit] ?? 10);

// The parts of a formula's tree, or of a list of them.
const parts = (node) => Object.entries(node).filter(([name, part]) => name !== "loc" && part && typeof part === "object").map(([, part]) => part);

// Whether a part shows more than a stroke: \notin and the like lay one over another sign.
const shows = (node) => ["enclose", "rule", "color", "text"].includes(node.type)
  || (typeof node.text === "string" && /^[\p{L}\p{N}]/u.test(node.text)) || parts(node).some(shows);

// What would set a part of a formula over the text around it: there it could cover a number that was computed. Small
// steps back belong to the craft, and so do wide limits under a sum.
function straying(node, found = { back: 0 }, isLimit = false) {
  const far = (size) => size && Math.abs(length(size)) > 1;
  if (far(node.type === "raisebox" && node.dy) || far(node.type === "rule" && node.shift)) {
    found.what ??= "a part raised or lowered by more than 1em";
  }
  const steps = node.type === "kern" ? [node.dimension] : node.type === "array" ? node.rowGaps ?? [] : [];
  for (const size of steps) if (size) found.back -= Math.min(0, length(size));
  if (found.back > 1) found.what ??= "steps back of more than 1em in all";
  if (node.type === "lap" && !(isLimit && node.alignment === "clap") && shows(node.body)) found.what ??= `\\${node.alignment}`;
  if (node.type === "smash") found.what ??= "\\smash";
  for (const part of parts(node)) straying(part, found, isLimit || node.type === "supsub");
  return found;
}

function formulas(list) {
  if (list.length === 0) return [];
  const katex = require(request.katex);
  return list.map(({ tex, display }, index) => {
    begin("formula", index);
    try {
      const options = {
        displayMode: display, output: "htmlAndMathml", throwOnError: true, strict: "error",
        maxExpand: 1000, maxSize: 50,
        // Links, pictures and attributes of HTML: refused aloud, for by itself KaTeX sets the command's name in red instead.
        trust: ({ command }) => { throw new katex.ParseError(`${command} is not allowed in a formula: take it out`); },
      };
      const { what } = straying(katex.__parse(tex, options));
      if (what) throw new katex.ParseError(`${what} would lie over the text around the formula: take it out`);
      return fragment(katex.renderToString(tex, options));
    } catch (error) {
      // KaTeX ends its message with an excerpt that marks the place by combining characters; the
      // place goes separately.
      const message = String(error.message || error)
        .replace(/^KaTeX parse error: /, "").replace(/^LaTeX-incompatible input and strict mode is set to 'error': /, "").replace(/ at position \d+:.*$/s, "").replace(/\s+/g, " ")
        // It may name half of a surrogate pair, which is no JSON.
        .replace(/\p{Surrogate}/gu, "\uFFFD");
      return { error: message, position: Number.isInteger(error.position) ? error.position : 0 };
    }
  });
}

function listings(list) {
  if (list.length === 0) return [];
  const hljs = require(request.highlight);
  return list.map(({ language, code }, index) => {
    begin("listing", index);
    return hljs.getLanguage(language) ? fragment(hljs.highlight(language, code, true).value) : {};
  });
}

// Not by process.stdout, which takes longer to set up than to write.
const head = JSON.stringify({ formulas: formulas(request.formulas), listings: listings(request.listings) });
const answer = Buffer.concat([Buffer.from(head + "\n"), ...fragments]);
for (let written = 0; written < answer.length;) {
  try {
    written += fs.writeSync(1, answer, written);
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
  }
}
