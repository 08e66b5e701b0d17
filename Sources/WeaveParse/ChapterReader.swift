import Foundation
import WeaveModel
import WeaveSupport

/// Reads a chapter: Markdown in, its document and what the other stages work on out.
///
/// cmark reads the text twice: first for its blocks, then with all that Markdown must not touch lifted out of their
/// leaves.
package struct ChapterReader {
  public internal(set) var chapter: Chapter
  package private(set) var diagnostics: [Diagnostic] = []

  var seenLinks: Set<Int> = []
  var rawHTML = RawHTML()
  /// The lines of what a program printed.
  var printed: [Substring] = []
  /// Of each piece of raw HTML.
  var htmlPlaces: [Position] = []
  /// Tags are nested too deep: that is said once.
  var isTooDeep = false

  package var source: Source { chapter.source }

  /// By their keys: what cmark reads inlines from, and the bytes of each that a reader reads.
  package var leaves: [Leaf.Key: Leaf] = [:]
  private var read: [Leaf.Key: [Range<Int>]] = [:]
  /// What stands after the text in pass two: whose captions.
  var captionKeys: [Leaf.Key] = []
  package var captions: [Leaf.Key: Prose] = [:]
  /// The leaf that is being read, and how far its marks have been looked for.
  var leaf = Leaf(Leaf.Key(line: 1))
  var searched: [String: Int] = [:]
  /// By line: the footnotes that are defined, used or not.
  package var notes: [Int: String] = [:]
  /// How often each footnote was referred to so far, by its number.
  var noteReferences: [Int: Int] = [:]

  /// What a caption belongs to, and the line where it is written.
  enum CaptionOwner { case block(Int), table(Int), diagram(Int), picture(Int) }
  var captionLines: [(owner: CaptionOwner, line: Int)] = []
  /// Pictures whose titles are no captions so far.
  var untakenTitles: Set<Int> = []
  /// Lines of the footnotes that something refers to.
  var usedNotes: Set<Int> = []
  /// Lines of code and of raw HTML.
  var opaqueLines: Set<Int> = []
  /// Marks that stayed in the leaf that is being read.
  var stray: [StrayMark] = []

  /// Whether it reads what a program printed, and what it refuses of that.
  private(set) var isPrinted = false
  package var refusal: String?

  /// Names of the data files that the front matter lists, and where.
  package let data: [(name: String, place: Position)]

  package init(_ source: Source, name: String) {
    let front = FrontMatterReader(source, name: name)
    chapter = Chapter(name: name, source: source, front: front.front)
    data = front.data
    let protected = Self.protected(source, front, &leaves, &notes)
    (read, captionKeys) = (protected.read, protected.captions)
    chapter.formulas = protected.formulas
    chapter.links = protected.links
    diagnostics = front.diagnostics + protected.diagnostics

    let document = CMarkDocument(withoutTokenEntities(protected.text))
    let isCut = cutWhatIsTooDeep(document)
    let blocks = readBlocks(CMarkNode(document.root).children)
    chapter.document.blocks = blocks
    countReferences()
    closeTags()
    reportUntakenTitles()
    placeCaptions(front)
    placeExpressions()
    nameHeadings()
    reportLostLinks(silently: isCut)
    reportDefinitions(from: front.end)
    diagnostics += UnseenText.problems(inCodeOf: chapter)
    diagnostics.sort()
  }

  /// What a program printed: text without places, of which the first thing that is not allowed is told.
  package init(printed text: String) {
    chapter = Chapter("", source: Source(path: "", text: ""), title: "")
    (data, isPrinted) = ([], true)
    printed = text.split(separator: "\n", omittingEmptySubsequences: false)
    let document = CMarkDocument(text)
    if !document.tooDeep().isEmpty {
      refusal = Self.tooDeep
      return
    }
    chapter.document.blocks = readBlocks(CMarkNode(document.root).children)
    countReferences()
    if rawHTML.open.count > CMarkDocument.deepest { refusal = refusal ?? Self.tooDeep }
    if let tag = rawHTML.open.last { refusal = refusal ?? "<\(tag.name)> is never closed: add </\(tag.name)>" }
  }

  private static let tooDeep = "printed Markdown may not be nested deeper than \(CMarkDocument.deepest)"

  /// Pass one.
  private static func protected(
    _ source: Source, _ front: FrontMatterReader, _ known: inout [Leaf.Key: Leaf], _ notes: inout [Int: String]
  ) -> ProtectedText {
    let lines = String(repeating: "\n", count: source.line(at: front.end) - 1)
    let pipes = FormulaPipes.offsets(in: source, from: front.end)
    var bytes = source.bytes[front.end...]
    for offset in pipes { bytes[offset] = UInt8(ascii: "x") }
    let text = String(decoding: bytes, as: UTF8.self)
    // A footnote that nothing refers to is gone with all that is in it.
    let names = definedNotes(bytes).sorted()
    let outline = CMarkDocument("\(lines)\(text)\n\n\(names.joined(separator: " "))\n")
    var leaves = Leaves(source, outline, formulaPipes: pipes)
    for leaf in front.captions { leaves.add(leaf) }
    for leaf in leaves.all { known[leaf.key] = leaf }
    notes = leaves.definitions
    return ProtectedText(source, from: front.end, leaves.sorted)
  }

  /// The footnotes that are defined, as they are referred to: `[^name]` before each `[^name]:`.
  private static func definedNotes(_ bytes: ArraySlice<UInt8>) -> Set<String> {
    var names: Set<String> = []
    // Where a name may have begun since the last byte that no name holds.
    var start: Int?
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "["):
        if start == nil, bytes[index...].dropFirst().first == UInt8(ascii: "^") { start = index }
      case UInt8(ascii: "]"):
        if let begin = start, index > begin + 2, bytes[index...].dropFirst().first == UInt8(ascii: ":") {
          names.insert(String(decoding: bytes[begin...index], as: UTF8.self))
        }
        start = nil
      case 9, 10, 11, 12, 13, UInt8(ascii: " "): start = nil
      default: break
      }
    }
    return names
  }

  /// `&#xE000;` would become a token after the reader's back.
  private mutating func withoutTokenEntities(_ text: String) -> String {
    guard text.has("&#") else { return text }
    let entity = /&#(0*5734[45]|[xX]0*[eE]00[01]);/
    guard text.contains(entity) else { return text }
    for match in source.text.matches(of: entity).prefix(20) {
      let offset = source.text.utf8.distance(from: source.text.startIndex, to: match.range.lowerBound)
      let message = "here stands the private character \(match.output.0): take it out"
      diagnostics.append(Diagnostic(.encoding, source.path, source.position(at: offset), message))
    }
    return text.replacing(entity, with: "&#xFFFD;")
  }

  /// Whether anything was: what stood in it is gone, and nothing more is said of it.
  private mutating func cutWhatIsTooDeep(_ document: borrowing CMarkDocument) -> Bool {
    let nodes = document.tooDeep()
    for node in nodes.prefix(20) {
      let line = min(node.line > 0 ? node.line : blockLine(node), source.lineStarts.count)
      let place = source.position(line: line, byteColumn: max(1, node.column))
      let deepest = CMarkDocument.deepest
      report(
        .markdown, place, "here quotes, lists or emphasis are nested deeper than \(deepest): take some of them out")
    }
    for node in nodes { node.remove() }
    return !nodes.isEmpty
  }

  package mutating func report(
    _ category: Diagnostic.Category, line: Int, _ message: String, severity: Diagnostic.Severity = .error
  ) {
    report(category, Position(line: line, column: 1), message, severity: severity)
  }

  package mutating func report(
    _ category: Diagnostic.Category, _ position: Position, _ message: String, severity: Diagnostic.Severity = .error
  ) {
    if isPrinted {
      if category == .html { refusal = refusal ?? message }
      return
    }
    diagnostics.append(Diagnostic(category, source.path, position, message, severity: severity))
  }

  mutating func withdraw(_ isWithdrawn: (Diagnostic) -> Bool) { diagnostics.removeAll(where: isWithdrawn) }

  /// The inlines of a leaf. What stands in it is looked for there and nowhere else.
  mutating func readProse(_ nodes: [CMarkNode], _ key: Leaf.Key) -> Prose {
    if isPrinted { return Prose(readInlines(nodes)) }
    leaf = leaves[key] ?? Leaf(key)
    searched = [:]
    let prose = Prose(readInlines(nodes), read: read[key] ?? [])
    reportStrayMarks()
    return prose
  }

  /// What refers to a footnote stands before it, or in another one.
  private mutating func countReferences() {
    for index in chapter.document.footnotes.indices {
      chapter.document.footnotes[index].references = noteReferences[index + 1] ?? 1
    }
  }
}
