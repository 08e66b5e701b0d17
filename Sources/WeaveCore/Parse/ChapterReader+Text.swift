/// Marks that stay in the text, lines that join, headings, displayed formulas.
extension ChapterReader {
  mutating func readText(_ node: CMarkNode) {
    let text = node.literal
    for position in places(of: "**", escaped: ["\\*\\*", "*\\*"], in: text, near: node).prefix(1) {
      diagnostics.append(
        Diagnostic(
          .markdown, source.path, position,
          "** stays as it is here: Markdown closes emphasis between punctuation and a letter only if the mark is inside; "
            + "put the brackets outside (「**重要**」です), or write \\** for the signs"))
    }
    for mark in ["](#", "](<#"] {
      for position in places(of: mark, escaped: ["]\\" + mark.dropFirst()], in: text, near: node) {
        diagnostics.append(
          Diagnostic(.link, source.path, position, "\(mark) stands in the text: this is meant as a link and does not parse as one"))
      }
    }
    for position in places(of: "[^", escaped: ["[\\^"], in: text, near: node) {
      diagnostics.append(
        Diagnostic(.markdown, source.path, position, "this footnote is defined nowhere: add a line [^name]: … or write \\[^"))
    }
  }

  /// A line break beside Japanese is no space.
  mutating func joinLines(_ node: CMarkNode) {
    guard let before = node.previous.flatMap({ Self.edge($0, last: true) }),
      let after = node.next.flatMap({ Self.edge($0, last: false) })
    else { return }
    if JapaneseText.isCJK(before) || JapaneseText.isCJK(after) { node.remove() }
  }

  static func edge(_ node: CMarkNode, last: Bool) -> Character? {
    let leaves = node.descendants.filter { !$0.literal.isEmpty }
    return last ? leaves.last?.literal.last : leaves.first?.literal.first
  }

  mutating func readHeading(_ node: CMarkNode) {
    let text = node.descendants.map { $0.literal }.joined()
    let plain = Self.plain(text, formulas: chapter.formulas)
    var id = Self.slug(plain)
    if id.isEmpty { id = "section" }
    let count = headingIDs[id, default: 0]
    headingIDs[id] = count + 1
    if count > 0 { id += "-\(count)" }
    chapter.headings.append(Heading(level: node.headingLevel, id: id, text: plain, line: node.line))
    node.prepend(html: Token.make("h\(chapter.headings.count - 1)"))
  }

  static func plain(_ text: String, formulas: [Formula]) -> String {
    Token.pieces(of: text).map { name, rest in
      (name.flatMap { Int($0.dropFirst()) }.map { formulas[$0].tex } ?? "") + rest
    }.joined()
  }

  /// GitHub's rule: lower case, letters, digits, - and _ stay, spaces become -.
  static func slug(_ text: String) -> String {
    String(
      text.lowercased().compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || character == "-" || character == "_" ? character : nil
      })
  }

  mutating func liftDisplayFormula(_ node: CMarkNode) {
    guard let only = node.firstChild, only.next == nil, only.kind == "text" else { return }
    let text = trimmed(only.literal)
    guard text.first == Token.open, text.last == Token.close, text.filter({ $0 == Token.open }).count == 1,
      let index = Int(text.dropFirst(2).dropLast()), text.dropFirst().first == "m", chapter.formulas[index].display
    else { return }
    node.replace(with: text + "\n", block: true)
    taken.insert(only.pointer)
  }
}
