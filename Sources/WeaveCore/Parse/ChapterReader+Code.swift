/// Fences: Swift blocks with their pins, formulas, diagrams, listings.
extension ChapterReader {
  mutating func readCode(_ node: CMarkNode) {
    var problems: [InfoString.Problem] = []
    let language = node.info.prefix { !$0.isWhitespace }
    let rest = node.info[language.endIndex...]
    switch language {
    case "swift": readSwift(node, rest)
    case "output":
      report(.block, line: node.line, "this output fence belongs to no block: it stands directly behind a swift block, nothing between")
    case "math":
      let words = InfoString.words(rest, &problems)
      let id = words.first.map { String($0.name.dropFirst()) }
      if words.count > 1 || words.contains(where: { !$0.name.hasPrefix("#") || $0.value != nil }) {
        report(.math, line: node.line, "a math fence has one attribute, its label: write ```math #eq-id")
      }
      let offset = source.lineStarts[min(node.line, source.lineStarts.count - 1)]
      chapter.formulas.append(
        Formula(tex: trimmed(node.literal), display: true, id: id, offset: offset))
      node.replace(with: Token.formula(chapter.formulas.count - 1) + "\n", block: true)
    case "dot":
      var diagram = Diagram(dot: node.literal, id: nil, caption: nil, line: node.line)
      for word in InfoString.words(rest, &problems) {
        switch (word.name, word.value) {
        case (let name, nil) where name.hasPrefix("#"): diagram.id = String(name.dropFirst())
        case ("caption", let value?): diagram.caption = value
        default: problems.append(InfoString.Problem(word: word.name, message: "attribute '\(word.name)' is unknown: a diagram has #id and caption=\"…\""))
        }
      }
      for problem in problems.prefix(20) { report(.diagram, place(of: problem, onLine: node.line), problem.message) }
      chapter.diagrams.append(diagram)
      node.replace(with: Token.make("d\(chapter.diagrams.count - 1)") + "\n", block: true)
    default:
      if node.literal.contains(Token.open) {
        report(.block, line: node.line, "an indented code block with $ or a link in it: put it in a ``` fence")
      }
      chapter.listings.append(Listing(language: String(language), code: node.literal))
      node.replace(with: Token.make("c\(chapter.listings.count - 1)") + "\n", block: true)
    }
  }

  /// Where the word stands on the fence's line; a second one of the same name stands last.
  func place(of problem: InfoString.Problem, onLine line: Int) -> Position {
    let text = source[source.lineStart(line)..<source.lineEnd(line)]
    guard let word = problem.word, let found = text.range(of: " \(word)", options: .backwards) else { return Position(line: line, column: 1) }
    return Position(line: line, column: text.distance(from: text.startIndex, to: found.lowerBound) + 2)
  }

  func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }

  mutating func readSwift(_ node: CMarkNode, _ info: Substring) {
    let parsed = InfoString(info)
    // More than this is no typing error but another text.
    for problem in parsed.problems.prefix(20) { report(.block, place(of: problem, onLine: node.line), problem.message) }
    var block = CodeBlock(
      index: chapter.blocks.count, mode: parsed.mode ?? .show, attributes: parsed.attributes,
      code: node.literal, fenceLine: node.line,
      end: min(source.bytes.count, source.lineEnd(node.endLine) + 1), indent: indent(ofLine: node.line), pin: nil)
    if let next = node.next, next.kind == "code_block", next.info.prefix(while: { !$0.isWhitespace }) == "output" {
      taken.insert(next.pointer)
      // The file may end within the fence, even behind its first line.
      let from = source.lineStart(next.line + 1)
      let closes = next.endLine > next.line && source[source.lineStart(next.endLine)..<source.lineEnd(next.endLine)].contains { $0 == "`" || $0 == "~" }
      let to = source.lineStart(closes ? next.endLine : next.endLine + 1)
      block.pin = Pin(
        text: next.literal, range: from..<max(from, to), line: min(next.line + 1, source.lineStarts.count))
      switch block.mode {
      case .compile, .show:
        report(.block, line: next.line, "a \(block.mode.rawValue) block prints nothing: take this output fence out, or make the block a run block")
      case .run, .fail, .trap: break
      }
      next.remove()
    } else if block.mode == .fail || block.mode == .trap {
      report(.block, line: node.line, "a \(block.mode.rawValue) block needs an output fence behind it with a part of the expected message")
    }
    chapter.blocks.append(block)
    node.replace(with: Token.make("b\(block.index)") + "\n", block: true)
  }

  /// What stands before a fence on its line: spaces, a quote's marks, and spaces as wide as a list's mark.
  func indent(ofLine line: Int) -> String {
    let text = source[source.lineStarts[line - 1]..<source.lineEnd(line)]
    let prefix = text.prefix { $0 != "`" && $0 != "~" }
    return String(prefix.map { $0 == ">" ? ">" : " " })
  }
}
