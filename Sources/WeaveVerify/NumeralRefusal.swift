/// What is said of a cluster that no grammar reads.
enum NumeralRefusal {
  static let kanji = "write it in digits, or as 十二, 三万, 百倍, 千分の一"
  static let compound = "write one unit, as 1.2億 or 12,000万, and all of it in digits or all in kanji"

  static func isKanjiNumeral(_ scalar: Unicode.Scalar) -> Bool {
    KanjiNumber.contains(scalar) || "万億兆京".unicodeScalars.contains(scalar) || NumeralWords.isFormalDigit(scalar)
  }

  /// Whether a cluster is a name, a date, a time, a version or a code: what starts with a letter, and digits that only
  /// single signs part.
  static func isName(_ cluster: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = cluster.first else { return false }
    if NumeralWords.isLetter(first) || first == "#" || first == "§" || first == "@" || first == "_" {
      return !cluster.contains { $0 == "√" || $0 == "π" }
    }
    guard NumeralWords.digit(first)?.isWide == false, let last = cluster.last else { return false }
    let parts = cluster.split(omittingEmptySubsequences: false) { "-:./".unicodeScalars.contains($0) }
    let isParted = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { NumeralWords.digit($0)?.isWide == false || NumeralWords.isLetter($0) }
    }
    guard isParted else { return false }
    // 2024-01-01, 12:30:05, 1.2.3; a commit's digest.
    if parts.count > 2 || cluster.contains(":") { return NumeralWords.digit(last) != nil || parts.count > 2 }
    let letters = cluster.filter(NumeralWords.isLetter)
    return parts.count == 1 && cluster.count >= 7 && !letters.isEmpty && letters != ["e"] && letters != ["E"]
      && cluster.allSatisfy { Character($0).isHexDigit }
  }

  /// The form to write in place of `core`.
  static func form(for core: String) -> String {
    let scalars = Array(core.unicodeScalars)
    func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.flatMap(NumeralWords.digit) != nil }
    if scalars.first == ".", isDigit(scalars.dropFirst().first) { return "write 0\(core)" }
    if "–—‐‑‒―⁻﹣".unicodeScalars.contains(scalars[0]), isDigit(scalars.dropFirst().first) {
      return "write −\(core.dropFirst()) for a negative number; an en dash stands between two"
    }
    if isDigit(scalars.first), scalars.contains(where: { "，,_'’".unicodeScalars.contains($0) }),
      scalars.allSatisfy({ isDigit($0) || "，,._'’".unicodeScalars.contains($0) })
    {
      return grouping(core)
    }
    if scalars.contains("-"), scalars.allSatisfy({ isDigit($0) || $0 == "-" || $0 == "." }) {
      return "write \(core.replacing("-", with: "–")) for a range, with an en dash; dates and names are no numbers"
    }
    let widths = Set(scalars.compactMap { NumeralWords.digit($0)?.isWide })
    if widths.count == 2 { return "write all its digits in one width" }
    if scalars.contains(where: { NumeralWords.isNumeric($0) && !isDigit($0) }) {
      return
        "write its value in the digits 0 to 9, such as 8 for 2³, 1.5 for 1½, 4 for Ⅳ; a power of ten is 10⁻³ or "
        + "6.65×10⁻⁷"
    }
    return "write one of 1,234.5, −3, 6.65×10⁻⁷, 1e-7, 12%, 3万, 1/8, 3–5, and a space before a word that is not a unit"
  }

  private static func grouping(_ core: String) -> String {
    let parts = core.split(omittingEmptySubsequences: false) { !$0.isNumber && $0 != "." }
    let digits = parts.joined()
    let whole = digits.prefix { $0 != "." }.drop { $0 == "0" }
    var grouped = ""
    for (offset, digit) in whole.reversed().enumerated() {
      if offset > 0, offset % 3 == 0 { grouped.insert(",", at: grouped.startIndex) }
      grouped.insert(digit, at: grouped.startIndex)
    }
    let fraction = parts.count == 2 && !core.contains(".") ? ", or \(parts[0]).\(parts[1])" : ""
    return
      "write \(grouped.isEmpty ? "0" : grouped)\(digits.drop { $0 != "." })\(fraction): separators stand between "
      + "groups of three"
  }
}
