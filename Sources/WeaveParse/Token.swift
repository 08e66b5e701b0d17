/// Stand-ins that pass through cmark as letters and come out in its HTML.
package enum Token {
  package static let open: Character = "\u{E000}"
  package static let close: Character = "\u{E001}"
  package static func make(_ name: String) -> String { "\(open)\(name)\(close)" }
  /// A line of a formula that is gone.
  static let filler = make("~")
  package static func formula(_ index: Int) -> String { make("m\(index)") }

  /// `text` cut at its tokens: each token's name with what follows it. By scalars: a combining mark after a token
  /// makes one character with its end.
  package static func pieces(of text: String) -> [(name: Substring?, rest: Substring)] {
    text.unicodeScalars.split(separator: "\u{E000}", omittingEmptySubsequences: false).enumerated().map {
      index, piece in
      guard index > 0, let close = piece.firstIndex(of: "\u{E001}") else { return (nil, Substring(piece)) }
      return (Substring(piece[..<close]), Substring(piece[piece.index(after: close)...]))
    }
  }
}
