/// A link's text and what the page shows on both sides of it: the digits of a number may reach across.
package struct BoundText: Sendable {
  package var text: String
  package var before: String
  package var after: String

  package init(_ text: String, before: String = "", after: String = "") {
    (self.text, self.before, self.after) = (text, before, after)
  }

  package struct Correction: Sendable, Hashable {
    /// In the link's text, the unit included where that scales the number.
    package var range: Range<String.Index>
    package var printed: String
    /// Nil where the form cannot hold the value; `form` says then what to do.
    package var written: String?
    package var form: String
  }

  package enum Verdict: Sendable, Hashable {
    case holds
    /// What differs; one entry for each number that does.
    case differs([Correction])
    /// Not read: where, and what to write.
    case refused(Range<String.Index>?, String)
  }

  /// What stands in the text: numbers in digits, and where there are none, in kanji.
  package var readings: [Reading] {
    let all = NumeralReader.readings(in: text, isMarkdown: true)
    let plain = all.filter { !$0.isKanji }
    return plain.contains { $0.numeral != nil } || all.allSatisfy { !$0.isKanji } ? plain : all
  }

  /// Holds the text's numerals against `values`, each against its own.
  package func verdict(for values: [ExactDecimal], tolerance: Tolerance? = nil) -> Verdict {
    let numerals: [Numeral]
    switch read(values.count) {
    case .success(let found): numerals = found
    case .failure(let refusal): return .refused(refusal.range, refusal.message)
    }
    var corrections: [Correction] = []
    for (numeral, value) in zip(numerals, values) where !numeral.matches(value) {
      if let tolerance, numeral.isNear(value, tolerance) { continue }
      if let unit = unit(of: numeral, missedBy: value) {
        corrections.append(
          Correction(
            range: numeral.range, printed: String(text[numeral.range]), written: nil,
            form: "the text counts in \(unit): let the expression give it in \(unit), or write \(value.plain(significant: 4)) without it"))
        continue
      }
      corrections.append(
        Correction(
          range: numeral.range, printed: String(text[numeral.range]), written: numeral.written(value),
          form: "this form cannot hold it: write \(value.plain(significant: max(4, numeral.digits.count)))"))
    }
    if corrections.isEmpty { return .holds }
    // Nothing is offered that would not hold, read again in its place.
    if !isTrue(corrections, values) {
      for index in corrections.indices { corrections[index].written = nil }
    }
    return .differs(corrections)
  }

  struct Refusal: Error {
    var range: Range<String.Index>?
    var message: String
  }

  private func read(_ count: Int) -> Result<[Numeral], Refusal> {
    let readings = readings
    for reading in readings {
      if case .refused(let form) = reading.kind {
        return .failure(Refusal(range: reading.range, message: "'\(text[reading.range])' is not read as a number: \(form)"))
      }
    }
    let numerals = readings.compactMap(\.numeral)
    guard numerals.count == count else {
      let wanted = count == 1 ? "exactly one" : "as many as there are expressions, \(count)"
      let name = readings.first { if case .name = $0.kind { true } else { false } }
      let names = name.map { " ('\(text[$0.range])' is read as a name, a date or a code)" } ?? ""
      return .failure(Refusal(message: "has \(numerals.count) numerals\(names): write \(wanted), or give a Bool"))
    }
    for numeral in numerals {
      if let objection = numeral.objection { return .failure(Refusal(range: numeral.range, message: "'\(text[numeral.range])': \(objection)")) }
    }
    return standsAlone(numerals)
  }

  /// The same numerals with what stands beside the link: `1[5](…)` and `[3](…)万` are other numbers to a reader.
  private func standsAlone(_ numerals: [Numeral]) -> Result<[Numeral], Refusal> {
    // [8](…)分の1 and [0.95](…)の60乗: the words after the link take its number as it is printed, and go on from there.
    let goesOn = after.first == "の" || after.first == "分" && after.starts(with: /分の[1一](?![0-9.,０-９〇一-九十百千万億兆])/)
    let isOperand = goesOn && numerals.last?.range.upperBound == text.endIndex
    let after = isOperand ? "" : after
    if before.isEmpty, after.isEmpty { return .success(numerals) }
    let whole = before + text + after
    let start = before.utf8.count
    let seen = NumeralReader.readings(in: whole, isMarkdown: true)
    for numeral in numerals {
      let from = start + text.utf8.distance(from: text.startIndex, to: numeral.range.lowerBound)
      let to = start + text.utf8.distance(from: text.startIndex, to: numeral.range.upperBound)
      let place = whole.utf8.index(whole.startIndex, offsetBy: from)..<whole.utf8.index(whole.startIndex, offsetBy: to)
      let reading = seen.first { $0.range.overlaps(place) }
      if let other = reading?.numeral, other.range == place, other.isEqual(to: numeral), other.objection == nil { continue }
      let isLonger = reading.map { $0.range.lowerBound < place.lowerBound || $0.range.upperBound > place.upperBound } ?? false
      let reason =
        isLonger
        ? "with what stands beside the link it reads '\(whole[reading!.range].replacing("\u{FFFC}", with: "$…$"))': take all of it into the link"
        : reading?.numeral?.objection ?? "what stands beside the link belongs to the number: take it into the link, or part them"
      return .failure(Refusal(range: numeral.range, message: "'\(text[numeral.range])': \(reason)"))
    }
    return .success(numerals)
  }

  private func isTrue(_ corrections: [Correction], _ values: [ExactDecimal]) -> Bool {
    var mended = text
    for correction in corrections.reversed() {
      guard let written = correction.written else { return false }
      mended.replaceSubrange(correction.range, with: written)
    }
    guard case .success(let found) = BoundText(mended, before: before, after: after).read(values.count) else { return false }
    // What a tolerance let stand is not touched.
    let written = Set(corrections.compactMap(\.written))
    return zip(found, values).allSatisfy { $0.matches($1) || !written.contains(String(mended[$0.range])) }
  }

  /// `[16 GB](#=16e9)`: the expression gives bytes, and the text's unit is another one.
  private func unit(of numeral: Numeral, missedBy value: ExactDecimal) -> Substring? {
    let word = text[numeral.range.upperBound...].drop { $0.isWhitespace }.prefix { $0.isLetter && $0.isASCII || "µμ".contains($0) }
    let printed = ExactDecimal(decimal: numeral.digits)?.scaled(by: numeral.exponent - numeral.decimals).order
    guard NumeralWords.isMultiple(word), let order = value.order, let printed, abs(printed - order) >= 3 else { return nil }
    return word
  }
}
