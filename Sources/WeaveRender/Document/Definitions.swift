import WeaveModel

/// Where a chapter's program gives a value its name: what a reader wants to see of a number called `weights[0]`.
struct Definitions {
  private struct Line {
    var block: Int
    var text: String
  }

  /// By name, in the order of the chapter.
  private var lines: [Substring: [Line]] = [:]

  /// Declarations that stand at the edge of a block that runs, where a reader sees them: one within braces is seen only
  /// there.
  init(_ chapter: Chapter) {
    for block in chapter.blocks where block.mode.isExecuted && !block.attributes.hide {
      let code = block.displayedCode.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in code.enumerated() {
        for name in Self.names(declaredIn: line) {
          lines[name, default: []].append(Line(block: block.index, text: Self.shown(code[index...])))
        }
      }
    }
  }

  /// The line that gave its value to the first name in `expression` that the chapter itself declares, in the block that
  /// ran last before it or in an earlier one.
  func line(for expression: String, after block: Int?) -> String? {
    for name in Self.names(in: expression) {
      if let line = lines[name]?.last(where: { $0.block <= block ?? .max }) { return line.text }
    }
    return nil
  }

  /// `let name = …`, `var (a, b) = …`, `func name(…`.
  private static func names(declaredIn line: Substring) -> [Substring] {
    if line.hasPrefix("func ") {
      let name = line.dropFirst(5).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      return name.isEmpty ? [] : [name]
    }
    guard line.hasPrefix("let ") || line.hasPrefix("var ") else { return [] }
    var pattern = line.dropFirst(4)
    // Without types and values.
    pattern = pattern.first == "(" ? pattern.prefix { $0 != ")" } : pattern.prefix { $0 != "=" && $0 != ":" }
    // Of several values in a line each is declared after a comma.
    let rest = line.dropFirst(4).first == "(" ? [] : line.split(separator: ",").dropFirst().filter { $0.contains("=") }
    return names(in: pattern) + rest.compactMap { part in names(in: part.prefix { $0 != "=" && $0 != ":" }).first }
  }

  /// Names that are no members of something else.
  private static func names(in text: some StringProtocol) -> [Substring] {
    var names: [Substring] = []
    var rest = Substring(text)
    var before: Character?
    while let first = rest.first {
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      if word.isEmpty {
        before = first
        rest = rest.dropFirst()
        continue
      }
      if before != ".", !first.isNumber { names.append(word) }
      before = word.last
      rest = rest[word.endIndex...]
    }
    return names
  }

  /// The first line of what may be several, without a comment at its end.
  private static func shown(_ lines: ArraySlice<Substring>) -> String {
    let most = 110
    // No more is looked at than is shown: a line may be as long as a file.
    var line = lines[lines.startIndex].prefix(2 * most)
    if let comment = line.firstRange(of: " // ") { line = line[..<comment.lowerBound] }
    while line.last == " " { line = line.dropLast() }
    let opens = line.last.map { "{([=,".contains($0) } ?? false
    let goesOn = opens || lines.dropFirst().first?.first { $0 != " " } == "."
    return line.count > most ? line.prefix(most) + "…" : goesOn ? line + " …" : String(line)
  }
}
