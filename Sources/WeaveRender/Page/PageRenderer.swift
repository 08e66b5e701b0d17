import Mustache
import WeaveModel
import WeaveParse
import WeaveSupport

/// From a verified chapter to its page.
package struct PageRenderer: Sendable {
  package let frame: BookFrame
  package let typeset: Typeset
  private let list: ChapterList
  private var words: Words { frame.language.words }

  /// - `typeset`: fragments of at least the chapters that will be rendered.
  package init(_ frame: BookFrame, typeset: Typeset) {
    self.frame = frame
    self.typeset = typeset
    list = ChapterList(frame)
  }

  /// A part of the tool, read once.
  private static let template = try! MustacheTemplate(string: Resource.page.text)

  /// Reads the page's template now, so that the first page need not wait for it.
  package static func prepare() { _ = template }

  /// `NAME.html`. `program` is the path of the chapter's Swift program in the output folder.
  /// Throws a `Diagnostic` for a figure or a rendered output that cannot be shown.
  package func render(_ page: VerifiedChapter, program: String? = nil) throws -> OutputFile {
    let terms = page.chapter.isGlossary ? [] : frame.chapters.flatMap(\.terms)
    let writer = PageWriter(page: page, typeset: typeset, terms: terms, words: words)
    let model = try PageModel(
      frame: frame, list: list, page: page, writer: writer, program: program, ledger: Ledger.path)
    return OutputFile(path: "\(page.chapter.name).html", text: Self.template.render(model.fields))
  }

  /// A chapter's parts of the files that are made of all chapters together, by path.
  package func parts(of page: VerifiedChapter) throws -> [String: String] {
    let writer = PageWriter(page: page, typeset: typeset, terms: [], words: words)
    return [
      Ledger.path: Ledger.section(
        of: page, words, href: { Self.href($0, in: page.chapter.name) },
        framed: { "<div class=\"scroll\">\($0)</div>" }),
      SearchIndex.path: try SearchIndex.part(of: page, words, heading: writer.bare),
      Glossary.path: try Glossary.part(of: page, typeset, words),
    ]
  }

  /// The files that a chapter's page offers.
  package func downloads(of chapter: Chapter) -> [OutputFile] {
    chapter.downloads.compactMap { download in
      download.bytes.map { OutputFile(path: download.path, bytes: $0) }
    }
  }

  /// The files of the pictures on a chapter's page. Throws a `Diagnostic` for one that may not be shown.
  package func pictures(of chapter: Chapter) throws -> [OutputFile] {
    try chapter.shownPictures().map { OutputFile(path: Pictures.path(of: $0), bytes: $0.bytes) }
  }

  private static func href(_ anchor: String, in chapter: String) -> String {
    "\(chapter).html" + (anchor.isEmpty ? "" : "#\(fragment(anchor))")
  }

  /// Files that are made of all chapters together: the ledger's page, the text for the search, what the terms mean.
  package static let aggregatePaths = [Ledger.path, SearchIndex.path, Glossary.path]

  /// One of those files without the chapters' parts.
  package func joint(_ path: String) -> AggregateFile {
    switch path {
    case SearchIndex.path: return AggregateFile(path: path, head: SearchIndex.head, foot: SearchIndex.foot)
    case Glossary.path: return AggregateFile(path: path, head: Glossary.head, foot: Glossary.foot)
    default: break
    }
    // No chapter's text holds this character.
    let mark = "\u{E000}"
    var model = PageModel(
      frame: frame, list: list, name: Ledger.name, title: words.ledger.title, subtitle: words.ledger.subtitle,
      body: Ledger.introduction(words) + mark)
    model.script = Ledger.script
    let ledger = Self.template.render(model.fields).split(separator: mark, maxSplits: 1).map(String.init)
    return AggregateFile(path: Ledger.path, head: ledger[0], foot: ledger[1])
  }

  /// What is made of all chapters together.
  package func renderBook(_ pages: [VerifiedChapter]) throws -> [OutputFile] {
    let made = try pages.map { (name: $0.chapter.name, parts: try parts(of: $0)) }
    return Self.aggregatePaths.map { path in
      joint(path).assembled(made.map { (chapter: $0.name, bytes: Array($0.parts[path]!.utf8)[...]) }).file
    }
  }
}

/// A file made of one part of each chapter, between a head and a foot.
package struct AggregateFile {
  package var path: String
  package var head: String
  var foot: String

  /// The file, and where each chapter's part stands in it.
  package func assembled(_ parts: [(chapter: String, bytes: ArraySlice<UInt8>)]) -> (
    file: OutputFile, ranges: [Range<Int>]
  ) {
    var bytes = Array(head.utf8)
    bytes.reserveCapacity(parts.reduce(bytes.count + foot.utf8.count) { $0 + $1.bytes.count })
    var ranges: [Range<Int>] = []
    for part in parts {
      let start = bytes.count
      bytes += part.bytes
      ranges.append(start..<bytes.count)
    }
    bytes += foot.utf8
    return (OutputFile(path: path, bytes: bytes), ranges)
  }
}
