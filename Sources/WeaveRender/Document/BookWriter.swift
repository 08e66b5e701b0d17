import WeaveModel
import WeaveParse
import WeaveSupport

/// A verified chapter in HTML: what the page and the EPUB say alike. Each says in its own way where a link leads, what
/// stands after a number, and how a fragment of another program is set in.
class BookWriter: DocumentWriter {
  let page: VerifiedChapter
  let typeset: Typeset

  /// By key: the anchors of its citations, in order.
  private(set) var citations: [String: [String]] = [:]
  private var links: GlossaryLinks

  init(page: VerifiedChapter, typeset: Typeset, terms: [GlossaryTerm], words: Words) {
    self.page = page
    self.typeset = typeset
    links = GlossaryLinks(terms)
    super.init(page.chapter, words)
  }

  /// A place in the book: nil for this chapter, or another one's name.
  struct Place {
    var chapter: String?
    var anchor: String
    init(_ anchor: String, in chapter: String? = nil) { (self.anchor, self.chapter) = (anchor, chapter) }
  }

  // MARK: What a format says itself

  /// `inner` as a link to a place in the book; `attributes` begin with a space.
  func link(to place: Place, class name: String, attributes: String = "", _ inner: String) -> String {
    let file = place.chapter.map { "\(escaped($0)).html" } ?? ""
    let anchor = place.anchor.isEmpty && place.chapter != nil ? "" : "#\(fragment(place.anchor))"
    return "<a class=\"\(name)\" href=\"\(file)\(anchor)\"\(attributes)>\(inner)</a>"
  }

  /// The attribute that names a place.
  func named(_ id: String?) -> String { idAttribute(id) }

  /// A link of what is shown to itself; `words` say what it is.
  func deepLink(to anchor: String, _ words: String) -> String { "" }

  /// A formula as KaTeX wrote it.
  func set(_ formula: String) -> String { formula }

  func highlighted(_ listing: Listing) -> String { typeset.listings[listing] ?? escaped(listing.code) }

  /// A drawing in its frame.
  func framed(_ drawing: String) throws -> String { drawing }

  /// By what a reader moves a live figure.
  func controls(of block: CodeBlock) -> String { "" }

  /// The numbers after a figure.
  func data(_ table: [[String]]) -> String { "" }

  /// What a block printed as Markdown.
  func printed(_ text: String, by block: CodeBlock) throws -> String { "" }

  // MARK: Pictures

  /// Where a picture's file is, from the document.
  func pictureAddress(_ file: PictureFile) -> String { file.name }

  /// What else is said of a picture.
  var pictureAttributes: String { "" }

  /// The twin for dark paper, where there is such paper.
  func darkPicture(_ file: PictureFile?) -> PictureFile? { nil }

  override func write(picture index: Int, _ words: [Inline], isAlone: Bool) {
    out += html(ofPicture: index, words, isAlone: isAlone)
  }

  // MARK: Blocks

  override func writeCode(_ index: Int) throws { out += try html(of: chapter.blocks[index]) }

  override func writeListing(_ index: Int) throws {
    let listing = chapter.listings[index]
    out +=
      "<div class=\"code listing\"><pre><code class=\"language-\(escaped(listing.language))\">"
      + "\(highlighted(listing))</code></pre></div>\n"
  }

  override func writeDiagram(_ index: Int) throws {
    let diagram = chapter.diagrams[index]
    guard let drawing = try typeset.drawing(of: index, in: page, words) else {
      out += "<pre class=\"fault\"><code>\(escaped(diagram.dot))</code></pre>"
      return
    }
    out +=
      "<figure class=\"diagram\"\(named(diagram.id))>\(try framed(diagram: drawing))"
      + figureCaption(diagram.caption, label: page.diagramLabels[index], id: diagram.id) + "</figure>\n"
  }

  func framed(diagram drawing: String) throws -> String { try framed(drawing) }

  override func write(_ table: Table) {
    let named = chapter.tables[table.index]
    startLine()
    out +=
      "<figure class=\"table\"\(self.named(named.id))>"
      + figureCaption(named.caption, label: page.tableLabels[table.index], id: named.id)
    writeRows(of: table)
    out += "</figure>\n"
  }

  /// A row of the glossary's tables has a name by which its term is linked to.
  override func rowStart(_ cells: [Prose]) -> String {
    guard chapter.isGlossary, let first = cells.first, let term = GlossaryTerm(cell: first) else {
      return "<tr>"
    }
    return "<tr\(named(Anchor.term(term.name)))>"
  }

  // MARK: Captions

  /// A caption or a title.
  func html(of prose: Prose?) -> String? {
    prose.flatMap { prose in prose.inlines.isEmpty ? nil : html { within { write(prose.inlines) } } }
  }

  /// The label, linked to itself, and the caption.
  func figureCaption(
    _ caption: Prose?, label: Label?, id: String?,
    element: (start: String, end: String) = ("<figcaption>", "</figcaption>")
  ) -> String {
    let text = html(of: caption)
    if text == nil, label == nil { return "" }
    let number = label.map { label in
      let printed = escaped(words.label(label))
      return id.map { link(to: Place($0), class: "label", printed) } ?? "<span class=\"label\">\(printed)</span>"
    }
    return element.start + (number ?? "") + (text.map { " <span class=\"caption\">\($0)</span>" } ?? "") + element.end
  }

  // MARK: Formulas

  override func writeFormula(_ index: Int, before next: Inline?) {
    let formula = chapter.formulas[index]
    guard case .success(let katex) = typeset.formulas[Typeset.Formula(formula)] else {
      out += "<code class=\"fault\">\(escaped(formula.tex))</code>"
      return
    }
    if formula.display {
      let id = formula.id.map { named($0) } ?? ""
      out += "<span class=\"equation\"\(id)><span class=\"scroll\">\(set(katex))</span>\(number(of: index))</span>"
      return
    }
    var following = ""
    if case .text(let text)? = next { following = text }
    // `text-autospace` does not reach into a formula: its sides say where Japanese stands.
    var sides = ""
    if out.unicodeScalars.last?.isJapaneseLetter == true { sides += " after-ja" }
    if following.unicodeScalars.first?.isJapaneseLetter == true { sides += " before-ja" }
    // A short formula stays on one line; a long one may break at its operators, or a phone would cut it off.
    if formula.tex.count <= 30 { sides += " short" }
    let element = "<span class=\"math\(sides)\">\(set(katex))</span>"
    // Browsers break a line after a formula whatever follows; a closing mark must not begin a line.
    if let mark = following.first, "、。，．：；）」』】〉》！？".contains(mark) {
      written = 1
      out += "<span class=\"nobreak\">\(element)\(mark)</span>"
    } else {
      out += element
    }
  }

  private func number(of index: Int) -> String {
    guard let label = page.formulaLabels[index] else { return "" }
    let number = "(\(label.number))"
    return chapter.formulas[index].id.map { link(to: Place($0), class: "equation-number", number) }
      ?? "<span class=\"equation-number\">\(number)</span>"
  }

  // MARK: Text

  override func write(text: String) {
    out +=
      depth > 0
      ? characters(text)
      : links.linked(text) { link(to: Place(Anchor.term($0), in: Chapter.glossary), class: "term", $1) }
  }

  /// An anchor for one more citation of `key`.
  func nextCitation(of key: String) -> String {
    let anchor = Anchor.citation(key, citations[key, default: []].count + 1)
    citations[key, default: []].append(anchor)
    return anchor
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
