import WeaveModel
import WeaveSupport

/// cmark's inlines as the document's.
extension ChapterReader {
  mutating func readInlines(_ nodes: [CMarkNode]) -> [Inline] { contained { $0.readAll(nodes) } }

  private mutating func readAll(_ nodes: [CMarkNode]) -> [Inline] {
    var inlines: [Inline] = []
    var index = 0
    while index < nodes.count {
      let node = nodes[index]
      index += 1
      // A line of a formula that is gone.
      if node.kind == "softbreak", index < nodes.count, nodes[index].literal.hasPrefix(Token.filler) { continue }
      inlines += readInline(node)
    }
    return Self.joined(inlines)
  }

  private mutating func readInline(_ node: CMarkNode) -> [Inline] {
    switch node.kind {
    case "text":
      let text = node.literal
      if !isPrinted { reportMarks(in: text) }
      return Self.parts(of: text)
    case "softbreak": return [.softBreak]
    case "linebreak": return [.lineBreak]
    case "code": return [.code(node.literal)]
    case "emph": return [.emphasis(readInlines(node.children))]
    case "strong": return [.strong(readInlines(node.children))]
    case "strikethrough": return [.strikethrough(readInlines(node.children))]
    case "link": return readLink(node)
    case "image": return readPicture(node)
    case "footnote_reference":
      let number = Int(node.literal) ?? 0
      noteReferences[number, default: 0] += 1
      return [.footnote(number, reference: noteReferences[number]!)]
    case "html_inline": return readHTML(inline: node.literal)
    default: return readInlines(node.children)
    }
  }

  /// Text with its formulas.
  private static func parts(of text: String) -> [Inline] {
    guard text.utf8.contains(0xEE) else { return [.text(text)] }
    var inlines: [Inline] = []
    for (name, rest) in Token.pieces(of: text) {
      if let name, name.first == "m", let index = Int(name.dropFirst()) { inlines.append(.formula(index)) }
      if !rest.isEmpty { inlines.append(.text(String(rest))) }
    }
    return inlines
  }

  /// A line break beside Japanese is no space; what then stands side by side is one text.
  private static func joined(_ inlines: [Inline]) -> [Inline] {
    var joined: [Inline] = []
    for (index, inline) in inlines.enumerated() {
      if case .softBreak = inline, index > 0, index + 1 < inlines.count,
        let before = edge(inlines[index - 1], last: true),
        let after = edge(inlines[index + 1], last: false), JapaneseText.isCJK(before) || JapaneseText.isCJK(after)
      {
        continue
      }
      if case .text(let text) = inline, case .text(let before)? = joined.last {
        joined[joined.count - 1] = .text(before + text)
      } else {
        joined.append(inline)
      }
    }
    return joined
  }

  /// The character that a reader sees at an end; of what is no text some other.
  private static func edge(_ inline: Inline, last: Bool) -> Character? {
    switch inline {
    case .text(let text), .code(let text): last ? text.last : text.first
    case .formula, .footnote, .html: "$"
    case .softBreak, .lineBreak: nil
    default: (last ? inline.children.last : inline.children.first).flatMap { edge($0, last: last) }
    }
  }
}
