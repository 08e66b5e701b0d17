/// A term by its names: 注意機構、注意 or 最大内積探索（MIPS）, attention mechanism, attention or sliding window (SWA).
package struct GlossaryTerm: Sendable, Hashable, Codable {
  /// The first name; the row's anchor is made of it.
  package var name: String
  /// All names by which a text is searched; a short second name is too common a word.
  package var words: [String]

  package init(name: String, words: [String]) {
    self.name = name
    self.words = words
  }

  /// From the first cell of a row that holds words alone.
  package init?(cell: Prose) {
    guard case .text(let text)? = cell.inlines.first, cell.inlines.count == 1 else { return nil }
    self.init(cell: text)
  }

  /// From the words of that cell.
  package init(cell: String) {
    let names = cell.split(whereSeparator: { "、（）,()".contains($0) })
      .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
    name = names.first ?? cell
    words = [name].filter { $0.unicodeScalars.count > 1 } + names.dropFirst().filter { $0.unicodeScalars.count > 2 }
  }
}

/// The chapter called `glossary`: tables whose first column is headed 用語 or Term define the book's terms, in rows of a
/// term, its English name where that is another, and its meaning. Other chapters link the first place where they use
/// one.
extension Chapter {
  package static let glossary = "glossary"

  package var isGlossary: Bool { name == Self.glossary }

  /// The terms that the chapter defines for the others.
  package var terms: [GlossaryTerm] {
    isGlossary ? definitions.map { GlossaryTerm(cell: plain($0.term)) } : []
  }

  package var definitions: [(term: Prose, english: Prose, meaning: Prose)] {
    let heads = Language.allCases.map(\.words.glossary.term)
    return document.allBlocks.flatMap { block -> [(term: Prose, english: Prose, meaning: Prose)] in
      guard case .table(let table) = block.content, table.head.contains(where: { heads.contains(plain($0)) }) else {
        return []
      }
      return table.rows.compactMap { row in
        switch row.count {
        case ..<2: nil
        case 2: (row[0], Prose([]), row[1])
        default: (row[0], row[1], row[2])
        }
      }
    }
  }
}
