/// What Markdown reads inlines from: a paragraph, a heading, a cell of a table, a caption. No formula, link or code span
/// reaches out of one.
struct Leaf {
  /// By which the tree finds again what stood in a leaf: its first line, and in a table's row the number of the cell.
  struct Key: Hashable {
    var line: Int
    var cell = -1
    /// It stands in an attribute or a comment on that line, or in the front matter.
    var isCaption = false
  }

  var key: Key
  /// Its text without what stands before its lines, such as a quote's marks; in a cell a pipe without its backslash.
  private(set) var bytes: [UInt8] = []
  /// Where each byte stands in the source.
  private(set) var offsets: [Int] = []

  init(_ key: Key) { self.key = key }

  /// Adds what stands at `range` of the source.
  mutating func add(_ range: Range<Int>, of source: Source) {
    bytes += source.bytes[range]
    offsets += range
  }

  /// Bytes of the source for bytes of the leaf.
  func source(_ range: Range<Int>) -> Range<Int> {
    if range.isEmpty { return range.lowerBound < offsets.count ? offsets[range.lowerBound]..<offsets[range.lowerBound] : 0..<0 }
    return offsets[range.lowerBound]..<offsets[range.upperBound - 1] + 1
  }
}

/// The leaves of a chapter, as cmark finds them in its text.
struct Leaves {
  private(set) var all: [Leaf] = []
  /// Names of footnotes by the line of their definition.
  private(set) var definitions: [Int: String] = [:]
  private let source: Source
  /// Pipes that part no cells.
  private let formulaPipes: Set<Int>

  init(_ source: Source, _ document: borrowing CMarkDocument, formulaPipes: Set<Int> = []) {
    self.source = source
    self.formulaPipes = formulaPipes
    add(CMarkNode(document.root).children, quotes: 0, depth: 0)
  }

  mutating func add(_ leaf: Leaf) { all.append(leaf) }

  /// In the order of the source.
  var sorted: [Leaf] { all.sorted { ($0.offsets.first ?? 0, $0.key.line) < ($1.offsets.first ?? 0, $1.key.line) } }

  private mutating func add(_ nodes: [CMarkNode], quotes: Int, depth: Int) {
    if depth > CMarkDocument.deepest { return }
    for node in nodes {
      switch node.kind {
      case _ where node.line > source.lineStarts.count: break
      case "paragraph" where node.line > 0:
        let first = firstLine(ofParagraph: node, quotes: quotes)
        let column = first == node.line ? node.column : contents(ofLine: first, quotes: quotes) - source.lineStart(first) + 1
        addLines(first...max(first, node.endLine), from: column, quotes: quotes, in: Leaf.Key(line: node.line))
      case "code_block": addCaption(ofFence: node)
      case "html_block": addCaption(ofLabel: node)
      case "heading":
        addHeading(node, quotes: quotes)
      case "table":
        addTable(node, quotes: quotes)
      case "block_quote":
        add(node.children, quotes: quotes + 1, depth: depth + 1)
      case "footnote_definition":
        definitions[node.line] = name(ofNote: node)
        add(node.children, quotes: self.quotes(ofLine: node.line), depth: depth + 1)
      default:
        add(node.children, quotes: quotes, depth: depth + 1)
      }
    }
  }

  // MARK: Lines

  private mutating func addLines(_ lines: ClosedRange<Int>, from column: Int, quotes: Int, in key: Leaf.Key? = nil) {
    var leaf = Leaf(key ?? Leaf.Key(line: lines.lowerBound))
    let last = min(lines.upperBound, source.lineStarts.count)
    for line in lines where line <= last {
      var start = contents(ofLine: line, quotes: quotes)
      if line == lines.lowerBound { start = max(source.lineStart(line), min(source.lineStart(line) + column - 1, source.lineEnd(line))) }
      // A line's end belongs to the line: what stands before the next one does not.
      leaf.add(start..<(line < last ? source.lineEnd(line) + 1 : source.lineEnd(line)), of: source)
    }
    all.append(leaf)
  }

