import Foundation
import WeaveModel
import WeaveSupport

/// What the book's terms mean, for the pages that use them.
enum Glossary {
  package static let path = "\(OutputFolder.assets)/terms.js"

  /// A script, since a page opened from a file may load no other data.
  package static let head = "window.bookTerms = {\n"
  static let foot = "};\n"

  /// The meanings by anchor, a line each; empty but for the glossary.
  package static func part(of page: VerifiedChapter, _ typeset: Typeset, _ words: Words) throws -> String {
    guard page.chapter.isGlossary else { return "" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    func json(_ text: String) throws -> String { Script.literal(try encoder.encode(text)) }
    let writer = MeaningWriter(page.chapter, typeset, words)
    return try page.chapter.definitions.map { row in
      let anchor = Anchor.term(GlossaryTerm(cell: page.chapter.plain(row.term)).name)
      return try "\(json(anchor)): [\(json(writer.html(row.english))), \(json(writer.html(row.meaning)))],\n"
    }.joined()
  }
}

/// A cell of the glossary where another page shows it: words and formulas.
private final class MeaningWriter: DocumentWriter {
  private let typeset: Typeset

  init(_ chapter: Chapter, _ typeset: Typeset, _ words: Words) {
    self.typeset = typeset
    super.init(chapter, words)
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
