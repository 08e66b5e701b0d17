import WeaveModel
import WeaveSupport

// What stands in the text against what its expression gave: a claim, a word, numbers.
extension Verifier {
  mutating func checkExpression(_ expression: String, of link: BoundLink, after: Int) {
    if skipped.contains(.link(link.index)) { return }
    guard let value = record.values[link.index] else {
      report(
        .trap, sourceRange(of: link),
        "'\(link.text)' was not held against \(expression): the program did not evaluate it")
      return
    }
    let block = chapter.blocks[..<after].last { $0.mode.place == .script }?.index
    switch value {
    case .bool(let holds): checkClaim(link, expression, holds, block)
    case .text(let text): checkText(link, expression, text, block)
    case .integer, .real, .single: checkNumbers(link, expression, [value], block)
    case .range(let low, let high): checkNumbers(link, expression, [low, high], block)
    }
  }

  private mutating func checkClaim(_ link: BoundLink, _ expression: String, _ holds: Bool, _ block: Int?) {
    let formulas = chapter.formulas.filter { link.textRange.contains($0.offset) }.map { FormulaText($0) }
    let shown = words.seeds.withoutShare(surroundings.words(link.index) ?? link.text)
    if let problem = ClaimText.problem(shown: shown, formulas: formulas) {
      report(.claim, sourceRange(of: link), problem)
    } else if !holds {
      report(
        .claim, sourceRange(of: link),
        Self.isFalse(link.text, expression))
    } else if let problem = markProblem(of: link) {
      report(.claim, link.titleRange.map(sourceRange) ?? sourceRange(of: link), problem)
    } else {
      evidence[link.index] = .claim(expression: expression, identity: identity(of: link), block: block)
      checkShare(of: link, expression)
    }
  }

  static func isFalse(_ text: String, _ expression: String) -> String {
    "'\(text)' is claimed and \(expression) is false: mend the text or the code"
  }

  private mutating func checkText(_ link: BoundLink, _ expression: String, _ text: String, _ block: Int?) {
    if text == link.text {
      evidence[link.index] = .number(expression: expression, value: text, tolerance: nil, block: block)
    } else if text.isEmpty || text.contains(where: { $0.isNewline || "[]`*_<>$|\\&".contains($0) })
      || Self.unprintable(in: text) != nil
    {
      report(
        .number, sourceRange(of: link),
        "printed \(link.text), computed '\(text.prefix(60))' (\(expression)): a link's text cannot hold this; "
          + "print it in a block"
      )
    } else {
      report(
        .number, sourceRange(of: link), "printed \(link.text), computed \(text) (\(expression)): run 'weave promote'",
        fixIt: FixIt(
          range: link.textRange, replacement: text, subject: expression, old: link.text, new: text,
          position: position(of: link)))
    }
  }

  /// Each numeral of the text against its own value: one, or the ends of a range.
  private mutating func checkNumbers(_ link: BoundLink, _ expression: String, _ values: [Value], _ block: Int?) {
    let shown = values.map(\.shown).joined(separator: ", ")
    var tolerance: Tolerance?
    if let title = link.title {
      switch Self.tolerance(title, of: link.text) {
      case .success(let found): tolerance = found
      case .failure(let problem):
        report(.number, link.titleRange.map(sourceRange) ?? sourceRange(of: link), problem.message)
        return
      }
    }
    let exact = values.compactMap(\.exact)
    guard exact.count == values.count else {
      report(
        .number, sourceRange(of: link), "printed \(link.text), computed \(shown) (\(expression)): no number to print")
      return
    }
    func sourceBytes(of range: Range<String.Index>) -> Range<Int> {
      let start = link.textRange.lowerBound + link.text.utf8.distance(from: link.text.startIndex, to: range.lowerBound)
      return start..<start + link.text[range].utf8.count
    }
    let (before, after) = surroundings.beside(link.index)
    let text = BoundText(link.text, before: before, after: after, shown: surroundings.shown(link.index))
    switch text.verdict(for: exact, tolerance: tolerance) {
    case .holds:
      evidence[link.index] = .number(expression: expression, value: shown, tolerance: link.title, block: block)
    case .refused(let range, let message):
      report(
        .number, sourceRange(of: range.map(sourceBytes) ?? link.textRange),
        range == nil
          ? "\(expression) is the number \(shown) and '\(link.text)' \(message)"
          : "\(message) (\(expression) is \(shown))")
    case .differs(let corrections):
      for correction in corrections {
        let bytes = sourceBytes(of: correction.range)
        let place = sourceRange(of: bytes)
        let start = "printed \(correction.printed), computed \(shown) (\(expression))"
        guard let written = correction.written else {
          report(.number, place, "\(start): \(correction.form)")
          continue
        }
        report(
          .number, place, "\(start): write \(written) or run 'weave promote'",
          fixIt: FixIt(
            range: bytes, replacement: written, subject: expression, old: correction.printed, new: written,
            position: place.lowerBound))
      }
    }
  }

  // MARK: Tolerances

  struct ToleranceProblem: Error { var message: String }

  /// What a title such as `±0.02` allows the numerals of `text`.
  static func tolerance(_ title: String, of text: String) -> Result<Tolerance, ToleranceProblem> {
    let numerals = BoundText(text).readings.compactMap(\.numeral)
    guard title.hasPrefix("±"), let tolerance = Tolerance(String(title.dropFirst())) else {
      let way = numerals.lazy.compactMap { withoutUnit(title, of: $0, in: text) }.first ?? "write \"±0.02\" or \"±20%\""
      return .failure(ToleranceProblem(message: "the title '\(title)' is not a tolerance: \(way)"))
    }
    for numeral in numerals {
      guard let (widest, rule) = tolerance.widest(for: numeral) else { continue }
      let message =
        "the tolerance \(title) is wider than \(rule) of \(text[numeral.range]): write one up to ±\(widest)"
      return .failure(ToleranceProblem(message: message))
    }
    return .success(tolerance)
  }

  /// What to write for `±0.01億` beside `3.2億`: a tolerance is in the printed unit already.
  private static func withoutUnit(_ title: String, of numeral: Numeral, in text: String) -> String? {
    func trimmed(_ text: some StringProtocol) -> String { String(text.filter { !$0.isWhitespace }) }
    let word = text[numeral.range.upperBound...].drop(while: \.isWhitespace).prefix { $0.isLetter }
    let unit = [trimmed(numeral.scalingUnit), trimmed(word)].first { !$0.isEmpty }
    guard let unit, title.hasPrefix("±"), trimmed(title).hasSuffix(unit) else { return nil }
    let number = trimmed(title).dropLast(unit.count)
    if Tolerance(String(number.dropFirst())) == nil { return nil }
    return "it counts in \(unit) as the number does, without saying so: write \"\(number)\""
  }
}

extension Value {
  var exact: ExactDecimal? {
    switch self {
    case .integer(let digits): ExactDecimal(decimal: digits)
    case .real(let value): ExactDecimal(value)
    case .single(let value): ExactDecimal(Double(value))
    case .bool, .text, .range: nil
    }
  }

  /// The shortest decimal that gives the value back.
  package var shown: String {
    switch self {
    case .integer(let digits): digits
    case .real(let value): value.description
    case .single(let value): value.description
    case .bool(let value): String(value)
    case .text(let value): value
    case .range(let low, let high): "\(low.shown), \(high.shown)"
    }
  }
}
