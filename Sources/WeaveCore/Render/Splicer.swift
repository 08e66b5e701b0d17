/// One chapter's skeleton with every slot filled.
struct Splicer {
  let page: VerifiedChapter
  let typeset: Typeset
  let renderMarkdown: @Sendable (String) throws -> String

  private(set) var html = ""
  /// A heading's inner HTML for the contents, by heading index; without what must not stand twice.
  private(set) var headings: [Int: String] = [:]
  /// By key: the anchors of its citations, in order.
  private(set) var citations: [String: [String]] = [:]
  /// Where links lead out of the book, in the order of the page.
  private(set) var addresses: [String] = []
  private var open: [Closing] = []
  private var notes = MarginNotes()
  private var links: GlossaryLinks
  /// Characters of the next text that stand in the page already.
  private var bound = 0
  /// The heading being written, where its inner HTML starts, and whether it holds a bound link.
  private var heading: (index: Int, start: String.Index, isPlain: Bool)?

  /// What `close` writes, and what it has to know.
  private struct Closing { var html: String }

  var chapter: Chapter { page.chapter }

  init(
    page: VerifiedChapter, typeset: Typeset, terms: [GlossaryTerm] = [],
    renderMarkdown: @escaping @Sendable (String) throws -> String
  ) {
    self.page = page
    self.typeset = typeset
    links = GlossaryLinks(terms)
    self.renderMarkdown = renderMarkdown
  }

  mutating func run() throws {
    let parts = chapter.skeleton.dropTitle(chapter.headings.first)
    for (index, part) in parts.enumerated() {
      switch part {
      case .html(let text):
        append(String(text.dropFirst(bound)))
        bound = 0
      case .slot(.formula(let formula)):
        let next = index + 1 < parts.count ? parts[index + 1] : nil
        let set = self.formula(chapter.formulas[formula], label: page.formulaLabels[formula], next: next)
        html += holding(set, next)
      case .slot(let slot): try fill(slot)
      }
    }
    html = notes.placed(in: html)
  }

  /// Browsers break a line behind a formula whatever follows; a closing mark must not begin a line.
  private mutating func holding(_ element: String, _ next: SkeletonPart?) -> String {
    guard case .html(let text) = next, let mark = text.first, "、。，．：；）」』】〉》！？".contains(mark) else { return element }
    guard element.hasPrefix("<span class=\"math") else { return element }
    bound = 1
    return "<span class=\"nobreak\">\(element)\(mark)</span>"
  }

  private mutating func fill(_ slot: Slot) throws {
    switch slot {
    case .block(let index):
      let block = try BlockView(
        block: chapter.blocks[index], page: page, typeset: typeset, renderMarkdown: renderMarkdown
      ).html()
      if chapter.blocks[index].attributes.asMarkdown { noteAddresses(in: block) }
      html += block
    case .formula: break
    case .diagram(let index):
      html += try diagram(chapter.diagrams[index], index)
    case .listing(let index):
      html += listing(chapter.listings[index])
    case .heading(let index): startHeading(index)
    case .table(let index):
      let table = chapter.tables[index]
      html += "<figure class=\"table\"\(idAttribute(table.id))>"
      html += caption(table.caption, label: page.tableLabels[index], id: table.id)
      open.append(Closing(html: "</figure>"))
    case .link(let index): startLink(index)
    case .close: html += open.popLast()?.html ?? ""
    }
  }

  // MARK: Headings

  private mutating func startHeading(_ index: Int) {
    let id = chapter.headings[index].id
    if html.hasSuffix(">") { html.removeLast() }
    html += " id=\"\(escaped(id))\">"
    heading = (index, html.endIndex, true)
  }

  /// Appends HTML of the skeleton; a heading that ends in it gets its deep link, a table its frame.
  private mutating func append(_ text: String) {
    var text = chapter.name == Glossary.chapter ? Glossary.anchored(text) : text
    // Text of a checked link is no place for another.
    if open.isEmpty { text = links.linked(text) }
    if let current = heading {
      let source = chapter.headings[current.index]
      if let end = text.range(of: "</h\(source.level)>") {
        html += text[..<end.lowerBound]
        headings[current.index] =
          current.isPlain ? String(html[current.start...]) : escaped(source.text)
        html += " <a class=\"deep\" href=\"#\(fragment(source.id))\" aria-label=\"この節へのリンク\">#</a>"
        text = String(text[end.lowerBound...])
        heading = nil
      }
    }
    noteAddresses(in: text)
    let framed = text.framingTables
    notes.read(framed, at: html.utf8.count)
    html += framed
  }

