extension Chapter {
  /// What the page shows on both sides of a link, on its line and as far as a number reaches: markup left out, other links
  /// as their text, a formula as U+FFFC.
  package func surroundings(of link: BoundLink) -> (before: String, after: String) {
    let open = max(0, link.textRange.lowerBound - 1), close = end(of: link)
    let line = source.lineStarts[source.line(at: open) - 1]
    let last = max(close, source.lineEnd(source.line(at: close)))
    var (start, end) = (line, last)
    var (before, after) = ("", "")
    if let other = neighbour(link.index - 1), case let edge = self.end(of: other), (line...open).contains(edge) {
      (before, start) = (Self.shown(other.text), edge)
    }
    if let other = neighbour(link.index + 1), (close...last).contains(other.textRange.lowerBound - 1) {
      (after, end) = (Self.shown(other.text), other.textRange.lowerBound - 1)
    }
    // No cluster that is read as a number is longer.
    let reach = 48
    if open - start > reach { (before, start) = ("", open - reach) }
    if end - close > reach { (after, end) = ("", close + reach) }
    // A formula that the reach cuts is one all the same.
    var left = source[start..<open].dropBrokenStart, right = source[close..<end]
    if left.count(where: { $0 == "$" }) % 2 == 1 { left = "$" + left }
    if right.count(where: { $0 == "$" }) % 2 == 1 { right += "$" }
    // A mark that joins the bracket before it says nothing of the number.
    let marks: Set<Unicode.GeneralCategory> = [.nonspacingMark, .spacingMark, .enclosingMark]
    right = String(Substring(right.unicodeScalars.drop { marks.contains($0.properties.generalCategory) }))
    return (before + Self.shown(left), Self.shown(right) + after)
  }

  private func neighbour(_ index: Int) -> BoundLink? { links.indices.contains(index) ? links[index] : nil }

  /// After the link's closing bracket.
  private func end(of link: BoundLink) -> Int {
    let bytes = source.bytes
    var index = link.targetRange.upperBound
    var quote: UInt8?
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if let open = quote {
        if byte == UInt8(ascii: "\\") { index += 1 } else if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ")") {
        break
      }
    }
    return min(index, bytes.count)
  }

  private static func shown(_ markdown: String) -> String {
    var text = markdown
    if text.contains("$") {
      text = text.replacing(/\$[^$]*\$/) { formula in
        let tex = String(formula.output.dropFirst().dropLast().filter { $0 != "`" && $0 != " " })
        // Beside a relation a number stands by itself.
        return relations.contains { tex.hasSuffix($0) || tex.hasPrefix($0) } ? " " : "\u{FFFC}"
      }
    }
    if text.contains("<") { text = text.replacing(/<(?!\/?su[bp]>)[^<>]*>/) { $0.output.hasPrefix("<br") ? " " : "" } }
    return text.filter { !"*_`\\".contains($0) }
  }

  private static let relations = ["=", "<", ">", "\\approx", "\\le", "\\leq", "\\ge", "\\geq", "\\sim", "\\simeq", "\\to"]
}

extension String {
  /// Without the rest of a character that a cut went through.
  fileprivate var dropBrokenStart: String { String(drop { $0 == "\u{FFFD}" }) }
}
