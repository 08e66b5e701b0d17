import Foundation

/// The chapter called `glossary`: tables whose first column is headed 用語 define the book's terms. Other chapters link
/// the first place where they use one.
enum Glossary {
  static let chapter = "glossary"
  static let page = "\(chapter).html"
  static let path = "\(Assets.folder)/terms.js"

  /// The terms that `chapter` defines; none unless it is the glossary.
  static func terms(of chapter: Chapter) -> [GlossaryTerm] {
    chapter.name == Self.chapter ? rows(of: chapter).map { GlossaryTerm(cell: chapter.plain($0.term)) } : []
  }

  // MARK: What a term means, for the page that uses it

  /// A script, since a page opened from a file may load no other data.
  static let head = "window.bookTerms = {\n"
  static let foot = "};\n"

  /// The meanings by anchor, a line each; empty but for the glossary.
  static func part(of page: VerifiedChapter, _ typeset: Typeset) throws -> String {
    guard page.chapter.name == chapter else { return "" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    func json(_ text: String) throws -> String { Script.literal(try encoder.encode(text)) }
    let writer = MeaningWriter(page.chapter, typeset)
    return try rows(of: page.chapter).map { row in
      let anchor = Anchor.term(GlossaryTerm(cell: page.chapter.plain(row.term)).name)
      return try "\(json(anchor)): [\(json(writer.html(row.english))), \(json(writer.html(row.meaning)))],\n"
    }.joined()
  }

  private static func rows(of chapter: Chapter) -> [(term: Prose, english: Prose, meaning: Prose)] {
    chapter.document.allBlocks.flatMap { block -> [(term: Prose, english: Prose, meaning: Prose)] in
      guard case .table(let table) = block.content, table.head.contains(where: { chapter.plain($0) == "用語" })
      else { return [] }
      return table.rows.filter { $0.count >= 3 }.map { ($0[0], $0[1], $0[2]) }
    }
  }
}

/// A cell of the glossary where another page shows it: words and formulas.
private final class MeaningWriter: DocumentWriter {
  private let typeset: Typeset

  init(_ chapter: Chapter, _ typeset: Typeset) {
    self.typeset = typeset
    super.init(chapter)
  }

  func html(_ cell: Prose) -> String { html { write(cell.inlines) } }

  override func writeFormula(_ index: Int, before next: Inline?) {
    let formula = chapter.formulas[index]
    guard case .success(let set) = typeset.formulas[Typeset.Formula(formula)] else {
      out += escaped(formula.tex)
      return
    }
    out += Mark.katex.around(set)
  }

  override func writeReference(to number: Int, _ reference: Int) {}
}

/// A term by its names: 注意機構、注意 or 最大内積探索（MIPS）.
public struct GlossaryTerm: Sendable, Hashable {
  /// The first name; the row's anchor is made of it.
  public var name: String
  /// All names by which a text is searched; a short second name is too common a word.
  public var words: [String]

  init(name: String, words: [String]) {
    self.name = name
    self.words = words
  }

  /// From the first cell of a row that holds words alone.
  init?(cell: Prose) {
    guard case .text(let text)? = cell.inlines.first, cell.inlines.count == 1 else { return nil }
    self.init(cell: text)
  }

  /// From the words of that cell.
  init(cell: String) {
    let names = cell.split(whereSeparator: { "、（）".contains($0) }).map(String.init)
    name = names.first ?? cell
    words = [name].filter { $0.unicodeScalars.count > 1 } + names.dropFirst().filter { $0.unicodeScalars.count > 2 }
  }
}
