import Foundation
import WeaveModel
import WeaveParse
import WeaveSupport

/// Holds a chapter against what its program did.
package struct Verifier {
  package private(set) var diagnostics: [Diagnostic] = []
  package internal(set) var evidence: [Int: Evidence] = [:]
  private var bibliography: [Reference] = []

  let chapter: Chapter
  let record: RunRecord
  private let labels: Labels
  let surroundings: Surroundings
  /// What other seeds made of the chapter; nil where that is not known.
  package let robustness: Robustness?
  private let references: [String: Reference]
  /// Labels of the whole book by chapter and id, for references across chapters.
  let book: [String: [String: Label?]]
  /// Which of other chapters' labels were looked at.
  package internal(set) var dependencies: [LabelDependency] = []
  /// Pieces that did not run: nothing can be said of them.
  private let skipped: Set<CodeOrigin>
  /// By which a text names what it refers to.
  let words: Words

  package init(
    _ chapter: Chapter, _ record: RunRecord, labels: Labels, book: [String: [String: Label?]],
    references: [String: Reference],
    skipped: Set<CodeOrigin>, words: Words, robustness: Robustness? = nil
  ) {
    self.chapter = chapter
    self.record = record
    self.book = book
    self.references = references
    self.skipped = skipped
    self.words = words
    self.robustness = robustness
    self.labels = labels
    surroundings = Surroundings(chapter)
    for block in chapter.blocks where !skipped.contains(.block(block.index)) { check(block) }
    for link in chapter.links { check(link) }
  }

  package var verified: VerifiedChapter {
    VerifiedChapter(
      chapter: chapter, record: record, evidence: evidence, labels: labels.byID.compactMapValues { $0 },
      blockLabels: labels.blocks, tableLabels: labels.tables, formulaLabels: labels.formulas,
      diagramLabels: labels.diagrams, bibliography: bibliography, robustness: robustness)
  }

  mutating func report(
    _ category: Diagnostic.Category, _ place: Range<Position>, _ message: String, fixIt: FixIt? = nil
  ) {
    diagnostics.append(Diagnostic(category, chapter.source.path, place, message, fixIt: fixIt))
  }

  func places(_ range: Range<Int>) -> Range<Position> { chapter.source.positions(of: range) }

  /// The line that opens a block.
  private func opening(_ block: CodeBlock) -> Range<Position> { chapter.source.positions(ofLine: block.fenceLine) }

  // MARK: Blocks

  private mutating func check(_ block: CodeBlock) {
    // The file ends within the fence: that is reported, and nothing is written into it.
    if let pin = block.pin, pin.range.upperBound >= chapter.source.bytes.count { return }
    if block.mode.isExecuted, !record.finished.contains(block.index) {
      report(
        .trap, opening(block), "this block did not run to its end: nothing is known of it")
      return
    }
    switch block.mode.output {
    case .printed: checkOutput(block)
    case .message(let otherwise): checkRefusal(block, otherwise)
    case .none: break
    }
  }

  private mutating func checkOutput(_ block: CodeBlock) {
    let output = record.outputs[block.index] ?? ""
    let place = opening(block)
    if block.attributes.volatile, block.attributes.tolerance == nil {
      report(.block, place, "a volatile block needs tol=…: how far its numbers may stray from the pin")
      return
    }
    if let scalar = Self.unprintable(in: output) {
      // Neither a page nor a Markdown file can hold it.
      report(
        .output, place,
        "\(block.label) prints the character U+\(String(format: "%04X", scalar.value)): print text without control "
          + "characters"
      )
      return
    }
    if block.attributes.asMarkdown, case .failure(let refusal) = readMarkdownFragment(output) {
      report(.html, place, "\(block.label) prints what cannot be shown: \(refusal.message)")
    }
    guard let pin = block.pin else {
      guard !output.isEmpty else { return }
      report(
        .output, place, "\(block.label) prints and has no output fence: run 'weave promote' to write it",
        fixIt: newPin(block, output))
      return
    }
    if let tolerance = block.attributes.tolerance, let widest = PinCheck.tooWide(tolerance, for: pin.text) {
      report(.block, place, "tol of \(block.label) lets its numbers be anything: write one up to \(widest)")
    }
    let differences = PinCheck.differences(pin: pin.text, output: output, tolerance: block.attributes.tolerance)
    if differences.isEmpty { return }
    let positions = differences.map { difference in
      Position(
        line: min(pin.line + difference.line, chapter.source.line(at: pin.range.upperBound)),
        column: difference.column + block.indent.count + 1)
    }
    let renewed = PinCheck.renewed(pin: pin.text, output: output, tolerance: block.attributes.tolerance)
    // One fix mends all of the fence; it goes with the first line that differs.
    var fixIt: FixIt? = renewal(of: pin, block, renewed, positions[0])
    for (difference, position) in zip(differences, positions) {
      let end = chapter.source.positions(ofLine: position.line).upperBound
      report(
        .output, position..<max(position, end),
        "printed \(difference.printed), computed \(difference.computed) (\(block.label)): run 'weave promote' to "
          + "write what was computed",
        fixIt: fixIt)
      fixIt = nil
    }
  }

  /// What a chapter's file may not hold, or what a terminal obeys.
  private static func unprintable(in text: String) -> Unicode.Scalar? {
    let tokens = [Token.open.unicodeScalars.first!, Token.close.unicodeScalars.first!]
    return text.unseen.first { $0 != "\n" && $0 != "\t" } ?? text.unicodeScalars.first(where: tokens.contains)
  }

  private mutating func checkRefusal(_ block: CodeBlock, _ otherwise: String) {
    guard let said = record.refusals[block.index] else {
      report(.block, opening(block), "this \(block.mode.rawValue) block \(otherwise)")
      return
    }
    guard let pin = block.pin else { return }
    let wanted = pin.text.trimmingCharacters(in: .whitespacesAndNewlines)
    if !wanted.isEmpty, said.contains(wanted) { return }
    let first = String(said.split(separator: "\n").first ?? "")
    let place = Position(line: pin.line, column: block.indent.count + 1)
    let end = chapter.source.positions(ofLine: pin.line).upperBound
    report(
      .output, place..<max(place, end),
      wanted.isEmpty
        ? "this output fence is empty: write a part of the message, or run 'weave promote'"
        : "the message does not contain '\(wanted.prefix(60))'; it says: \(first.prefix(160))",
      fixIt: Self.unprintable(in: first) != nil
        ? nil : renewal(of: pin, block, first.isEmpty ? "" : first + "\n", place))
  }

  // MARK: Links

  func position(_ link: BoundLink) -> Position { chapter.source.position(at: link.textRange.lowerBound) }
  func place(_ link: BoundLink) -> Range<Position> { places(link.textRange) }

  private mutating func check(_ link: BoundLink) {
    switch link.target {
    case .expression(let expression, let after): check(link, expression, after: after)
    case .citation(let key): cite(link, key)
    case .remark(let kind):
      guard let reason = link.title, !reason.isEmpty else {
        report(.link, place(link), kind.wantsTitle(link.text))
        return
      }
      evidence[link.index] = .remark(kind, words: reason)
    case .reference(let name, let id): refer(link, to: name, id)
    }
  }

  private mutating func check(_ link: BoundLink, _ expression: String, after: Int) {
    if skipped.contains(.link(link.index)) { return }
    guard let value = record.values[link.index] else {
      report(
        .trap, place(link), "'\(link.text)' was not held against \(expression): the program did not evaluate it")
      return
    }
    let block = chapter.blocks[..<after].last { $0.mode.place == .script }?.index
    switch value {
    case .bool(let holds):
      let formulas = chapter.formulas.filter { link.textRange.contains($0.offset) }.map { FormulaText($0.tex) }
      if let problem = ClaimText.problem(
        shown: words.seeds.withoutShare(surroundings.words(link.index) ?? link.text), formulas: formulas) {
        report(.claim, place(link), problem)
      } else if !holds {
        report(
          .claim, place(link), "'\(link.text)' is claimed and \(expression) is false: mend the text or the code")
      } else {
        evidence[link.index] = .claim(expression: expression, block: block)
      }
    case .text(let text):
      if text == link.text {
        evidence[link.index] = .number(expression: expression, value: text, tolerance: nil, block: block)
      } else if text.isEmpty || text.contains(where: { $0.isNewline || "[]`*_<>$|\\&".contains($0) })
        || Self.unprintable(in: text) != nil
      {
        report(
          .number, place(link),
          "printed \(link.text), computed '\(text.prefix(60))' (\(expression)): a link's text cannot hold this; "
            + "print it in a block"
        )
      } else {
        report(
          .number, place(link), "printed \(link.text), computed \(text) (\(expression)): run 'weave promote'",
          fixIt: FixIt(
            range: link.textRange, replacement: text, subject: expression, old: link.text, new: text,
            position: position(link)))
      }
    case .integer, .real, .single:
      check(link, expression, [value], block)
    case .range(let low, let high):
      check(link, expression, [low, high], block)
    }
  }

  /// Each numeral of the text against its own value: one, or the ends of a range.
  private mutating func check(_ link: BoundLink, _ expression: String, _ values: [Value], _ block: Int?) {
    let shown = values.map(\.shown).joined(separator: ", ")
    func offset(_ index: String.Index) -> Int {
      link.textRange.lowerBound + link.text.utf8.distance(from: link.text.startIndex, to: index)
    }
    var tolerance: Tolerance?
    if let title = link.title {
      guard title.hasPrefix("±"), let bound = Tolerance(String(title.dropFirst())) else {
        report(.number, place(link), "the title '\(title)' is not a tolerance: write \"±0.02\" or \"±20%\"")
        return
      }
      for numeral in BoundText(link.text).readings.compactMap(\.numeral) {
        guard let (widest, rule) = bound.widest(for: numeral) else { continue }
        report(
          .number, place(link),
          "the tolerance \(title) is wider than \(rule) of \(link.text[numeral.range]): write one up to ±\(widest)")
        return
      }
      tolerance = bound
    }
    let exact = values.compactMap(\.exact)
    guard exact.count == values.count else {
      report(.number, place(link), "printed \(link.text), computed \(shown) (\(expression)): no number to print")
      return
    }
    let (before, after) = surroundings.beside(link.index)
    let bound = BoundText(link.text, before: before, after: after, shown: surroundings.shown(link.index))
    switch bound.verdict(for: exact, tolerance: tolerance) {
    case .holds:
      evidence[link.index] = .number(expression: expression, value: shown, tolerance: link.title, block: block)
    case .refused(let range, let message):
      let place = range.map { places(offset($0.lowerBound)..<offset($0.upperBound)) } ?? place(link)
      report(
        .number, place,
        range == nil
          ? "\(expression) is the number \(shown) and '\(link.text)' \(message)"
          : "\(message) (\(expression) is \(shown))")
    case .differs(let corrections):
      for correction in corrections {
        let range = offset(correction.range.lowerBound)..<offset(correction.range.upperBound)
        let place = places(range)
        let start = "printed \(correction.printed), computed \(shown) (\(expression))"
        guard let written = correction.written else {
          report(.number, place, "\(start): \(correction.form)")
          continue
        }
        report(
          .number, place, "\(start): write \(written) or run 'weave promote'",
          fixIt: FixIt(
            range: range, replacement: written, subject: expression, old: correction.printed, new: written,
            position: place.lowerBound))
      }
    }
  }

  private mutating func cite(_ link: BoundLink, _ key: String) {
    guard let reference = references[key] else {
      // A key with more than a third of its letters wrong is another one.
      let near = references.keys.sorted().map { ($0, Self.distance($0, key)) }.filter { 3 * $0.1 <= key.count }.min {
        $0.1 < $1.1
      }?.0
      report(
        .citation, places(link.targetRange),
        "'\(key)' is not in references.json" + (near.map { ": did you mean '\($0)'?" } ?? ": add its CSL-JSON entry"))
      return
    }
    if !bibliography.contains(where: { $0.id == key }) { bibliography.append(reference) }
    let ordinal = bibliography.firstIndex { $0.id == key }! + 1
    evidence[link.index] = .citation(ordinal: ordinal, key: key, place: link.title)
  }

  /// Levenshtein's distance.
  private static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let best = min(row[j + 1] + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = best
      }
    }
    return row[b.count]
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
