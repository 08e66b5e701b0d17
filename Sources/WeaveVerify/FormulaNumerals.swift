/// A number that a formula shows, and what stands around it there.
struct FormulaNumeral {
  /// As it is shown: `64`, `99.9%`, `10^−12`.
  var text: String
  var digits: String
  var decimals = 0
  var isPower = false
  var isPercent = false
  /// In the TeX, in bytes.
  var range: Range<Int>
  /// Something that is not shown stands within it.
  var isApart = false
  var script = FormulaText.Place.Script.none
  /// It is raised over a sign of its own, not over ∑.
  var isExponent = false
  /// A relation stands in its row: `i = 3` below a ∑.
  var isRelated = false
  /// It multiplies, divides or moves a variable: 2π, n / 2, 2(n + 1).
  var isCoefficient = false
  /// It bounds a range: x ≥ 0, [0, 1].
  var isLimit = false
  /// A letter or a word stands before it at once: GPT-2.
  var isInName = false

  /// Nothing but digits.
  var isWhole: Bool {
    decimals == 0 && !isPower && !isPercent && text.allSatisfy { $0.isASCII && $0.isNumber }
  }
}

extension FormulaText {
  /// Commands that make other signs of what is written, or write a sign by its number.
  static let disguises: Set<String> = [
    "char", "def", "gdef", "edef", "xdef", "let", "futurelet", "newcommand", "renewcommand", "providecommand", "global",
  ]

  var numerals: [FormulaNumeral] {
    guard pieces.contains(where: Self.isDigit) else { return [] }
    let rows = Rows(pieces)
    var found: [FormulaNumeral] = []
    var index = 0
    while index < pieces.count {
      guard let end = numeralEnd(index) else { index += 1; continue }
      var numeral = numeral(index..<end, rows)
      index = end
      let row = pieces[end - 1].place.row
      if let power = powerEnd(end, row) {
        take(&numeral, upTo: power)
        index = power
      } else if let ten = timesTen(end), let power = powerEnd(ten, row) {
        take(&numeral, upTo: power)
        index = power
      }
      if index < pieces.count, pieces[index].shown == "%" {
        numeral.text += "%"
        numeral.isPercent = true
      }
      found.append(numeral)
    }
    return found
  }

  /// What is known of rows as wholes.
  private struct Rows {
    /// Of each piece, whether it parts terms: a relation, a comma, a bracket.
    let parts: [Bool]
    /// Those in which something is related to something.
    private(set) var related: Set<Int> = []
    /// Those that stand above a sign with limits, or make a number with the one below: ∑ up to 8, e⁻².
    private(set) var values: Set<Int> = []

    init(_ pieces: [Piece]) {
      parts = pieces.map { relations.contains($0.shown) || opening.contains($0.shown) || closing.contains($0.shown) }
      /// Of each row the piece that it is raised over, where there is one; and whether its pieces, up to the first of
      /// another row, are a number.
      var begun: [Int: (base: Piece?, isNumber: Bool, isOpen: Bool)] = [:]
      /// The last piece of each row, and the one before it.
      var last: [Int: (piece: Piece, before: Piece?)] = [:]
      for (index, piece) in pieces.enumerated() {
        let row = piece.place.row
        if begun[row] == nil {
          // What stands before it at once is the sign that raises it.
          begun[row] = (index > 0 ? last[pieces[index - 1].place.row]?.before : nil, true, true)
        } else if pieces[index - 1].place.row != row {
          begun[row]!.isOpen = false
        }
        if begun[row]!.isOpen, !isDigit(piece), !"−+.".contains(piece.shown) { begun[row]!.isNumber = false }
        if piece.shown == "=" { related.insert(row) }
        if piece.shown != "_" { last[row] = (piece, last[row]?.piece) }
      }
      for (row, (base, isNumber, _)) in begun {
        guard let base else { values.insert(row); continue }
        if base.isBig || isNumber && (base.shown == "e" || isDigit(base)) { values.insert(row) }
      }
    }
  }

