import WeaveModel
import WeaveSupport

/// A link's text and what the page shows on both sides of it: the digits of a number may reach across.
package struct BoundText: Sendable {
  package var text: String
  package var before: String
  package var after: String
  /// What the page shows of the text itself; nil where that is not known: the text is read as Markdown then.
  package var shown: String?

  package init(_ text: String, before: String = "", after: String = "", shown: String? = nil) {
    (self.text, self.before, self.after, self.shown) = (text, before, after, shown)
  }

  package struct Correction: Sendable, Hashable {
    /// In the link's text, the unit included where that scales the number.
    package var range: Range<String.Index>
    package var printed: String
    /// Nil where the form cannot hold the value; `form` says then what to do.
    package var written: String?
    package var form: String
  }

  /// What comes of holding the text's numerals against values. Five things on the way say no:
  ///
  /// - `NumeralRefusal` has the words for a cluster that no grammar reads, such as 2³; `Reading.Kind.refused` has them.
  /// - `Numeral.objection` is of one that is read and that a word beside it makes another number of: √ 2, 2倍半.
  /// - `Refusal` is one of these two, or a count that is not that of the values; here it becomes `refused`.
  /// - `differs` is a number that is read and is not what was computed.
  /// - A `Correction` of it without `written` is one that promotion cannot write in the form of the old.
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
      if let unit = mismatchedUnit(of: numeral, value) {
        corrections.append(
          Correction(
            range: numeral.range, printed: String(text[numeral.range]), written: nil,
            form:
              "the text counts in \(unit): let the expression give it in \(unit), or write "
              + "\(value.plain(significant: 4)) without it"
          ))
        continue
      }
      corrections.append(
        Correction(
          range: numeral.range, printed: String(text[numeral.range]), written: numeral.written(value),
          form: form(for: value, inPlaceOf: numeral)))
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
        return .failure(
          Refusal(range: reading.range, message: "'\(text[reading.range])' is not read as a number: \(form)"))
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
      if let objection = numeral.objection {
        return .failure(Refusal(range: numeral.range, message: "'\(text[numeral.range])': \(objection)"))
      }
    }
    return standsAlone(numerals)
  }

  /// The same numerals with what stands beside the link: `1[5](…)` and `[3](…)万` are other numbers to a reader.
  private func standsAlone(_ numerals: [Numeral]) -> Result<[Numeral], Refusal> {
    let after = isTakenUpByWords(numerals) ? "" : after
    if before.isEmpty, after.isEmpty, shown == nil || shown == text { return .success(numerals) }
    let own = shown ?? text
    let whole = before + own + after
    let start = whole.utf8.index(whole.startIndex, offsetBy: before.utf8.count)
    let end = whole.utf8.index(start, offsetBy: own.utf8.count)
    let isKanji = numerals.contains { $0.script == .kanji }
    let seen = NumeralReader.readings(in: whole, isMarkdown: shown == nil)
      .filter { $0.range.upperBound > start && $0.range.lowerBound < end && (isKanji || !$0.isKanji) }
    for (index, numeral) in numerals.enumerated() {
      // Names stand between numbers; what is refused is in the place of one.
      let reading = seen.filter {
        if case .name = $0.kind { $0.range.lowerBound < start || $0.range.upperBound > end } else { true }
      }
      .dropFirst(index).first
      let isLonger = reading.map { $0.range.lowerBound < start || $0.range.upperBound > end } ?? false
      if let other = reading?.numeral, !isLonger, other.isEqual(to: numeral), other.objection == nil { continue }
      let reason =
        isLonger
        ? Self.joined(whole[reading!.range])
        : reading?.numeral?.objection
          ?? "what stands beside it on the page belongs to the number: take it into the link, or part them"
      return .failure(Refusal(range: numeral.range, message: "'\(text[numeral.range])': \(reason)"))
    }
    return .success(numerals)
  }

  /// `[8](…)分の1` and `[0.95](…)の60乗`: the words after the link take its number as it is printed, and go on from there.
  private func isTakenUpByWords(_ numerals: [Numeral]) -> Bool {
    guard numerals.last?.range.upperBound == text.endIndex else { return false }
    if after.first == "の" { return true }
    guard after.hasPrefix("分の") else { return false }
    let rest = String(after.dropFirst(2))
    guard let one = NumeralReader.readings(in: rest, isMarkdown: true).first, let numeral = one.numeral else {
      return false
    }
    return one.range == rest.startIndex..<rest.index(after: rest.startIndex) && numeral.digits == "1"
      && numeral.objection == nil
  }

  private static func joined(_ text: Substring) -> String {
    if text.unicodeScalars.contains(Surroundings.footnote) {
      return "the footnote's mark beside it looks like a power: put the mark after the next word or mark of punctuation"
    }
    // A formula stands between two marks; one that the excerpt cuts off has only its first.
    let pieces = text.split(separator: "\u{FFFC}", omittingEmptySubsequences: false)
    let shown = pieces.enumerated().map { index, piece in
      if index % 2 == 0 { return String(piece) }
      return index + 1 < pieces.count ? "$…$" : "$…$\(piece)"
    }.joined()
    return "with what stands beside the link it reads '\(shown)': take all of it into the link"
  }

  private func isTrue(_ corrections: [Correction], _ values: [ExactDecimal]) -> Bool {
    var mended = text
    for correction in corrections.reversed() {
      guard let written = correction.written else { return false }
      mended.replaceSubrange(correction.range, with: written)
    }
    let shown = shown.map { shown in
      corrections.reduce(shown) { $0.replacing($1.printed, with: $1.written ?? $1.printed, maxReplacements: 1) }
    }
    guard case .success(let found) = BoundText(mended, before: before, after: after, shown: shown).read(values.count)
    else { return false }
    // What a tolerance let stand is not touched.
    let written = Set(corrections.compactMap(\.written))
    return zip(found, values).allSatisfy { $0.matches($1) || !written.contains(String(mended[$0.range])) }
  }

  /// What to do where `numeral` cannot be written anew: the form that can hold `value`, and where the text says that
  /// the number is a bound, what such a text rests on.
  private func form(for value: ExactDecimal, inPlaceOf numeral: Numeral) -> String {
    let plain = value.plain(significant: max(4, numeral.digits.count))
    let reason =
      switch numeral.form {
      case .fraction(let bottom) where !value.isZero && !numeral.isMultiple(value): "no k/\(bottom) is \(plain)"
      case .power where !value.isZero && numeral.written(value.magnitude) == nil: "no power of ten is \(plain)"
      case .decimal, .power, .fraction: "this form cannot hold it"
      }
    guard let word = boundingWord(beside: numeral) else { return "\(reason): write \(plain)" }
    return
      "\(reason): where the text says '\(word)', bind the bound itself and claim the comparison; else write \(plain)"
  }

  private static let boundingWordsAfter = ["未満", "以下", "以上", "超", "を超え", "を下回", "を上回", "or less", "or more"]
  private static let boundingWordsBefore = [
    "below", "under", "less than", "at most", "up to", "above", "over", "more than", "at least",
  ]

  /// The word that makes a bound of a number, in the text or beside the link: 1/8未満, below 1/8.
  private func boundingWord(beside numeral: Numeral) -> String? {
    let rest = (text[numeral.range.upperBound...] + after).drop(while: \.isWhitespace)
    let beyondUnit = rest.drop { $0.isASCII && $0.isLetter }.drop(while: \.isWhitespace)
    let start = (before + text[..<numeral.range.lowerBound]).lowercased()
    let words = " " + start.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Self.boundingWordsAfter.first { rest.hasPrefix($0) || beyondUnit.hasPrefix($0) }
      ?? Self.boundingWordsBefore.first { words.hasSuffix(" " + $0) }
  }

  /// `[16 GB](#=16e9)`: the expression gives bytes, and the text's unit is another one.
  private func mismatchedUnit(of numeral: Numeral, _ value: ExactDecimal) -> Substring? {
    let word = text[numeral.range.upperBound...].drop { $0.isWhitespace }.prefix {
      $0.isLetter && $0.isASCII || "µμ".contains($0)
    }
    let printed = ExactDecimal(decimal: numeral.digits)?.scaled(by: numeral.exponent - numeral.decimals).order
    guard NumeralWords.isMultiple(word), let order = value.order, let printed, abs(printed - order) >= 3 else {
      return nil
    }
    return word
  }
}
