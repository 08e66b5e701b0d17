/// One Markdown file, read: its tagged blocks, its links that mean something, and the document that they stand in.
package struct Chapter: Sendable {
  /// The file's name without `.md`; also the page's name.
  package let name: String
  package let source: Source
  package var front: FrontMatter
  /// The titles with their marks; the front matter has their words.
  package var title: Prose = ""
  package var subtitle: Prose?
  /// The title for narrow places, where the front matter has one.
  package var short: Prose?
  /// Only whoever writes it sees it.
  package var isDraft = false
  package var data: [DataFile] = []
  /// The modules that its program sees besides the tool's own.
  package var imports: [String] = []
  /// A data file could not be had: what the program would do without it says nothing.
  package var lacksData = false
  package var blocks: [CodeBlock] = []
  package var links: [BoundLink] = []
  package var formulas: [Formula] = []
  package var diagrams: [Diagram] = []
  package var tables: [LabelledTable] = []
  package var pictures: [Picture] = []
  package var downloads: [Download] = []
  package var headings: [Heading] = []
  /// Code shown in another language than Swift.
  package var listings: [Listing] = []
  /// What it says.
  package var document = Document()

  package init(name: String, source: Source, front: FrontMatter, title: Prose = "", subtitle: Prose? = nil) {
    self.name = name
    self.source = source
    self.front = front
    self.title = title
    self.subtitle = subtitle
  }
}

extension Chapter {
  /// A name that the author gave to something, and its line.
  package struct ID: Sendable, Hashable, Codable {
    package var name: String
    package var line: Int

    package init(name: String, line: Int) { (self.name, self.line) = (name, line) }
  }
}

package struct FrontMatter: Sendable, Hashable, Codable {
  package var title: String
  package var subtitle: String?
  /// For narrow places: the chapter list, previous and next.
  package var short: String

  package init(title: String, subtitle: String? = nil, short: String) {
    (self.title, self.subtitle, self.short) = (title, subtitle, short)
  }
}

/// A file that the chapter's program reads as `data/NAME`.
package struct DataFile: Sendable {
  package var name: String
  package var bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    (self.name, self.bytes) = (name, bytes)
  }
}

/// A tagged Swift fence.
package struct CodeBlock: Sendable {
  /// Its place among the chapter's blocks, from 0.
  package var index: Int
  package var mode: Mode
  package var attributes: Attributes
  package var code: String
  /// Line of the opening fence, and of the first line of code.
  package var fenceLine: Int
  package var codeLine: Int { fenceLine + 1 }
  /// Byte offset just after the closing fence's line: where a new pin goes.
  package var end: Int
  /// What stands before each of its lines (in a list or a quote), for a new pin.
  package var indent: String
  package var pin: Pin?

  package init(
    index: Int, mode: Mode, attributes: Attributes, code: String, fenceLine: Int, end: Int, indent: String,
    pin: Pin? = nil
  ) {
    self.index = index
    self.mode = mode
    self.attributes = attributes
    self.code = code
    self.fenceLine = fenceLine
    self.end = end
    self.indent = indent
    self.pin = pin
  }

  package struct Attributes: Sendable, Hashable {
    package var id: String?
    package var caption: Prose?
    package var fold = false
    /// A reader of the page may move the figure's parameters.
    package var live = false
    package var hide = false
    package var volatile = false
    package var asMarkdown = false
    /// Where its code stands, if not in the fence.
    package var file: CodePart?
    /// Seconds of wall-clock time that the block may take.
    package var timeout: Double?
    /// Numbers in the pin may differ from the output by this much.
    package var tolerance: Tolerance?

    package init() {}
  }

  /// How the block is called in a message.
  package var label: String { attributes.id.map { "block #\($0)" } ?? "the block at line \(fenceLine)" }
}

/// The `output` fence after a block.
package struct Pin: Sendable, Hashable {
  package var text: String
  /// Bytes of the fence's contents in the source, and its first line.
  package var range: Range<Int>
  package var line: Int
  package var fence: Fence

  package init(text: String, range: Range<Int>, line: Int, fence: Fence) {
    (self.text, self.range, self.line, self.fence) = (text, range, line, fence)
  }

  /// The fence around it: all its bytes, from the beginning of its first line, and how long a row of which mark it has.
  package struct Fence: Sendable, Hashable {
    package var range: Range<Int>
    package var mark: UInt8
    package var length: Int

    package init(range: Range<Int>, mark: UInt8, length: Int) {
      (self.range, self.mark, self.length) = (range, mark, length)
    }
  }
}

/// An ordinary Markdown link whose destination binds its text to something that is checked.
package struct BoundLink: Sendable {
  package enum Target: Sendable, Hashable {
    /// `#=EXPR`: a number or a claim; `after` counts the blocks that stand above it.
    case expression(String, after: Int)
    /// `#@KEY`
    case citation(String)
    /// `#!`
    case remark(RemarkKind)
    /// `#id`, or `file.md#id`
    case reference(chapter: String?, id: String)
  }

  package var index: Int
  package var target: Target
  /// Bytes of all of it in the source, from its `[` to its `)`.
  package var range: Range<Int>
  /// The link's text as it stands in the source, and its bytes.
  package var text: String
  package var textRange: Range<Int>
  /// Bytes of EXPR, KEY or id in the source.
  package var targetRange: Range<Int>
  /// What stands in quotes after the destination, and its bytes.
  package var title: String?
  package var titleRange: Range<Int>?

  package init(
    index: Int, target: Target, range: Range<Int>, text: String, textRange: Range<Int>, targetRange: Range<Int>,
    title: String? = nil, titleRange: Range<Int>? = nil
  ) {
    self.index = index
    self.target = target
    self.range = range
    self.text = text
    self.textRange = textRange
    self.targetRange = targetRange
    self.title = title
    self.titleRange = titleRange
  }
}

package struct Formula: Sendable, Hashable {
  package var tex: String
  package var display: Bool
  package var id: String?
  /// Byte offset of the TeX itself.
  package var offset: Int
  /// With the book's macros written out; nil where it uses none.
  package var expansion: ExpandedTeX?

  package init(tex: String, display: Bool, id: String? = nil, offset: Int) {
    (self.tex, self.display, self.id, self.offset) = (tex, display, id, offset)
  }
}

package struct Diagram: Sendable, Hashable {
  package var dot: String
  package var id: String?
  package var caption: Prose?
  package var line: Int

  package init(dot: String, id: String? = nil, caption: Prose? = nil, line: Int) {
    (self.dot, self.id, self.caption, self.line) = (dot, id, caption, line)
  }
}

package struct LabelledTable: Sendable, Hashable {
  package var id: String?
  package var caption: Prose?
  package var line: Int

  package init(id: String? = nil, caption: Prose? = nil, line: Int) {
    (self.id, self.caption, self.line) = (id, caption, line)
  }
}

package struct Listing: Sendable, Hashable {
  package var language: String
  package var code: String

  package init(language: String, code: String) {
    (self.language, self.code) = (language, code)
  }
}

package struct Heading: Sendable, Hashable {
  package var level: Int
  package var id: String
  /// Plain text; formulas stand as their TeX.
  package var text: String
  package var line: Int

  package init(level: Int, id: String, text: String, line: Int) {
    (self.level, self.id, self.text, self.line) = (level, id, text, line)
  }
}
