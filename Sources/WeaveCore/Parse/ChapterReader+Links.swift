/// Links, and what was meant as one.
extension ChapterReader {
  mutating func readLink(_ node: CMarkNode) {
    let url = node.url
    if url.hasPrefix("#"), let index = Int(url.dropFirst()), chapter.links.indices.contains(index),
      seenLinks.insert(index).inserted
    {
      node.dissolve(into: Token.make("l\(index)"), Token.make("/"), block: false)
      return
    }
    // What a broken destination was replaced by: that is reported already.
    if url == "#" { return }
    let schemes = ["https://", "http://", "mailto:"]
    if !schemes.contains(where: url.hasPrefix) {
      report(.link, position(of: "](" + url, near: node), "the link to '\(url)' leads out of the book to nowhere: link to https://…, to a chapter.md, or to an #id")
    }
  }

  mutating func reportLostLinks(silently: Bool) {
    for link in chapter.links where !seenLinks.contains(link.index) {
      // Nothing else is asked of it: neither the rest of it in the text, nor its expression.
      let rest = source.position(at: link.textRange.upperBound)
      diagnostics.removeAll { $0.category == .link && $0.position == rest }
      chapter.links[link.index].target = .waiver
      chapter.links[link.index].title = "no link"
      if silently { continue }
      diagnostics.append(
        Diagnostic(
          .link, source.path, source.position(at: link.textRange.lowerBound - 1), ProtectedText.lostLink))
    }
  }

  /// Tells each expression behind which block it stands.
  mutating func placeExpressions() {
    for index in chapter.links.indices {
      guard case .expression(var text, _) = chapter.links[index].target else { continue }
      let line = source.line(at: chapter.links[index].textRange.lowerBound)
      // In a table, a pipe in a cell is written `\|`.
      let first = source.bytes[source.lineStarts[line - 1]..<source.lineEnd(line)].first { $0 != UInt8(ascii: " ") }
      if first == UInt8(ascii: "|") {
        text = text.replacing("\\|", with: "|")
      }
      let after = chapter.blocks.count { $0.fenceLine < line }
      chapter.links[index].target = .expression(text, after: after)
    }
  }
}
