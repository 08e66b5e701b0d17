/// Where things stand in the source: cmark knows the lines of blocks, and of inlines next to nothing.
extension ChapterReader {
  /// Of an inline, the line of its block.
  func blockLine(_ node: CMarkNode) -> Int {
    var node = node
    while node.line == 0 || !["paragraph", "heading", "table_row", "table_header", "table", "document"].contains(node.kind),
      let parent = node.parent
    {
      node = parent
    }
    return max(1, node.line)
  }

  /// Where `mark`, which a text of the leaf holds, stands unescaped in the source.
  mutating func places(of mark: String, escaped: [String], in text: String) -> [Position] {
    guard text.has(mark) else { return [] }
    return text.ranges(of: mark).prefix(20).compactMap { place(of: $0, in: text, escaped: escaped) }
  }

  /// The same of one of them. cmark does not tell: what stands beside it does.
  mutating func place(of range: Range<String.Index>, in text: String, escaped: [String]) -> Position? {
    let mark = String(text[range])
    let from = searched[mark] ?? 0
    let before = String(text[..<range.lowerBound].suffix(4)), after = String(text[range.upperBound...].prefix(4))
    func locate(_ mark: String, _ before: String, _ after: String) -> Int? {
      index(of: before + mark + after, from: max(0, from - before.utf8.count)).map { $0 + before.utf8.count }
    }
    var place = locate(mark, before, after)
    for (before, after) in [(before, after), ("", after), (before, ""), ("", "")] where place == nil {
      if escaped.contains(where: { locate($0, before, after) != nil }) { break }
      place = locate(mark, before, after)
    }
    guard let place, place >= from, place == 0 || leaf.bytes[place - 1] != UInt8(ascii: "\\") else { return nil }
    searched[mark] = place + mark.utf8.count
    return source.position(at: leaf.offsets[place])
  }

  /// Where `text` stands in the leaf; each call with the same text finds the next one.
  mutating func position(of text: String) -> Position {
    guard let index = index(of: text, from: searched[text] ?? 0) else {
      searched[text] = leaf.bytes.count
      return Position(line: leaf.offsets.first.map { source.line(at: $0) } ?? max(1, leaf.key.line), column: 1)
    }
    searched[text] = index + text.utf8.count
    return source.position(at: leaf.offsets[index])
  }

  private func index(of text: String, from start: Int) -> Int? {
    let text = Array(text.utf8)
    guard let first = text.first, start + text.count <= leaf.bytes.count else { return nil }
    return (start...leaf.bytes.count - text.count).first {
      leaf.bytes[$0] == first && leaf.bytes[$0..<$0 + text.count].elementsEqual(text)
    }
  }
}
