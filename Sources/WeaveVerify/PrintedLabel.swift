import WeaveModel

/// The number that a reference's text gives its target.
struct PrintedLabel {
  /// Nil where the text is nothing but the number.
  let kind: Label.Kind?
  let number: Reading

  /// Nil where no number stands after what a label is called in the book's language, with or without a bracket between
  /// them, and the text has other words: a numeral elsewhere (2次元の図) names no label.
  init?(in text: String, _ words: Words) {
    let readings = NumeralReader.readings(in: text, isMarkdown: true).filter { !$0.isKanji }
    for reading in readings {
      let before = text[..<reading.range.lowerBound].reversed().drop { " \u{A0}(（".contains($0) }
      let start = String(before.reversed())
      if let kind = Label.Kind.allCases.first(where: { words.names(of: $0).contains { Self.ends(start, with: $0) } }) {
        (self.kind, number) = (kind, reading)
        return
      }
    }
    guard text.allSatisfy({ $0.isNumber || " ()（）".contains($0) }), let first = readings.first else { return nil }
    (kind, number) = (nil, first)
  }

  /// A name in Latin letters may begin with a capital or not, and is a word of its own: `configure 1` names no figure.
  private static func ends(_ text: String, with name: String) -> Bool {
    guard let first = name.first, first.isASCII else { return text.hasSuffix(name) }
    guard text.lowercased().hasSuffix(name.lowercased()) else { return false }
    return !(text.dropLast(name.count).last?.isLetter ?? false)
  }
}
