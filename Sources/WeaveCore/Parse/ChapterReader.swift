import Foundation

/// Reads a chapter: Markdown in, blocks, links and the page's skeleton out.
public struct ChapterReader {
  public internal(set) var chapter: Chapter
  public internal(set) var diagnostics: [Diagnostic] = []

  var seenLinks: Set<Int> = []
  /// Nodes that another one has taken in already, such as a block's `output` fence.
  var taken: Set<OpaquePointer> = []
  /// By block and text: behind the last place where the text was looked for.
  var searched: [String: Int] = [:]
  var headingIDs: [String: Int] = [:]
  var rawHTML = RawHTML()
  /// Of each piece of raw HTML.
  var htmlPlaces: [Position] = []
  /// Tags are nested too deep: that is said once.
  var isTooDeep = false

  var source: Source { chapter.source }

  /// Names of the data files that the front matter lists, and where.
  let data: [(name: String, place: Position)]

  public init(_ source: Source, name: String) {
    let front = FrontMatterReader(source, name: name)
    let protected = ProtectedText(source, from: front.end)
    chapter = Chapter(name: name, source: source, front: front.front)
    data = front.data
    chapter.formulas = protected.formulas
    chapter.links = protected.links
    chapter.prose = protected.prose
    diagnostics = front.diagnostics + protected.diagnostics

    let document = CMarkDocument(withoutTokenEntities(protected.text))
    let isCut = cutWhatIsTooDeep(document)
    for node in document.nodes() where node.kind == "softbreak" { joinLines(node) }
    for node in document.nodes() where !taken.contains(node.pointer) { read(node) }
    closeTags()
    placeExpressions()
    reportLostLinks(silently: isCut)
    diagnostics += UnseenText.problems(inCodeOf: chapter)
    chapter.skeleton = Self.skeleton(of: document.html())
    diagnostics.sort()
  }

  /// `&#xE000;` would become a token behind the reader's back.
  private mutating func withoutTokenEntities(_ text: String) -> String {
    guard text.has("&#") else { return text }
    let entity = /&#(0*5734[45]|[xX]0*[eE]00[01]);/
    guard text.contains(entity) else { return text }
    for match in source.text.matches(of: entity).prefix(20) {
      let offset = source.text.utf8.distance(from: source.text.startIndex, to: match.range.lowerBound)
      diagnostics.append(
        Diagnostic(.encoding, source.path, source.position(at: offset), "here stands the private character \(match.output.0): take it out"))
    }
    return text.replacing(entity, with: "&#xFFFD;")
  }

  /// Whether anything was: what stood in it is gone, and nothing more is said of it.
  private mutating func cutWhatIsTooDeep(_ document: borrowing CMarkDocument) -> Bool {
    let nodes = document.tooDeep()
    for node in nodes.prefix(20) {
      let line = min(node.line > 0 ? node.line : blockLine(node), source.lineStarts.count)
      let place = source.position(line: line, byteColumn: max(1, node.column))
      report(.markdown, place, "here quotes, lists or emphasis are nested deeper than \(CMarkDocument.deepest): take some of them out")
    }
    for node in nodes { node.remove() }
    return !nodes.isEmpty
  }

  mutating func report(_ category: Diagnostic.Category, line: Int, _ message: String) {
    report(category, Position(line: line, column: 1), message)
  }

  mutating func report(_ category: Diagnostic.Category, _ position: Position, _ message: String) {
    diagnostics.append(Diagnostic(category, source.path, position, message))
  }

  private mutating func read(_ node: CMarkNode) {
    switch node.kind {
    case "code_block": readCode(node)
    case "link": readLink(node)
    case "image":
      report(.link, position(of: "![", near: node), "images are not woven: draw the figure in a run block with show(_:), or as a dot diagram")
    case "text": readText(node)
    case "heading": readHeading(node)
    case "paragraph": liftDisplayFormula(node)
    case "table":
      readTable(node, label: nil)
    case "block_quote": readAlert(node)
    case "html_block": readHTML(node, block: true)
    case "html_inline": readHTML(node, block: false)
    default: break
    }
  }

  // MARK: Skeleton

  private static func skeleton(of html: String) -> [SkeletonPart] {
    var parts: [SkeletonPart] = []
    for (name, rest) in Token.pieces(of: html) {
      guard let name else {
        if !rest.isEmpty { parts.append(.html(String(rest))) }
        continue
      }
      let number = Int(name.dropFirst()) ?? 0
      let slot: Slot =
        switch name.first {
        case "b": .block(number)
        case "m": .formula(number)
        case "d": .diagram(number)
        case "c": .listing(number)
        case "h": .heading(number)
        case "l": .link(number)
        case "t": .table(number)
        default: .close
        }
      parts.append(.slot(slot))
      if !rest.isEmpty { parts.append(.html(String(rest))) }
    }
    return parts
  }
}
