import WeaveModel
import WeaveSupport

/// A text says what its reader sees: characters that turn its direction, or have no shape, are faults at their places.
///
/// A reviewer of `isAdmin` and `is\u{200B}Admin`, or of a comment that turns the code after it around, sees what the
/// compiler does not; a numeral with something unseen in it is another number to the audit than to the reader.
enum UnseenText {
  /// Of any file of the book: what is unseen, as a character and as a reference of HTML.
  static func problems(in source: Source) -> [Diagnostic] {
    var found = places(in: source.bytes[...]).prefix(20).map {
      problem(at: $0.offset, $0.scalar, in: source, "take it out")
    }
    if source.path.hasSuffix(".md"), source.text.has("&") {
      for match in source.text.matches(of: /&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z0-9]+);/).prefix(10_000) {
        let scalar = scalar(String(match.output.dropFirst().dropLast()))
        guard let scalar, scalar.isUnseen, scalar != "\n", scalar != "\t" else { continue }
        let offset = source.text.utf8.distance(from: source.text.startIndex, to: match.range.lowerBound)
        found.append(problem(at: offset, scalar, in: source, "take \(match.output) out"))
        if found.count > 40 { break }
      }
    }
    return found
  }

  /// Of a chapter's Swift: what stands between pictures in a text makes two names look the same here.
  static func problems(inCodeOf chapter: Chapter) -> [Diagnostic] {
    let source = chapter.source
    let hidden = places(in: source.bytes[...], evenIfSeen: true)
    if hidden.isEmpty { return [] }
    let known = Set(places(in: source.bytes[...]).map(\.offset))
    let code =
      chapter.blocks.map {
        source.lineStart($0.codeLine)..<source.lineStart($0.codeLine + $0.code.utf8.count { $0 == 10 })
      }
      + chapter.links.compactMap { link in
        guard case .expression = link.target else { return nil }
        return link.targetRange
      }
    return hidden.filter { place in !known.contains(place.offset) && code.contains { $0.contains(place.offset) } }
      .prefix(20).map {
        problem(
          at: $0.offset, $0.scalar, in: source,
          "write it as \\u{\(String($0.scalar.value, radix: 16, uppercase: true))}")
      }
  }

  /// Of a value that YAML or JSON may have written with escapes; nil where all of it is seen and stands on one line.
  static func problem(of name: String, _ text: String) -> String? {
    guard let scalar = text.unseen.first else { return nil }
    let what = scalar == "\n" ? "a line break" : "the unseen character U+\(scalar.number)"
    return "'\(name)' holds \(what): write it as one line of words"
  }

  private static func problem(
    at offset: Int, _ scalar: Unicode.Scalar, in source: Source, _ mend: String
  ) -> Diagnostic {
    Diagnostic(
      .encoding, source.path, source.position(at: offset),
      "here stands U+\(scalar.number), which a reader does not see: \(mend)")
  }

  /// The first of it in a file of code, and its line; what would be no character of a text there counts, too.
  static func first(inCode bytes: [UInt8]) -> (line: Int, scalar: Unicode.Scalar)? {
    let own: Set<Unicode.Scalar> = ["\r", "\0", "\u{E000}", "\u{E001}"]
    for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 9 }) { continue }
      let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
      let scalar = scalars.first { own.contains($0) || $0.isUnseen && $0 != "\t" }
      if let scalar { return (number + 1, scalar) }
    }
    return nil
  }

  /// Where in the text there is something unseen. Letters of ASCII, kana and ideographs are passed over at once.
  private static func places(
    in bytes: ArraySlice<UInt8>, evenIfSeen: Bool = false
  ) -> [(offset: Int, scalar: Unicode.Scalar)] {
    var found: [(offset: Int, scalar: Unicode.Scalar)] = []
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      if line.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 9 }) { continue }
      let scalars = Array(String(decoding: line, as: UTF8.self).unicodeScalars)
      let hidden = evenIfSeen ? scalars.indices.filter { scalars[$0].isUnseen } : scalars.unseenPlaces
      if hidden.isEmpty { continue }
      let offsets = scalars.reduce(into: [line.startIndex]) { $0.append($0.last! + UTF8.width($1)) }
      found += hidden.filter { scalars[$0] != "\t" }.map { (offsets[$0], scalars[$0]) }
    }
    return found
  }

  /// `#8238`, `#x202E` or `rlm`; of names only those that name something unseen.
  private static func scalar(_ reference: String) -> Unicode.Scalar? {
    if reference.hasPrefix("#x") || reference.hasPrefix("#X") {
      return UInt32(reference.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    }
    if reference.hasPrefix("#") { return UInt32(reference.dropFirst()).flatMap(Unicode.Scalar.init) }
    return named[reference]
  }

  /// HTML's names, each with all of its spellings.
  private static let named: [String: Unicode.Scalar] = [
    "lrm": "\u{200E}", "rlm": "\u{200F}", "zwj": "\u{200D}", "zwnj": "\u{200C}", "shy": "\u{AD}", "NoBreak": "\u{2060}",
    "ZeroWidthSpace": "\u{200B}", "NegativeVeryThinSpace": "\u{200B}", "NegativeThinSpace": "\u{200B}",
    "NegativeMediumSpace": "\u{200B}", "NegativeThickSpace": "\u{200B}", "ApplyFunction": "\u{2061}", "af": "\u{2061}",
    "InvisibleTimes": "\u{2062}", "it": "\u{2062}", "InvisibleComma": "\u{2063}", "ic": "\u{2063}",
  ]
}
