import WeaveModel
import WeaveSupport

/// cmark's blocks as the document's.
extension ChapterReader {
  /// Blocks that stand one after another: some belong together.
  mutating func readBlocks(_ nodes: [CMarkNode]) -> [Block] {
    var blocks: [Block] = []
    var index = 0
    while index < nodes.count {
      let node = nodes[index], next = index + 1 < nodes.count ? nodes[index + 1] : nil
      index += 1
      let content: Block.Content?
      switch node.kind {
      case "paragraph": content = readParagraph(node, before: next)
      case "heading": content = readHeading(node)
      case "list": content = readList(node)
      case "block_quote": content = readQuote(node)
      case "table": content = readTable(node, label: nil)
      case "thematic_break": content = .rule
      case "footnote_definition":
        usedNotes.insert(node.line)
        let name = notes[node.line] ?? ""
        chapter.document.footnotes.append(Footnote(name, contained { $0.readBlocks(node.children) }, references: 0))
        content = nil
      case "code_block" where isPrinted:
        chapter.listings.append(Listing(language: String(node.info.prefix { !$0.isWhitespace }), code: node.literal))
        content = .listing(chapter.listings.count - 1)
      case "code_block":
        let pin = next.flatMap { isOutput($0) ? $0 : nil }
        content = readCode(node, pin: pin)
        if case .code = content, pin != nil { index += 1 }
      case "html_block":
        if !isPrinted, let label = readLabel(node, above: next) {
          if next!.kind == "table" {
            content = readTable(next!, label: label)
          } else {
            content = readParagraph(next!, before: nil)
            if case .picture(let picture, _) = content { self.label(picture: picture, label) }
          }
          index += 1
        } else {
          content = readHTML(node)
        }
      default: content = nil
      }
      if node.kind == "code_block" || node.kind == "html_block" { addOpaqueLines(of: node) }
      if let content { blocks.append(Block(content, source: lines(of: node))) }
    }
    return blocks
  }

  private mutating func addOpaqueLines(of node: CMarkNode) {
    let last = max(node.endLine, node.line + node.literal.utf8.count { $0 == 10 } - 1)
    opaqueLines.formUnion(node.line...max(node.line, last))
    if let next = node.next, isOutput(next) { opaqueLines.formUnion(next.line...max(next.line, next.endLine)) }
  }

  private func lines(of node: CMarkNode) -> Range<Int>? {
    guard (1...source.lineStarts.count).contains(node.line), node.endLine >= node.line else { return nil }
    return source.lineStart(node.line)..<source.lineEnd(min(node.endLine, source.lineStarts.count))
  }

  // MARK: Paragraphs and headings

  private mutating func readParagraph(_ node: CMarkNode, before next: CMarkNode?) -> Block.Content? {
    if !isPrinted, let key = captionKey(of: node) {
      captions[key] = readProse(node.children, key).withoutToken
      return nil
    }
    // Lines that a table follows without a space lose their place to it.
    let line = node.line > 0 ? node.line : next?.line ?? 1
    var prose = readProse(node.children, Leaf.Key(line: line))
    if !isPrinted { reportStrayLines() }
    if case .text(let text)? = prose.inlines.last {
      // cmark leaves a space after what it took for the end of a line.
      if text.allSatisfy(\.isWhitespace) { prose.inlines.removeLast() }
    }
    if prose.inlines.count == 1, case .formula(let index) = prose.inlines[0], chapter.formulas[index].display {
      return .formula(index)
    }
    if prose.inlines.count == 1, case .picture(let index, let words) = prose.inlines[0] {
      takeTitle(ofPicture: index, of: node)
      return .picture(index, Prose(words, read: prose.read))
    }
    return .paragraph(prose)
  }

  private func captionKey(of node: CMarkNode) -> Leaf.Key? {
    guard let text = node.firstChild?.literal, text.hasPrefix("\(Token.open)c"),
      let name = Token.pieces(of: text)[1].name,
      let number = Int(name.dropFirst()), captionKeys.indices.contains(number)
    else { return nil }
    return captionKeys[number]
  }

