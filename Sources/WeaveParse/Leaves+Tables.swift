import WeaveModel
import WeaveSupport

/// Tables: a leaf is a cell.
extension Leaves {
  /// cmark gives a table that follows a paragraph's lines the paragraph's place.
  static func headLine(of table: CMarkNode) -> Int {
    let rows = table.children
    return max(1, rows.count > 1 ? rows[1].line - 2 : max(table.line, table.endLine - 1))
  }

  mutating func addTable(_ node: CMarkNode, quotes: Int) {
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
    // In a list's item the row may begin after the item's mark.
    if let pipe = source.bytes[start..<end].firstIndex(of: UInt8(ascii: "|")), Self.isMarker(source.bytes[start..<pipe])
    {
      start = pipe
    }
    while end > start, source.bytes[end - 1] == 32 || source.bytes[end - 1] == 9 { end -= 1 }
    if start < end, source.bytes[start] == UInt8(ascii: "|") { start += 1 }
    if end > start, source.bytes[end - 1] == UInt8(ascii: "|"),
      end - 1 == start || source.bytes[end - 2] != UInt8(ascii: "\\")
    {
      end -= 1
    }
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
    source.bytes[offset] == UInt8(ascii: "\\") && offset + 1 < cell.upperBound
      && source.bytes[offset + 1] == UInt8(ascii: "|")
  }
}
