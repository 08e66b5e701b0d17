import WeaveModel

/// What Markdown reads inlines from: a paragraph, a heading, a cell of a table, a caption. No formula, link or code
/// span reaches out of one.
package struct Leaf {
  /// By which the tree finds again what stood in a leaf: its first line, and in a table's row the number of the cell.
  package struct Key: Hashable {
    package var line: Int
    package var cell = -1
    /// It stands in an attribute or a comment on that line, or in the front matter.
    var isCaption = false
  }

  package var key: Key
  /// Its text without what stands before its lines, such as a quote's marks; in a cell a pipe without its backslash.
  package private(set) var bytes: [UInt8] = []
  /// Where each byte stands in the source.
  package private(set) var offsets: [Int] = []

  init(_ key: Key) { self.key = key }

  /// Adds what stands at `range` of the source.
  package mutating func add(_ range: Range<Int>, of source: Source) {
    bytes += source.bytes[range]
    offsets += range
  }

  /// Bytes of the source for bytes of the leaf.
  package func source(_ range: Range<Int>) -> Range<Int> {
    if range.isEmpty {
      return range.lowerBound < offsets.count ? offsets[range.lowerBound]..<offsets[range.lowerBound] : 0..<0
    }
    return offsets[range.lowerBound]..<offsets[range.upperBound - 1] + 1
  }
}
