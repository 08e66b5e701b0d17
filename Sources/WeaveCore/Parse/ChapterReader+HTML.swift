/// Raw HTML: labels in comments, tags that are allowed and that pair.
extension ChapterReader {
  mutating func readHTML(_ node: CMarkNode, block: Bool) {
    let html = node.literal
    let position = block ? Position(line: node.line, column: 1) : position(of: html, near: node)
    let trimmed = html.drop { $0.isWhitespace }
    if trimmed.hasPrefix("<!--") {
      let inner = trimmed.dropFirst(4).prefix { $0 != ">" }
      let words = inner.hasSuffix("--") ? inner.dropLast(2).drop { $0.isWhitespace } : ""
      if block, words.hasPrefix("#") {
        let id = words.dropFirst().prefix { !$0.isWhitespace }
        let caption = words[id.endIndex...].drop { $0.isWhitespace }
        if let table = node.next, table.kind == "table" {
          readTable(table, label: (String(id), self.trimmed(String(caption))))
          taken.insert(table.pointer)
        } else {
          report(.reference, position, "the label #\(id) stands above no table: put the comment just above one")
        }
      }
      taken.insert(node.pointer)
      node.remove()
      return
    }
    if let problem = HTMLFilter.problem(in: html) {
      report(.html, position, problem)
    } else {
      follow(tagsOf: html, at: position)
    }
  }

  /// An open `<details>` would swallow the rest of the page: tags must pair.
  mutating func follow(tagsOf html: String, at position: Position) {
    for piece in html.split(separator: "<").dropFirst(html.hasPrefix("<") ? 0 : 1) {
      let closes = piece.hasPrefix("/")
      let name = piece.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
      if name == "br" || piece.prefix(while: { $0 != ">" }).hasSuffix("/") { continue }
      if !closes {
        openTags.append((name, position))
        if openTags.count == CMarkDocument.deepest + 1 {
          report(.html, position, "here tags are nested deeper than \(CMarkDocument.deepest): close some of them before")
        }
      } else if openTags.last?.name == name {
        openTags.removeLast()
      } else {
        report(.html, position, "</\(name)> closes nothing that is open here: check that tags pair and nest")
      }
    }
  }

  mutating func closeTags() {
    for tag in openTags { report(.html, tag.position, "<\(tag.name)> is never closed: add </\(tag.name)>") }
  }
}
