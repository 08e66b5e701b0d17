import Foundation
import Testing
import WeaveModel
import WeaveSupport

/// SVG from a program: a block can send any text in a figure's name.
@Suite struct RenderFigureTests {
  private func article(_ svg: String) async throws -> String {
    var fixture = RenderFixture()
    fixture.block(.run, "show(a)")
    fixture.record.figures = [0: [FigureRecord(svg)]]
    return try await fixture.article()
  }

  private static let inside = [
    // Elements that run, fetch, embed, or begin another language.
    "<script>alert(1)</script>", "<SCRIPT/>", "<foreignObject/>", "<foreignobject/>",
    "<image href=\"https://a.example/\"/>", "<img src=\"x\"/>",
    "<use href=\"https://a.example/#x\"/>", "<use href=\"#x\"/>", "<feImage href=\"x\"/>", "<filter/>",
    "<style>@import 'x'</style>",
    "<animate attributeName=\"href\" to=\"javascript:x()\"/>", "<set attributeName=\"onload\" to=\"x()\"/>",
    "<animateTransform/>",
    "<iframe/>", "<object/>", "<handler/>", "<listener/>", "<math/>", "<svg/>", "<div/>", "<p/>", "<svg:script/>",
    "<x:script/>",
    "<title><g/></title>", "<title><title>x</title></title>", "<desc><path d=\"M0 0\"/></desc>", "<mask/>", "<marker/>",
    "<pattern/>",
    // Attributes that run or lead elsewhere, however they are written.
    "<g onload=\"x()\"/>", "<g ONLOAD='x()'/>", "<g oNcLiCk=\"x()\"/>", "<g onfuture=\"x()\"/>",
    "<a href=\"javascript:x()\"/>", "<a HREF=\"javascript:x()\"/>",
    "<a href=\"#x\"/>", "<a href=\"jav&#x61;script:x()\"/>", "<a xlink:href=\"https://a.example/\"/>",
    "<a xlink:HREF=\"data:text/html,x\"/>", "<a y:href=\"x\"/>",
    "<g xml:base=\"https://a.example/\"/>", "<g xmlns=\"http://www.w3.org/1999/xhtml\"/>",
    "<g xmlns:x=\"http://www.w3.org/1999/xhtml\"/>",
    "<g id=\"a&quot; onload=&quot;x()\"/>", "<g tabindex=\"0\"/>", "<g autofocus=\"\"/>", "<g data-x=\"1\"/>",
    "<g src=\"x\"/>", "<g formaction=\"x\"/>",
    // Values that fetch or that end what they stand in.
    "<g mask=\"URL(https://a.example/)\"/>", "<g mask=\"url(#a)\"/>", "<g filter=\"url(https://a.example/)\"/>",
    "<g cursor=\"url(x)\"/>",
    "<rect fill=\"url(https://a.example/b)\"/>", "<rect fill=\"URL(#a)\"/>", "<rect fill=\"url( #a)\"/>",
    "<rect fill=\"url('#a')\"/>", "<rect fill=\"url(#a) url(//b)\"/>",
    "<rect fill=\"var(--x,url(//b))\"/>", "<rect fill=\"var(--x);background:url(//b)\"/>",
    "<rect fill=\"image(url(x))\"/>", "<rect fill=\"u\\72l(x)\"/>",
    "<rect stroke=\"red;x\"/>", "<rect stroke=\"rgb(0,0,0);x:y()\"/>", "<rect fill=\"#12\"/>", "<rect fill=\"#ggg\"/>",
    "<rect fill=\"expression(x)\"/>",
    "<g clip-path=\"url(//b#a)\"/>", "<g style=\"fill:red\"/>", "<g style=\"background:url(//b)\"/>",
    "<g style=\"a:\\'\"/>", "<g style=\"width:expression(x())\"/>",
    "<g style=\"@import 'x'\"/>", "<g style=\"--width:1;position:fixed\"/>", "<g style=\"stop-color:url(x)\"/>",
    "<stop style=\"stop-opacity:calc(1)\"/>",
    "<rect width=\"1;x\"/>", "<rect width=\"calc(1px)\"/>", "<rect x=\"&lt;img>\"/>", "<path d=\"M0 0&quot;/>\"/>",
    "<path d=\"url(#x)\"/>",
    "<g transform=\"rotate(1) x\"/>", "<g transform=\"\(String(repeating: "scale(1)   ", count: 60))x\"/>",
    "<g transform=\"url(#a)\"/>", "<g transform=\"rotate(attr(x))\"/>",
    "<text font-size=\"attr(x)\"/>", "<g role=\"button\"/>",
    // What is not XML, or what two parsers would read in two ways.
    "<g a=b/>", "<g a/>", "<g id=\"a\" id=\"b\"/>", "<g id=\"a\"fill=\"red\"/>", "<g><h></g></h>", "<g", "<g id=\"",
    "< g/>", "<g / >", "</g>", "<1/>", "<g\u{0}/>",
    "&nbsp;", "&x;", "&", "&#0;", "&#xD800;", "&#x110000;", "&#-1;", "]]>", "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href=\"x\"?>", "<?php x ?>",
    "<!DOCTYPE x>", "<!ENTITY x \"y\">", "<!-- a -- b -->", "<!-- ", "<!-->", "<g id=\"<\"/>", "<ｇ/>",
    "<g\u{A0}id=\"a\"/>",
    // What a reader does not see.
    "<text>a\u{202E}b</text>", "<text>&#x202E;</text>", "<title>&#8238;</title>", "<text>1&#x200B;2</text>",
    "<text>&#27;[2J</text>", "<g aria-label=\"&#x2066;\"/>",
  ]

