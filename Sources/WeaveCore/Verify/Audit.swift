/// No number without a source: finds the measurement-like numerals of the text that no link binds.
public enum Audit {
  /// What a numeral looks like from outside: itself, and what stands around it.
  struct Sighting {
    var numeral: Numeral
    /// The text before and behind it, on its line.
    var before: Substring
    var after: Substring

    init(_ numeral: Numeral, in text: String) {
      self.numeral = numeral
      // No word is longer, and no address that a reader could read.
      let reach = 400
      let from = text.index(numeral.range.lowerBound, offsetBy: -reach, limitedBy: text.startIndex) ?? text.startIndex
      let to = text.index(numeral.range.upperBound, offsetBy: reach, limitedBy: text.endIndex) ?? text.endIndex
      before = text[from..<numeral.range.lowerBound]
      after = text[numeral.range.upperBound..<to]
    }
  }

  struct Rule: Sendable {
    var name: String
    var example: String
    var holds: @Sendable (Sighting) -> Bool
  }

  /// Numerals that look like nothing measured, whatever the rules below say.
  static let exceptions: [Rule] = [
    Rule(name: "an identifier", example: "GPT-2, Top-2, x86-64, Llama2") { seen in
      if let last = seen.before.last, last.isASCII, last.isLetter || last == "_" { return true }
      return "-‐/".contains(seen.before.last ?? " ") && (seen.before.dropLast().last.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false)
    },
    Rule(name: "a year", example: "2017年, （2017）") { seen in
      guard seen.numeral.decimals == 0, seen.numeral.digits.count == 4, "12".contains(seen.numeral.digits.first!) else { return false }
      if seen.after.first == "年" { return true }
      return "（(".contains(seen.before.last ?? " ") && "）)".contains(seen.after.first ?? " ")
    },
    Rule(name: "a section, version or ordinal", example: "第13回, 3.8.1") { seen in
      if seen.before.last == "第" { return true }
      if seen.before.last == ".", seen.before.dropLast().last?.isNumber == true { return true }
      return seen.after.first == "." && seen.after.dropFirst().first?.isNumber == true
    },
    Rule(name: "a list's number", example: "12. …") { seen in
      seen.before.allSatisfy(\.isWhitespace) && ".)".contains(seen.after.first ?? " ") && seen.after.dropFirst().first == " "
    },
    Rule(name: "a footnote's mark", example: "[^12]") { $0.before.hasSuffix("[^") },
    Rule(name: "a publication's identifier", example: "arXiv:2104.09864") { seen in
      let word = seen.before.suffix(20).reversed().drop { $0 == ":" || $0 == " " }.prefix { $0.isASCII && $0.isLetter }
      return ["arxiv", "doi", "isbn"].contains(String(word.reversed()).lowercased())
    },
    Rule(name: "an address", example: "https://arxiv.org/abs/1706.03762") { seen in
      let word = seen.before.utf8.reversed().prefix { (0x21...0x7E).contains($0) }
      return String(decoding: word.reversed(), as: UTF8.self).contains("://")
    },
  ]

  /// What makes a numeral a measurement.
  static let rules: [Rule] = [
    Rule(name: "a decimal", example: "0.665") { $0.numeral.decimals > 0 },
    Rule(name: "a power of ten", example: "3×10⁻⁷, 1e-5") { $0.numeral.exponent != 0 },
    Rule(name: "a percentage", example: "40%") { $0.numeral.isPercent },
    Rule(name: "three digits or more", example: "512, 1,024") { $0.numeral.digits.count >= 3 },
    Rule(name: "a number with a unit", example: "16 GB, 3 倍, 2 万, 5 ms") { seen in
      let rest = seen.after.drop { $0 == " " }
      if Self.japaneseUnits.contains(where: { rest.hasPrefix($0) }) { return true }
      let word = rest.prefix { $0.isASCII && $0.isLetter || $0 == "µ" || $0 == "μ" }
      return Self.units.contains(String(word))
    },
  ]

  private static let japaneseUnits = ["倍", "万", "億", "兆", "秒", "ミリ秒", "分間", "時間", "バイト", "ビット", "パーセント", "ポイント"]
  private static let units: Set<String> = [
    "B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "bit", "bits", "byte", "bytes",
    "FLOP", "FLOPs", "FLOPS", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "GFLOPs", "TFLOPs",
    "s", "ms", "ns", "us", "µs", "μs", "min", "h", "Hz", "kHz", "MHz", "GHz", "W", "K", "M", "G", "T",
  ]

  /// The rule by which `sighting` counts as a measurement, if one does.
  static func rule(for sighting: Sighting) -> Rule? {
    if exceptions.contains(where: { $0.holds(sighting) }) { return nil }
    return rules.first { $0.holds(sighting) }
  }

  // MARK: A chapter

  public static func findings(in chapter: Chapter) -> [Diagnostic] {
    let source = chapter.source
    var findings: [Diagnostic] = []
    // A line has many pieces of prose, and its numerals are found once.
    var known: (line: Int, text: String, numerals: [Numeral], passed: Int) = (0, "", [], 0)
    for range in chapter.prose {
      let line = source.line(at: range.lowerBound)
      let start = source.lineStarts[line - 1]
      // Headings name; they do not measure.
      if source.bytes[start..<range.lowerBound].first == UInt8(ascii: "#") || source.bytes[start] == UInt8(ascii: "#") { continue }
      guard source.bytes[range].contains(where: { $0 > 0x7F || (48...57).contains($0) }) else { continue }
      if known.line != line {
        let text = source[start..<source.lineEnd(line)]
        known = (line, text, Numeral.all(in: text), 0)
      }
      let text = known.text
      let from = text.utf8.index(text.startIndex, offsetBy: range.lowerBound - start)
      let to = text.utf8.index(text.startIndex, offsetBy: range.upperBound - start)
      // Prose and numerals both stand in their order.
      known.passed += known.numerals[known.passed...].prefix { $0.range.lowerBound < from }.count
      for numeral in known.numerals[known.passed...].prefix(while: { $0.range.lowerBound < to }) {
        let seen = Sighting(numeral, in: text)
        guard let rule = rule(for: seen) else { continue }
        let offset = start + text.utf8.distance(from: text.startIndex, to: numeral.range.lowerBound)
        findings.append(finding(String(text[numeral.range]), rule, source, offset))
      }
    }
    return findings + formulas(in: chapter)
  }

  /// A number in a displayed formula cannot be a link: it has its source where the same number is bound in the text.
  private static func formulas(in chapter: Chapter) -> [Diagnostic] {
    let bound = Set(chapter.links.flatMap { Numeral.all(in: $0.text).map(\.value) })
    var findings: [Diagnostic] = []
    for formula in chapter.formulas where formula.display {
      for numeral in Numeral.all(in: formula.tex) {
        let seen = Sighting(numeral, in: formula.tex)
        guard let rule = rule(for: seen), !bound.contains(numeral.value) else { continue }
        let offset = formula.offset + formula.tex.utf8.distance(from: formula.tex.startIndex, to: numeral.range.lowerBound)
        findings.append(finding(String(formula.tex[numeral.range]), rule, chapter.source, offset))
      }
    }
    return findings
  }

  private static func finding(_ text: String, _ rule: Rule, _ source: Source, _ offset: Int) -> Diagnostic {
    Diagnostic(
      .audit, source.path, source.position(at: offset),
      "\(text) (\(rule.name)) has no source: bind it [\(text)](#=EXPR), cite it [\(text)](#@KEY \"where\"), or waive it [\(text)](#! \"reason\")")
  }
}
