import Foundation

extension Unicode.Scalar {
  /// What a terminal obeys or a reader does not see: control characters, breaks of lines that are not LF, characters
  /// that turn the direction of text, and characters without a shape. Two texts that differ in these look the same.
  package var isUnseen: Bool {
    switch value {
    case 0x20...0x7E, 0xA0...0xAC, 0xAE...0x34E, 0x3041...0x3163, 0x3165...0xFDFF: false
    case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFFF9...0xFFFB: true
    default: properties.isDefaultIgnorableCodePoint
    }
  }

  /// Chooses the shape of the character before it, as in 葛󠄀 or ⚠️.
  var isVariationSelector: Bool { (0xFE00...0xFE0F).contains(value) || (0xE0100...0xE01EF).contains(value) }

  /// Joins the pictures before and after it to one.
  var isJoiner: Bool { value == 0x200D }

  private var isPicture: Bool { value > 0x7F && properties.isEmoji }

  /// Whether it is unseen and does not change a character that is seen.
  fileprivate func isHidden(after previous: Unicode.Scalar?, before next: Unicode.Scalar?) -> Bool {
    guard isUnseen else { return false }
    guard let previous else { return true }
    if isVariationSelector {
      let isKeycap = value == 0xFE0F && next?.value == 0x20E3 && previous.isASCII
      return !isKeycap && (previous.isASCII || previous.isUnseen)
    }
    if isJoiner { return !(previous.isPicture || previous.isVariationSelector) || next?.isPicture != true }
    return true
  }

  /// Whether a terminal may obey it, or a reader not see it, whatever stands beside it.
  package var isObeyed: Bool { isUnseen }

  /// 202E
  package var number: String { String(format: "%04X", value) }

  /// ⟨U+202E⟩
  package var shown: String { "⟨U+\(number)⟩" }
}

extension Sequence<Unicode.Scalar> {
  /// Offsets of those that a reader would not see. Marks that choose or join what is seen are none.
  package var unseenPlaces: [Int] {
    var places: [Int] = []
    var previous: Unicode.Scalar?
    var current: Unicode.Scalar?
    var offset = -1
    func judge(_ next: Unicode.Scalar?) {
      if let current, current.isHidden(after: previous, before: next) { places.append(offset) }
    }
    for next in self {
      judge(next)
      (previous, current) = (current, next)
      offset += 1
    }
    judge(nil)
    return places
  }
}

extension StringProtocol {
  /// What is unseen in it, in its order; line breaks and tabs among it.
  package var unseen: [Unicode.Scalar] {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return [] }
    let scalars = Array(unicodeScalars)
    return scalars.unseenPlaces.map { scalars[$0] }
  }

  /// With what a reader would not see, or a terminal would obey, shown by its number: ⟨U+001B⟩. One line.
  package var shownPlainly: String {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return String(self) }
    let scalars = Array(unicodeScalars)
    var text = String.UnicodeScalarView()
    var last = 0
    for place in scalars.unseenPlaces {
      text.append(contentsOf: scalars[last..<place])
      text.append(contentsOf: scalars[place].shown.unicodeScalars)
      last = place + 1
    }
    text.append(contentsOf: scalars[last...])
    return String(text)
  }
}
