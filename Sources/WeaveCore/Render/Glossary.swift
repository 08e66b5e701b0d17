import Foundation

/// The chapter called `glossary`: tables whose first column is headed 用語 define the book's terms. Other chapters link
/// the first place where they use one.
enum Glossary {
  static let chapter = "glossary"
  static let page = "\(chapter).html"
  static let path = "\(Assets.folder)/terms.js"

  /// An id holds no space.
  static func anchor(_ word: String) -> String { "term-\(word.replacing(" ", with: "-"))" }

  /// The terms that `chapter` defines; none unless it is the glossary.
  static func terms(of chapter: Chapter) -> [GlossaryTerm] {
    guard chapter.name == Self.chapter else { return [] }
    return rows(of: chapter) { $0.tex }.map { GlossaryTerm(cell: $0.term) }
  }

  /// Each row with an id, so that a term can be linked to.
  static func anchored(_ html: String) -> String {
    html.replacing(#/<tr>\n<td>([^<]+)</td>/#) { row in
      let term = GlossaryTerm(cell: String(row.1))
      return "<tr id=\"\(escaped(anchor(term.name)))\">\n<td>\(row.1)</td>"
    }
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
    let rows = rows(of: page.chapter) { formula in
      guard case .success(let set) = typeset.formulas[Typeset.Formula(formula)] else { return escaped(formula.tex) }
      return Mark.katex.around(set)
    }
    return try rows.map { row in
      let anchor = anchor(GlossaryTerm(cell: row.term).name)
      return try "\(json(anchor)): [\(json(row.english)), \(json(row.meaning))],\n"
    }.joined()
  }

  private static func rows(
    of chapter: Chapter, _ set: (Formula) -> String
  ) -> [(term: String, english: String, meaning: String)] {
    let html = chapter.skeleton.map { part in
      switch part {
      case .html(let text): text
      case .slot(.formula(let index)): set(chapter.formulas[index])
      case .slot: ""
      }
    }.joined()
    return html.components(separatedBy: "<table>").dropFirst().flatMap { table in
      guard table.contains("<th>用語</th>") else { return [(term: String, english: String, meaning: String)]() }
      let body = table.components(separatedBy: "</table>")[0].components(separatedBy: "<tbody>").last ?? ""
      return body.components(separatedBy: "<tr>").dropFirst().compactMap { row in
        let cells = row.components(separatedBy: "<td>").dropFirst().map { $0.components(separatedBy: "</td>")[0] }
        return cells.count < 3 ? nil : (cells[0], cells[1], cells[2])
      }
    }
  }
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

  /// From the first cell of a row.
  init(cell: String) {
    let names = cell.split(whereSeparator: { "、（）".contains($0) }).map(String.init)
    name = names.first ?? cell
    words = [name].filter { $0.unicodeScalars.count > 1 } + names.dropFirst().filter { $0.unicodeScalars.count > 2 }
  }
}
