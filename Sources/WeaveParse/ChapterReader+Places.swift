import WeaveModel
import WeaveSupport

/// Where things stand in the source: cmark knows the lines of blocks, and of inlines next to nothing.
extension ChapterReader {
  /// Of an inline, the line of its block.
  func blockLine(_ node: CMarkNode) -> Int {
    var node = node
    while node.line == 0
      || !["paragraph", "heading", "table_row", "table_header", "table", "document"].contains(node.kind),
      let parent = node.parent
    {
      node = parent
    }
    return max(1, node.line)
  }

  /// Where `mark`, which a text of the leaf holds, stands unescaped in the source.
  package mutating func places(of mark: String, escaped: [String], in text: String) -> [Position] {
    guard text.has(mark) else { return [] }
    return text.ranges(of: mark).prefix(20).compactMap { place(of: $0, in: text, escaped: escaped) }
  }

  /// The same of one of them. cmark does not tell where it stands: what stands beside it does, as far as it is text in
  /// the source as well. An escaped one is passed over.
  package mutating func place(of range: Range<String.Index>, in text: String, escaped: [String]) -> Position? {
    let mark = String(text[range])
    let from = searched[mark] ?? 0
    let before = String(text[..<range.lowerBound].suffix(4)), after = String(text[range.upperBound...].prefix(4))
    for (before, after) in [(before, after), ("", after), (before, ""), ("", "")] {
      // Texts come in the order of the source: what is far away is something else.
      let reach = before.isEmpty && after.isEmpty ? leaf.bytes.count : from + 4096
      let forms = [mark] + escaped
      guard
        let (index, form) = first(
          of: forms.map { before + $0 + after }, from: max(0, from - before.utf8.count), reach: reach)
      else { continue }
      let place = index + before.utf8.count
      searched[mark] = max(from, place + forms[form].utf8.count)
      if form > 0 || place < from || place > 0 && leaf.bytes[place - 1] == UInt8(ascii: "\\") { return nil }
      return source.position(at: leaf.offsets[place])
    }
    searched[mark] = leaf.bytes.count
    return nil
  }

  /// The next place in the leaf where one of `texts` stands, and which.
  private func first(of texts: [String], from start: Int, reach: Int) -> (index: Int, text: Int)? {
    let texts = texts.map { Array($0.utf8) }
    return leaf.bytes.withUnsafeBufferPointer { bytes in
      for index in start..<max(start, min(reach, bytes.count)) {
        for (number, text) in texts.enumerated() where text[0] == bytes[index] && index + text.count <= bytes.count {
          if text.indices.allSatisfy({ text[$0] == bytes[index + $0] }) { return (index, number) }
        }
      }
      return nil
    }
  }

  /// Where `text` stands in the leaf; each call with the same text finds the next one.
  package mutating func position(of text: String) -> Position {
    guard let (index, _) = first(of: [text], from: searched[text] ?? 0, reach: leaf.bytes.count) else {
      searched[text] = leaf.bytes.count
      return Position(line: leaf.offsets.first.map { source.line(at: $0) } ?? max(1, leaf.key.line), column: 1)
    }
    searched[text] = index + text.utf8.count
    return source.position(at: leaf.offsets[index])
  }
}
