import Foundation

/// Reads a chapter: Markdown in, blocks, links and the page's skeleton out.
public struct ChapterReader {
  public private(set) var chapter: Chapter
  public private(set) var diagnostics: [Diagnostic] = []

  private var seenLinks: Set<Int> = []
  /// Nodes that another one has taken in already, such as a block's `output` fence.
  private var taken: Set<OpaquePointer> = []
  /// By block and text: behind the last place where the text was looked for.
  private var searched: [String: Int] = [:]
  private var headingIDs: [String: Int] = [:]
  private var openTags: [(name: String, position: Position)] = []

  private var source: Source { chapter.source }

  public init(_ source: Source, name: String) {
    let front = FrontMatterReader(source, name: name)
    let protected = ProtectedText(source, from: front.end)
    chapter = Chapter(name: name, source: source, front: front.front)
    chapter.formulas = protected.formulas
    chapter.links = protected.links
    chapter.prose = protected.prose
    diagnostics = front.diagnostics + protected.diagnostics

    let document = CMarkDocument(withoutTokenEntities(protected.text))
    for node in document.nodes() where node.kind == "softbreak" { joinLines(node) }
    for node in document.nodes() where !taken.contains(node.pointer) { read(node) }
    closeTags()
    placeExpressions()
    reportLostLinks()
    chapter.skeleton = Self.skeleton(of: document.html())
    diagnostics.sort()
  }

  /// `&#xE000;` would become a token behind the reader's back.
  private mutating func withoutTokenEntities(_ text: String) -> String {
    let entity = /&#(0*5734[45]|[xX]0*[eE]00[01]);/
    guard text.contains("&#"), text.contains(entity) else { return text }
    for match in source.text.matches(of: entity) {
      let offset = source.text.utf8.distance(from: source.text.startIndex, to: match.range.lowerBound)
      diagnostics.append(
        Diagnostic(.encoding, source.path, source.position(at: offset), "here stands the private character \(match.output.0): take it out"))
    }
    return text.replacing(entity, with: "&#xFFFD;")
  }

  private mutating func report(_ category: Diagnostic.Category, line: Int, _ message: String) {
    report(category, Position(line: line, column: 1), message)
  }

  private mutating func report(_ category: Diagnostic.Category, _ position: Position, _ message: String) {
    diagnostics.append(Diagnostic(category, source.path, position, message))
  }

  private mutating func read(_ node: CMarkNode) {
    switch node.kind {
    case "code_block": readCode(node)
    case "link": readLink(node)
    case "image":
      report(.link, position(of: "![", near: node), "images are not woven: draw the figure in a run block with show(_:), or as a dot diagram")
    case "text": readText(node)
    case "heading": readHeading(node)
    case "paragraph": liftDisplayFormula(node)
    case "table":
      readTable(node, label: nil)
    case "block_quote": readAlert(node)
    case "html_block": readHTML(node, block: true)
    case "html_inline": readHTML(node, block: false)
    default: break
    }
  }

  /// cmark knows the lines of blocks; those of inlines only roughly.
  private func blockLine(_ node: CMarkNode) -> Int {
    var node = node
    while node.line == 0 || !["paragraph", "heading", "table_row", "table_header", "table", "document"].contains(node.kind),
      let parent = node.parent
    {
      node = parent
    }
    return max(1, node.line)
  }

  // MARK: Code

