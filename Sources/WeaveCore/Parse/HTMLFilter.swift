/// Raw HTML in Markdown is refused but for a few harmless tags without attributes.
enum HTMLFilter {
  static let allowed: Set<String> = ["details", "summary", "ruby", "rt", "rp", "kbd", "br", "sub", "sup"]

  /// What is not allowed in a piece of raw HTML, as a message with the mend; nil where all is well.
  static func problem(in html: String) -> String? {
    var rest = html[...]
    while let open = rest.firstIndex(of: "<") {
      let tag = rest[open...]
      if tag.hasPrefix("<!--") {
        guard let end = tag.range(of: "-->") else { return "this comment is never closed: end it with -->" }
        rest = tag[end.upperBound...]
        continue
      }
      guard let close = tag.firstIndex(of: ">") else { return message(tag) }
      var name = tag[tag.index(after: tag.startIndex)..<close]
      if name.hasPrefix("/") { name = name.dropFirst() }
      if name.hasSuffix("/") { name = name.dropLast() }
      let word = name.drop { $0.isWhitespace }.prefix { $0.isLetter || $0.isNumber }
      let tail = name.drop { $0.isWhitespace }.dropFirst(word.count).filter { !$0.isWhitespace }
      let allowsOpen = word.lowercased() == "details" && tail == "open"
      guard allowed.contains(word.lowercased()), tail.isEmpty || allowsOpen else { return message(tag[...close]) }
      rest = tag[tag.index(after: close)...]
    }
    return nil
  }

  private static func message(_ tag: Substring) -> String {
    let shown = tag.prefix(40).split(separator: "\n").first ?? ""
    return "raw HTML '\(shown)' is refused: allowed are \(allowed.sorted().joined(separator: ", ")) without attributes; "
      + "for a plain < write &lt; or put it in backquotes"
  }
}
