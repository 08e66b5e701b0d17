/// What the page's template sees.
struct PageModel {
  struct Link {
    var href: String
    var title: String
    var short: String
    var subtitle: String?
    var isCurrent: Bool
  }
  struct Count {
    var name: String
    var number: Int
  }

  var language: String
  var book: String
  var bookSubtitle: String?
  var title: String
  var titleID: String?
  var windowTitle: String
  var subtitle: String?
  var isCover: Bool
  var chapters: [Link]
  var contents: String
  var body: String
  var bibliography: String
  var previous: Link?
  var next: Link?
  var hasCounts: Bool
  var counts: [Count]
  var ledger: String?
  var program: String?

  init(book: Book, page: VerifiedChapter, splicer: Splicer, program: String?, ledger: String?) {
    let chapter = page.chapter
    language = book.language
    self.book = book.title
    bookSubtitle = book.subtitle
    title = chapter.front.title
    if let first = chapter.headings.first, first.level == 1 { titleID = first.id }
    subtitle = chapter.front.subtitle
    isCover = chapter.name == "index"
    windowTitle = isCover ? book.title : "\(chapter.front.title) — \(book.title)"
    let links = book.chapters.map {
      Link(
        href: "\($0.name).html", title: $0.front.title, short: $0.front.short,
        subtitle: $0.front.subtitle, isCurrent: $0.name == chapter.name)
    }
    chapters = zip(book.chapters, links).filter { $0.0.name != "index" }.map(\.1)
    if let place = book.chapters.firstIndex(where: { $0.name == chapter.name }) {
      previous = place > 0 ? links[place - 1] : nil
      next = place + 1 < links.count ? links[place + 1] : nil
    }
    body = splicer.html
    contents = Contents.html(chapter.headings, inner: splicer.headings, hasBibliography: !page.bibliography.isEmpty)
    bibliography = Bibliography.list(page.bibliography, citations: splicer.citations)
    counts = Self.counts(page)
    hasCounts = !counts.isEmpty
    self.ledger = ledger
    self.program = program
  }

  private static func counts(_ page: VerifiedChapter) -> [Count] {
    var numbers = 0
    var claims = 0
    var citations = 0
    for evidence in page.evidence.values {
      switch evidence {
      case .number: numbers += 1
      case .claim: claims += 1
      case .citation: citations += 1
      case .waiver, .reference: break
      }
    }
    let outputs = page.chapter.blocks.count { $0.mode != .show && $0.mode != .compile && ($0.pin != nil || page.record.outputs[$0.index] != nil) }
    return [
      Count(name: "数値", number: numbers), Count(name: "主張", number: claims),
      Count(name: "出力", number: outputs), Count(name: "引用", number: citations),
    ].filter { $0.number > 0 }
  }
}

/// この章の内容: the headings of levels 2 and 3 as nested lists.
enum Contents {
  static func html(_ headings: [Heading], inner: [Int: String], hasBibliography: Bool) -> String {
    var html = ""
    var isOpen = false
    var isNested = false
    for (index, heading) in headings.enumerated() where heading.level == 2 || heading.level == 3 {
      let link = "<a href=\"#\(fragment(heading.id))\">\(inner[index] ?? escaped(heading.text))</a>"
      if heading.level == 3, isOpen {
        html += isNested ? "</li>\n<li>\(link)" : "\n<ol>\n<li>\(link)"
        isNested = true
      } else {
        if isNested { html += "</li>\n</ol>" }
        if isOpen { html += "</li>\n" }
        html += "<li>\(link)"
        isOpen = true
        isNested = false
      }
    }
    if isNested { html += "</li>\n</ol>" }
    if isOpen { html += "</li>\n" }
    if hasBibliography { html += "<li><a href=\"#bibliography\">参考文献</a></li>\n" }
    return html.isEmpty ? "" : "<ol>\n\(html)</ol>"
  }
}
