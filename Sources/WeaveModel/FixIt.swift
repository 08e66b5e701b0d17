/// An edit of a chapter after which a diagnostic of it is gone: what `weave promote` writes.
///
/// Those of one chapter do not overlap, or one would edit what another has written: where several faults are gone by
/// the same edit, one of their diagnostics has it.
package struct FixIt: Sendable, Hashable, Codable {
  /// Bytes of the chapter's source that go, and what comes in their place.
  package var range: Range<Int>
  package var replacement: String
  // What a review shows of it: what gives the value (an expression, a block, a label), what is printed there now, what
  // was computed, and where. A fence that grows has more in `replacement` than in `new`.
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
  /// The text after all of `fixIts`; what they do not cover stays as it was, byte for byte.
  package func mended(_ fixIts: [FixIt]) -> String {
    var result: [UInt8] = []
    var offset = 0
    let inOrder = fixIts.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for fixIt in inOrder {
      precondition(fixIt.range.lowerBound >= offset, "two fix-its of \(path) overlap before byte \(offset)")
      result += bytes[offset..<fixIt.range.lowerBound]
      result += fixIt.replacement.utf8
      offset = fixIt.range.upperBound
    }
    result += bytes[offset...]
    return String(decoding: result, as: UTF8.self)
  }
}
