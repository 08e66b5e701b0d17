/// What a chapter says, as a tree of values. `WeaveParse` makes it; whoever writes, counts or judges walks it.
///
/// What other stages work on by number (blocks, bound links, formulas …) stands in the chapter's lists, and the tree
/// holds its index there.
package struct Document: Sendable, Hashable {
  package var blocks: [Block] = []
  /// In the order of their numbers.
  package var footnotes: [Footnote] = []

  package init(_ blocks: [Block] = [], footnotes: [Footnote] = []) {
    (self.blocks, self.footnotes) = (blocks, footnotes)
  }
}

/// A block, and the bytes of the source that it was read from, where these are known.
package struct Block: Sendable, Hashable {
  package var content: Content
  package var source: Range<Int>?

  package init(_ content: Content, source: Range<Int>? = nil) { (self.content, self.source) = (content, source) }

  package indirect enum Content: Sendable, Hashable {
    case paragraph(Prose)
    /// An index into `Chapter.headings`.
    case heading(Int, Prose)
    case list(List)
    case quote([Block])
    case alert(Alert, [Block])
    case table(Table)
    /// An index into `Chapter.blocks`.
    case code(Int)
    /// An index into `Chapter.listings`.
    case listing(Int)
    /// A displayed formula by itself: an index into `Chapter.formulas`.
    case formula(Int)
    /// An index into `Chapter.diagrams`.
    case diagram(Int)
    /// An index into `Chapter.pictures`, and the words for who does not see it.
    case picture(Int, Prose)
    case rule
    case html(RawBlock)
  }
}

package struct List: Sendable, Hashable {
  package struct Item: Sendable, Hashable {
    package var blocks: [Block]
    /// Of a task: whether it is done.
    package var isDone: Bool?

    package init(_ blocks: [Block], isDone: Bool? = nil) { (self.blocks, self.isDone) = (blocks, isDone) }
  }

  /// The first number; nil for a list of points.
  package var start: Int?
  /// Its items are lines rather than paragraphs.
  package var isTight: Bool
  package var items: [Item]

  package init(start: Int? = nil, isTight: Bool = true, _ items: [Item]) {
    (self.start, self.isTight, self.items) = (start, isTight, items)
  }
}

package struct Table: Sendable, Hashable {
  package enum Alignment: String, Sendable { case left, center, right }

  /// An index into `Chapter.tables`: what the table is called.
  package var index: Int
  /// Of each column.
  package var alignments: [Alignment?]
  package var head: [Prose]
  package var rows: [[Prose]]

  package init(_ index: Int, alignments: [Alignment?] = [], head: [Prose], rows: [[Prose]]) {
    (self.index, self.alignments, self.head, self.rows) = (index, alignments, head, rows)
  }
}

package enum Alert: String, Sendable, CaseIterable { case note, tip, important, warning, caution }

package struct Footnote: Sendable, Hashable {
  package var name: String
  package var blocks: [Block]
  /// How often the text refers to it.
  package var references: Int

  package init(_ name: String, _ blocks: [Block], references: Int = 1) {
    (self.name, self.blocks, self.references) = (name, blocks, references)
  }
}

/// Raw HTML between two blocks: tags that may close further down, and text around them.
package struct RawBlock: Sendable, Hashable {
  package var parts: [HTMLPart]
  /// As in `Prose`.
  package var read: [Range<Int>]

  package init(_ parts: [HTMLPart], read: [Range<Int>] = []) { (self.parts, self.read) = (parts, read) }
}