  private mutating func readCode(_ node: CMarkNode) {
    var problems: [String] = []
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
        default: problems.append("attribute '\(word.name)' is unknown: a diagram has #id and caption=\"…\"")
        }
      }
      for problem in problems { report(.diagram, line: node.line, problem) }
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

  private func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }

  private mutating func readSwift(_ node: CMarkNode, _ info: Substring) {
    let parsed = InfoString(info)
    for problem in parsed.problems { report(.block, line: node.line, problem) }
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
  private func indent(ofLine line: Int) -> String {
    let text = source[source.lineStarts[line - 1]..<source.lineEnd(line)]
    let prefix = text.prefix { $0 != "`" && $0 != "~" }
    return String(prefix.map { $0 == ">" ? ">" : " " })
  }

  // MARK: Links

  private mutating func readLink(_ node: CMarkNode) {
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

  private mutating func reportLostLinks() {
    for link in chapter.links where !seenLinks.contains(link.index) {
      // Nothing else is asked of it: neither the rest of it in the text, nor its expression.
      let rest = source.position(at: link.textRange.upperBound)
      diagnostics.removeAll { $0.category == .link && $0.position == rest }
      chapter.links[link.index].target = .waiver
      chapter.links[link.index].title = "no link"
      diagnostics.append(
        Diagnostic(
          .link, source.path, source.position(at: link.textRange.lowerBound - 1),
          "this is meant as a link and is none for Markdown: look for an unescaped [ or ], or another link around it"))
    }
  }

  /// Tells each expression behind which block it stands.
  private mutating func placeExpressions() {
    for index in chapter.links.indices {
      guard case .expression(var text, _) = chapter.links[index].target else { continue }
      let line = source.line(at: chapter.links[index].textRange.lowerBound)
      // In a table, a pipe in a cell is written `\|`.
      if source[source.lineStarts[line - 1]..<source.lineEnd(line)].drop(while: { $0 == " " }).hasPrefix("|") {
        text = text.replacing("\\|", with: "|")
      }
      let after = chapter.blocks.count { $0.fenceLine < line }
      chapter.links[index].target = .expression(text, after: after)
    }
  }

  // MARK: Text

  private mutating func readText(_ node: CMarkNode) {
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

  /// Where `mark`, which a text node holds, stands unescaped in the source. cmark does not tell: its neighbours do.
  private func places(of mark: String, escaped: [String], in text: String, near node: CMarkNode) -> [Position] {
    guard text.contains(mark) else { return [] }
    let lines = lines(around: node)
    var from = lines.lowerBound
    var found: [Position] = []
    for range in text.ranges(of: mark).prefix(20) {
      let before = String(text[..<range.lowerBound].suffix(4))
      let after = String(text[range.upperBound...].prefix(4))
      func locate(_ mark: String, _ before: String, _ after: String) -> Int? {
        offset(of: before + mark + after, in: from..<lines.upperBound).map { $0 + before.utf8.count }
      }
      var place = locate(mark, before, after)
      for (before, after) in [(before, after), ("", after), (before, ""), ("", "")] where place == nil {
        if escaped.contains(where: { locate($0, before, after) != nil }) { break }
        place = locate(mark, before, after)
      }
      guard let place, place == 0 || source.bytes[place - 1] != UInt8(ascii: "\\") else { continue }
      from = place + mark.utf8.count
      found.append(source.position(at: place))
    }
    return found
  }

  /// Bytes of the lines of the block that `node` stands in.
  private func lines(around node: CMarkNode) -> Range<Int> {
    let first = min(blockLine(node), source.lineStarts.count)
    var block = node
    while block.endLine < first, let parent = block.parent { block = parent }
    let last = max(first, min(source.lineStarts.count, block.endLine))
    return source.lineStarts[first - 1]..<max(source.lineStarts[first - 1], source.lineEnd(last))
  }

  private func offset(of text: String, in range: Range<Int>) -> Int? {
    let text = Array(text.utf8)
    guard let first = text.first, text.count <= range.count else { return nil }
    return (range.lowerBound...range.upperBound - text.count).first {
      source.bytes[$0] == first && source.bytes[$0..<$0 + text.count].elementsEqual(text)
    }
  }

  /// Where `text` stands in the block of `node`; each call with the same text finds the next one.
  private mutating func position(of text: String, near node: CMarkNode) -> Position {
    let lines = lines(around: node)
    let key = "\(lines.lowerBound) \(text)"
    let from = max(searched[key] ?? 0, lines.lowerBound)
    guard let offset = offset(of: text, in: from..<max(from, lines.upperBound)) else {
      return Position(line: blockLine(node), column: 1)
    }
    searched[key] = offset + text.utf8.count
    return source.position(at: offset)
  }

  /// A line break beside Japanese is no space.
  private mutating func joinLines(_ node: CMarkNode) {
    guard let before = node.previous.flatMap({ Self.edge($0, last: true) }),
      let after = node.next.flatMap({ Self.edge($0, last: false) })
    else { return }
    if JapaneseText.isCJK(before) || JapaneseText.isCJK(after) { node.remove() }
  }

  private static func edge(_ node: CMarkNode, last: Bool) -> Character? {
    let leaves = node.descendants.filter { !$0.literal.isEmpty }
    return last ? leaves.last?.literal.last : leaves.first?.literal.first
  }

  private mutating func readHeading(_ node: CMarkNode) {
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

  private static func plain(_ text: String, formulas: [Formula]) -> String {
    Token.pieces(of: text).map { name, rest in
      (name.flatMap { Int($0.dropFirst()) }.map { formulas[$0].tex } ?? "") + rest
    }.joined()
  }

  /// GitHub's rule: lower case, letters, digits, - and _ stay, spaces become -.
  private static func slug(_ text: String) -> String {
    String(
      text.lowercased().compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || character == "-" || character == "_" ? character : nil
      })
  }

  private mutating func liftDisplayFormula(_ node: CMarkNode) {
    guard let only = node.firstChild, only.next == nil, only.kind == "text" else { return }
    let text = trimmed(only.literal)
    guard text.first == Token.open, text.last == Token.close, text.filter({ $0 == Token.open }).count == 1,
      let index = Int(text.dropFirst(2).dropLast()), text.dropFirst().first == "m", chapter.formulas[index].display
    else { return }
    node.replace(with: text + "\n", block: true)
    taken.insert(only.pointer)
  }

  // MARK: Tables, alerts, HTML

  private mutating func readTable(_ node: CMarkNode, label: (id: String, caption: String)?) {
    chapter.tables.append(LabelledTable(id: label?.id, caption: label?.caption, line: node.line))
    node.wrap(Token.make("t\(chapter.tables.count - 1)"), Token.make("/") + "\n")
  }

  private static let alerts = [
    "NOTE": "補足", "TIP": "ヒント", "IMPORTANT": "重要", "WARNING": "注意", "CAUTION": "警告",
  ]

  private mutating func readAlert(_ node: CMarkNode) {
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

  private mutating func readHTML(_ node: CMarkNode, block: Bool) {
    let html = node.literal
    let position = block ? Position(line: node.line, column: 1) : position(of: html, near: node)
    let trimmed = html.drop { $0.isWhitespace }
    if trimmed.hasPrefix("<!--") {
      let inner = trimmed.dropFirst(4).prefix { $0 != ">" }
      let words = inner.hasSuffix("--") ? inner.dropLast(2).drop { $0.isWhitespace } : ""
      if block, words.hasPrefix("#") {
        let id = words.dropFirst().prefix { !$0.isWhitespace }
        let caption = words[id.endIndex...].drop { $0.isWhitespace }
        if let table = node.next, table.kind == "table" {
          readTable(table, label: (String(id), self.trimmed(String(caption))))
          taken.insert(table.pointer)
        } else {
          report(.reference, position, "the label #\(id) stands above no table: put the comment just above one")
        }
      }
      taken.insert(node.pointer)
      node.remove()
      return
    }
    if let problem = HTMLFilter.problem(in: html) {
      report(.html, position, problem)
    } else {
      follow(tagsOf: html, at: position)
    }
  }

  /// An open `<details>` would swallow the rest of the page: tags must pair.
  private mutating func follow(tagsOf html: String, at position: Position) {
    for piece in html.split(separator: "<").dropFirst(html.hasPrefix("<") ? 0 : 1) {
      let closes = piece.hasPrefix("/")
      let name = piece.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
      if name == "br" || piece.prefix(while: { $0 != ">" }).hasSuffix("/") { continue }
      if !closes {
        openTags.append((name, position))
      } else if openTags.last?.name == name {
        openTags.removeLast()
      } else {
        report(.html, position, "</\(name)> closes nothing that is open here: check that tags pair and nest")
      }
    }
  }

  private mutating func closeTags() {
    for tag in openTags { report(.html, tag.position, "<\(tag.name)> is never closed: add </\(tag.name)>") }
  }

  // MARK: Skeleton

  private static func skeleton(of html: String) -> [SkeletonPart] {
    var parts: [SkeletonPart] = []
    for (name, rest) in Token.pieces(of: html) {
      guard let name else {
        if !rest.isEmpty { parts.append(.html(String(rest))) }
        continue
      }
      let number = Int(name.dropFirst()) ?? 0
      let slot: Slot =
        switch name.first {
        case "b": .block(number)
        case "m": .formula(number)
        case "d": .diagram(number)
        case "c": .listing(number)
        case "h": .heading(number)
        case "l": .link(number)
        case "t": .table(number)
        default: .close
        }
      parts.append(.slot(slot))
      if !rest.isEmpty { parts.append(.html(String(rest))) }
    }
    return parts
  }
}

/// What a program prints under `as=markdown`: tables and emphasis, through the same filter as a chapter's text.
public func renderMarkdownFragment(_ text: String) -> Result<String, MarkdownFragmentError> {
  let document = CMarkDocument(text)
  for node in document.nodes() {
    switch node.kind {
    case "html_block", "html_inline":
      if let problem = HTMLFilter.problem(in: node.literal) { return .failure(MarkdownFragmentError(message: problem)) }
    case "link" where !["https://", "http://"].contains(where: node.url.hasPrefix):
      return .failure(MarkdownFragmentError(message: "printed Markdown may link to https:// only, not to '\(node.url)'"))
    case "image":
      return .failure(MarkdownFragmentError(message: "printed Markdown may hold no images"))
    default: break
    }
  }
  return .success(document.html())
}

public struct MarkdownFragmentError: Error, Sendable {
  public let message: String
}
