import WeaveModel

/// A pipe in a formula ends no cell of a table: p(x|y). Markdown knows of no formulas, so it is told.
enum FormulaPipes {
  /// Offsets of the pipes that stand in a formula on one line: within $`…`$, or within $…$ without a space on both of
  /// their sides.
  static func offsets(in source: Source, from start: Int) -> Set<Int> {
    var found: Set<Int> = []
    let dollar = UInt8(ascii: "$"), pipe = UInt8(ascii: "|")
    for line in source.line(at: start)...source.lineStarts.count {
      let bytes = source.bytes[source.lineStart(line)..<source.lineEnd(line)]
      guard bytes.contains(pipe), bytes.contains(dollar) else { continue }
      var index = bytes.startIndex
      while let open = bytes[index...].firstIndex(of: dollar) {
        index = open + 1
        guard !isEscaped(open, in: bytes), let close = close(of: open, in: bytes) else { continue }
        for offset in open..<close where bytes[offset] == pipe { found.insert(offset) }
        index = close + 1
      }
    }
    return found
  }

  private static func isEscaped(_ index: Int, in line: ArraySlice<UInt8>) -> Bool {
    line[..<index].reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
  }

  /// The sign that closes a formula with a pipe in it.
  private static func close(of open: Int, in line: ArraySlice<UInt8>) -> Int? {
    let rest = line[(open + 1)...]
    if rest.first == UInt8(ascii: "`") { return rest.firstRange(of: Array("`$".utf8)).map { $0.lowerBound + 1 } }
    guard let first = rest.first, first != 32, first != UInt8(ascii: "$"),
      let close = rest.indices.first(where: { rest[$0] == UInt8(ascii: "$") && !isEscaped($0, in: line) }),
      line[close - 1] != 32
    else { return nil }
    if close + 1 < line.endIndex, (48...57).contains(line[close + 1]) { return nil }
    let partsCells = rest[..<close].indices.contains {
      line[$0] == UInt8(ascii: "|") && line[$0 - 1] == 32 && line[$0 + 1] == 32
    }
    return partsCells ? nil : close
  }
}