  /// The style sheet for print numbers the links that cmark wrote, and the page lists where they lead.
  private mutating func noteAddresses(in text: String) {
    guard text.has("<a href=\"http") else { return }
    for link in text.matches(of: /<a href="(https?:[^"]*)"/) {
      addresses.append(
        String(link.1).replacing("&quot;", with: "\"").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
          .replacing("&amp;", with: "&"))
    }
  }

  // MARK: Links

  private mutating func startLink(_ index: Int) {
    heading?.isPlain = false
    guard let evidence = page.evidence[index] else {
      open.append(Closing(html: ""))
      return
    }
    if case .citation(_, let key, _) = evidence {
      citations[key, default: []].append("cite-\(key)-\(citations[key, default: []].count + 1)")
    }
    let view = EvidenceView(page: page, index: index, anchor: citations)
    let (start, end) = view.html(evidence)
    html += start
    open.append(Closing(html: end + citationNote(evidence)))
  }

  /// Beside the first citation of a publication.
  private func citationNote(_ evidence: Evidence) -> String {
    guard case .citation(let ordinal, let key, _) = evidence, citations[key]?.count == 1, heading == nil, notes.hasRoom,
      let reference = page.bibliography.first(where: { $0.id == key })
    else { return "" }
    return MarginNotes.citation(reference, ordinal: ordinal)
  }

  // MARK: Formulas, diagrams, listings

  private func formula(_ formula: Formula, label: Label?, next: SkeletonPart?) -> String {
    guard case .success(let set) = typeset.formulas[Typeset.Formula(formula)] else {
      return "<code class=\"fault\">\(escaped(formula.tex))</code>"
    }
    let marked = Mark.katex.around(set)
    guard formula.display else {
      // `text-autospace` does not reach into a formula: its sides say where Japanese stands.
      var sides = ""
      if html.unicodeScalars.last?.isJapaneseLetter == true { sides += " after-ja" }
      if case .html(let text) = next, text.unicodeScalars.first?.isJapaneseLetter == true { sides += " before-ja" }
      // A short formula stays on one line; a long one may break at its operators, or a phone would cut it off.
      if formula.tex.count <= 30 { sides += " short" }
      return "<span class=\"math\(sides)\">\(marked)</span>"
    }
    var text = "<span class=\"equation\"\(idAttribute(formula.id))><span class=\"scroll\">\(marked)</span>"
    if let label {
      let number = "(\(label.number))"
      text += formula.id.map { "<a class=\"equation-number\" href=\"#\(fragment($0))\">\(number)</a>" }
        ?? "<span class=\"equation-number\">\(number)</span>"
    }
    return text + "</span>"
  }

  private func diagram(_ diagram: Diagram, _ index: Int) throws -> String {
    guard case .success(let svg) = typeset.diagrams[diagram.dot] else {
      return "<pre class=\"fault\"><code>\(escaped(diagram.dot))</code></pre>"
    }
    let label = page.diagramLabels[index]
    let fragment = SVGFragment(
      prefix: "dot-\(index + 1)-",
      name: (diagram.caption ?? label?.text ?? "図式", GraphDescription.text(of: svg)),
      colour: Graphviz.themed)
    let set: String
    do throws(SVGFragment.Fault) {
      set = try fragment.render(svg)
    } catch {
      throw Diagnostic(
        .diagram, chapter.source.path, Position(line: diagram.line, column: 1),
        "this diagram cannot be shown: \(error.message)")
    }
    return "<figure class=\"diagram\"\(idAttribute(diagram.id))><div class=\"scroll\">"
      + Mark.graphviz.around(set) + "</div>"
      + caption(diagram.caption, label: label, id: diagram.id) + "</figure>\n"
  }

  private func listing(_ listing: Listing) -> String {
    let code = typeset.listings[listing].map { Mark.highlight.around($0) } ?? escaped(listing.code)
    return "<div class=\"code listing\"><pre><code class=\"language-\(escaped(listing.language))\">"
      + code + "</code></pre></div>\n"
  }
}

extension [SkeletonPart] {
  /// Without the chapter's own first heading of level 1: the page's opening shows the title.
  fileprivate func dropTitle(_ heading: Heading?) -> [SkeletonPart] {
    guard heading?.level == 1, let place = firstIndex(of: .slot(.heading(0))), place > 0,
      case .html(let before) = self[place - 1], before.hasSuffix("<h1>")
    else { return self }
    for end in indices[(place + 1)...] {
      guard case .html(let text) = self[end], let tag = text.range(of: "</h1>") else { continue }
      return self[..<(place - 1)] + [.html(String(before.dropLast(4))), .html(String(text[tag.upperBound...]))]
        + self[(end + 1)...]
    }
    return self
  }
}

extension Unicode.Scalar {
  /// Kana and ideographs; brackets and marks bring their own space.
  fileprivate var isJapaneseLetter: Bool {
    switch value {
    case 0x3005...0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x3400...0x9FFF,
      0xF900...0xFAFF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}

func idAttribute(_ id: String?) -> String { id.map { " id=\"\(escaped($0))\"" } ?? "" }

/// 図 3, linked to itself, and the caption's text.
func caption(_ text: String?, label: Label?, id: String?, element: String = "figcaption") -> String {
  let text = text == "" ? nil : text
  if text == nil, label == nil { return "" }
  var html = "<\(element)>"
  if let label {
    html += id.map { "<a class=\"label\" href=\"#\(fragment($0))\">\(label.text)</a>" }
      ?? "<span class=\"label\">\(label.text)</span>"
  }
  if let text { html += " <span class=\"caption\">\(escaped(text))</span>" }
  return html + "</\(element)>"
}

extension String {
  /// Each table in a frame of its own that scrolls, so that the page does not.
  var framingTables: String {
    // A table with a formula or a link in it comes in pieces.
    guard has("<table") || has("</table") else { return self }
    return replacing("<table>", with: "<div class=\"scroll\"><table>")
      .replacing("</table>", with: "</table></div>")
  }
}
