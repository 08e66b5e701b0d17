import WeaveModel
import WeaveSupport

// What `weave promote` writes into a chapter's output fences.
extension Verifier {
  /// What mends an output fence: it says `output` after it.
  func renewal(of pin: Pin, _ block: CodeBlock, _ output: String, _ position: Position) -> FixIt {
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
  func newPin(_ block: CodeBlock, _ output: String) -> FixIt {
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
