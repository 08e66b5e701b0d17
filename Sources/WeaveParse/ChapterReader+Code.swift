import WeaveModel

/// Fences: Swift blocks with their pins, formulas, diagrams, listings.
extension ChapterReader {
  /// - Parameter pin: the output fence that stands directly after it.
  mutating func readCode(_ node: CMarkNode, pin: CMarkNode?) -> Block.Content? {
    let language = node.info.prefix { !$0.isWhitespace }
    let rest = node.info[language.endIndex...]
    if node.fence != nil, !isClosed(node) {
      report(.block, line: node.line, "this fence is never closed: add a line with the same marks where the block ends")
    }
    switch language {
    case "swift": return .code(readSwift(node, rest, pin))
    case "output":
      report(
        .block, line: node.line,
        "this output fence belongs to no block: it stands directly after a swift block, nothing between")
      return nil
    case "math": return .formula(readFormula(node, rest))
    case "dot": return .diagram(readDiagram(node, rest))
    default:
      reportNearMiss(node)
      chapter.listings.append(Listing(language: String(language), code: node.literal))
      return .listing(chapter.listings.count - 1)
    }
  }

  func isOutput(_ node: CMarkNode) -> Bool {
    node.kind == "code_block" && node.info.prefix { !$0.isWhitespace } == "output"
  }

  /// Whether the last line that cmark gives a fenced block is its closing fence; not so at the end of what holds it.
  private func isClosed(_ node: CMarkNode) -> Bool {
    guard let fence = node.fence, node.endLine > node.line, node.endLine <= source.lineStarts.count else {
      return false
    }
    var quotes = 0
    var parent = node.parent
    while let around = parent {
      if around.kind == "block_quote" || around.kind == "footnote_definition" { quotes += 1 }
      parent = around.parent
    }
    let line = source.bytes[source.lineStart(node.endLine)..<source.lineEnd(node.endLine)]
    let marks = line.drop { byte in
      if byte == UInt8(ascii: ">") { quotes -= 1 }
      return byte == 32 || byte == 9 || byte == UInt8(ascii: ">") && quotes >= 0
    }
    let run = marks.prefix { $0 == fence.mark }
    return run.count >= fence.length && marks.dropFirst(run.count).allSatisfy { $0 == 32 || $0 == 9 }
  }

  /// A tag with a slip in it would make a listing of what is meant to be run.
  private mutating func reportNearMiss(_ node: CMarkNode) {
    let words = node.info.lowercased().split { !$0.isLetter && !$0.isNumber }
    guard let first = words.first else { return }
    let kinds = ["swift", "output", "math", "dot"]
    let meant =
      kinds.first { first == $0 } ?? (words.prefix(3).contains("swift") ? "swift" : nil)
      ?? (CodeBlock.Mode(rawValue: String(first)) == nil ? nil : "swift")
    guard let meant else { return }
    report(
      .block, line: node.line,
      "'\(node.info.prefix(60))' is not a block's tag: it begins with \(meant) in small letters and a space"
        + (meant == "swift" ? ": ```swift run" : ""))
  }

  // MARK: Formulas and diagrams

  private mutating func readFormula(_ node: CMarkNode, _ rest: Substring) -> Int {
    var problems: [InfoString.Problem] = []
    let words = InfoString.words(rest, &problems)
    let id = words.first.map { String($0.name.dropFirst()) }
    if words.count > 1 || words.contains(where: { !$0.name.hasPrefix("#") || $0.value != nil }) {
      report(.math, line: node.line, "a math fence has one attribute, its label: write ```math #eq-id")
    }
    let offset = source.lineStarts[min(node.line, source.lineStarts.count - 1)]
    chapter.formulas.append(Formula(tex: trimmed(node.literal), display: true, id: id, offset: offset))
    return chapter.formulas.count - 1
  }

