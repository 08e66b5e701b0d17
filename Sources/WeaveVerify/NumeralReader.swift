import WeaveModel
import WeaveParse
import WeaveSupport

/// Something in a text that counts, or looks like it.
package struct Reading: Sendable {
  package enum Kind: Sendable {
    case numeral(Numeral)
    /// A name, a date, a version: text.
    case name
    /// What no rule reads; and the form to write instead.
    case refused(form: String)
  }
  package var kind: Kind
  package var range: Range<String.Index>
  /// Numbers in kanji are read apart: 一 and 十 stand in many a word.
  package var isKanji = false

  package var numeral: Numeral? {
    if case .numeral(let numeral) = kind { numeral } else { nil }
  }

  /// A name without a digit of its own, such as x²: a formula's letter.
  package func isLetter(in text: String) -> Bool {
    if case .name = kind { return !text[range].unicodeScalars.contains { NumeralWords.digit($0) != nil } }
    return false
  }
}

/// Reads the numerals of a text, each whole: from what parts it from the text before to what parts it from the text
/// after.
///
/// Between two such places stands a cluster: `3.5%`, `GPT-2`, `2³`, `3–5`. It is a numeral if its grammar reads all
/// of it, a name if it starts as one, and is refused otherwise. Japanese letters part clusters; those that are a part
/// of the number (3万, 3分の1) are read on.
package struct NumeralReader {
  package let text: String
  package let scalars: [Unicode.Scalar]
  /// Bytes of the text before each scalar, and of all of it.
  private let offsets: [Int]
  private var readings: [Reading] = []

  /// Beyond every Double: no exponent.
  static let tooLarge = 400

  /// - Parameter isMarkdown: whether `$…$` is a formula, which is passed over.
  package static func readings(in text: String, isMarkdown: Bool = false) -> [Reading] {
    var reader = NumeralReader(text, joinsLines: isMarkdown)
    reader.read(isMarkdown)
    return reader.readings
  }

  /// The numerals of a line of output, which has neither formulas nor numbers in kanji.
  package static func numerals(in text: String) -> [Numeral] {
    readings(in: text).filter { !$0.isKanji }.compactMap(\.numeral)
  }

  private init(_ text: String, joinsLines: Bool) {
    self.text = text
    let all = Array(text.unicodeScalars)
    var offset = 0
    let places = all.map { scalar in
      defer { offset += UTF8.width(scalar) }
      return offset
    }
    guard joinsLines, all.contains("\n") else {
      (scalars, offsets) = (all, places + [offset])
      return
    }
    let kept = Self.joiningLines(all)
    scalars = kept.map { all[$0] == "\n" ? " " : all[$0] }
    offsets = kept.map { places[$0] } + [offset]
  }

  /// Which scalars the page shows where it joins lines: a break beside Japanese is nothing, any other one a space; what
  /// indents the next line, in an item or a quote, is not shown.
  private static func joiningLines(_ all: [Unicode.Scalar]) -> [Int] {
    var kept: [Int] = []
    var index = 0
    while index < all.count {
      guard all[index] == "\n" else {
        kept.append(index)
        index += 1
        continue
      }
      while let last = kept.last, all[last] == " " || all[last] == "\r" { kept.removeLast() }
      let line = index
      while index < all.count, " \t\n\r>".unicodeScalars.contains(all[index]) { index += 1 }
      let isMark: (Unicode.Scalar) -> Bool = { "*_~`".unicodeScalars.contains($0) }
      let edges = [kept.last { !isMark(all[$0]) }, all.indices[index...].first { !isMark(all[$0]) }]
      if !edges.contains(where: { $0.map { JapaneseText.isCJK(Character(all[$0])) } ?? false }) { kept.append(line) }
    }
    return kept
  }

  package func at(_ index: Int) -> Unicode.Scalar? { scalars.indices.contains(index) ? scalars[index] : nil }

  package func range(_ from: Int, _ to: Int) -> Range<String.Index> {
    // A line's break after the last scalar is not part of it.
    let end = to > from ? offsets[to - 1] + UTF8.width(scalars[to - 1]) : offsets[to]
    return text.utf8.index(text.startIndex, offsetBy: offsets[from])..<text.utf8.index(text.startIndex, offsetBy: end)
  }

  package func string(_ from: Int, _ to: Int) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[from..<to])
    return String(view)
  }

  package func starts(_ index: Int, with word: [Unicode.Scalar]) -> Bool {
    at(index) == word.first && index + word.count <= scalars.count
      && scalars[index..<index + word.count].elementsEqual(word)
  }

  package func starts(_ index: Int, with word: String) -> Bool { starts(index, with: Array(word.unicodeScalars)) }

  func afterSpaces(_ index: Int) -> Int {
    var index = index
    while let scalar = at(index), NumeralWords.isSpace(scalar) { index += 1 }
    return index
  }

  /// The place of the last scalar before `index` that is no space; −1 where there is none.
  func beforeSpaces(_ index: Int) -> Int {
    var index = index - 1
    while let scalar = at(index), NumeralWords.isSpace(scalar) { index -= 1 }
    return index
  }

  private mutating func read(_ isMarkdown: Bool) {
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if isMarkdown, scalar == "$", let end = scalars[(index + 1)...].firstIndex(of: "$") {
        index = end + 1
        // `$$ … $$`
        if index < scalars.count, scalars[index] == "$", end == index - 1,
          let close = scalars[(index + 1)...].firstIndex(of: "$")
        {
          index = close + 1
        }
      } else if KanjiNumber.contains(scalar) {
        index = readKanji(index)
      } else if NumeralWords.isBreak(scalar) {
        index += 1
      } else {
        index = readCluster(index)
      }
    }
  }

  // MARK: Clusters

  private mutating func readCluster(_ from: Int) -> Int {
    var end = from
    while let scalar = at(end), !NumeralWords.isBreak(scalar) { end += 1 }
    guard scalars[from..<end].contains(where: NumeralWords.isNumeric) else { return end }
    var start = from
    while NumeralWords.leading.contains(scalars[start]) { start += 1 }
    // 3倍〜5倍: the sign between two numbers with units.
    if NumeralWords.rangeSigns.contains(scalars[start]), follows(start) { start += 1 }
    if let (numerals, close) = numerals(from: start) {
      readings += numerals.map { Reading(kind: .numeral($0), range: $0.range) }
      return close
    }
    let next = end
    while end > start + 1, NumeralWords.trailing.contains(scalars[end - 1]) { end -= 1 }
    let isCompound = countsBefore(start) || countsAt(end)
    let kind: Reading.Kind =
      isCompound
      ? .refused(form: NumeralRefusal.compound)
      : NumeralRefusal.isName(scalars[start..<end])
        ? .name : .refused(form: NumeralRefusal.form(for: string(start, end)))
    readings.append(Reading(kind: kind, range: range(start, end)))
    return next
  }

  private func offset(of index: String.Index) -> Int {
    let bytes = text.utf8.distance(from: text.startIndex, to: index)
    var (low, high) = (0, scalars.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < bytes { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether a numeral and nothing but its unit stands before `index`.
  private func follows(_ index: Int) -> Bool {
    guard let last = readings.last?.numeral else { return false }
    let end = offset(of: last.range.upperBound)
    return index - end <= 4 && scalars[end..<index].allSatisfy(NumeralWords.isJapanese)
  }

  /// The one numeral, or the two ends of a range or a value and its spread, that reach from `start` to what parts
  /// them from the text after.
  private func numerals(from start: Int) -> (numerals: [Numeral], end: Int)? {
    guard !countsBefore(start), var (first, end) = numeral(at: start) else { return nil }
    if closes(end) {
      guard let second = spread(after: end) else { return ([objecting(first, start, end)], end) }
      // 5±2%: of which of the two is it the unit?
      guard first.scale == second.numeral.scale, first.exponent == second.numeral.exponent else { return nil }
      return ([first, second.numeral], second.end)
    }
    let joint = afterSpaces(end)
    guard let sign = at(joint), NumeralWords.rangeSigns.contains(sign) || sign == "±" else { return nil }
    let next = sign == "±" ? joint : afterSpaces(joint + 1)
    guard var (second, last) = numeral(at: next), closes(last), (second.sign == "±") == (sign == "±") else {
      return nil
    }
    if sign != "±", first.scale == 0, second.scale != 0, first.exponent == 0, second.exponent == 0,
      first.form == .decimal
    {
      first.scale = second.scale
    }
    guard first.scale == second.scale, first.exponent == second.exponent || first.middle != "" else { return nil }
    // What stands between them is no objection.
    first.objection = objectionBefore(start, first)
    second.objection = objectionAfter(last)
    return ([first, second], last)
  }

  /// `0.52 ± 0.03`, with spaces: what the first says, and how far it strays.
  private func spread(after end: Int) -> (numeral: Numeral, end: Int)? {
    let joint = afterSpaces(end)
    guard joint > end, at(joint) == "±", let (numeral, last) = numeral(at: afterSpaces(joint + 1)), numeral.sign == nil,
      closes(last)
    else { return nil }
    return (numeral, last)
  }

  /// Whether nothing that belongs to a number stands at `index`.
  package func closes(_ index: Int) -> Bool {
    var index = index
    while let scalar = at(index), NumeralWords.trailing.contains(scalar) { index += 1 }
    guard let scalar = at(index) else { return true }
    return NumeralWords.isBreak(scalar) && !countsAt(index)
  }

  /// Whether a kanji that counts stands before `index`, or at it.
  private func countsBefore(_ index: Int) -> Bool {
    at(index - 1).map { NumeralRefusal.isKanjiNumeral($0) || NumeralWords.isDigit($0, after: at(index - 2)) } ?? false
  }

  private func countsAt(_ index: Int) -> Bool {
    at(index).map { NumeralRefusal.isKanjiNumeral($0) || NumeralWords.isDigit($0, before: at(index + 1)) } ?? false
  }

  /// A number that stands before or after spaces so narrow that both look like one.
  func joinedNumeral(before index: Int) -> Bool {
    var edge = index
    while let scalar = at(edge - 1), NumeralWords.isJoiningSpace(scalar) { edge -= 1 }
    if edge == index { return false }
    if let mark = at(edge - 1), Self.marksInNumbers.contains(mark) { edge -= 1 }
    return countsBefore(edge) || at(edge - 1).map(NumeralWords.isNumeric) ?? false
  }

  func joinedNumeral(after index: Int) -> Bool {
    var edge = index
    while let scalar = at(edge), NumeralWords.isJoiningSpace(scalar) { edge += 1 }
    if edge == index { return false }
    if let mark = at(edge), Self.marksInNumbers.contains(mark) { edge += 1 }
    return countsAt(edge) || at(edge).map(NumeralWords.isNumeric) ?? false
  }

  private static let marksInNumbers = Set(".,．，'’:_".unicodeScalars)

  func objecting(_ numeral: Numeral, _ start: Int, _ end: Int) -> Numeral {
    var numeral = numeral
    numeral.objection = objectionBefore(start, numeral) ?? objectionAfter(end)
    return numeral
  }

  // MARK: Kanji

  /// 十二, 百倍, 三万, 千分の一.
  private mutating func readKanji(_ from: Int) -> Int {
    var end = from
    while let scalar = at(end), KanjiNumber.contains(scalar) { end += 1 }
    let before = at(from - 1)
    var (numeral, close) = kanjiNumeral(from, end)
    let after = at(close)
    let isWord =
      before.map { NumeralWords.isKanji($0) && !NumeralWords.beforeKanji.contains($0) } ?? false
      || after.map { NumeralWords.isKanji($0) && !NumeralWords.afterKanji.contains($0) } ?? false
    let isVague = [before, after].contains { $0.map { "数何幾余".unicodeScalars.contains($0) } ?? false }
    var edge = from - 1
    while let scalar = at(edge), NumeralWords.leading.contains(scalar) { edge -= 1 }
    let isApart = at(edge).map(NumeralWords.isBreak) ?? true
    if !isWord, isApart, closes(close), numeral != nil {
      numeral = objecting(numeral!, from, close)
      readings.append(Reading(kind: .numeral(numeral!), range: numeral!.range, isKanji: true))
    } else if !isWord || isVague {
      readings.append(Reading(kind: .refused(form: NumeralRefusal.kanji), range: range(from, close), isKanji: true))
    }
    return max(close, end)
  }

  private func kanjiNumeral(_ from: Int, _ end: Int) -> (Numeral?, Int) {
    let value = KanjiNumber.value(scalars[from..<end])
    var numeral = value.map { plainNumeral(digits: String($0), script: .kanji) }
    var close = end
    if starts(end, with: "分の"), let top = at(end + 2), KanjiNumber.contains(top) {
      close = end + 2
      while let scalar = at(close), KanjiNumber.contains(scalar) { close += 1 }
      guard let value, value > 0, let top = KanjiNumber.value(scalars[end + 2..<close]) else { return (nil, close) }
      numeral?.form = .fraction(bottom: String(value))
      numeral?.digits = String(top)
      numeral?.middle = "分の"
    } else if let scale = scale(at: end) {
      close = scale.end
      numeral?.scale = scale.power
      numeral?.scalingUnit = string(end, close)
    }
    if countsAt(close) || at(close).flatMap(NumeralWords.digit) != nil { numeral = nil }
    numeral?.range = range(from, close)
    return (numeral, close)
  }

  func plainNumeral(digits: String, script: Numeral.Script) -> Numeral {
    Numeral(
      form: .decimal, sign: nil, digits: digits, decimals: 0, exponent: 0, scale: 0,
      range: text.startIndex..<text.startIndex,
      objection: nil, script: script, separator: nil, point: ".", middle: "", scalingUnit: "")
  }
}
