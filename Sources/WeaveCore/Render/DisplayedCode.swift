extension CodeBlock {
  /// The code that a reader sees: the lines between `// snippet.hide` and `// snippet.show` run only.
  var displayedCode: String {
    var lines: [Substring] = []
    var hidden = false
    let isWhole = !code.has("// snippet.")
    for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
      if isWhole {
        lines.append(line)
        continue
      }
      switch String(line.drop { $0 == " " || $0 == "\t" }).trimmedEnd {
      case "// snippet.hide": hidden = true
      case "// snippet.show": hidden = false
      default: if !hidden { lines.append(line) }
      }
    }
    // A hidden stretch at either end would leave its blank lines behind.
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.drop { $0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
