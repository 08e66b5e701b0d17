import WeaveModel

/// Captions: text that stands in an attribute or a comment.
extension Leaves {
  /// `caption="…"` of a block or a diagram.
  mutating func addCaption(ofFence node: CMarkNode) {
    let line = source.lineStart(node.line)..<source.lineEnd(node.line)
    guard ["swift", "dot"].contains(node.info.prefix { !$0.isWhitespace }),
      let name = source.bytes[line].firstRange(of: Array(" caption=".utf8))
    else { return }
    var start = name.upperBound
    let isQuoted = start < line.upperBound && source.bytes[start] == UInt8(ascii: "\"")
    if isQuoted { start += 1 }
    let end =
      source.bytes[start..<line.upperBound].firstIndex { isQuoted ? $0 == UInt8(ascii: "\"") : $0 == 32 }
      ?? line.upperBound
    addCaption(start..<end, onLine: node.line)
  }

  /// `![words](map.png "caption")`, the only thing in its paragraph.
  mutating func addCaption(ofPicture node: CMarkNode) {
    guard let picture = node.onlyPicture, !picture.title.isEmpty, node.line > 0, node.endLine >= node.line,
      node.endLine <= source.lineStarts.count
    else { return }
    let line = source.lineStart(node.endLine)..<source.lineEnd(node.endLine)
    var end = line.upperBound
    func skip(_ marks: String) {
      while end > line.lowerBound, marks.utf8.contains(source.bytes[end - 1]) { end -= 1 }
    }
    skip(" \t")
    guard end > line.lowerBound, source.bytes[end - 1] == UInt8(ascii: ")") else { return }
    end -= 1
    skip(" \t")
    guard end > line.lowerBound, "\"'".utf8.contains(source.bytes[end - 1]) else { return }
    end -= 1
    let mark = source.bytes[end], backslash = UInt8(ascii: "\\")
    let start = source.bytes[line.lowerBound..<end].indices.last {
      source.bytes[$0] == mark && $0 > line.lowerBound && source.bytes[$0 - 1] != backslash
    }
    if let start { addCaption(start + 1..<end, onLine: node.endLine) }
  }

  /// `<!-- #id caption -->` above a table or a picture.
  mutating func addCaption(ofLabel node: CMarkNode) {
    guard node.next?.kind == "table" || node.next?.onlyPicture != nil,
      let comment = RawHTML.leadingComment(node.literal)
    else { return }
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
}