  private static let whole = [
    "", "text", "<!-- only -->", "<g/>", "<html/>", "<SVG/>", "<svg/><svg/>", "<svg/>text", "text<svg/>", "<svg>",
    "<svg width='\"/><img src=x onerror=alert(1)>'/>",
    "<svg height='\"><img src=x>'/>", "<svg onload='x()'/>", "<svg xmlns=\"http://www.w3.org/1999/xhtml\"/>",
    "<div><p/></div>", "<div><div/></div>",
    "<div><svg/><script/></div>", "<div onclick=\"x()\"><svg/></div>", "<div style=\"position:fixed\"><svg/></div>",
    "<svg style=\"position:fixed\"/>",
    "<!DOCTYPE svg [<!ENTITY x \"<script/>\">]><svg>&x;</svg>",
    "<!DOCTYPE svg SYSTEM \"http://a.example/x.dtd\" [ ]><svg/>", "<svg/><!DOCTYPE svg>",
    "<?xml version=\"1.0\"?><?xml-stylesheet href=\"x\"?><svg/>", " <?xml version=\"1.0\"?><svg/>",
  ]

  @Test(arguments: inside.map { "<svg>\($0)</svg>" } + whole) func whatMayDoMoreThanBeSeenIsRefused(svg: String)
    async throws
  {
    do {
      let article = try await article(svg)
      Issue.record("\(svg) stands on the page: \(article)")
    } catch let diagnostic as Diagnostic {
      #expect(diagnostic.category == .output)
      #expect(diagnostic.position.line == 5)
      #expect(diagnostic.message.hasPrefix("the figure of the block at line 5 cannot be shown: "))
    }
  }

  /// What passes is written anew: no quote, comment or reference of the program's own spelling is left.
  @Test(arguments: [
    ("<svg><g id='a'/></svg>", "<svg><g id=\"fig-1-1-a\"/></svg>"),
    (
      "<svg><text>'a' &amp;amp; &#60;b&#x3E; <!-- c --></text></svg>",
      "<svg><text>&#39;a&#39; &amp;amp; &lt;b&gt; </text></svg>"
    ),
    ("<svg><g\n id = \"a\"\n></g ></svg>", "<svg><g id=\"fig-1-1-a\"></g></svg>"),
    ("<svg width=\"360pt\" height='9'/>", "<svg style=\"--width:360\"/>"),
    ("<svg width=\"1\" style=\"--plot-width:360\"/>", "<svg style=\"--plot-width:360\"/>"),
    (
      "<svg><rect fill=\"url(#a)\" stroke=\"var(--plot-1,#0072b2)\" x=\"-1e-3\"/></svg>",
      "<svg><rect fill=\"url(#fig-1-1-a)\" stroke=\"var(--plot-1,#0072b2)\" x=\"-1e-3\"/></svg>"
    ),
    (
      "<svg><title>葛\u{E0100}城⚠\u{FE0F}👩\u{200D}🔬</title></svg>",
      "<svg><title>葛\u{E0100}城⚠\u{FE0F}👩\u{200D}🔬</title></svg>"
    ),
    ("<svg><g aria-label=\"a&quot;b&#10;c\"/></svg>", "<svg><g aria-label=\"a&quot;b\nc\"/></svg>"),
    (
      "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"a\" \"b\">\n<!-- c -->\n<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\"><a xlink:title=\"t\"><g/></a></svg>\n",
      "<svg><a><g/></a></svg>"
    ),
    (
      "<div class=\"plot-row\" role=\"group\" aria-label=\"列\"><svg/><svg/></div>",
      "<div class=\"plot-row\" role=\"group\" aria-label=\"列\"><svg/><svg/></div>"
    ),
  ])
  func whatPassesIsWrittenAnew(svg: String, shown: String) async throws {
    let article = try await article(svg)
    #expect(article.contains("<div class=\"scroll\">\(shown)</div>"), "\(article)")
  }
}
