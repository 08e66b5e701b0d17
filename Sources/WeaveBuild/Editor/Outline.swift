import WeaveModel

/// A chapter's sections, each with what it holds.
struct Outline {
  let edited: EditedChapter
  let words: Words

  init(_ edited: EditedChapter, _ words: Words) { (self.edited, self.words) = (edited, words) }

  private struct Symbol {
    var name: String
    var detail = ""
    /// Of the protocol: 15 a string (a heading), 12 a function, 18 an array (a table), 8 a field.
    var kind: Int
    var range: Range<Int>
    var selection: Range<Int>
    /// Of a heading.
    var level: Int?
  }

  var symbols: JSON {
    let chapter = edited.chapter, source = chapter.source
    func line(_ number: Int) -> Range<Int> {
      let number = max(1, min(number, source.lineStarts.count))
      return source.lineStart(number)..<source.lineEnd(number)
    }
    func named(_ id: String?, _ caption: Prose?) -> String? {
      caption.map(chapter.plain).flatMap { $0.isEmpty ? nil : $0 } ?? id.map { "#\($0)" }
    }
    var all: [Symbol] = chapter.headings.map {
      Symbol(name: $0.text, kind: 15, range: line($0.line), selection: line($0.line), level: $0.level)
    }
    for block in chapter.blocks {
      guard let name = named(block.attributes.id, block.attributes.caption) else { continue }
      let code = chapter.codeRange(of: block)
      all.append(
        Symbol(
          name: name, detail: block.mode.rawValue, kind: 12, range: line(block.fenceLine).lowerBound..<code.upperBound,
          selection: line(block.fenceLine)))
    }
    for (name, kind, number) in chapter.tables.map({ (named($0.id, $0.caption), 18, $0.line) })
      + chapter.diagrams.map({ (named($0.id, $0.caption), 8, $0.line) })
      + chapter.pictures.map({ (named($0.id, $0.caption), 8, $0.line) })
    {
      if let name { all.append(Symbol(name: name, kind: kind, range: line(number), selection: line(number))) }
    }
    all.sort { ($0.range.lowerBound, $0.level ?? 9) < ($1.range.lowerBound, $1.level ?? 9) }
    var index = 0
    return .array(nested(&all, &index, under: 0, upTo: source.bytes.count))
  }

  /// The symbols that stand deeper than `level`, until one that does not.
  private func nested(_ all: inout [Symbol], _ index: inout Int, under level: Int, upTo end: Int) -> [JSON] {
    var list: [JSON] = []
    while index < all.count {
      var symbol = all[index]
      if let own = symbol.level, own <= level { break }
      index += 1
      var children: [JSON] = []
      if let own = symbol.level {
        let next = all[index...].first { $0.level.map { $0 <= own } ?? false }
        let last = max(symbol.range.upperBound, next.map { $0.range.lowerBound - 1 } ?? end)
        symbol.range = symbol.range.lowerBound..<last
        children = nested(&all, &index, under: own, upTo: last)
      }
      list.append([
        "name": .string(symbol.name.isEmpty ? "–" : symbol.name), "detail": .string(symbol.detail),
        "kind": .integer(symbol.kind), "range": edited.text.json(symbol.range),
        "selectionRange": edited.text.json(symbol.selection), "children": .array(children),
      ])
    }
    return list
  }
}
