/// Where things stand in the source: cmark knows the lines of blocks, and of inlines next to nothing.
extension ChapterReader {
  /// cmark knows the lines of blocks; those of inlines only roughly.
  func blockLine(_ node: CMarkNode) -> Int {
    var node = node
    while node.line == 0 || !["paragraph", "heading", "table_row", "table_header", "table", "document"].contains(node.kind),
      let parent = node.parent
    {
      node = parent
    }
    return max(1, node.line)
  }

  /// Where `mark`, which a text node holds, stands unescaped in the source. cmark does not tell: its neighbours do.
  func places(of mark: String, escaped: [String], in text: String, near node: CMarkNode) -> [Position] {
    guard text.has(mark) else { return [] }
    let lines = lines(around: node)
    var from = lines.lowerBound
    var found: [Position] = []
    for range in text.ranges(of: mark).prefix(20) {
      let before = String(text[..<range.lowerBound].suffix(4))
      let after = String(text[range.upperBound...].prefix(4))
      func locate(_ mark: String, _ before: String, _ after: String) -> Int? {
        offset(of: before + mark + after, in: from..<lines.upperBound).map { $0 + before.utf8.count }
      }
      var place = locate(mark, before, after)
      for (before, after) in [(before, after), ("", after), (before, ""), ("", "")] where place == nil {
        if escaped.contains(where: { locate($0, before, after) != nil }) { break }
        place = locate(mark, before, after)
      }
      guard let place, place == 0 || source.bytes[place - 1] != UInt8(ascii: "\\") else { continue }
      from = place + mark.utf8.count
      found.append(source.position(at: place))
    }
    return found
  }

  /// Bytes of the lines of the block that `node` stands in.
  func lines(around node: CMarkNode) -> Range<Int> {
    let first = min(blockLine(node), source.lineStarts.count)
    var block = node
    while block.endLine < first, let parent = block.parent { block = parent }
    let last = max(first, min(source.lineStarts.count, block.endLine))
    return source.lineStarts[first - 1]..<max(source.lineStarts[first - 1], source.lineEnd(last))
  }

  func offset(of text: String, in range: Range<Int>) -> Int? {
    let text = Array(text.utf8)
    guard let first = text.first, text.count <= range.count else { return nil }
    return (range.lowerBound...range.upperBound - text.count).first {
      source.bytes[$0] == first && source.bytes[$0..<$0 + text.count].elementsEqual(text)
    }
  }

  /// Where `text` stands in the block of `node`; each call with the same text finds the next one.
  mutating func position(of text: String, near node: CMarkNode) -> Position {
    let lines = lines(around: node)
    let key = "\(lines.lowerBound) \(text)"
    let from = max(searched[key] ?? 0, lines.lowerBound)
    guard let offset = offset(of: text, in: from..<max(from, lines.upperBound)) else {
      searched[key] = max(from, lines.upperBound)
      return Position(line: blockLine(node), column: 1)
    }
    searched[key] = offset + text.utf8.count
    return source.position(at: offset)
  }
}
