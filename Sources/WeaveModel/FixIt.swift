/// A piece of the Markdown that says something else than what was computed, and what it should say.
package struct FixIt: Sendable, Hashable, Codable {
  /// Bytes of the chapter's source that go, and what comes in their place.
  package var range: Range<Int>
  package var replacement: String
  /// For the review: what is measured, by expression or block.
  package var subject: String
  package var old: String
  package var new: String
  package var position: Position

  package init(range: Range<Int>, replacement: String, subject: String, old: String, new: String, position: Position) {
    self.range = range
    self.replacement = replacement
    self.subject = subject
    self.old = old
    self.new = new
    self.position = position
  }
}

extension Source {
  /// The text with all `fixIts` made; what they do not cover stays as it was, byte for byte.
  package func mended(_ fixIts: [FixIt]) -> String {
    var result: [UInt8] = []
    var offset = 0
    let inOrder = fixIts.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for fixIt in inOrder where fixIt.range.lowerBound >= offset {
      result += bytes[offset..<fixIt.range.lowerBound]
      result += fixIt.replacement.utf8
      offset = fixIt.range.upperBound
    }
    result += bytes[offset...]
    return String(decoding: result, as: UTF8.self)
  }
}