  private mutating func readHeading(_ node: CMarkNode) -> Block.Content {
    let prose = readProse(node.children, Leaf.Key(line: node.line))
    chapter.headings.append(Heading(level: node.headingLevel, id: "", text: chapter.plain(prose), line: node.line))
    return .heading(chapter.headings.count - 1, prose)
  }

  // MARK: Lists, quotes, tables

  private mutating func readList(_ node: CMarkNode) -> Block.Content {
    let items = node.children.map { item in
      List.Item(contained { $0.readBlocks(item.children) }, isDone: item.kind == "tasklist" ? item.isDone : nil)
    }
    return .list(List(start: node.listStart, isTight: node.isTight, items))
  }

  private mutating func readQuote(_ node: CMarkNode) -> Block.Content {
    let children = node.children
    guard let first = children.first, first.kind == "paragraph", let text = first.firstChild, text.kind == "text",
      text.literal.hasPrefix("[!"), let close = text.literal.firstIndex(of: "]")
    else { return .quote(contained { $0.readBlocks(children) }) }
    let name = String(text.literal[..<close].dropFirst(2))
    guard let alert = Alert(rawValue: name.lowercased()), text.literal.index(after: close) == text.literal.endIndex,
      text.next.map({ $0.kind == "softbreak" }) ?? true
    else {
      let names = Alert.allCases.map { "[!\($0.rawValue.uppercased())]" }.sorted().joined(separator: ", ")
      report(.markdown, line: node.line, "[!\(name)] is not an alert: the first line is one of \(names) alone")
      return .quote(contained { $0.readBlocks(children) })
    }
    let rest = Array(first.children.dropFirst(2))
    var blocks: [Block] = []
    if !rest.isEmpty {
      blocks.append(Block(.paragraph(readProse(rest, Leaf.Key(line: first.line))), source: lines(of: first)))
    }
    return .alert(alert, blocks + contained { $0.readBlocks(Array(children.dropFirst())) })
  }

  private mutating func readTable(_ node: CMarkNode, label: (id: String, line: Int)?) -> Block.Content {
    let rows = node.children
    let head = Leaves.headLine(of: node)
    chapter.tables.append(LabelledTable(id: label?.id, caption: nil, line: node.line))
    if let label { captionLines.append((.table(chapter.tables.count - 1), label.line)) }
    let cells = rows.enumerated().map { number, row in
      let line = number == 0 ? head : row.line
      if isPrinted { refuseCells(ofLine: line, columns: node.alignments.count) }
      reportCells(ofLine: line, columns: node.alignments.count, row)
      return row.children.enumerated().map { readProse($1.children, Leaf.Key(line: line, cell: $0)) }
    }
    let index = chapter.tables.count - 1
    return .table(Table(index, alignments: node.alignments, head: cells.first ?? [], rows: Array(cells.dropFirst())))
  }

  private mutating func reportCells(ofLine line: Int, columns: Int, _ row: CMarkNode) {
    var last = columns
    while let cell = leaves[Leaf.Key(line: line, cell: last)] {
      if last == columns, let offset = cell.offsets.first {
        report(
          .markdown, source.position(at: offset),
          "this row has more cells than its table's \(columns) columns, and the page does not show them: "
            + "a | in a cell is written \\|, in code too")
      }
      last += 1
    }
  }
}

extension ChapterReader {
  /// Of what a program printed: a row that has more cells than its table, which Markdown does not show.
  private mutating func refuseCells(ofLine line: Int, columns: Int) {
    guard printed.indices.contains(line - 1) else { return }
    var cells = 1
    var isEscaped = false
    // A mark at either end parts nothing.
    let row = printed[line - 1].drop { " \t>|".contains($0) }
    for character in row.reversed().drop(while: { " \t|".contains($0) }).reversed() {
      if character == "|", !isEscaped { cells += 1 }
      isEscaped = character == "\\" && !isEscaped
    }
    if cells > columns {
      refusal = refusal ?? "a row has more cells than its table's \(columns) columns: a | in a cell is printed as \\|"
    }
  }
}

extension Prose {
  /// A caption without the token by which it was found.
  fileprivate var withoutToken: Prose {
    var prose = self
    if case .text(let text)? = inlines.first, text.isEmpty { prose.inlines.removeFirst() }
    return prose
  }
}
