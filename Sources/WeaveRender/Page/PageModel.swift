import WeaveModel
import WeaveSupport

/// What the page's template sees.
struct PageModel {
  struct Link {
    var href: String
    var title: String
    var short: String
    var subtitle: String?
    var isDraft: Bool
  }
  struct Count {
    var before: String
    var number: Int
    var after: String
  }

  /// Of the root element: they hold nothing to escape.
  var rootAttributes: String
  /// The template's own, by their names.
  var words: [String: String]
  var policy = Policy.page.meta
  var book: String
  var author: String?
  /// At the end of every page, and on the cover under its title.
  var imprint: [String]
  var hasImprint: Bool
  var names: [String] = []
  var hasNames = false
  var report: String?
  var title: String
  /// The titles with their marks.
  var titleHTML: String
  var subtitleHTML: String?
  var titleID: String?
  var windowTitle: String
  /// Stands at the head of printed pages: a string of CSS.
  var runningTitle: String
  var subtitle: String?
  var isCover = false
  var isDraft = false
  /// The items of the list beside every page.
  var chapterList: String
  /// For the cover's cards.
  var chapters: [Link] = []
  /// What stands before the body: on the cover the text before the first section, and that section beside it.
  var lead = ""
  var proof = ""
  var body: String
  /// Shown only when all of it has been read: tables without code around them fill the first screen, and a table whose
  /// rows are still to come changes the width of its columns.
  var isShownWhole = false
  /// A page with a script of its own.
  var script: String?
  var bibliography = ""
  /// Where the links of the text lead, as the printed page lists them.
  var addresses: [String] = []
  var hasAddresses = false
  var previous: Link?
  var next: Link?
  // The template sees stored properties only.
  var hasCounts = false
  var counts: [Count] = []
  var ledger: String?
  var program: String?

  /// A page that is no chapter.
  init(
    frame: BookFrame, list: ChapterList, name: String, title: String, subtitle: String? = nil, contents: String = "",
    body: String
  ) {
    let words = frame.language.words
    rootAttributes = words.rootAttributes
    self.words = words.page.byName
    book = frame.title
    let authors = frame.imprint.authors
    author = authors.isEmpty ? nil : authors.joined(separator: words.punctuation.comma)
    imprint = frame.imprint.lines
    report = frame.imprint.report.map { address($0) }
    hasImprint = !imprint.isEmpty || report != nil
    (self.title, titleHTML) = (title, characters(title))
    (self.subtitle, subtitleHTML) = (subtitle, subtitle.map { characters($0) })
    self.body = body
    windowTitle = "\(title) — \(frame.title)"
    runningTitle = Self.cssString(title == frame.title ? title : frame.title + words.punctuation.runningTitle + title)
    chapterList = list.html(current: name, contents: contents)
  }

  /// A chapter's page; the chapter called `index` is the cover.
  init(
    frame: BookFrame, list: ChapterList, page: VerifiedChapter, writer: PageWriter, program: String?, ledger: String?
  ) throws {
    let chapter = page.chapter
    let words = frame.language.words
    let isCover = chapter.name == "index"
    let parts = isCover ? try writer.cover() : ("", "", try writer.body())
    let headings = chapter.headingProse
    self.init(
      frame: frame, list: list, name: chapter.name, title: chapter.front.title, subtitle: chapter.front.subtitle,
      contents: Contents.html(
        chapter.headings, words: { writer.bare(headings[$0] ?? "") },
        bibliography: page.bibliography.isEmpty ? nil : words.bibliography.title),
      body: parts.2)
    (lead, proof) = (parts.0, parts.1)
    titleHTML = writer.html(of: chapter.title) ?? ""
    subtitleHTML = writer.html(of: chapter.subtitle)
    self.isCover = isCover
    isDraft = chapter.isDraft
    isShownWhole = !isCover && chapter.blocks.isEmpty
    if isCover {
      windowTitle = frame.title
      names = frame.imprint.names
      hasNames = !names.isEmpty
      chapters = frame.chapters.filter { $0.name != "index" }.map(Self.link)
    }
    if chapter.startsWithTitle { titleID = chapter.headings[0].id }
    if let place = frame.chapters.firstIndex(where: { $0.name == chapter.name }) {
      if place > 0 { previous = Self.link(frame.chapters[place - 1]) }
      if place + 1 < frame.chapters.count { next = Self.link(frame.chapters[place + 1]) }
    }
    bibliography = Bibliography.list(page.bibliography, citations: writer.citations, words)
    addresses = writer.addresses
    hasAddresses = !addresses.isEmpty
    counts = Verification(page).counts(words)
    hasCounts = !counts.isEmpty
    if !page.figures.isEmpty { (policy, script) = (Policy.livePage.meta, Assets.live) }
    self.ledger = ledger
    self.program = program
  }

