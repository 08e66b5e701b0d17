/// One Markdown file, read: its tagged blocks, its links that mean something, and the document that they stand in.
public struct Chapter: Sendable {
  /// The file's name without `.md`; also the page's name.
  public let name: String
  public let source: Source
  public var front: FrontMatter
  /// The titles with their marks; the front matter has their words.
  public var title: Prose = ""
  public var subtitle: Prose?
  public var data: [DataFile] = []
  /// A data file could not be had: what the program would do without it says nothing.
  public var lacksData = false
  public var blocks: [CodeBlock] = []
  public var links: [BoundLink] = []
  public var formulas: [Formula] = []
  public var diagrams: [Diagram] = []
  public var tables: [LabelledTable] = []
  public var headings: [Heading] = []
  /// Code shown in another language than Swift.
  public var listings: [Listing] = []
  /// What it says.
  public var document = Document()
}

public struct FrontMatter: Sendable, Hashable {
  public var title: String
  public var subtitle: String?
  /// For narrow places: the chapter list, previous and next.
  public var short: String
}

/// A file that the chapter's program reads as `data/NAME`.
public struct DataFile: Sendable {
  public var name: String
  public var bytes: [UInt8]
}

/// A tagged Swift fence.
public struct CodeBlock: Sendable {
  public enum Mode: String, Sendable, CaseIterable { case run, compile, fail, trap, show }

  /// Its place among the chapter's blocks, from 0.
  public var index: Int
  public var mode: Mode
  public var attributes: Attributes
  public var code: String
  /// Line of the opening fence, and of the first line of code.
  public var fenceLine: Int
  public var codeLine: Int { fenceLine + 1 }
  /// Byte offset just behind the closing fence's line: where a new pin goes.
  public var end: Int
  /// What stands before each of its lines (in a list or a quote), for a new pin.
  public var indent: String
  public var pin: Pin?

  public struct Attributes: Sendable, Hashable {
    public var id: String?
    public var caption: Prose?
    public var fold = false
    public var hide = false
    public var volatile = false
    public var asMarkdown = false
    /// Seconds of wall-clock time that the block may take.
    public var timeout: Double?
    /// Numbers in the pin may differ from the output by this much.
    public var tolerance: Tolerance?
  }

  /// How the block is called in a message.
  public var label: String { attributes.id.map { "block #\($0)" } ?? "the block at line \(fenceLine)" }
}

public enum Tolerance: Sendable, Hashable {
  case absolute(Double)
  /// 0.05 for ±5 %.
  case relative(Double)
}

/// The `output` fence behind a block.
public struct Pin: Sendable, Hashable {
  public var text: String
  /// Bytes of the fence's contents in the source, and its first line.
  public var range: Range<Int>
  public var line: Int
  public var fence: Fence

  /// The fence around it: all its bytes, from the beginning of its first line, and how long a row of which mark it has.
  public struct Fence: Sendable, Hashable {
    public var range: Range<Int>
    public var mark: UInt8
    public var length: Int
  }
}

/// An ordinary Markdown link whose destination binds its text to something that is checked.
public struct BoundLink: Sendable {
  public enum Target: Sendable, Hashable {
    /// `#=EXPR`: a number or a claim; `after` counts the blocks that stand above it.
    case expression(String, after: Int)
    /// `#@KEY`
    case citation(String)
    /// `#!`
    case waiver
    /// `#id`, or `file.md#id`
    case reference(chapter: String?, id: String)
  }

  public var index: Int
  public var target: Target
  /// The link's text as it stands in the source, and its bytes.
  public var text: String
  public var textRange: Range<Int>
  /// Bytes of EXPR, KEY or id in the source.
  public var targetRange: Range<Int>
  public var title: String?
}

public struct Formula: Sendable, Hashable {
  public var tex: String
  public var display: Bool
  public var id: String?
  /// Byte offset of the TeX itself.
  public var offset: Int
}

public struct Diagram: Sendable, Hashable {
  public var dot: String
  public var id: String?
  public var caption: Prose?
  public var line: Int
}

public struct LabelledTable: Sendable, Hashable {
  public var id: String?
  public var caption: Prose?
  public var line: Int
}

public struct Listing: Sendable, Hashable {
  public var language: String
  public var code: String
}

public struct Heading: Sendable, Hashable {
  public var level: Int
  public var id: String
  /// Plain text; formulas stand as their TeX.
  public var text: String
  public var line: Int
}