  private mutating func readDiagram(_ node: CMarkNode, _ rest: Substring) -> Int {
    var problems: [InfoString.Problem] = []
    var diagram = Diagram(dot: node.literal, id: nil, caption: nil, line: node.line)
    for word in InfoString.words(rest, &problems) {
      switch (word.name, word.value) {
      case (let name, nil) where name.hasPrefix("#"): diagram.id = String(name.dropFirst())
      case ("caption", let value?): diagram.caption = Prose(plain: value)
      default:
        let message = "attribute '\(word.name)' is unknown: a diagram has #id and caption=\"…\""
        problems.append(InfoString.Problem(word: word.name, message: message))
      }
    }
    for problem in problems.prefix(20) { report(.diagram, place(of: problem, onLine: node.line), problem.message) }
    chapter.diagrams.append(diagram)
    captionLines.append((.diagram(chapter.diagrams.count - 1), node.line))
    return chapter.diagrams.count - 1
  }

  /// Where the word stands on the fence's line; a second one of the same name stands last.
  private func place(of problem: InfoString.Problem, onLine line: Int) -> Position {
    let text = source[source.lineStart(line)..<source.lineEnd(line)]
    guard let word = problem.word, let found = text.range(of: " \(word)", options: .backwards) else {
      return Position(line: line, column: 1)
    }
    return Position(line: line, column: text.distance(from: text.startIndex, to: found.lowerBound) + 2)
  }

  package func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }

  // MARK: Swift

  private mutating func readSwift(_ node: CMarkNode, _ info: Substring, _ pin: CMarkNode?) -> Int {
    let parsed = InfoString(info)
    // More than this is no typing error but another text.
    for problem in parsed.problems.prefix(20) { report(.block, place(of: problem, onLine: node.line), problem.message) }
    var block = CodeBlock(
      index: chapter.blocks.count, mode: parsed.mode ?? .show, attributes: parsed.attributes,
      code: parsed.attributes.file == nil ? node.literal : "", fenceLine: node.line,
      end: min(source.bytes.count, source.lineEnd(node.endLine) + 1), indent: indent(ofLine: node.line), pin: nil)
    if let part = parsed.attributes.file, !node.literal.allSatisfy(\.isWhitespace) {
      report(
        .block, line: node.line,
        "this block's code stands in \(part.path): take what stands here out, or take file= out")
    }
    if let pin {
      if pin.fence != nil, !isClosed(pin) {
        report(
          .block, line: pin.line, "this fence is never closed: add a line with the same marks where the block ends")
      }
      block.pin = self.pin(pin)
      if case .none = block.mode.output {
        report(
          .block, line: pin.line,
          "a \(block.mode.rawValue) block prints nothing: take this output fence out, or make the block a run block")
      }
    } else if case .message = block.mode.output {
      report(
        .block, line: node.line,
        "a \(block.mode.rawValue) block needs an output fence after it with a part of the expected message")
    }
    chapter.blocks.append(block)
    captionLines.append((.block(block.index), node.line))
    return block.index
  }

  private func pin(_ node: CMarkNode) -> Pin {
    // The file may end within the fence, even after its first line.
    let from = source.lineStart(node.line + 1)
    let closes = isClosed(node)
    let to = max(from, source.lineStart(closes ? node.endLine : node.endLine + 1))
    let end = closes ? source.lineStart(node.endLine + 1) : to
    return Pin(
      text: node.literal, range: from..<to, line: min(node.line + 1, source.lineStarts.count),
      fence: Pin.Fence(
        range: source.lineStart(node.line)..<end, mark: node.fence?.mark ?? UInt8(ascii: "`"),
        length: node.fence?.length ?? 3))
  }

  /// What stands before a fence on its line: white space, a quote's marks, and spaces as wide as a list's mark.
  private func indent(ofLine line: Int) -> String {
    let text = source[source.lineStarts[line - 1]..<source.lineEnd(line)]
    let prefix = text.prefix { $0 != "`" && $0 != "~" }
    return String(prefix.map { $0 == ">" || $0 == "\t" ? $0 : " " })
  }
}