  /// By name and without those that are nil. Given the model itself, a template would take it apart for each of its
  /// names.
  var fields: [String: Any] {
    var fields: [String: Any] = [:]
    for field in Mirror(reflecting: self).children {
      let value = Mirror(reflecting: field.value)
      fields[field.label!] = value.displayStyle == .optional ? value.children.first?.value : field.value
    }
    return fields
  }

  /// A string of CSS: what could end it is written by its number, and so ends nothing.
  static func cssString(_ text: String) -> String {
    let marks = "0123456789 -_.,:".unicodeScalars
    return "\""
      + text.unicodeScalars.map { scalar in
        let isPlain = scalar.value > 0x7F || scalar.properties.isAlphabetic || marks.contains(scalar)
        return isPlain ? String(scalar) : "\\\(String(scalar.value, radix: 16)) "
      }.joined() + "\""
  }

  private static func link(_ chapter: BookFrame.Entry) -> Link {
    Link(
      href: "\(chapter.name).html", title: chapter.front.title, short: chapter.front.short,
      subtitle: chapter.front.subtitle, isDraft: chapter.isDraft)
  }
}

/// The list of chapters that stands on every page: made once, since a template would make it anew for each of them.
struct ChapterList {
  private let names: [String]
  private let items: [String]

  init(_ frame: BookFrame) {
    let chapters = frame.chapters.filter { $0.name != "index" }
    let words = frame.language.words, ledger = escaped(words.ledger.title)
    let mark = " <em class=\"draft\">\(escaped(words.page.draft))</em>"
    names = chapters.map(\.name)
    items =
      chapters.map {
        "<li><a href=\"\(escaped($0.name)).html\">\(escaped($0.front.short))\($0.isDraft ? mark : "")</a></li>\n"
      }
      + ["<li class=\"apart\"><a href=\"\(Ledger.path)\">\(ledger)</a></li>\n"]
  }

  /// With the page's own contents under its chapter.
  func html(current: String, contents: String) -> String {
    guard let place = names.firstIndex(of: current) else {
      return current == Ledger.name
        ? items.dropLast().joined() + Self.opened(items[items.count - 1], "") : items.joined()
    }
    return items[..<place].joined() + Self.opened(items[place], contents) + items[(place + 1)...].joined()
  }

  private static func opened(_ item: String, _ contents: String) -> String {
    let marked = item.replacing("<li", with: "<li data-current", maxReplacements: 1)
      .replacing("<a ", with: "<a aria-current=\"page\" ", maxReplacements: 1)
    if contents.isEmpty { return marked }
    return marked.replacing("</li>", with: "\n<div class=\"sections\">\(contents)</div></li>", maxReplacements: 1)
  }
}

/// How much of a chapter was held against something.
struct Verification {
  var numbers = 0
  var claims = 0
  var outputs = 0
  var citations = 0
  var remarks: [RemarkKind: Int] = [:]

  init(_ page: VerifiedChapter) {
    for evidence in page.evidence.values {
      switch evidence {
      case .number: numbers += 1
      case .claim: claims += 1
      case .citation: citations += 1
      case .remark(let kind, _): remarks[kind, default: 0] += 1
      case .reference: break
      }
    }
    outputs = page.chapter.blocks.count { block in
      switch block.mode.output {
      case .printed: !(block.pin?.text ?? page.record.outputs[block.index] ?? "").isEmpty
      case .message: true
      case .none: false
      }
    }
  }

  /// What there is any of, as the page names it.
  func counts(_ words: Words) -> [PageModel.Count] {
    let words = words.counts
    return Self.count(numbers, words.numbers) + Self.count(claims, words.claims) + Self.count(outputs, words.outputs)
      + Self.count(citations, words.citations)
  }

  func remarkCounts(_ words: Words) -> [PageModel.Count] {
    RemarkKind.allCases.flatMap { Self.count(remarks[$0] ?? 0, words.evidence.remark($0).count) }
  }

  private static func count(_ number: Int, _ words: Words.Around) -> [PageModel.Count] {
    if number == 0 { return [] }
    let (before, after) = words(number)
    return [PageModel.Count(before: before, number: number, after: after)]
  }
}