  /// Where a line's text begins behind the marks of as many quotes, and behind its indent.
  private func contents(ofLine line: Int, quotes: Int) -> Int {
    var (index, left) = (source.lineStart(line), quotes)
    let end = source.lineEnd(line)
    while index < end {
      if source.bytes[index] == UInt8(ascii: ">"), left > 0 {
        left -= 1
      } else if source.bytes[index] != 32, source.bytes[index] != 9 {
        break
      }
      index += 1
    }
    return index
  }

  /// A footnote in quotes is moved out of them by cmark.
  private func quotes(ofLine line: Int) -> Int {
    source.bytes[source.lineStart(line)..<source.lineEnd(line)].prefix { $0 != UInt8(ascii: "[") }.count { $0 == UInt8(ascii: ">") }
  }

  private func name(ofNote node: CMarkNode) -> String {
    let line = source.lineStart(node.line)..<source.lineEnd(node.line)
    let text = source[line.lowerBound..<min(line.upperBound, line.lowerBound + max(0, node.column - 1))]
    guard let open = text.range(of: "[^"), let close = text[open.upperBound...].firstRange(of: "]:") else { return "" }
    return String(text[open.upperBound..<close.lowerBound])
  }

  private mutating func addHeading(_ node: CMarkNode, quotes: Int) {
    let start = source.lineStart(node.line) + node.column - 1
    let end = source.lineEnd(node.line)
    // cmark's column of a heading with signs is theirs.
    let signs = source.bytes[min(start, end)..<end].prefix { $0 == UInt8(ascii: "#") }.count
    if (1...6).contains(signs), start + signs == end || [32, 9].contains(source.bytes[start + signs]) {
      addLines(node.line...node.line, from: node.column + signs, quotes: quotes)
      return
    }
    // Up to its underline; cmark ends it behind that.
    var last = node.line
    while last < source.lineStarts.count {
      let text = source.bytes[contents(ofLine: last + 1, quotes: quotes)..<source.lineEnd(last + 1)]
      let mark = text.first ?? 0
      if mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"), text.allSatisfy({ $0 == mark || $0 == 32 || $0 == 9 }) { break }
      last += 1
    }
    addLines(node.line...last, from: node.column, quotes: quotes)
  }

  /// cmark takes the lines that define links out of a paragraph, and leaves it its place.
  private func firstLine(ofParagraph node: CMarkNode, quotes: Int) -> Int {
    guard node.firstChild?.literal.hasPrefix("[") != true else { return node.line }
    var line = node.line
    while line < node.endLine, source[contents(ofLine: line, quotes: quotes)..<source.lineEnd(line)].isDefinition { line += 1 }
    return line
  }

  // MARK: Captions

  /// `caption="…"` of a block or a diagram.
  private mutating func addCaption(ofFence node: CMarkNode) {
    let line = source.lineStart(node.line)..<source.lineEnd(node.line)
    guard ["swift", "dot"].contains(node.info.prefix { !$0.isWhitespace }),
      let name = source.bytes[line].firstRange(of: Array(" caption=".utf8))
    else { return }
    var start = name.upperBound
    let isQuoted = start < line.upperBound && source.bytes[start] == UInt8(ascii: "\"")
    if isQuoted { start += 1 }
    let end = source.bytes[start..<line.upperBound].firstIndex { isQuoted ? $0 == UInt8(ascii: "\"") : $0 == 32 } ?? line.upperBound
    addCaption(start..<end, onLine: node.line)
  }

