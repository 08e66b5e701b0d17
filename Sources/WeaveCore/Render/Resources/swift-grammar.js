// A grammar of today's Swift for highlight.js 9, whose own is older than async, actors and macros.
"use strict";

function swiftGrammar(hljs) {
  const keywords = {
    keyword:
      "actor any as associatedtype async await borrowing break case catch class consuming continue " +
      "convenience copy default defer deinit didSet discard distributed do dynamic each else enum extension " +
      "fallthrough fileprivate final for func get guard if import in indirect infix init inout internal is " +
      "isolated lazy let macro mutating nonisolated nonmutating open operator optional override package " +
      "postfix precedencegroup prefix private protocol public repeat required rethrows return self Self set " +
      "sending some static struct subscript super switch throw throws try typealias unowned unsafe var weak " +
      "where while willSet",
    literal: "true false nil",
  };
  // Names may be Japanese.
  const word = "[A-Za-z_\\u00AA-\\uFFFD][\\w\\u00AA-\\uFFFD]*";

  const comments = [
    hljs.COMMENT("//", "$"),
    hljs.COMMENT("/\\*", "\\*/", { contains: ["self"] }),
  ];
  const number = {
    className: "number",
    begin:
      "(?<![\\w$])(0x[\\dA-Fa-f_]+(\\.[\\dA-Fa-f_]+)?([pP][+-]?[\\d_]+)?|0o[0-7_]+|0b[01_]+" +
      "|\\d[\\d_]*(\\.\\d[\\d_]*)?([eE][+-]?[\\d_]+)?)",
    relevance: 0,
  };
  const substitution = { className: "subst", begin: /\\#*\(/, end: /\)/, keywords };
  const string = {
    className: "string",
    variants: [
      { begin: /#+"""/, end: /"""#+/, contains: [substitution] },
      { begin: /"""/, end: /"""/, contains: [hljs.BACKSLASH_ESCAPE] },
      { begin: /#+"/, end: /"#+/, contains: [substitution] },
      { begin: /"/, end: /"/, illegal: /\n/ },
    ],
  };
  for (const variant of [string.variants[1], string.variants[3]])
    variant.contains = [substitution, hljs.BACKSLASH_ESCAPE];
  // The parentheses of a call inside an interpolation do not end it.
  const nested = { begin: /\(/, end: /\)/, keywords, contains: ["self", number, string] };
  substitution.contains = [nested, number, string];

  const type = { className: "type", begin: "\\b[A-Z][\\w\\u00AA-\\uFFFD]*", relevance: 0 };
  return {
    aliases: ["swift"],
    keywords: { keyword: keywords.keyword, literal: keywords.literal },
    contains: [
      ...comments, string, number,
      { className: "meta", begin: /@[A-Za-z_]\w*/ },
      { className: "meta", begin: /#(if|elseif|else|endif|available|unavailable|warning|error|sourceLocation|file|fileID|filePath|line|column|function)\b/ },
      { beginKeywords: "func", end: /[(<{]|$/, excludeEnd: true,
        contains: [{ className: "title", begin: word, relevance: 0 }] },
      { beginKeywords: "struct class enum protocol actor extension typealias macro",
        end: /[{:<=(]|$/, excludeEnd: true, contains: [{ className: "title", begin: word, relevance: 0 }] },
      // A member may be named like a keyword: .default, .init, .self
      { begin: "\\.(?=" + word + "\\s*\\()", end: "(?=\\()", contains: [{ className: "call", begin: word, relevance: 0 }] },
      { begin: "\\." + word, relevance: 0 },
      type,
      { className: "call", relevance: 0,
        begin: "\\b(?!(?:if|while|for|switch|guard|return|init|in|await|try|case|let|var|where|self|super|catch|throws|async|subscript|as|is|else|func)\\b)[a-z_][\\w\\u00AA-\\uFFFD]*(?=\\()" },
    ],
  };
}
