import WeaveModel
import WeaveSupport

/// No number without a source: finds the measurement-like numerals of the text that no link binds.
package enum Audit {
  /// What a numeral looks like from outside: itself, and what stands around it.
  package struct Sighting {
    /// What is said of it: all of a cluster that is not read.
    package var range: Range<String.Index>
    /// Digits before and after the point, how many of them after it.
    package var digits: String
    package var decimals: Int
    package var exponent = 0
    package var scale = 0
    package var value: Double
    /// How to write what is not read.
    package var form: String?
    /// The text before and after it, on its line.
    package var before: Substring
    package var after: Substring

    /// Nil for a name.
    init?(_ reading: Reading, in text: String) {
      range = reading.range
      var own = reading.range
      switch reading.kind {
      case .numeral(let numeral):
        (digits, decimals, exponent, scale) = (numeral.digits, numeral.decimals, numeral.exponent, numeral.scale)
        value = numeral.value
      case .name, .refused:
        let cluster = text[reading.range]
        // A date is made of numbers; a name starts with a letter.
        if case .refused(let form) = reading.kind {
          self.form = form
        } else if cluster.first?.isNumber != true {
          return nil
        }
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { NumeralWords.digit(scalar) != nil }
        guard let start = cluster.unicodeScalars.firstIndex(where: isDigit) else { return nil }
        let run = cluster.unicodeScalars[start...].prefix { isDigit($0) || $0 == "." }
        let parts = run.split(separator: ".").map { part in part.map { String(NumeralWords.digit($0)!.value) }.joined()
        }
        own = start..<run.endIndex
        (digits, decimals) = (parts.prefix(2).joined(), parts.count == 2 ? parts[1].count : 0)
        value = Double(parts.prefix(2).joined(separator: ".")) ?? .nan
      }
      // No word is longer, and no address that a reader could read.
      let reach = 400
      let from = text.index(own.lowerBound, offsetBy: -reach, limitedBy: text.startIndex) ?? text.startIndex
      let to = text.index(own.upperBound, offsetBy: reach, limitedBy: text.endIndex) ?? text.endIndex
      before = text[from..<own.lowerBound]
      after = text[own.upperBound..<to]
    }
  }

  package struct Rule: Sendable {
    package var name: String
    var example: String
    package var holds: @Sendable (Sighting) -> Bool
  }

  /// Numerals that look like nothing measured, whatever the rules below say.
  static let exceptions: [Rule] = [
    Rule(name: "an identifier", example: "GPT-2, Top-2, x86-64, Llama2") { seen in
      if let last = seen.before.last, last.isASCII, last.isLetter || last == "_" { return true }
      return "-‐/".contains(seen.before.last ?? " ")
        && (seen.before.dropLast().last.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false)
    },
    Rule(name: "a year", example: "2017年, （2017）") { seen in
      guard seen.decimals == 0, seen.digits.count == 4, "12".contains(seen.digits.first!) else { return false }
      if seen.after.first == "年" { return true }
      return "（(".contains(seen.before.last ?? " ") && "）)".contains(seen.after.first ?? " ")
    },
    Rule(name: "a section, version or ordinal", example: "第13回, 3.8.1") { seen in
      if seen.before.last == "第" { return true }
      if seen.before.last == ".", seen.before.dropLast().last?.isNumber == true { return true }
      return seen.after.first == "." && seen.after.dropFirst().first?.isNumber == true
    },
    Rule(name: "a list's number", example: "12. …") { seen in
      seen.before.allSatisfy(\.isWhitespace) && ".)".contains(seen.after.first ?? " ")
        && seen.after.dropFirst().first == " "
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
    Rule(name: "a decimal", example: "0.665") { $0.decimals > 0 },
    Rule(name: "a power of ten", example: "3×10⁻⁷, 1e-5") { $0.exponent != 0 },
    Rule(name: "a percentage", example: "40%") { $0.scale == -2 },
    Rule(name: "three digits or more", example: "512, 1,024") { $0.digits.count >= 3 },
    Rule(name: "a number with a unit", example: "16 GB, 3 倍, 2 万, 5 ms") { seen in
      // 3割 is as often a way of speaking as it is a measurement.
      if seen.scale != 0, seen.scale != -1 { return true }
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
  package static func rule(for sighting: Sighting) -> Rule? {
    if exceptions.contains(where: { $0.holds(sighting) }) { return nil }
    return rules.first { $0.holds(sighting) }
  }

  // MARK: A chapter

  package static func findings(in chapter: Chapter) -> [Diagnostic] {
    let source = chapter.source
    var findings: [Diagnostic] = []
    // A line has many pieces of prose, and its numerals are found once.
    var known: (line: Int, text: String, readings: [Reading], passed: Int) = (0, "", [], 0)
    for range in chapter.measuringText {
      let line = source.line(at: range.lowerBound)
      let start = source.lineStarts[line - 1]
      guard source.bytes[range].contains(where: { $0 > 0x7F || (48...57).contains($0) }) else { continue }
      if known.line != line {
        let text = source[start..<source.lineEnd(line)]
        known = (line, text, NumeralReader.readings(in: text).filter { !$0.isKanji }, 0)
      }
      let text = known.text
      let from = text.utf8.index(text.startIndex, offsetBy: range.lowerBound - start)
      let to = text.utf8.index(text.startIndex, offsetBy: range.upperBound - start)
      // Prose and numerals both stand in their order.
      known.passed += known.readings[known.passed...].prefix { $0.range.lowerBound < from }.count
      for reading in known.readings[known.passed...].prefix(while: { $0.range.lowerBound < to }) {
        if isOtherCharacter(text[reading.range]) { continue }
        guard let seen = Sighting(reading, in: text), let rule = rule(for: seen) else { continue }
        let offset = start + text.utf8.distance(from: text.startIndex, to: seen.range.lowerBound)
        findings.append(finding(seen, in: text, rule, source, offset))
      }
    }
    return findings + formulas(in: chapter)
  }

  /// `&#12354`: the number of a character that is no digit, which is what a reader sees.
  private static func isOtherCharacter(_ text: Substring) -> Bool {
    guard text.hasPrefix("&#"), let number = UInt32(text.dropFirst(2)), let scalar = Unicode.Scalar(number) else {
      return false
    }
    return !Character(scalar).isNumber
  }

  /// A number in a displayed formula cannot be a link: it has its source where the same number is bound in the text.
  private static func formulas(in chapter: Chapter) -> [Diagnostic] {
    let bound = Set(
      chapter.links.flatMap { NumeralReader.readings(in: $0.text, isMarkdown: true).compactMap { $0.numeral?.value } })
    var findings: [Diagnostic] = []
    for formula in chapter.formulas where formula.display {
      for reading in NumeralReader.readings(in: formula.tex) where !reading.isKanji {
        guard let seen = Sighting(reading, in: formula.tex), let rule = rule(for: seen), !bound.contains(seen.value)
        else { continue }
        let offset = formula.offset + formula.tex.utf8.distance(from: formula.tex.startIndex, to: seen.range.lowerBound)
        // A formula's own signs part its numbers: there is nothing to write otherwise.
        var plain = seen
        plain.form = nil
        findings.append(finding(plain, in: formula.tex, rule, chapter.source, offset))
      }
    }
    return findings
  }

  private static func finding(_ seen: Sighting, in line: String, _ rule: Rule, _ source: Source, _ offset: Int)
    -> Diagnostic
  {
    let text = line[seen.range]
    let what = seen.form.map { "'\(text)' is not read as a number: \($0)" }
    return Diagnostic(
      .audit, source.path, source.position(at: offset),
      what
        ?? "\(text) (\(rule.name)) has no source: bind it [\(text)](#=EXPR), cite it [\(text)](#@KEY \"where\"), or "
        + "waive it [\(text)](#! \"reason\")"
    )
  }
}
