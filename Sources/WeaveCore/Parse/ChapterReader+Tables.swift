/// Tables and alerts.
extension ChapterReader {
  mutating func readTable(_ node: CMarkNode, label: (id: String, caption: String)?) {
    chapter.tables.append(LabelledTable(id: label?.id, caption: label?.caption, line: node.line))
    node.wrap(Token.make("t\(chapter.tables.count - 1)"), Token.make("/") + "\n")
  }

  private static let alerts = [
    "NOTE": "補足", "TIP": "ヒント", "IMPORTANT": "重要", "WARNING": "注意", "CAUTION": "警告",
  ]

  mutating func readAlert(_ node: CMarkNode) {
    guard let paragraph = node.firstChild, paragraph.kind == "paragraph", let text = paragraph.firstChild,
      text.kind == "text", text.literal.hasPrefix("[!"), let close = text.literal.firstIndex(of: "]")
    else { return }
    let name = String(text.literal[..<close].dropFirst(2))
    guard let title = Self.alerts[name.uppercased()], text.literal.index(after: close) == text.literal.endIndex else {
      report(.markdown, line: node.line, "[!\(name)] is no alert: the first line is one of \(Self.alerts.keys.sorted().map { "[!\($0)]" }.joined(separator: ", ")) alone")
      return
    }
    if let line = text.next, line.kind == "softbreak" {
      taken.insert(line.pointer)
      line.remove()
    }
    taken.insert(text.pointer)
    text.remove()
    if paragraph.firstChild == nil {
      taken.insert(paragraph.pointer)
      paragraph.remove()
    }
    node.dissolve(
      into: "<div class=\"alert \(name.lowercased())\" role=\"note\">\n<p class=\"alert-title\">\(title)</p>\n",
      "</div>\n", block: true)
  }
}
