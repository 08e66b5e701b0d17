import Foundation
import WeaveModel
import WeaveParse
import WeaveSupport

/// Holds a chapter against what its program did.
package struct Verifier {
  package private(set) var diagnostics: [Diagnostic] = []
  package private(set) var fixIts: [FixIt] = []
  package private(set) var evidence: [Int: Evidence] = [:]
  private var bibliography: [Reference] = []

  private let chapter: Chapter
  private let record: RunRecord
  private let labels: Labels
  private let surroundings: Surroundings
  private let references: [String: Reference]
  /// Labels of the whole book by chapter and id, for references across chapters.
  private let book: [String: [String: Label?]]
  /// Which of other chapters' labels were looked at.
  package private(set) var dependencies: [LabelDependency] = []
  /// Pieces that did not run: nothing can be said of them.
  private let skipped: Set<CodeOrigin>
  /// By which a text names what it refers to.
  private let words: Words

  package init(
    _ chapter: Chapter, _ record: RunRecord, labels: Labels, book: [String: [String: Label?]],
    references: [String: Reference],
    skipped: Set<CodeOrigin>, words: Words
  ) {
    self.chapter = chapter
    self.record = record
    self.book = book
    self.references = references
    self.skipped = skipped
    self.words = words
    self.labels = labels
    surroundings = Surroundings(chapter)
    for block in chapter.blocks where !skipped.contains(.block(block.index)) { check(block) }
    for link in chapter.links { check(link) }
  }

  package var verified: VerifiedChapter {
    VerifiedChapter(
      chapter: chapter, record: record, evidence: evidence, labels: labels.byID.compactMapValues { $0 },
      blockLabels: labels.blocks, tableLabels: labels.tables, formulaLabels: labels.formulas,
      diagramLabels: labels.diagrams, bibliography: bibliography)
  }

  private mutating func report(_ category: Diagnostic.Category, _ position: Position, _ message: String) {
    diagnostics.append(Diagnostic(category, chapter.source.path, position, message))
  }

  // MARK: Blocks

  private mutating func check(_ block: CodeBlock) {
    // The file ends within the fence: that is reported, and nothing is written into it.
    if let pin = block.pin, pin.range.upperBound >= chapter.source.bytes.count { return }
    if block.mode.isExecuted, !record.finished.contains(block.index) {
      report(
        .trap, Position(line: block.fenceLine, column: 1), "this block did not run to its end: nothing is known of it")
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
    let place = Position(line: block.fenceLine, column: 1)
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
      report(.output, place, "\(block.label) prints and has no output fence: run 'weave promote' to write it")
      fixIts.append(newPin(block, output))
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
    for (difference, position) in zip(differences, positions) {
      report(
        .output, position,
        "printed \(difference.printed), computed \(difference.computed) (\(block.label)): run 'weave promote' to "
          + "write what was computed"
      )
    }
    let renewed = PinCheck.renewed(pin: pin.text, output: output, tolerance: block.attributes.tolerance)
    fixIts.append(pinMend(block, pin, renewed, positions[0]))
  }

  /// What a chapter's file may not hold, or what a terminal obeys.
  private static func unprintable(in text: String) -> Unicode.Scalar? {
    let tokens = [Token.open.unicodeScalars.first!, Token.close.unicodeScalars.first!]
    return text.unseen.first { $0 != "\n" && $0 != "\t" } ?? text.unicodeScalars.first(where: tokens.contains)
  }

  private mutating func checkRefusal(_ block: CodeBlock, _ otherwise: String) {
    guard let said = record.refusals[block.index] else {
      report(.block, Position(line: block.fenceLine, column: 1), "this \(block.mode.rawValue) block \(otherwise)")
      return
    }
    guard let pin = block.pin else { return }
    let wanted = pin.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let place = Position(line: pin.line, column: block.indent.count + 1)
    if wanted.isEmpty {
      report(.output, place, "this output fence is empty: write a part of the message, or run 'weave promote'")
    } else if !said.contains(wanted) {
      let first = said.split(separator: "\n").first ?? ""
      report(.output, place, "the message does not contain '\(wanted.prefix(60))'; it says: \(first.prefix(160))")
    } else {
      return
    }
    let first = String(said.split(separator: "\n").first ?? "")
    guard Self.unprintable(in: first) == nil else { return }
    fixIts.append(pinMend(block, pin, first.isEmpty ? "" : first + "\n", place))
  }

  private func pinMend(_ block: CodeBlock, _ pin: Pin, _ output: String, _ position: Position) -> FixIt {
    var (range, replacement) = (pin.range, indented(output, block))
    // What is printed may hold a row of the fence's own marks, which would end it: then the fence grows.
    let mark = Character(UnicodeScalar(pin.fence.mark))
    let needed = Self.fenceLength(around: output, of: mark)
    if needed > pin.fence.length {
      let fence = String(repeating: mark, count: needed)
      range = pin.fence.range
      let opening = chapter.source[range.lowerBound..<pin.range.lowerBound]
      let marks = opening.drop { $0 != mark }
      let lead = opening.prefix(opening.count - marks.count)
      replacement = lead + fence + marks.drop { $0 == mark } + replacement + indented(fence, block)
    }
    return FixIt(
      range: range, replacement: replacement, subject: block.label, old: pin.text, new: output, position: position)
  }

  /// Longer than any row of marks within.
  private static func fenceLength(around text: String, of mark: Character) -> Int {
    max(3, (text.split(whereSeparator: { $0 != mark }).map(\.count).max() ?? 0) + 1)
  }

  private func newPin(_ block: CodeBlock, _ output: String) -> FixIt {
    let fence = String(repeating: "`", count: Self.fenceLength(around: output, of: "`"))
    let lead = chapter.source.bytes[..<block.end].last == 10 ? "" : "\n"
    return FixIt(
      range: block.end..<block.end,
      replacement: lead + indented("\(fence)output\n\(ended(output))\(fence)\n", block), subject: block.label, old: "",
      new: output,
      position: Position(line: block.fenceLine, column: 1))
  }

  private func ended(_ text: String) -> String { text.isEmpty || text.hasSuffix("\n") ? text : text + "\n" }

  private func indented(_ text: String, _ block: CodeBlock) -> String {
    let text = ended(text)
    guard !block.indent.isEmpty else { return text }
    return text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        let indent = line.isEmpty ? block.indent.trimmingSuffix(while: \.isWhitespace) : block.indent[...]
        return indent + line + "\n"
      }.joined()
  }

  // MARK: Links

  private func position(_ link: BoundLink) -> Position { chapter.source.position(at: link.textRange.lowerBound) }

  private mutating func check(_ link: BoundLink) {
    switch link.target {
    case .expression(let expression, let after): check(link, expression, after: after)
    case .citation(let key): cite(link, key)
    case .waiver:
      guard let reason = link.title, !reason.isEmpty else {
        report(.link, position(link), "a waiver says why: [\(link.text)](#! \"reason\")")
        return
      }
      evidence[link.index] = .waiver(reason: reason)
    case .reference(let name, let id): refer(link, to: name, id)
    }
  }

  private mutating func check(_ link: BoundLink, _ expression: String, after: Int) {
    if skipped.contains(.link(link.index)) { return }
    guard let value = record.values[link.index] else {
      report(
        .trap, position(link), "'\(link.text)' was not held against \(expression): the program did not evaluate it")
      return
    }
    let block = chapter.blocks[..<after].last { $0.mode.place == .script }?.index
    switch value {
    case .bool(let holds):
      let formulas = chapter.formulas.filter { link.textRange.contains($0.offset) }.map { FormulaText($0.tex) }
      if let problem = ClaimText.problem(shown: surroundings.words(link.index) ?? link.text, formulas: formulas) {
        report(.claim, position(link), problem)
      } else if !holds {
        report(
          .claim, position(link), "'\(link.text)' is claimed and \(expression) is false: mend the text or the code")
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
          .number, position(link),
          "printed \(link.text), computed '\(text.prefix(60))' (\(expression)): a link's text cannot hold this; "
            + "print it in a block"
        )
      } else {
        report(.number, position(link), "printed \(link.text), computed \(text) (\(expression)): run 'weave promote'")
        fixIts.append(
          FixIt(
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
        report(.number, position(link), "the title '\(title)' is not a tolerance: write \"±0.02\" or \"±20%\"")
        return
      }
      for numeral in BoundText(link.text).readings.compactMap(\.numeral) {
        guard let (widest, rule) = bound.widest(for: numeral) else { continue }
        report(
          .number, position(link),
          "the tolerance \(title) is wider than \(rule) of \(link.text[numeral.range]): write one up to ±\(widest)")
        return
      }
      tolerance = bound
    }
    let exact = values.compactMap(\.exact)
    guard exact.count == values.count else {
      report(.number, position(link), "printed \(link.text), computed \(shown) (\(expression)): no number to print")
      return
    }
    let (before, after) = surroundings.beside(link.index)
    let bound = BoundText(link.text, before: before, after: after, shown: surroundings.shown(link.index))
    switch bound.verdict(for: exact, tolerance: tolerance) {
    case .holds:
      evidence[link.index] = .number(expression: expression, value: shown, tolerance: link.title, block: block)
    case .refused(let range, let message):
      let place = range.map { chapter.source.position(at: offset($0.lowerBound)) } ?? position(link)
      report(
        .number, place,
        range == nil
          ? "\(expression) is the number \(shown) and '\(link.text)' \(message)"
          : "\(message) (\(expression) is \(shown))")
    case .differs(let corrections):
      for correction in corrections {
        let range = offset(correction.range.lowerBound)..<offset(correction.range.upperBound)
        let place = chapter.source.position(at: range.lowerBound)
        let start = "printed \(correction.printed), computed \(shown) (\(expression))"
        guard let written = correction.written else {
          report(.number, place, "\(start): \(correction.form)")
          continue
        }
        report(.number, place, "\(start): write \(written) or run 'weave promote'")
        fixIts.append(
          FixIt(
            range: range, replacement: written, subject: expression, old: correction.printed, new: written,
            position: place))
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
        .citation, chapter.source.position(at: link.targetRange.lowerBound),
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

  // MARK: Cross references

  private mutating func refer(_ link: BoundLink, to name: String?, _ id: String) {
    let place = chapter.source.position(at: link.targetRange.lowerBound)
    let target = id.removingPercentEncoding ?? id
    guard let page = book[name ?? chapter.name] else {
      report(.reference, place, "there is no chapter '\(name ?? "")' in the book: look at book.yml")
      return
    }
    let file = name.flatMap { $0 == chapter.name ? nil : "\($0).html" }
    if target.isEmpty {
      evidence[link.index] = .reference(page: file, anchor: "", label: nil)
      return
    }
    guard let found = page[target] else {
      let elsewhere = book.filter { $0.value[target] != nil }.keys.sorted().first
      report(
        .reference, place,
        "nothing here has the id #\(target)"
          + (elsewhere.map { ": it is in \($0).md#\(target)" } ?? ": look for a typing error, or label the target"))
      return
    }
    if let name, file != nil { dependencies.append(LabelDependency(chapter: name, id: target, label: found)) }
    evidence[link.index] = .reference(page: file, anchor: target, label: found)
    guard let printed = PrintedLabel(in: link.text, words) else { return }
    let numeral = printed.number
    guard let label = found else {
      report(
        .reference, position(link),
        "#\(target) carries no number: give it a caption, or take the number out of '\(link.text)'")
      return
    }
    let name = words.label(label)
    if let kind = printed.kind, kind != label.kind {
      report(.reference, position(link), "'\(link.text)' leads to \(name): write \(words.name(of: label.kind))")
      return
    }
    guard let numeral = numeral.numeral, numeral.form == .decimal, numeral.sign == nil, numeral.decimals == 0,
      numeral.scale == 0,
      numeral.exponent == 0, let number = numeral.written(ExactDecimal(label.number))
    else {
      report(
        .reference, position(link), "'\(link.text)' is not a label's number: write \(label.number) for \(name)")
      evidence[link.index] = nil
      return
    }
    guard numeral.digits != String(label.number) else { return }
    let from =
      link.textRange.lowerBound + link.text.utf8.distance(from: link.text.startIndex, to: numeral.range.lowerBound)
    let digits = String(link.text[numeral.range])
    report(
      .reference, chapter.source.position(at: from),
      "printed \(digits), and #\(target) is \(name): write \(number) or run 'weave promote'")
    evidence[link.index] = nil
    fixIts.append(
      FixIt(
        range: from..<from + digits.utf8.count, replacement: number, subject: "#\(target)", old: digits, new: number,
        position: position(link)))
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

extension String {
  fileprivate func trimmingSuffix(while drop: (Character) -> Bool) -> Substring {
    var rest = self[...]
    while let last = rest.last, drop(last) { rest = rest.dropLast() }
    return rest
  }
}
