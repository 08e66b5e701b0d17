import WeaveModel
import WeaveSupport

/// Marks that stay in the text: what was meant as Markdown and is none.
extension ChapterReader {
  /// A `*` or `_` that Markdown left in a leaf, and on which of its sides something could be emphasized.
  struct StrayMark {
    var mark: String
    var opens: Bool
    var closes: Bool
    var position: Position
  }

  mutating func reportMarks(in text: String) {
    guard text.utf8.contains(where: { Self.marks.contains($0) }) else { return }
    for position in places(of: "**", escaped: ["\\*\\*", "*\\*", "\\**"], in: text).prefix(1) {
      report(.markdown, position, Self.emphasis("**"))
    }
    for position in places(of: "~~", escaped: ["\\~\\~", "~\\~", "\\~~"], in: text).prefix(1) {
      report(.markdown, position, Self.emphasis("~~"))
    }
    noteStrayMarks(in: text)
    for mark in ["](#", "](<#"] {
      for position in places(of: mark, escaped: ["]\\" + mark.dropFirst()], in: text) {
        report(.link, position, "\(mark) stands in the text: this is meant as a link and does not parse as one")
      }
    }
    for position in places(of: "[^", escaped: ["[\\^"], in: text) {
      report(.markdown, position, "this footnote is defined nowhere: add a line [^name]: … or write \\[^")
    }
    for position in places(of: "![", escaped: ["!\\[", "\\!\\["], in: text) {
      report(
        .picture, position,
        "this is meant as a picture and is not one to Markdown: a name with spaces stands in <…>, nothing but a title "
          + "in quotes follows it; for the signs write !\\[")
    }
    for position in places(of: "<!--", escaped: ["<\\!--", "&lt;!--"], in: text) {
      report(
        .html, position,
        "this is not a comment to Markdown: it ends with --> and holds no other --; for a plain < write &lt;")
    }
    for position in places(of: "`", escaped: ["\\`"], in: text).prefix(1) {
      report(
        .markdown, position,
        "this backquote stays as it is, for none closes it in its paragraph or cell: add one, or write \\`; "
          + "a | in code in a cell is written \\|")
    }
    // The words may have marks of their own: then the text begins after them.
    guard text.has("][") else { return }
    for match in text.matches(of: Self.undefined).prefix(20) {
      let isWhole = match.0.hasPrefix("[")
      if isWhole, place(of: match.range, in: text, escaped: ["\\" + match.0]) == nil { continue }
      let end = text[match.range].firstRange(of: "][")!.lowerBound..<match.range.upperBound
      guard let position = place(of: end, in: text, escaped: []) else { continue }
      report(
        .link, position,
        "no line [\(match.1.isEmpty ? "name" : match.1)]: https://… says where this leads: add one, or write \\[ for "
          + "the sign")
    }
  }

  private static let marks: Set<UInt8> = Set("*_~`[]<".utf8)

  private static func emphasis(_ mark: String) -> String {
    "\(mark) stays as it is here: Markdown closes emphasis between punctuation and a letter only if "
      + "the mark is inside; put the brackets outside (「\(mark)重要\(mark)」です), or write \\\(mark) for the signs"
  }

  // MARK: Single marks

  private mutating func noteStrayMarks(in text: String) {
    guard text.has("*") || text.has("_") else { return }
    for match in text.matches(of: Self.strayMark).prefix(40) {
      let mark = String(match.0)
      // Reported above.
      if mark.count > 1, mark.first == "*" { continue }
      let before = text[..<match.range.lowerBound].last, after = text[match.range.upperBound...].first
      func isWord(_ character: Character?) -> Bool {
        character.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false
      }
      let isName = mark.first == "_"
      let opens = after.map { !$0.isWhitespace } ?? true && !(isName && isWord(before))
      let closes = before.map { !$0.isWhitespace } ?? true && !(isName && isWord(after))
      guard opens || closes,
        let position = place(of: match.range, in: text, escaped: ["\\" + mark, mark.map { "\\\($0)" }.joined()])
      else { continue }
      stray.append(StrayMark(mark: mark, opens: opens, closes: closes, position: position))
    }
  }

  /// A pair of marks that Markdown did not take for one. A star alone, or an underscore in a name, is a sign.
  mutating func reportStrayMarks() {
    for mark in ["*", "_", "__"] {
      let marks = stray.filter { $0.mark == mark }
      guard let first = marks.firstIndex(where: \.opens), marks[(first + 1)...].contains(where: \.closes) else {
        continue
      }
      report(.markdown, marks[first].position, Self.emphasis(mark))
    }
    stray = []
  }

  // MARK: Lines

  /// `[words][name]`, of which nothing says where it leads.
  nonisolated(unsafe) private static let undefined = /(?:\[[^\[\]]*|^)\]\[([^\[\]]*)\]/
  nonisolated(unsafe) private static let strayMark = /\*+|_+/
  nonisolated(unsafe) private static let strayHeading = /#{1,6}(?:\p{L}|[\u{3000}\u{A0}])|\u{FF03}/
  /// A list's mark, and after it a full-width space or a Japanese word. A star may mark a note.
  nonisolated(unsafe) private static let strayItem =
    /(?:[-*+]|[0-9]{1,9}[.)])\u{3000}|(?:[-+]|[0-9]{1,9}[.)])[\p{Han}\p{Hiragana}\p{Katakana}]/

  /// Lines of a paragraph that look like something else.
  mutating func reportStrayLines() {
    let text = String(decoding: leaf.bytes, as: UTF8.self)
    guard text.utf8.contains(where: { "#:|-*+.)\u{FF03}".utf8.contains($0) }) else { return }
    var offset = 0
    var rows = 0
    var isTold = false
    var before = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      defer {
        offset += line.utf8.count + 1
        before = String(line)
      }
      guard offset < leaf.offsets.count else { continue }
      let place = source.position(at: leaf.offsets[offset])
      if line.hasPrefix("#") || line.hasPrefix("\u{FF03}"),
        line.prefixMatch(of: Self.strayHeading) != nil
      {
        report(
          .markdown, place,
          "this is not a heading to Markdown: put a space (not a full-width one) after the #, or write \\#")
      }
      let mark = line.utf8.first ?? 0
      if "-*+0123456789".utf8.contains(mark), line.prefixMatch(of: Self.strayItem) != nil {
        report(
          .markdown, place,
          "this is not a list's item to Markdown: put a space (not a full-width one) after the mark, or \\ before it")
      }
      if line.hasPrefix(": ") || line.hasPrefix(":\t") {
        report(.markdown, place, "definition lists are not read: write a list or a table, or \\: for the sign")
      }
      rows = line.hasPrefix("|") ? rows + 1 : 0
      let isRule =
        line.contains("-") && line.contains("|") && line.allSatisfy { "|:- \t".contains($0) } && before.contains("|")
      if rows == 2 || isRule, !isTold {
        isTold = true
        report(
          .markdown, place,
          "these lines are no table to Markdown: the second one is | --- | --- |, with as many cells as the first has")
      }
    }
  }
}
