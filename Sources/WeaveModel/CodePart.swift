/// A part of a file that is a block's code: `file=code/softmax.swift:stable` is what stands there between
/// `// region stable` and `// endregion`.
package struct CodePart: Sendable, Hashable {
  /// The file's way from the chapters' folder.
  package var path: String
  package var region: String
  /// Of each line of the code, the file's line.
  package var lines: [Int] = []

  /// Nil where the text is not `FILE:NAME`.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    (path, region) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    let isName = region.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    if path.isEmpty || region.isEmpty || !isName || path.contains(where: { "\"\\:".contains($0) }) { return nil }
  }

  /// The file's line that is this line of the code.
  package func line(_ line: Int) -> Int { lines.isEmpty ? 1 : lines[min(max(1, line), lines.count) - 1] }
}

extension CodeBlock {
  /// How many lines of its code stand in the Markdown.
  package var writtenLines: Int { attributes.file == nil ? code.utf8.count { $0 == 10 } : 0 }
}

extension Chapter {
  /// What a message adds to the place of a piece whose code stands in another file.
  package func elsewhere(_ origin: CodeOrigin?, line: Int) -> String {
    guard case .block(let index)? = origin, blocks.indices.contains(index), let part = blocks[index].attributes.file
    else { return "" }
    return " (in \(part.path), line \(part.line(line)))"
  }
}
