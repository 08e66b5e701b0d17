import WeaveModel
import WeaveSupport

/// No number without a source: every numeral that a page shows is bound, cited or waived, or stands free by a rule.
package enum Audit {
  package static func numerals(in chapter: Chapter, _ words: Words = Language.standard.words) -> [AuditedNumeral] {
    NumeralFinder(chapter, words).found
  }

  /// What is wrong with a chapter's numerals. Those that only `allowed` lets stand are no fault, unless they are more.
  package static func findings(
    in chapter: Chapter, _ words: Words = Language.standard.words, allowed: Int? = nil
  ) -> [Diagnostic] {
    let numerals = numerals(in: chapter, words)
    func finding(_ numeral: AuditedNumeral, _ severity: Diagnostic.Severity = .error) -> Diagnostic {
      // Where the page shows it as the source writes it, its end is known.
      let isPlain = chapter.source.bytes.dropFirst(numeral.offset).starts(with: numeral.text.utf8)
      let end = numeral.offset + (isPlain ? numeral.text.utf8.count : 0)
      return diagnostic(chapter, numeral.offset..<end, message(numeral), severity)
    }
    var findings = numerals.filter { if case .disguised = $0.ground { true } else { false } }.map { finding($0) }
    let unbound = numerals.filter { if case .unbound = $0.ground { true } else { false } }
    guard let allowed else { return findings + unbound.map { finding($0) } }
    findings += unbound.filter(\.isMeasured).map { finding($0) }
    let counted = unbound.filter { !$0.isMeasured }
    if counted.count > allowed {
      let message =
        "\(counted.count) numerals here have no source, and book.yml lets \(allowed) stand: bind, cite or waive "
        + "what is new"
      findings.append(diagnostic(chapter, 0..<0, message, .error))
      findings += counted.map { finding($0, .warning) }
    } else if counted.count < allowed {
      let message =
        "\(counted.count) numerals here have no source, and book.yml lets \(allowed) stand: write "
        + "\(chapter.name): \(counted.count) there, under unbound"
      findings.append(diagnostic(chapter, 0..<0, message, .warning))
    }
    return findings
  }

  /// A book's title and subtitle are plain text, where no link can stand.
  package static func findings(inTitlesOf book: Book, _ file: String) -> [Diagnostic] {
    [("title", book.title), ("subtitle", book.subtitle ?? "")].flatMap { key, text in
      NumeralReader.readings(in: text).compactMap { reading in
        if reading.isLetter(in: text), !reading.isKanji { return nil }
        let seen = Sighting(reading, in: text)
        if FreeRule.of(seen) != nil { return nil }
        let message = "\(seen.text) in '\(key)' has no source, and no link can stand there: say it without the number"
        return Diagnostic(.audit, file, book.titlePlaces[key] ?? Position(line: 1, column: 1), message)
      }
    }
  }

  private static func diagnostic(
    _ chapter: Chapter, _ range: Range<Int>, _ message: String, _ severity: Diagnostic.Severity
  ) -> Diagnostic {
    Diagnostic(.audit, chapter.source.path, chapter.source.positions(of: range), message, severity: severity)
  }

  private static func message(_ numeral: AuditedNumeral) -> String {
    let text = numeral.text
    if case .disguised = numeral.ground {
      if numeral.isOfMacro {
        return "the formula shows \(text), which a macro of book.yml makes: write the number in the formula itself"
      }
      return "'\(text)' is not written as the page shows it: write its digits in one piece, without references, "
        + "backslashes, comments, tags or other marks between them"
    }
    if numeral.isTyped {
      return
        "\(text) (\(numeral.look)) is typed into a figure's label: let the label say the value, \"\\(count)\", or say "
        + "it without the number"
    }
    if let form = numeral.form { return "'\(text)' is not read as a number: \(form)" }
    return "\(text) (\(numeral.look)) has no source: bind it [\(text)](#=EXPR), cite it [\(text)](#@KEY \"where\"), or "
      + "waive it [\(text)](#! \"reason\")"
  }
}
