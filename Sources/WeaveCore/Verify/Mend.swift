/// A piece of the Markdown that says something else than what was computed, and what it should say.
public struct Mend: Sendable, Hashable {
  /// Bytes of the chapter's source that go, and what comes in their place.
  public var range: Range<Int>
  public var replacement: String
  /// For the review: what is measured, by expression or block.
  public var subject: String
  public var old: String
  public var new: String
  public var position: Position
}

extension Source {
  /// The text with all `mends` made; what they do not cover stays as it was, byte for byte.
  public func mended(_ mends: [Mend]) -> String {
    var result: [UInt8] = []
    var offset = 0
    for mend in mends.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) where mend.range.lowerBound >= offset {
      result += bytes[offset..<mend.range.lowerBound]
      result += mend.replacement.utf8
      offset = mend.range.upperBound
    }
    result += bytes[offset...]
    return String(decoding: result, as: UTF8.self)
  }
}
