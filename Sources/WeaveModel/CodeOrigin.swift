import WeaveSupport

/// What a piece of a chapter's program is made of: a block, or a link's expression.
package enum CodeOrigin: Sendable, Hashable, Codable {
  case block(Int), link(Int)

  /// What the compiler calls it: `block-3`.
  package var name: String {
    switch self {
    case .block(let index): "block-\(index)"
    case .link(let index): "link-\(index)"
    }
  }

  /// A piece by the name that the compiler prints: `block-3`, `after-link-7`.
  package static func named(_ name: Substring) -> (origin: CodeOrigin, after: Bool)? {
    let after = name.hasPrefix("after-")
    let name = after ? name.dropFirst(6) : name
    if name.hasPrefix("block-"), let index = Int(name.dropFirst(6)) { return (.block(index), after) }
    if name.hasPrefix("link-"), let index = Int(name.dropFirst(5)) { return (.link(index), after) }
    return nil
  }
}

extension Chapter {
  /// Whether it has this piece: a message or a crash report may name any.
  package func has(_ origin: CodeOrigin) -> Bool {
    switch origin {
    case .block(let index): blocks.indices.contains(index)
    case .link(let index): links.indices.contains(index)
    }
  }

  /// Where line `line`, byte column `column` of a piece stands in the Markdown.
  package func position(of origin: CodeOrigin, line: Int, byteColumn: Int) -> Position {
    switch origin {
    case .block(let index):
      guard blocks.indices.contains(index) else { return Position(line: 1, column: 1) }
      let block = blocks[index]
      if block.attributes.file != nil { return source.position(line: block.fenceLine, byteColumn: 1) }
      let codeLines = max(1, block.code.utf8.count { $0 == 10 })
      let inside = max(1, min(line, codeLines))
      return source.position(line: block.fenceLine + inside, byteColumn: byteColumn + block.indent.utf8.count)
    case .link(let index):
      guard links.indices.contains(index) else { return Position(line: 1, column: 1) }
      let target = links[index].targetRange
      var expression = ""
      if case .expression(let text, _) = links[index].target { expression = text }
      // The expression stands on the piece's second line, alone; what lies around it is the link as a whole.
      var rest = line == 2 ? max(0, byteColumn - 1) : 0
      var offset = target.lowerBound
      // In a table's cell the source has a backslash more before each pipe.
      let escapesPipes = expression.utf8.count < target.count
      while rest > 0, offset < target.upperBound {
        if escapesPipes, source.bytes[offset] == UInt8(ascii: "\\"), source.bytes[offset + 1] == UInt8(ascii: "|") {
          offset += 1
        }
        offset += 1
        rest -= 1
      }
      return source.position(at: min(offset, target.upperBound))
    }
  }
}
