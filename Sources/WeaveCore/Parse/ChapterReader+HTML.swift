/// Raw HTML: labels in comments, tags that are allowed and that pair.
extension ChapterReader {
  mutating func readHTML(_ node: CMarkNode, block: Bool) {
    let html = node.literal
    let position = block ? Position(line: node.line, column: 1) : position(of: html, near: node)
    if block, let comment = RawHTML.leadingComment(html) { readLabel(comment, of: node) }
    htmlPlaces.append(position)
    do throws(RawHTML.Fault) {
      let written = try rawHTML.written(html, at: htmlPlaces.count - 1)
      if written.allSatisfy(\.isWhitespace) {
        taken.insert(node.pointer)
        node.remove()
      } else if written != html {
        node.setLiteral(written)
      }
      if rawHTML.open.count > CMarkDocument.deepest, !isTooDeep {
        isTooDeep = true
        report(.html, position, "here tags are nested deeper than \(CMarkDocument.deepest): close some of them before")
      }
    } catch {
      report(.html, block ? place(ofByte: error.offset, in: node) : position, error.message)
    }
  }

  /// `<!-- #tab-norms 正規化の比較 -->` just above a table.
  private mutating func readLabel(_ comment: Substring, of node: CMarkNode) {
    let words = comment.drop { $0.isWhitespace }
    guard words.hasPrefix("#") else { return }
    let id = words.dropFirst().prefix { !$0.isWhitespace }
    let caption = words[id.endIndex...].drop { $0.isWhitespace }
    if let table = node.next, table.kind == "table" {
      readTable(table, label: (String(id), trimmed(String(caption))))
      taken.insert(table.pointer)
    } else {
      report(.reference, Position(line: node.line, column: 1), "the label #\(id) stands above no table: put the comment just above one")
    }
  }

  /// cmark takes a block's indent and a quote's marks away: the line is found again by what is left of it.
  private func place(ofByte offset: Int, in node: CMarkNode) -> Position {
    let before = Array(node.literal.utf8.prefix(offset))
    let line = node.line + before.count { $0 == 10 }
    guard line <= source.lineStarts.count else { return Position(line: node.line, column: 1) }
    let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
    let rest = Array(node.literal.utf8.dropFirst(start).prefix { $0 != 10 })
    let text = Array(source.bytes[source.lineStart(line)..<source.lineEnd(line)])
    let indent = text.count >= rest.count && text.suffix(rest.count).elementsEqual(rest) ? text.count - rest.count : 0
    return source.position(line: line, byteColumn: indent + before.count - start + 1)
  }

  mutating func closeTags() {
    for tag in rawHTML.open { report(.html, htmlPlaces[tag.place], "<\(tag.name)> is never closed: add </\(tag.name)>") }
  }
}