  private static func isDigit(_ piece: Piece) -> Bool {
    piece.shown.unicodeScalars.first.map(NumeralWords.isNumeric) ?? false
  }

  private func isDigit(_ index: Int, in group: Place) -> Bool {
    pieces.indices.contains(index) && pieces[index].place == group && !pieces[index].isParted
      && Self.isDigit(pieces[index])
  }

  /// The end of the number that begins at `start`, if one does: digits of one group, points and groups of three.
  private func numeralEnd(_ start: Int) -> Int? {
    let group = pieces[start].place
    let isPoint = pieces[start].shown == "." && isDigit(start + 1, in: group)
    guard isPoint || Self.isDigit(pieces[start]) else { return nil }
    var end = start + 1
    while end < pieces.count {
      let piece = pieces[end]
      if isDigit(end, in: group) {
        end += 1
      } else if piece.shown == "." || isGrouping(end), !piece.isParted, piece.place == group,
        isDigit(end + 1, in: group)
      {
        end += 2
      } else {
        break
      }
    }
    return end
  }

  /// `{,}`
  private func isGrouping(_ index: Int) -> Bool {
    pieces[index].shown == "," && index + 1 < pieces.count
      && pieces[index].range.lowerBound == pieces[index - 1].range.upperBound + 1
      && pieces[index + 1].range.lowerBound == pieces[index].range.upperBound + 1
  }

  private func numeral(_ range: Range<Int>, _ rows: Rows) -> FormulaNumeral {
    let text = pieces[range].map(\.shown).joined()
    let parts = text.filter { $0 != "," }.split(separator: ".", omittingEmptySubsequences: false)
    let isApart = range.dropLast().contains { index in
      let (piece, next) = (pieces[index], pieces[index + 1])
      return piece.range.upperBound != next.range.lowerBound && piece.shown != "," && next.shown != ","
    }
    let whole = pieces[range.lowerBound].range.lowerBound..<pieces[range.upperBound - 1].range.upperBound
    var numeral = FormulaNumeral(text: text, digits: parts.joined(), range: whole, isApart: isApart)
    numeral.decimals = parts.count == 2 ? parts[1].count : 0
    let place = pieces[range.lowerBound].place
    numeral.script = place.script
    let row = row(around: range, place.row, rows)
    numeral.isRelated = place.script != .none && rows.related.contains(place.row)
    numeral.isExponent = place.script == .raised && !rows.values.contains(place.row)
    numeral.isCoefficient = isCoefficient(range, in: row)
    if text == "0" || text == "1" { numeral.isLimit = isLimit(range) }
    if range.lowerBound > 0, case let before = pieces[range.lowerBound - 1], before.place == place {
      let isDash = before.shown == "−" && range.lowerBound > 1
      let last = isDash ? pieces[range.lowerBound - 2] : before
      numeral.isInName =
        !last.isVariable && last.shown.unicodeScalars.allSatisfy { $0.isASCII && NumeralWords.isLetter($0) }
    }
    return numeral
  }

  private func take(_ numeral: inout FormulaNumeral, upTo end: Int) {
    let last = pieces[end - 1]
    let rest = pieces[..<end].reversed().prefix { $0.range.lowerBound >= numeral.range.upperBound }
    numeral.text += rest.reversed().map(\.shown).joined()
    numeral.range = numeral.range.lowerBound..<last.range.upperBound
    numeral.isPower = true
  }

  // MARK: Powers

  /// The end of `^{-12}` at `start`.
  private func powerEnd(_ start: Int, _ row: Int) -> Int? {
    guard start + 1 < pieces.count, pieces[start].shown == "^", pieces[start].place.row == row else { return nil }
    let group = pieces[start + 1].place
    let raised = pieces[(start + 1)...].prefix { $0.place.row == group.row }
    let digits = raised.drop { $0.shown == "−" || $0.shown == "+" }
    return !digits.isEmpty && digits.allSatisfy(Self.isDigit) ? raised.endIndex : nil
  }

