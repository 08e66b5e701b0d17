import WeaveModel

/// The leaves of a chapter, as cmark finds them in its text.
struct Leaves {
  var all: [Leaf] = []
  /// Names of footnotes by the line of their definition.
  private(set) var definitions: [Int: String] = [:]
  let source: Source
  /// Pipes that part no cells.
  let formulaPipes: Set<Int>

  init(_ source: Source, _ document: borrowing CMarkDocument, formulaPipes: Set<Int> = []) {
    self.source = source
    self.formulaPipes = formulaPipes
    add(CMarkNode(document.root).children, quotes: 0, depth: 0)
  }

  mutating func add(_ leaf: Leaf) { all.append(leaf) }

  /// In the order of the source.
  var sorted: [Leaf] {
    all.sorted { ($0.offsets.first ?? 0, $0.key.line) < ($1.offsets.first ?? 0, $1.key.line) }
  }

  private mutating func add(_ nodes: [CMarkNode], quotes: Int, depth: Int) {
    if depth > CMarkDocument.deepest { return }
    for node in nodes {
      switch node.kind {
      case _ where node.line > source.lineStarts.count: break
      case "paragraph" where node.line > 0:
        let first = firstLine(ofParagraph: node, quotes: quotes)
        let column =
          first == node.line ? node.column : contents(ofLine: first, quotes: quotes) - source.lineStart(first) + 1
        addLines(first...max(first, node.endLine), from: column, quotes: quotes, in: Leaf.Key(line: node.line))
        addCaption(ofPicture: node)
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

  mutating func addLines(_ lines: ClosedRange<Int>, from column: Int, quotes: Int, in key: Leaf.Key? = nil) {
    var leaf = Leaf(key ?? Leaf.Key(line: lines.lowerBound))
    let last = min(lines.upperBound, source.lineStarts.count)
    for line in lines where line <= last {
      var start = contents(ofLine: line, quotes: quotes)
      if line == lines.lowerBound {
        start = max(source.lineStart(line), min(source.lineStart(line) + column - 1, source.lineEnd(line)))
      }
      // A line's end belongs to the line: what stands before the next one does not.
      leaf.add(start..<(line < last ? source.lineEnd(line) + 1 : source.lineEnd(line)), of: source)
    }
    all.append(leaf)
  }

  /// Where a line's text begins after the marks of as many quotes, and after its indent.
  func contents(ofLine line: Int, quotes: Int) -> Int {
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
    source.bytes[source.lineStart(line)..<source.lineEnd(line)].prefix { $0 != UInt8(ascii: "[") }.count {
      $0 == UInt8(ascii: ">")
    }
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
    // Up to its underline; cmark ends it after that.
    var last = node.line
    while last < source.lineStarts.count {
      let text = source.bytes[contents(ofLine: last + 1, quotes: quotes)..<source.lineEnd(last + 1)]
      let mark = text.first ?? 0
      if mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"), text.allSatisfy({ $0 == mark || $0 == 32 || $0 == 9 })
      {
        break
      }
      last += 1
    }
    addLines(node.line...last, from: node.column, quotes: quotes)
  }

  /// cmark takes the lines that define links out of a paragraph, and leaves it its place.
  private func firstLine(ofParagraph node: CMarkNode, quotes: Int) -> Int {
    guard node.firstChild?.literal.hasPrefix("[") != true else { return node.line }
    var line = node.line
    while line < node.endLine, source[contents(ofLine: line, quotes: quotes)..<source.lineEnd(line)].isDefinition {
      line += 1
    }
    return line
  }
}

extension String {
  /// `[name]: https://…`
  fileprivate var isDefinition: Bool { hasPrefix("[") && prefixMatch(of: Self.definition) != nil }
  nonisolated(unsafe) private static let definition = /\[[^\[\]^][^\[\]]*\]:[ \t]*\S/
}
