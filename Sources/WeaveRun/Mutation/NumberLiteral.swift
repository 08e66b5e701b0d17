import WeaveModel

/// A number in a block's code that a run may have otherwise.
package struct NumberLiteral: Sendable, Hashable, Codable {
  package var block: Int
  /// In the block, from 1.
  package var line: Int
  /// Its bytes in the block's code.
  package var range: Range<Int>
  package var original: String
  package var changed: String

  /// Tells it from all others of a program.
  package var name: String { "block-\(block) \(range.lowerBound): \(original) → \(changed)" }
}

extension NumberLiteral {
  /// One for each line of a block, where there is a number that what comes after rests on: none that is compared with
  /// (a threshold is a claim's own), printed, shown, a pattern, a seed, or a number of decimals.
  package static func all(in code: String, of block: Int) -> [NumberLiteral] {
    let text = CodeText(code).bytes
    var found: [NumberLiteral] = []
    var start = 0
    for (index, line) in text.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      defer { start += line.count + 1 }
      let words = String(decoding: line, as: UTF8.self)
      if isLeftAlone(words) { continue }
      for match in words.matches(of: /[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/) {
        let before = words[..<match.range.lowerBound]
        let after = words[match.range.upperBound...]
        if let last = before.last, last.isLetter || last.isNumber || "_.$".contains(last) { continue }
        if let next = after.first, next.isLetter || next == "_" { continue }
        if before.contains(/(?:seed|decimals): *$/) { continue }
        guard let changed = changed(match.output) else { continue }
        let offset = start + words.utf8.distance(from: words.startIndex, to: match.range.lowerBound)
        found.append(
          NumberLiteral(
            block: block, line: index + 1, range: offset..<offset + match.output.utf8.count,
            original: String(match.output), changed: changed))
        break
      }
    }
    return found
  }

  private static func isLeftAlone(_ line: String) -> Bool {
    let start = line.drop { $0 == " " }
    if ["case ", "default", "import ", "typealias ", "@", "#"].contains(where: start.hasPrefix) { return true }
    return line.contains(/\ [<>]\ |[<>!=]=/)
  }

  /// An index is off by one, a measure by a quarter.
  private static func changed(_ literal: Substring) -> String? {
    let digits = literal.filter { $0 != "_" }
    if let number = Int(digits) { return number < Int.max ? "\(number + 1)" : nil }
    guard let number = Double(digits), number.isFinite else { return nil }
    return number == 0 ? "0.5" : "\(number * 1.25)"
  }

  /// At most `limit` of them, spread over the blocks: one of each, then a second of each.
  package static func chosen(from all: [NumberLiteral], atMost limit: Int) -> [NumberLiteral] {
    var rest = Dictionary(grouping: all, by: \.block).mapValues { $0[...] }
    var chosen: [NumberLiteral] = []
    while chosen.count < limit, !rest.isEmpty {
      for block in rest.keys.sorted() where chosen.count < limit {
        if let next = rest[block]!.popFirst() { chosen.append(next) } else { rest[block] = nil }
      }
    }
    return chosen
  }

  /// A block's code with both forms of these numbers of it.
  package static func applying(_ literals: [(id: Int, literal: NumberLiteral)], to code: String) -> String {
    var bytes = Array(code.utf8)
    for (id, literal) in literals.sorted(by: { $0.literal.range.lowerBound > $1.literal.range.lowerBound }) {
      bytes.replaceSubrange(literal.range, with: "_mutated(\(id), \(literal.original), \(literal.changed))".utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Program {
  /// The pieces that use what this one declares or changes, itself among them.
  package func pieces(restingOn origin: CodeOrigin) -> Set<CodeOrigin> { Dependents.closure(of: [origin], in: self) }
}
