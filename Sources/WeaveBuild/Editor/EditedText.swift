/// A text as an editor has it: lines end with LF, CR LF or CR, and columns count UTF-16 from 0.
package struct EditedText: Sendable, Hashable {
  package struct Place: Sendable, Hashable, Comparable {
    package var line: Int
    package var character: Int

    package init(line: Int, character: Int) { (self.line, self.character) = (line, character) }

    package static func < (a: Place, b: Place) -> Bool { (a.line, a.character) < (b.line, b.character) }
  }

  package private(set) var bytes: [UInt8]
  private var lineStarts: [Int]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    lineStarts = Self.starts(bytes)
  }

  package init(_ text: String) { self.init(Array(text.utf8)) }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  private static func starts(_ bytes: [UInt8]) -> [Int] {
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        if bytes[index] == 10 || bytes[index] == 13 && !(index + 1 < bytes.count && bytes[index + 1] == 10) {
          starts.append(index + 1)
        }
      }
    }
    return starts
  }

  /// Bytes of a line without its end.
  package func line(_ number: Int) -> Range<Int> {
    guard lineStarts.indices.contains(number) else { return bytes.count..<bytes.count }
    let start = lineStarts[number]
    var end = number + 1 < lineStarts.count ? lineStarts[number + 1] : bytes.count
    while end > start, number + 1 < lineStarts.count, bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
    return start..<end
  }

  package var lines: Int { lineStarts.count }

  /// What lies beyond a line's end is at it; a column within a character is before that.
  package func offset(of place: Place) -> Int {
    if place.line < 0 { return 0 }
    guard place.line < lineStarts.count else { return bytes.count }
    let line = line(place.line)
    var index = line.lowerBound, left = place.character
    while index < line.upperBound {
      let (width, units) = Self.character(bytes[index])
      if left < units { break }
      left -= units
      index = min(line.upperBound, index + width)
    }
    return index
  }

  package func place(of offset: Int) -> Place {
    let offset = max(0, min(offset, bytes.count))
    var low = 0, high = lineStarts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    var index = lineStarts[low], units = 0
    while index < offset {
      let (width, own) = Self.character(bytes[index])
      index += width
      if index <= offset { units += own }
    }
    return Place(line: low, character: units)
  }

  /// By its first byte: how many bytes it has, and how many units in UTF-16.
  private static func character(_ first: UInt8) -> (width: Int, units: Int) {
    switch first {
    case 0..<0xC0: (1, 1)
    case 0xC0..<0xE0: (2, 1)
    case 0xE0..<0xF0: (3, 1)
    default: (4, 2)
    }
  }

  package mutating func replace(_ range: Range<Place>, with text: String) {
    let start = offset(of: range.lowerBound)
    bytes.replaceSubrange(start..<max(start, offset(of: range.upperBound)), with: text.utf8)
    lineStarts = Self.starts(bytes)
  }
}
