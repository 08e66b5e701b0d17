import WeaveModel
import WeaveSupport

/// Links the first use of each term of the glossary in a chapter's running text.
struct GlossaryLinks {
  private struct Word {
    var scalars: [Unicode.Scalar]
    var name: String
  }

  /// Words by their first character, long ones first, so that 動的な剪定 is not taken for 剪定.
  private var words: [Unicode.Scalar: [Word]] = [:]

  init(_ terms: [GlossaryTerm]) {
    for term in terms {
      for word in term.words {
        let scalars = Array(word.unicodeScalars)
        words[scalars[0], default: []].append(Word(scalars: scalars, name: term.name))
      }
    }
    for first in words.keys { words[first]!.sort { $0.scalars.count > $1.scalars.count } }
  }

  /// `text`, the next one of the chapter in which a link may stand, as HTML. `link` writes a link to a
  /// term around its words.
  mutating func linked(_ text: String, _ link: (_ term: String, _ words: String) -> String) -> String {
    if words.isEmpty { return characters(text) }
    let scalars = Array(text.unicodeScalars)
    var result = ""
    var index = 0, start = 0
    func plain(to end: Int) -> String { characters(String(String.UnicodeScalarView(scalars[start..<end]))) }
    while index < scalars.count {
      if let word = word(at: index, in: scalars) {
        result += plain(to: index) + link(word.name, characters(String(String.UnicodeScalarView(word.scalars))))
        index += word.scalars.count
        start = index
        forget(word.name)
      } else {
        index += 1
      }
    }
    return result + plain(to: index)
  }

  private func word(at index: Int, in text: [Unicode.Scalar]) -> Word? {
    guard let candidates = words[text[index]] else { return nil }
    return candidates.first { word in
      let end = index + word.scalars.count
      guard end <= text.count, text[index..<end].elementsEqual(word.scalars) else { return false }
      // 動的剪定 holds 剪定, and Experts holds Expert: a part of a longer word is another word.
      let before = index > 0 ? Writing(text[index - 1]) : nil
      let after = end < text.count ? Writing(text[end]) : nil
      return !Writing.join(before, Writing(word.scalars[0]))
        && !Writing.join(Writing(word.scalars[word.scalars.count - 1]), after)
    }
  }

  private enum Writing {
    case han, katakana, latin
    init?(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x3005, 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: self = .han
      case 0x30A1...0x30FA, 0x30FC...0x30FF: self = .katakana
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0xC0...0x24F: self = .latin
      default: return nil
      }
    }
    static func join(_ a: Writing?, _ b: Writing?) -> Bool { a != nil && a == b }
  }

  private mutating func forget(_ name: String) {
    for first in words.keys { words[first]!.removeAll { $0.name == name } }
    words = words.filter { !$0.value.isEmpty }
  }
}
