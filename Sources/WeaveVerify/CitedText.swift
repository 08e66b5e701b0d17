import WeaveModel
import WeaveSupport

/// A figure that a reference's entry lists, and where in the publication it stands.
package struct CitedFigure: Sendable, Hashable {
  package var key: String
  package var place: String
  package var text: String

  package init(key: String, place: String, text: String) { (self.key, self.place, self.text) = (key, place, text) }
}

/// A citation's text as the page shows it: a name, or figures with what they count in.
struct CitedText {
  private let shown: String
  private let numerals: [Numeral]

  init(_ shown: String) {
    // Beside a formula stands a sign for it that no reader sees.
    self.shown = String(scalars: shown.unicodeScalars.filter { $0 != Surroundings.formula })
    let readings = NumeralReader.readings(in: self.shown)
    let plain = readings.filter { !$0.isKanji }.compactMap(\.numeral)
    numerals = plain.isEmpty ? readings.compactMap(\.numeral) : plain
  }

  /// Whether it holds a number that is neither a part of a name (GPT-2) nor the publication's year. Where a place has
  /// figures, no name is let pass for one.
  func holdsFigure(of reference: Reference, at place: String) -> Bool {
    let figures = NumeralReader.readings(in: shown).filter { reading in
      if reading.isKanji || reading.isLetter(in: shown) { return false }
      if case .name = reading.kind, reference.figures[place] == nil {
        return !NumeralWords.isLetter(shown[reading.range].unicodeScalars.first!)
      }
      return reference.issued?.year.map { String($0) != shown[reading.range] } ?? true
    }
    if !figures.isEmpty || ClaimText.numeral(inWords: shown) != nil { return true }
    // Where a figure is listed in words, whatever may be a piece of one is held against it.
    return shown.unicodeScalars.contains(where: KanjiNumber.contains)
      && (reference.figures[place] ?? []).contains {
        !$0.contains(where: \.isASCII) && ClaimText.numeral(inWords: $0) != nil
      }
  }

  /// Whether it is a piece of the publication's title or of the named place: Llama 2, §2.6. A bare number is not.
  func isName(in reference: Reference, at place: String) -> Bool {
    guard shown.contains(where: { $0.isLetter || $0 == "§" }) else { return false }
    return [reference.title, place].contains { whole in
      whole.ranges(of: shown).contains { range in
        !(whole[range.upperBound...].first.map(Self.goesOn) ?? false)
          && !(whole[..<range.lowerBound].last.map(Self.goesOn) ?? false)
      }
    }
  }

  /// Whether a name or a number is longer than its piece.
  private static func goesOn(_ next: Character) -> Bool {
    next.isNumber || next.isASCII && next.isLetter || next == "."
  }

  /// Whether both print the same figures, in the same words. A thousand may be written with a comma or without.
  func isSame(as other: CitedText) -> Bool {
    numerals.count == other.numerals.count && words == other.words
      && zip(numerals, other.numerals).allSatisfy {
        $0.isEqual(to: $1) && $0.decimals == $1.decimals && ($0.sign == "±") == ($1.sign == "±")
      }
  }

  /// What stands between the numbers, without spaces.
  private var words: [String] {
    var parts: [String] = []
    var index = shown.startIndex
    for numeral in numerals {
      parts.append(shown[index..<numeral.range.lowerBound].filter { !$0.isWhitespace })
      index = numeral.range.upperBound
    }
    return parts + [shown[index...].filter { !$0.isWhitespace }]
  }
}
