/// What stands beside a numeral and makes another number of it.
extension NumeralReader {
  /// What stands before a numeral and makes another number of it.
  func objectionBefore(_ start: Int, _ numeral: Numeral) -> String? {
    let index = beforeSpaces(start)
    guard let last = at(index) else { return nil }
    if joinedNumeral(before: start) { return Self.narrow }
    func wordEnds(_ word: [Unicode.Scalar]) -> Bool {
      last == word.last && index + 1 >= word.count && scalars[index + 1 - word.count...index].elementsEqual(word)
    }
    if NumeralWords.isLongMark(last), at(index - 1).map(NumeralWords.isKana) != true { return Self.longMark }
    let latin = latinWord(endingAt: index)
    if NumeralWords.latinBefore.contains(latin.lowercased()) || latin == "of" && followsRoot(index - 2) {
      return "'\(latin)' stands before it: write the number that both are"
    }
    if let joint = NumeralWords.aggregates.first(where: wordEnds), let before = at(index - joint.count),
      counts(before, with: joint)
    {
      return
        "'\(String(scalars: [before] + joint))' stands before it: write the number that all of it is, as 0.2 or 5分の1"
    }
    if let word = NumeralWords.turningBefore.first(where: wordEnds) {
      let isPart = at(index - word.count).map { NumeralWords.isKanji($0) && NumeralWords.isKanji(last) } ?? false
      let isRound =
        numeral.digits.hasPrefix("1") && numeral.digits.dropFirst().allSatisfy { $0 == "0" } && numeral.digits.count > 1
      if !isPart, word != ["数"] || isRound {
        return "'\(string(index + 1 - word.count, index + 1))' stands before it: write the number that both are"
      }
    }
    let brackets = "（「『〔［【《〈".unicodeScalars
    if brackets.contains(last), let sign = at(index - 1), NumeralWords.signs.contains(sign) {
      return "it stands within '\(sign)\(last)': write the sign beside the digits"
    }
    if index < start - 1 {
      let isLone =
        at(index - 1).map { NumeralWords.isBreak($0) || NumeralWords.digit($0) != nil || $0 == Surroundings.formula }
        ?? true
      if NumeralWords.operators.contains(last), isLone {
        return "'\(last)' stands before it: write a sign without a space, or the result"
      }
    } else if "([{".unicodeScalars.contains(last), let before = at(index - 1),
      !NumeralWords.isBreak(before) && !NumeralWords.leading.contains(before) && !NumeralWords.trailing.contains(before)
    {
      return "it stands within '\(before)\(last)': write the result, or a space before the bracket"
    } else if numeral.sign == "-", NumeralWords.isJapanese(last), !NumeralWords.isHiragana(last) {
      return "a hyphen after a word joins as well as it subtracts: write − (U+2212)"
    }
    return nil
  }

  /// What stands after a numeral and makes another number of it.
  func objectionAfter(_ end: Int) -> String? {
    let index = afterSpaces(end)
    guard let next = at(index) else { return nil }
    if joinedNumeral(after: end) { return Self.narrow }
    if NumeralWords.isLongMark(next) { return Self.longMark }
    if "(（[［".unicodeScalars.contains(next), let scale = scale(at: index + 1),
      at(scale.end).map(")）]］".unicodeScalars.contains) == true
    {
      return "'\(string(index, scale.end + 1))' stands after it: write the unit beside the digits"
    }
    let point = ["・", "点", "コンマ", "カンマ"].first { starts(index, with: $0) }
    if let point, joinsNumeral(at: index + point.unicodeScalars.count) {
      return "'\(point)' stands after it and makes one number of both: write 1.5, or part them"
    }
    let latin = latinWord(from: index)
    if NumeralWords.isMagnitude(latin) || NumeralWords.latinAfter.contains(latin.lowercased()) {
      return "'\(latin)' stands after it: write the number that both are"
    }
    if next == "半",
      at(index + 1).map({ !NumeralWords.isKanji($0) && $0 != "ば" || "以未前程強弱超".unicodeScalars.contains($0) }) ?? true
    {
      return "'半' stands after it: write the number that both are, as 2.5"
    }
    let half = NumeralWords.halves.first { starts(index, with: $0) }.flatMap { word in
      at(index + word.count).map(NumeralWords.notHalves.contains) ?? false ? nil : word
    }
    if let word = half ?? NumeralWords.turningAfter.first(where: { starts(index, with: $0) })
      ?? NumeralWords.magnitudes.first(where: { starts(index, with: $0) })
    {
      return "'\(string(index, index + word.count))' stands after it: write the number that both are"
    }
    if starts(index, with: "の"),
      at(index + 1).map({ NumeralWords.digit($0) != nil || KanjiNumber.contains($0) || $0 == "n" }) ?? false,
      scalars[(index + 1)...].first(where: { NumeralWords.digit($0) == nil && !KanjiNumber.contains($0) && $0 != "n" })
        == "乗"
    {
      return "a power stands after it: write ×10⁷, 10⁷ or the result"
    }
    if index > end {
      let isPower = (next == "e" || next == "E") && unitIsExponent(index)
      if isPower || NumeralWords.operators.contains(next) || "πθ∞".unicodeScalars.contains(next)
        || NumeralWords.superscripts[next] != nil
      {
        return "'\(next)' stands after it: write the result"
      }
    } else if next == "(", let inside = at(index + 1), !NumeralWords.isBreak(inside) {
      return "a bracket stands after it as a factor would: write the result, or a space before the bracket"
    } else if ")]}".unicodeScalars.contains(next), let after = at(index + 1),
      !NumeralWords.isBreak(after) && !NumeralWords.trailing.contains(after)
    {
      return "'\(next)\(after)' stands after it: write the result"
    }
    return nil
  }

  private func unitIsExponent(_ index: Int) -> Bool {
    let sign = at(index + 1).map { "+-−".unicodeScalars.contains($0) } ?? false
    return at(index + (sign ? 2 : 1)).flatMap(NumeralWords.digit) != nil
  }
  // MARK: Words

  private static let narrow =
    "a space so narrow does not part it from the digits beside it: take them together, or write a word between"
  private static let longMark =
    "a long mark ー beside a number looks like a minus sign or a dash: write −, or – for a range"

  /// Empty where there is none, and where a digit or a sign touches it.
  private func latinWord(from start: Int) -> String {
    var end = start
    while let scalar = at(end), scalar.isASCII, NumeralWords.isLetter(scalar) { end += 1 }
    return string(start, end)
  }

  private func latinWord(endingAt last: Int) -> String {
    var start = last + 1
    while let scalar = at(start - 1), scalar.isASCII, NumeralWords.isLetter(scalar) { start -= 1 }
    return string(start, last + 1)
  }

  /// square root of, reciprocal of
  private func followsRoot(_ end: Int) -> Bool {
    ["root", "inverse", "reciprocal", "logarithm", "square", "cube"].contains(
      latinWord(endingAt: beforeSpaces(end + 1)).lowercased())
  }

  private func joinsNumeral(at index: Int) -> Bool {
    at(index).flatMap(NumeralWords.digit) != nil
  }

  /// Whether `scalar` is a number, or stands for one, before 分の, 点 or 割: 三分の, n分の.
  private func counts(_ scalar: Unicode.Scalar, with joint: [Unicode.Scalar]) -> Bool {
    if NumeralWords.digit(scalar) != nil || NumeralRefusal.isKanjiNumeral(scalar)
      || "数何幾".unicodeScalars.contains(scalar)
    {
      return true
    }
    return joint == Array(scalars: "分の") && scalar.isASCII && NumeralWords.isLetter(scalar)
  }
}
