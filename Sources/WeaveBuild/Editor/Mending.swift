import WeaveModel
import WeaveVerify

/// What the editor can write for the author, and what it shows beside a number that is another than its value.
struct Mending {
  let edited: EditedChapter
  let uri: String

  init(_ edited: EditedChapter, _ uri: String) { (self.edited, self.uri) = (edited, uri) }

  // MARK: Actions

  func actions(in range: Range<Int>) -> JSON {
    let source = edited.chapter.source
    var actions: [JSON] = []
    for diagnostic in edited.diagnostics {
      let place = diagnostic.bytes(in: source)
      guard let fixIt = diagnostic.fixIt, Self.touches(place, range) || Self.touches(fixIt.range, range) else {
        continue
      }
      actions.append(
        action(
          Self.title(of: fixIt, diagnostic.category), fixIt.range, fixIt.replacement,
          LanguageServer.json(diagnostic, edited.text, source), isPreferred: true))
    }
    for numeral in Audit.numerals(in: edited.chapter) where !numeral.isTyped && numeral.form == nil {
      guard case .unbound = numeral.ground else { continue }
      let place = numeral.offset..<numeral.offset + numeral.text.utf8.count
      guard place.upperBound <= source.bytes.count, source[place] == numeral.text, Self.touches(place, range),
        !edited.chapter.formulas.contains(where: {
          ($0.offset..<$0.offset + $0.tex.utf8.count).contains(place.lowerBound)
        })
      else { continue }
      let cause = edited.diagnostics.first { $0.category == .audit && $0.bytes(in: source) == place }.map {
        LanguageServer.json($0, edited.text, source)
      }
      for (title, text) in [
        ("Bind \(numeral.text) to an expression", "[\(numeral.text)](#=EXPR)"),
        ("Cite the source of \(numeral.text)", "[\(numeral.text)](#@KEY \"where\")"),
        ("Let \(numeral.text) stand, for a reason", "[\(numeral.text)](#! \"reason\")"),
      ] { actions.append(action(title, place, text, cause, isPreferred: false)) }
    }
    return .array(actions)
  }

  private static func touches(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.lowerBound <= b.upperBound && b.lowerBound <= a.upperBound
  }

  private static func title(of fixIt: FixIt, _ category: Diagnostic.Category) -> String {
    switch category {
    case .output: "Write what the block printed"
    default: "Write \(fixIt.new)"
    }
  }

  private func action(_ title: String, _ range: Range<Int>, _ text: String, _ cause: JSON?, isPreferred: Bool) -> JSON {
    var action: [String: JSON] = [
      "title": .string(title), "kind": "quickfix",
      "edit": ["changes": .object([uri: [["range": edited.text.json(range), "newText": .string(text)]]])],
    ]
    if let cause { action["diagnostics"] = [cause] }
    if isPreferred { action["isPreferred"] = true }
    return .object(action)
  }

  // MARK: Hints

  /// After a link: the value, where its text says another.
  func hints(in range: Range<Int>) -> JSON {
    .array(
      edited.chapter.links.compactMap { link in
        guard Self.touches(link.range, range), edited.evidence[link.index] == nil, case .expression = link.target,
          let value = edited.record.values[link.index]
        else { return nil }
        let fixIt = edited.diagnostics.lazy.compactMap(\.fixIt).first {
          link.textRange.lowerBound <= $0.range.lowerBound && $0.range.upperBound <= link.textRange.upperBound
        }
        return [
          "position": edited.text.place(of: link.range.upperBound).json,
          "label": .string("= \(fixIt?.new ?? value.shown)"),
          "paddingLeft": true,
        ]
      })
  }
}
