import Mustache

/// From a verified chapter to its page.
public struct PageRenderer: Sendable {
  let book: Book
  let typeset: Typeset
  let renderMarkdown: @Sendable (String) throws -> String
  private let template: MustacheTemplate
  private let list: ChapterList

  /// - `typeset`: fragments of at least the chapters that will be rendered.
  /// - `renderMarkdown`: what an `as=markdown` block printed, to filtered HTML.
  public init(
    book: Book, typeset: Typeset, renderMarkdown: @escaping @Sendable (String) throws -> String
  ) throws {
    self.book = book
    self.typeset = typeset
    self.renderMarkdown = renderMarkdown
    list = ChapterList(book)
    template = try MustacheTemplate(string: String(decoding: PackageResources.page_mustache, as: UTF8.self))
  }

  /// `NAME.html`. `program` is the path of the chapter's Swift program in the output folder.
  /// Throws a `Diagnostic` for a figure or a rendered output that cannot be shown.
  public func render(_ page: VerifiedChapter, program: String? = nil) throws -> OutputFile {
    var splicer = Splicer(page: page, typeset: typeset, renderMarkdown: renderMarkdown)
    try splicer.run()
    let model = PageModel(
      book: book, list: list, page: page, splicer: splicer, program: program, ledger: "\(Ledger.name).html")
    return OutputFile(path: "\(page.chapter.name).html", text: template.render(model))
  }

  /// Files that are made of all chapters together.
  static let bookFiles = ["\(Ledger.name).html", SearchIndex.path]

  /// What is made of all chapters together: the ledger's page and the text for the search.
  public func renderBook(_ pages: [VerifiedChapter]) throws -> [OutputFile] {
    let model = PageModel(
      book: book, list: list, name: Ledger.name, title: "数の台帳", subtitle: "この本のすべての数と、その根拠",
      body: Ledger(chapters: pages).html())
    return [
      OutputFile(path: "\(Ledger.name).html", text: template.render(model)),
      try SearchIndex(chapters: pages).file(),
    ]
  }
}
