/// What a chapter says, as a tree of values. `Parse` makes it; whoever writes, counts or judges walks it.
///
/// What other stages work on by number (blocks, bound links, formulas …) stands in the chapter's lists, and the tree
/// holds its index there.
public struct Document: Sendable, Hashable {
  public var blocks: [Block] = []
  /// In the order of their numbers.
  public var footnotes: [Footnote] = []

  public init(_ blocks: [Block] = [], footnotes: [Footnote] = []) {
    (self.blocks, self.footnotes) = (blocks, footnotes)
  }
}

/// A block, and the bytes of the source that it was read from, where these are known.
public struct Block: Sendable, Hashable {
  public var content: Content
  public var source: Range<Int>?

  public init(_ content: Content, source: Range<Int>? = nil) { (self.content, self.source) = (content, source) }

  public indirect enum Content: Sendable, Hashable {
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
    case rule
    case html(RawBlock)
  }
}

public struct List: Sendable, Hashable {
  public struct Item: Sendable, Hashable {
    public var blocks: [Block]
    /// Of a task: whether it is done.
    public var isDone: Bool?

    public init(_ blocks: [Block], isDone: Bool? = nil) { (self.blocks, self.isDone) = (blocks, isDone) }
  }

  /// The first number; nil for a list of points.
  public var start: Int?
  /// Its items are lines rather than paragraphs.
  public var isTight: Bool
  public var items: [Item]

  public init(start: Int? = nil, isTight: Bool = true, _ items: [Item]) {
    (self.start, self.isTight, self.items) = (start, isTight, items)
  }
}

public struct Table: Sendable, Hashable {
  public enum Alignment: String, Sendable { case left, center, right }

  /// An index into `Chapter.tables`: what the table is called.
  public var index: Int
  /// Of each column.
  public var alignments: [Alignment?]
  public var head: [Prose]
  public var rows: [[Prose]]

  public init(_ index: Int, alignments: [Alignment?] = [], head: [Prose], rows: [[Prose]]) {
    (self.index, self.alignments, self.head, self.rows) = (index, alignments, head, rows)
  }
}

public enum Alert: String, Sendable, CaseIterable { case note, tip, important, warning, caution }

public struct Footnote: Sendable, Hashable {
  public var name: String
  public var blocks: [Block]
  /// How often the text refers to it.
  public var references: Int

  public init(_ name: String, _ blocks: [Block], references: Int = 1) {
    (self.name, self.blocks, self.references) = (name, blocks, references)
  }
}

/// Raw HTML between two blocks: tags that may close further down, and text around them.
public struct RawBlock: Sendable, Hashable {
  public var parts: [HTMLPart]
  /// As in `Prose`.
  public var read: [Range<Int>]

  public init(_ parts: [HTMLPart], read: [Range<Int>] = []) { (self.parts, self.read) = (parts, read) }
}
