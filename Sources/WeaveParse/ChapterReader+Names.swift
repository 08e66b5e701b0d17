import WeaveModel
import WeaveSupport

/// Names of headings, and what bears a name that nothing uses.
extension ChapterReader {
  /// Gives each heading an id by its words: GitHub's, unless something else on the page has it.
  mutating func nameHeadings() {
    var taken = Set(chapter.ids.map(\.name))
    for id in chapter.ids where Anchor.isReserved(id.name) {
      report(.reference, line: id.line, "#\(id.name) is a name of the page's own: choose another")
    }
    // By name: the number that comes next.
    var next: [String: Int] = [:]
    for index in chapter.headings.indices {
      var name = Self.slug(chapter.headings[index].text)
      if name.isEmpty { name = "section" }
      if Anchor.isReserved(name) { name = "section-\(name)" }
      var id = name
      while !taken.insert(id).inserted {
        next[name, default: 0] += 1
        id = "\(name)-\(next[name]!)"
      }
      chapter.headings[index].id = id
    }
  }

  /// GitHub's rule: lower case, letters, digits, - and _ stay, spaces become -.
  static func slug(_ text: String) -> String {
    String(
      text.lowercased().compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || character == "-" || character == "_" ? character : nil
      })
  }

  /// Puts captions and titles, which were read after the text, where they belong.
  mutating func placeCaptions(_ front: FrontMatterReader) {
    for (owner, line) in captionLines {
      guard let prose = captions[Leaf.Key(line: line, isCaption: true)] else { continue }
      switch owner {
      case .block(let index): chapter.blocks[index].attributes.caption = prose
      case .table(let index): chapter.tables[index].caption = prose
      case .diagram(let index): chapter.diagrams[index].caption = prose
      case .picture(let index): chapter.pictures[index].caption = prose
      }
    }
    func plain(_ text: String, _ name: String) -> Prose { Prose(plain: text, read: front.places[name] ?? []) }
    chapter.title = front.title.flatMap { captions[$0] } ?? plain(front.front.title, "title")
    chapter.subtitle =
      front.subtitle.flatMap { captions[$0] } ?? front.front.subtitle.map { plain($0, "subtitle") }
    if front.front.short != front.front.title { chapter.short = plain(front.front.short, "short") }
    if chapter.front.short == chapter.front.title { chapter.front.short = chapter.plain(chapter.title) }
    chapter.front.title = chapter.plain(chapter.title)
    chapter.front.subtitle = chapter.subtitle.map { chapter.plain($0) }
  }

  // MARK: Definitions

  nonisolated(unsafe) private static let brackets = /\[([^\[\]]+)\]/
  nonisolated(unsafe) private static let definition = /[ \t>]*(?:[-*+][ \t]+)?\[([^\[\]]+)\]:/

  /// Footnotes and addresses of links that are defined and not used, or twice: the page shows nothing of them.
  mutating func reportDefinitions(from start: Int) {
    guard source.text.has("]:") else { return }
    let known = leaves.values.filter { !$0.key.isCaption }
    var lines = opaqueLines
    for leaf in known {
      guard let first = leaf.offsets.first, let last = leaf.offsets.last else { continue }
      lines.formUnion(source.line(at: first)...source.line(at: last))
    }
    let used = Set(
      known.flatMap { leaf -> [String] in
        guard leaf.bytes.contains(UInt8(ascii: "[")) else { return [] }
        return String(decoding: leaf.bytes, as: UTF8.self).matches(of: Self.brackets).map { Self.label($0.1) }
      })
    var first = notes.reduce(into: [String: Int]()) { $0[$1.value] = min($0[$1.value] ?? $1.key, $1.key) }
    for (line, name) in notes.sorted(by: { $0.key < $1.key }) where !usedNotes.contains(line) {
      report(
        .markdown, line: line,
        "nothing refers to the footnote [^\(name)]: write [^\(name)] where it belongs, or take it out")
    }
    first = first.reduce(into: [:]) { $0["^" + $1.key] = $1.value }
    for line in source.line(at: start)...source.lineStarts.count where !lines.contains(line) {
      let text = source[source.lineStart(line)..<source.lineEnd(line)]
      guard text.has("]:"), let match = text.prefixMatch(of: Self.definition),
        notes[line] == nil
      else { continue }
      let label = Self.label(match.1)
      let shown = "[\(match.1)]"
      if let before = first[label] {
        report(
          .markdown, line: line,
          "\(shown) is defined at line \(before) already, and this one is not shown: take one out")
      } else {
        first[label] = line
        if !label.hasPrefix("^"), !used.contains(label) {
          report(.markdown, line: line, "nothing refers to \(shown): write [words]\(shown), or take the line out")
        }
      }
    }
  }

  /// Markdown compares names of links without regard to capitals and to how much space is in them.
  private static func label(_ text: Substring) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
