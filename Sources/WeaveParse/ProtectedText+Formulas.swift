import Foundation
import WeaveModel

/// Formulas: from one dollar sign to the next.
extension ProtectedText {
  /// At a `$`: puts a token in place of the formula that begins here, or passes over the sign.
  mutating func scanFormula(at index: Int, _ end: Int) -> Int {
    if starts("$$", at: index) {
      guard let close = closingDollars(2, from: index + 2, end) else {
        diagnostics.append(
          Diagnostic(
            .math, source.path, source.position(at: leaf.offsets[index]),
            "this $$ is never closed: add $$ after the formula, or write \\$ for a plain sign"))
        return index + 2
      }
      return emit(index + 2..<close, from: index, display: true, stop: close + 2)
    }
    if starts("$`", at: index), let close = find("`$", from: index + 2) {
      return emit(index + 2..<close, from: index, display: false, stop: close + 2)
    }
    let opens = index + 1 < end && ![32, 9, 10, 13].contains(bytes[index + 1])
    if opens, let close = closingDollars(1, from: index + 1, end) {
      return emit(index + 1..<close, from: index, display: false, stop: close + 1)
    }
    if let close = looseDollar(from: index + 1, end) {
      let tex = String(decoding: bytes[index + 1..<close], as: UTF8.self).trimmingCharacters(in: .whitespaces)
      diagnostics.append(
        Diagnostic(
          .math, source.path, source.position(at: leaf.offsets[index]),
          "this would be printed as it is written: the dollar signs of a formula touch it: $\(tex)$; "
            + "write \\$ for plain signs"
        ))
      return close + 1
    }
    // A name of TeX or of a variable; an amount of money is no formula.
    if opens,
      bytes[index + 1] == UInt8(ascii: "\\") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[index + 1] | 32),
      !isToldOpen
    {
      isToldOpen = true
      diagnostics.append(
        Diagnostic(
          .math, source.path, source.position(at: leaf.offsets[index]),
          "this $ opens no formula, for none closes it in its paragraph, item or cell: "
            + "add one, or write \\$ for the sign"
        ))
    }
    return index + 1
  }

  /// The next sign on the line, where what lies before it is TeX and no formula, for it is set off by a space.
  private func looseDollar(from begin: Int, _ end: Int) -> Int? {
    // A sign in code is no formula's.
    let stops = [10, UInt8(ascii: "`"), UInt8(ascii: "$")]
    guard let close = bytes[begin..<end].firstIndex(where: stops.contains), bytes[close] == UInt8(ascii: "$"),
      close > begin,
      bytes[close - 1] != UInt8(ascii: "\\")
    else { return nil }
    let text = bytes[begin..<close]
    let isTeX =
      text.contains(UInt8(ascii: "^"))
      || zip(text, text.dropFirst()).contains { first, second in
        (first == UInt8(ascii: "\\") && UInt8(ascii: "a")...UInt8(ascii: "z") ~= second | 32)
          || (first == UInt8(ascii: "_") && second != 32)
      }
    return isTeX && (text.first == 32 || text.last == 32) ? close : nil
  }

  mutating func closingDollars(_ count: Int, from begin: Int, _ end: Int) -> Int? {
    // A search that met neither braces nor code, and so nothing that this one would read otherwise, came to the end.
    if let known = unclosedDollars[count], begin >= known { return nil }
    var index = begin, depth = 0, isPlain = true
    while index < end {
      if bytes[index] == UInt8(ascii: "\\") { index += 2; continue }
      if bytes[index] == UInt8(ascii: "{") { depth += 1 }
      if bytes[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth != 0 || bytes[index] == UInt8(ascii: "`") { isPlain = false }
      // A sign in code is no formula's; in braces a backtick is TeX's quotation mark.
      if bytes[index] == UInt8(ascii: "`"), depth <= 0 {
        let run = runLength(at: index, end)
        index = closingRun(of: run, from: index + run, end).map { $0 + run } ?? index + run
        continue
      }
      guard bytes[index] == UInt8(ascii: "$") else { index += 1; continue }
      if count == 2 {
        if starts("$$", at: index), index + 2 <= end { return index }
      } else if ![32, 9, 10, 13].contains(bytes[index - 1]),
        !(index + 1 < end && (48...57).contains(bytes[index + 1])), index > begin
      {
        return index
      }
      index += 1
    }
    if isPlain { unclosedDollars[count] = begin }
    return nil
  }

  /// Puts a token in place of the formula that ends before `stop`.
  private mutating func emit(_ tex: Range<Int>, from start: Int, display: Bool, stop: Int) -> Int {
    replace(start..<stop, with: Token.formula(formulas.count))
    formulas.append(
      Formula(
        tex: String(decoding: bytes[tex], as: UTF8.self), display: display, id: nil,
        offset: tex.lowerBound < leaf.offsets.count ? leaf.offsets[tex.lowerBound] : 0))
    return stop
  }
}
