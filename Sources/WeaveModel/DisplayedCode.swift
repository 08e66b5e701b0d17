import WeaveSupport

extension CodeBlock {
  /// The code that a reader sees: the lines between `// snippet.hide` and `// snippet.show` run only.
  package var displayedCode: String {
    var lines: [Substring] = []
    var hidden = false
    if let whole = wholeCode { return whole }
    for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
      switch String(line.drop { $0 == " " || $0 == "\t" }).trimmedEnd {
      case "// snippet.hide": hidden = true
      case "// snippet.show": hidden = false
      default: if !hidden { lines.append(line) }
      }
    }
    // A hidden stretch at either end would leave its blank lines after.
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.drop { $0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
  }

  /// All of it but the last newline, where nothing is hidden and neither the first nor the last line is blank.
  private var wholeCode: String? {
    guard !code.has("// snippet."), code.utf8.last == 10 else { return nil }
    func isInk(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
    let bytes = code.utf8.dropLast()
    guard bytes.prefix(while: { $0 != 10 }).contains(where: isInk),
      bytes.reversed().prefix(while: { $0 != 10 }).contains(where: isInk)
    else { return nil }
    return String(code.dropLast())
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
