import WeaveModel
import WeaveSupport

/// Finds again, one after another, where the characters of a shown text stand in the source.
///
/// cmark does not tell where inlines stand. What the page shows is what the source holds in the same order, without the
/// marks between; so the next place of a character, from that of the one before it, is its own.
struct SourceCursor {
  private var scalars: [Unicode.Scalar] = []
  /// Bytes of the source before each.
  private var offsets: [Int] = []
  private var index = 0
  /// After the character that was found last.
  private(set) var here = 0
  /// Nothing is known of where the text stands.
  var isBlind: Bool { scalars.isEmpty }

  /// Marks in a row are shorter; what is not found within it is not looked for in all that follows.
  private static let reach = 1024

  init() {}

  /// - Parameter ranges: what may be shown, in order; without them all of the text is said to stand at `start`.
  init(_ ranges: [Range<Int>], in source: Source, from start: Int) {
    here = ranges.first?.lowerBound ?? start
    for range in ranges {
      var offset = range.lowerBound
      for scalar in String(decoding: source.bytes[range], as: UTF8.self).unicodeScalars {
        scalars.append(scalar)
        offsets.append(offset)
        offset += UTF8.width(scalar)
      }
    }
  }

  /// Goes to what stands at `offset` of the source, or after it.
  mutating func pass(_ offset: Int) {
    (index, here) = (offsets.countBefore { $0 < offset }, offset)
  }

  /// Where `shown` stands; no longer than nothing where it is not found.
  mutating func find(_ shown: Unicode.Scalar) -> Range<Int> {
    var next = index
    while next < min(scalars.count, index + Self.reach) {
      if scalars[next] == "&", let end = reference(at: next), shown != "&" || isAmpersand(next..<end) {
        return take(next, end)
      }
      if scalars[next] == shown { return take(next, next + 1) }
      next += 1
    }
    return here..<here
  }

  private mutating func take(_ from: Int, _ end: Int) -> Range<Int> {
    index = end
    here = offsets[end - 1] + UTF8.width(scalars[end - 1])
    return offsets[from]..<here
  }

  /// The end of `&nbsp;`, `&#57;`.
  private func reference(at start: Int) -> Int? {
    let rest = scalars[(start + 1)...].prefix(32)
    guard let end = rest.firstIndex(of: ";"), end > start + 1 else { return nil }
    let isName = scalars[start + 1..<end].allSatisfy {
      $0.isASCII && (NumeralWords.isLetter($0) || NumeralWords.digit($0) != nil) || $0 == "#"
    }
    return isName ? end + 1 : nil
  }

  private func isAmpersand(_ range: Range<Int>) -> Bool {
    ["&amp;", "&AMP;", "&#38;", "&#x26;", "&#X26;"].contains(String(scalars: scalars[range]))
  }
}
