import WeaveModel
import WeaveRender
import WeaveSupport

/// What stands behind a place of a chapter: a number's value, an entry, a target, a term.
struct Hover {
  let edited: EditedChapter
  let book: EditedBook

  init(_ edited: EditedChapter, _ book: EditedBook) { (self.edited, self.book) = (edited, book) }

  func answer(at offset: Int) -> JSON {
    if let link = edited.link(at: offset) {
      return card(words(for: link), link.range)
    }
    if let (term, range) = term(at: offset) { return card(term, range) }
    return .null
  }

  private func card(_ text: String, _ range: Range<Int>) -> JSON {
    ["contents": ["kind": "markdown", "value": .string(text)], "range": edited.text.json(range)]
  }

  private func words(for link: BoundLink) -> String {
    switch link.target {
    case .expression(let expression, _):
      let fence = String(repeating: "`", count: 3)
      var text = "\(fence)swift\n\(expression)\n\(fence)\n"
      text +=
        edited.value(of: link).map { "= \($0)" } ?? (edited.isRun ? "not evaluated" : "not run yet: save the file")
      if let robustness = edited.robustness, let spread = robustness.links[link.index] {
        text += "\n\n" + SpreadView(runs: robustness.runs, words: book.words.seeds).sentence(spread)
      }
      return text
    case .citation(let key):
      guard let entry = book.references[key] else { return "there is no '\(key)' in references.json" }
      return entry.line + (link.title.map { "\n\n\($0)" } ?? "")
    case .remark: return link.title ?? ""
    case .reference(let name, let id): return target(name ?? edited.chapter.name, id)
    }
  }

  /// A target's number and caption.
  private func target(_ name: String, _ id: String) -> String {
    guard let chapter = book.chapter(name) else { return "there is no chapter '\(name)'" }
    if id.isEmpty { return chapter.front.title }
    guard let target = chapter.target(id.removingPercentEncoding ?? id) else { return "nothing has the id #\(id)" }
    let label = (book.labels(of: name)?.byID[target.id] ?? nil).map { book.words.label($0) }
    return [label, target.words].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
  }

  /// The term of the glossary that stands there in the text.
  private func term(at offset: Int) -> (String, Range<Int>)? {
    guard let glossary = book.chapter(Chapter.glossary), edited.block(at: offset) == nil else { return nil }
    let source = edited.chapter.source
    let line = source.line(at: offset)
    let range = source.lineStart(line)..<source.lineEnd(line)
    var best: (text: String, range: Range<Int>)?
    for definition in glossary.definitions {
      let meaning = glossary.plain(definition.meaning)
      for word in GlossaryTerm(cell: glossary.plain(definition.term)).words {
        for place in source.bytes[range].ranges(of: Array(word.utf8))
        where place.contains(offset) && place.count > best?.range.count ?? 0 {
          best = ("**\(glossary.plain(definition.term))** \(meaning)", place)
        }
      }
    }
    return best
  }
}

extension Reference {
  /// In a line of plain text.
  var line: String {
    let names = (author ?? []).prefix(6).map {
      $0.literal ?? [$0.given, $0.family].compactMap { $0 }.joined(separator: " ")
    }
    let parts: [String?] = [
      names.joined(separator: ", "), title, containerTitle, publisher, issued?.year.map(String.init),
      doi.map { "doi:\($0)" } ?? url,
    ]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ". ")
  }
}

/// Something in a chapter that a reference may lead to.
struct ReferenceTarget {
  var id: String
  /// Its caption, or a heading's words.
  var words: String
  var range: Range<Int>
}

extension Chapter {
  /// All that may be referred to, in the order of the source.
  var targets: [ReferenceTarget] {
    func line(_ number: Int) -> Range<Int> {
      source.lineStart(number)..<source.lineEnd(min(number, source.lineStarts.count))
    }
    func target(_ id: String?, _ caption: Prose?, _ number: Int) -> ReferenceTarget? {
      id.map { ReferenceTarget(id: $0, words: caption.map(plain) ?? "", range: line(number)) }
    }
    let found =
      blocks.compactMap { target($0.attributes.id, $0.attributes.caption, $0.fenceLine) }
      + tables.compactMap { target($0.id, $0.caption, $0.line) }
      + diagrams.compactMap { target($0.id, $0.caption, $0.line) }
      + pictures.compactMap { target($0.id, $0.caption, $0.line) }
      + formulas.compactMap { formula in
        formula.id.map {
          ReferenceTarget(id: $0, words: formula.tex, range: line(max(1, source.line(at: formula.offset) - 1)))
        }
      }
      + headings.map { ReferenceTarget(id: $0.id, words: $0.text, range: line($0.line)) }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  func target(_ id: String) -> ReferenceTarget? { targets.first { $0.id == id } }
}
