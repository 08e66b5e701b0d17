import WeaveSupport

/// A text file with its path as the author knows it, and the way from byte offsets to lines and columns.
package struct Source: Sendable {
  /// The path that diagnostics print: relative to where the command runs.
  package let path: String
  package let text: String
  /// The UTF-8 bytes of `text`; every offset and range of bytes that the tool keeps is of indices into them.
  package let bytes: [UInt8]
  /// Offset of the first byte of each line.
  package let lineStarts: [Int]
  /// Of each line that is long: places between two characters, and how many characters stand before them. Counting from
  /// the line's start for each of its many links would take the square of its length.
  private let waymarks: [Int: [(offset: Int, characters: Int)]]

  private static let stretch = 1024

  package init(path: String, text: String) {
    self.path = path
    self.text = text
    bytes = Array(text.utf8)
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == 10 { starts.append(offset + 1) }
    lineStarts = starts
    waymarks = Self.waymarks(bytes, starts)
  }

  private static func waymarks(_ bytes: [UInt8], _ starts: [Int]) -> [Int: [(offset: Int, characters: Int)]] {
    var found: [Int: [(offset: Int, characters: Int)]] = [:]
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
      if end - start < 2 * stretch { continue }
      var (offset, characters) = (start, 0)
      var marks = [(offset: start, characters: 0)]
      for character in String(decoding: bytes[start..<end], as: UTF8.self) {
        offset += character.utf8.count
        characters += 1
        if offset - marks.last!.offset >= stretch { marks.append((offset, characters)) }
      }
      found[index + 1] = marks
    }
    return found
  }

  /// 1-based line of a byte offset.
  package func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// Line and column of a byte offset; the column counts characters, as editors do.
  package func position(at offset: Int) -> Position {
    let line = line(at: offset)
    let lineStart = lineStarts[line - 1]
    let end = max(lineStart, min(offset, bytes.count))
    let (start, characters) = waymarks[line]?.last { $0.offset <= end } ?? (lineStart, 0)
    // Letters of ASCII are characters, one each.
    if bytes[start..<end].allSatisfy({ $0 < 0x80 && $0 != 13 }) {
      return Position(line: line, column: characters + end - start + 1)
    }
    return Position(line: line, column: characters + String(decoding: bytes[start..<end], as: UTF8.self).count + 1)
  }

  /// Where a range of bytes begins and ends.
  package func positions(of range: Range<Int>) -> Range<Position> {
    position(at: range.lowerBound)..<position(at: range.upperBound)
  }

  /// All of a line.
  package func positions(ofLine line: Int) -> Range<Position> {
    positions(of: lineStart(line)..<lineEnd(line))
  }

  /// Line and column of byte column `byteColumn` (1-based, as compilers count) in `line`.
  package func position(line: Int, byteColumn: Int) -> Position {
    guard line >= 1, line <= lineStarts.count else { return Position(line: max(1, line), column: 1) }
    return position(at: min(lineStarts[line - 1] + max(0, byteColumn - 1), lineEnd(line)))
  }

  /// Offset of the first byte of `line`; the text's end for a line after the last.
  package func lineStart(_ line: Int) -> Int { line <= lineStarts.count ? lineStarts[line - 1] : bytes.count }

  /// Offset just after the last byte of `line`, its newline left out.
  package func lineEnd(_ line: Int) -> Int {
    line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
  }

  package func line(_ number: Int) -> Substring.UTF8View.SubSequence {
    let utf8 = text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: lineStarts[number - 1])
    return utf8[start..<utf8.index(utf8.startIndex, offsetBy: lineEnd(number))]
  }

  package subscript(range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// A place in a text: 1-based line, 1-based column in characters.
package struct Position: Sendable, Hashable, Comparable, Codable {
  package var line: Int
  package var column: Int
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
  package static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
}
