import Foundation
import WeaveModel
import WeaveParse
import WeaveSupport

// What a block printed, and what the compiler said of it, against the output fence after it; and what `weave promote`
// writes there.
extension Verifier {
  /// The line that opens a block.
  func openingLine(of block: CodeBlock) -> Range<Position> { chapter.source.positions(ofLine: block.fenceLine) }

  mutating func checkOutput(_ block: CodeBlock) {
    let output = record.outputs[block.index] ?? ""
    let place = openingLine(of: block)
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

  mutating func checkRefusal(_ block: CodeBlock, _ otherwise: String) {
    guard let said = record.refusals[block.index] else {
      report(.block, openingLine(of: block), "this \(block.mode.rawValue) block \(otherwise)")
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

  // MARK: What is written

  /// After it an output fence says `output`.
  private func renewal(of pin: Pin, _ block: CodeBlock, _ output: String, _ position: Position) -> FixIt {
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

  /// What writes an output fence where there is none.
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
}

extension String {
  fileprivate func trimmingSuffix(while drop: (Character) -> Bool) -> Substring {
    var rest = self[...]
    while let last = rest.last, drop(last) { rest = rest.dropLast() }
    return rest
  }
}
