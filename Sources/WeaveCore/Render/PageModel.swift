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
  var title: String
  var titleID: String?
  var windowTitle: String
  var subtitle: String?
  var isCover = false
  var chapters: [Link]
  var contents = ""
  var body: String
  var bibliography = ""
  var previous: Link?
  var next: Link?
  // The template sees stored properties only.
  var hasCounts = false
  var counts: [Count] = []
  var ledger: String?
  var program: String?

  /// A page that is no chapter.
  init(book: Book, name: String, title: String, subtitle: String? = nil, body: String) {
    language = book.language
    self.book = book.title
    self.title = title
    self.subtitle = subtitle
    self.body = body
    windowTitle = "\(title) — \(book.title)"
    chapters = book.chapters.filter { $0.name != "index" }.map { Self.link($0, current: name) }
  }

  /// A chapter's page; the chapter called `index` is the cover.
  init(book: Book, page: VerifiedChapter, splicer: Splicer, program: String?, ledger: String?) {
    let chapter = page.chapter
    self.init(
      book: book, name: chapter.name, title: chapter.front.title, subtitle: chapter.front.subtitle,
      body: splicer.html)
    isCover = chapter.name == "index"
    if isCover { windowTitle = book.title }
    if let first = chapter.headings.first, first.level == 1 { titleID = first.id }
    if let place = book.chapters.firstIndex(where: { $0.name == chapter.name }) {
      if place > 0 { previous = Self.link(book.chapters[place - 1], current: chapter.name) }
      if place + 1 < book.chapters.count { next = Self.link(book.chapters[place + 1], current: chapter.name) }
    }
    contents = Contents.html(
      chapter.headings, inner: splicer.headings, hasBibliography: !page.bibliography.isEmpty)
    bibliography = Bibliography.list(page.bibliography, citations: splicer.citations)
    counts = Verification(page).counts.map { Count(name: $0.name, number: $0.number) }
    hasCounts = !counts.isEmpty
    self.ledger = ledger
    self.program = program
  }

  private static func link(_ chapter: Chapter, current: String) -> Link {
    Link(
      href: "\(chapter.name).html", title: chapter.front.title, short: chapter.front.short,
      subtitle: chapter.front.subtitle, isCurrent: chapter.name == current)
  }
}

/// How much of a chapter was held against something.
struct Verification {
  var numbers = 0
  var claims = 0
  var outputs = 0
  var citations = 0
  var waivers = 0

  init(_ page: VerifiedChapter) {
    for evidence in page.evidence.values {
      switch evidence {
      case .number: numbers += 1
      case .claim: claims += 1
      case .citation: citations += 1
      case .waiver: waivers += 1
      case .reference: break
      }
    }
    outputs = page.chapter.blocks.count { block in
      switch block.mode {
      case .run: !(block.pin?.text ?? page.record.outputs[block.index] ?? "").isEmpty
      case .fail, .trap: true
      case .compile, .show: false
      }
    }
  }

  /// What there is any of, as the page names it.
  var counts: [(name: String, number: Int)] {
    [("数値", numbers), ("主張", claims), ("出力", outputs), ("引用", citations)].filter { $0.1 > 0 }
  }
}
