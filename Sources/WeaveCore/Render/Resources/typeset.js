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

function formulas(list) {
  if (list.length === 0) return [];
  const katex = require(request.katex);
  return list.map(({ tex, display }, index) => {
    begin("formula", index);
    try {
      return fragment(katex.renderToString(tex, {
        displayMode: display, output: "htmlAndMathml", throwOnError: true, strict: "error",
        maxExpand: 1000, maxSize: 50,
        // Links, pictures and attributes of HTML: refused aloud, for by itself KaTeX sets the command's name in red instead.
        trust: ({ command }) => { throw new katex.ParseError(`${command} is not allowed in a formula: take it out`); },
      }));
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