  /// The end of `\times 10` at `start`.
  private func timesTen(_ start: Int) -> Int? {
    guard start + 2 < pieces.count, ["×", "·"].contains(pieces[start].shown), pieces[start + 1].shown == "1",
      pieces[start + 2].shown == "0"
    else { return nil }
    return start + 3
  }

  // MARK: Bounds

  /// Whether it is compared with what stands on one side, or is an end of [0, 1] or {0, 1}.
  private func isLimit(_ range: Range<Int>) -> Bool {
    func compares(_ index: Int) -> Bool {
      pieces.indices.contains(index) && pieces[index].isComparison
    }
    func shows(_ index: Int, _ signs: String) -> Bool {
      pieces.indices.contains(index) && signs.contains(pieces[index].shown)
    }
    let (first, last) = (range.lowerBound, range.upperBound)
    let endsRow = !pieces.indices.contains(last) || Self.relations.contains(pieces[last].shown)
    let startsRow = first == 0 || Self.relations.contains(pieces[first - 1].shown)
    if compares(first - 1), endsRow || compares(last) { return true }
    if compares(last), startsRow { return true }
    func isBit(_ index: Int) -> Bool { shows(index, "0") || shows(index, "1") }
    let opens = shows(first - 1, "[({") && shows(last, ",") && isBit(last + 1) && shows(last + 2, "])}")
    let closes = shows(last, "])}") && shows(first - 1, ",") && isBit(first - 2) && shows(first - 3, "[({")
    let signs = opens ? [first - 1, last + 2] : closes ? [first - 3, last] : []
    return signs.contains { shows($0, "[]{}") }
  }

  // MARK: Terms

  private static let relations: Set<String> = ["=", ",", ";", ":", "…"]
  private static let opening: Set<String> = ["(", "[", "{", "|"]
  private static let closing: Set<String> = [")", "]", "}", "|"]
  private static let operators: Set<String> = ["+", "−", "/", "·", "×", "^", "√"]

  /// The pieces of the row that no relation, comma, bracket or gap parts from the number; and what parts them.
  private func row(
    around range: Range<Int>, _ row: Int, _ rows: Rows
  ) -> (term: Range<Int>, before: String?, after: String?) {
    func parts(_ index: Int) -> Bool { rows.parts[index] && pieces[index].place.row == row }
    var start = range.lowerBound, before: String?
    // No term that a reader takes in is longer.
    let reach = 200
    while start > max(0, range.lowerBound - reach), !pieces[start].isParted || pieces[start].place.row != row {
      if parts(start - 1) {
        before = pieces[start - 1].shown
        break
      }
      start -= 1
    }
    var end = range.upperBound, after: String?
    while end < min(pieces.count, range.upperBound + reach), !pieces[end].isParted || pieces[end].place.row != row {
      if parts(end) {
        after = pieces[end].shown
        break
      }
      end += 1
    }
    return (start..<end, before, after)
  }

  private func isCoefficient(_ range: Range<Int>, in row: (term: Range<Int>, before: String?, after: String?)) -> Bool {
    let own = pieces[range.lowerBound].place.row
    // 2^n is moved by what is raised over it.
    let isRaised = range.upperBound < pieces.count && pieces[range.upperBound].shown == "^"
    let hasVariable = row.term.contains { index in
      let isOwn = pieces[index].place.row == own || isRaised && index > range.upperBound
      return isOwn && (pieces[index].isVariable || pieces[index].shown == "π")
    }
    if hasVariable { return true }
    let first = pieces[row.term.lowerBound].shown, last = pieces[row.term.upperBound - 1].shown
    if let before = row.before, Self.closing.contains(before), Self.operators.contains(first) { return true }
    guard let after = row.after, Self.opening.contains(after) else { return false }
    return row.term.upperBound == range.upperBound || Self.operators.contains(last)
  }
}