  /// `<!-- #id caption -->` above a table.
  private mutating func addCaption(ofLabel node: CMarkNode) {
    guard node.next?.kind == "table", let comment = RawHTML.leadingComment(node.literal) else { return }
    let words = comment.drop { $0.isWhitespace }
    let id = words.prefix { !$0.isWhitespace }
    var caption = words[id.endIndex...].drop { $0.isWhitespace }
    while caption.last?.isWhitespace == true { caption = caption.dropLast() }
    let first = source.lineStart(node.line)
    guard id.hasPrefix("#"), !caption.isEmpty,
      let label = source.bytes[first...].firstRange(of: Array(id.utf8)),
      let place = source.bytes[label.upperBound...].firstRange(of: Array(caption.utf8))
    else { return }
    addCaption(place, onLine: node.line)
  }

  private mutating func addCaption(_ range: Range<Int>, onLine line: Int) {
    var leaf = Leaf(Leaf.Key(line: line, isCaption: true))
    leaf.add(range, of: source)
    all.append(leaf)
  }

  // MARK: Tables

  /// cmark gives a table that follows a paragraph's lines the paragraph's place.
  static func headLine(of table: CMarkNode) -> Int {
    let rows = table.children
    return max(1, rows.count > 1 ? rows[1].line - 2 : max(table.line, table.endLine - 1))
  }

  private mutating func addTable(_ node: CMarkNode, quotes: Int) {
    let rows = node.children
    guard !rows.isEmpty else { return }
    let head = Self.headLine(of: node)
    if head > node.line { addLines(node.line...head - 1, from: node.column, quotes: quotes) }
    for (index, row) in rows.enumerated() { addRow(index == 0 ? max(head, 1) : row.line, quotes: quotes) }
  }

  private mutating func addRow(_ line: Int, quotes: Int) {
    for (number, cell) in cells(ofLine: line, quotes: quotes).enumerated() {
      var leaf = Leaf(Leaf.Key(line: line, cell: number))
      for offset in cell where !isEscape(offset, in: cell) { leaf.add(offset..<offset + 1, of: source) }
      all.append(leaf)
    }
  }

  /// Bytes between a row's pipes. A pipe with a backslash is a cell's own.
  func cells(ofLine line: Int, quotes: Int) -> [Range<Int>] {
    var start = contents(ofLine: line, quotes: quotes), end = source.lineEnd(line)
    // In a list's item the row may begin behind the item's mark.
    if let pipe = source.bytes[start..<end].firstIndex(of: UInt8(ascii: "|")), Self.isMarker(source.bytes[start..<pipe]) { start = pipe }
    while end > start, source.bytes[end - 1] == 32 || source.bytes[end - 1] == 9 { end -= 1 }
    if start < end, source.bytes[start] == UInt8(ascii: "|") { start += 1 }
    if end > start, source.bytes[end - 1] == UInt8(ascii: "|"), end - 1 == start || source.bytes[end - 2] != UInt8(ascii: "\\") { end -= 1 }
    var cells: [Range<Int>] = []
    var from = start
    for offset in start..<end where source.bytes[offset] == UInt8(ascii: "|") && !formulaPipes.contains(offset) {
      if offset > start, source.bytes[offset - 1] == UInt8(ascii: "\\") { continue }
      cells.append(from..<offset)
      from = offset + 1
    }
    return cells + [from..<end]
  }

  private static func isMarker(_ bytes: ArraySlice<UInt8>) -> Bool {
    let text = bytes.filter { $0 != 32 && $0 != 9 }
    return text == [UInt8(ascii: "-")] || text == [UInt8(ascii: "*")] || text == [UInt8(ascii: "+")]
      || text.count > 1 && ".)".utf8.contains(text.last!) && text.dropLast().allSatisfy { (48...57).contains($0) }
  }

  private func isEscape(_ offset: Int, in cell: Range<Int>) -> Bool {
    source.bytes[offset] == UInt8(ascii: "\\") && offset + 1 < cell.upperBound && source.bytes[offset + 1] == UInt8(ascii: "|")
  }
}

extension String {
  /// `[name]: https://…`
  fileprivate var isDefinition: Bool { prefixMatch(of: /\[[^\[\]^][^\[\]]*\]:[ \t]*\S/) != nil }
}
