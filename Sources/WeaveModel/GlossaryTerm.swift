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

  /// The names that a cell lists.
  static func names(in cell: String) -> [String] {
    cell.split(whereSeparator: { "、（）,()".contains($0) })
      .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
  }

  /// From the words of that cell.
  package init(cell: String) {
    let names = Self.names(in: cell)
    name = names.first ?? cell
    words = [name].filter { $0.unicodeScalars.count > 1 } + names.dropFirst().filter { $0.unicodeScalars.count > 2 }
  }
}

/// The chapter called `glossary`: tables whose first column is headed 用語 or Term define the book's terms, in rows of a
/// term, its English name where that is another, and its meaning. Other chapters link the first place where they use
/// one. A column headed 別名 or Also called gives names by which the search finds it too.
extension Chapter {
  package static let glossary = "glossary"

  package var isGlossary: Bool { name == Self.glossary }

  package struct Definition {
    package var term: Prose
    package var english = Prose([])
    package var meaning: Prose
    package var others: Prose?
  }

  /// The terms that the chapter defines for the others.
  package var terms: [GlossaryTerm] {
    isGlossary ? definitions.map { GlossaryTerm(cell: plain($0.term)) } : []
  }

  package var definitions: [Definition] {
    let words = Language.allCases.map(\.words.glossary)
    return document.allBlocks.flatMap { block -> [Definition] in
      guard case .table(let table) = block.content else { return [] }
      let heads = table.head.map(plain)
      guard heads.contains(where: { head in words.contains { $0.term == head } }) else { return [] }
      let others = heads.firstIndex { head in words.contains { $0.alsoCalled == head } }
      return table.rows.compactMap { row in
        if row.count < 2 { return nil }
        var definition = Definition(term: row[0], meaning: row[row.count == 2 ? 1 : 2])
        if row.count > 2 { definition.english = row[1] }
        if let others, others > 2, others < row.count { definition.others = row[others] }
        return definition
      }
    }
  }

  /// All that each term is called, for the search.
  package var termNames: [[String]] {
    if !isGlossary { return [] }
    return definitions.map { definition in
      [definition.term, definition.english, definition.others].compactMap { $0.map(plain) }.flatMap(GlossaryTerm.names)
    }
  }
}
