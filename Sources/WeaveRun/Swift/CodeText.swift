/// A block's code with spaces in place of comments, texts, and what is printed or shown: nothing in these changes what
/// later code computes. Each byte that is left stands where it stood.
struct CodeText {
  private(set) var bytes: [UInt8]

  private static let quote = UInt8(ascii: "\""), hash = UInt8(ascii: "#"), backslash = UInt8(ascii: "\\")
  private static let open = UInt8(ascii: "("), close = UInt8(ascii: ")")

  init(_ code: String) {
    bytes = Array(code.utf8)
    var place = 0
    while place < bytes.count {
      let end = endOfUnread(at: place)
      blank(place..<end)
      place = max(end, place + 1)
    }
    blankCalls(of: ["print", "show"])
  }

  private mutating func blank(_ range: Range<Int>) {
    for index in range where bytes[index] != 10 { bytes[index] = UInt8(ascii: " ") }
  }

  private func has(_ text: String, at place: Int) -> Bool {
    place + text.utf8.count <= bytes.count && bytes[place..<place + text.utf8.count].elementsEqual(text.utf8)
  }

  /// Where a comment or a text ends that begins here; `place` itself where none does.
  private func endOfUnread(at place: Int) -> Int {
    if has("//", at: place) { return bytes[place...].firstIndex(of: 10) ?? bytes.count }
    if has("/*", at: place) { return endOfComment(at: place) }
    var start = place
    while start < bytes.count, bytes[start] == Self.hash { start += 1 }
    return start < bytes.count && bytes[start] == Self.quote ? endOfText(at: start, hashes: start - place) : place
  }

  private func endOfComment(at place: Int) -> Int {
    var depth = 0, place = place
    while place < bytes.count {
      if has("/*", at: place) {
        (depth, place) = (depth + 1, place + 2)
      } else if has("*/", at: place) {
        (depth, place) = (depth - 1, place + 2)
        if depth == 0 { return place }
      } else {
        place += 1
      }
    }
    return place
  }

  /// - Parameters:
  ///   - start: its first quote.
  ///   - hashes: how many signs stand before it.
  private func endOfText(at start: Int, hashes: Int) -> Int {
    let signs = String(repeating: "#", count: hashes)
    let quotes = has("\"\"\"", at: start) ? "\"\"\"" : "\""
    var place = start + quotes.utf8.count
    while place < bytes.count {
      if has("\\" + signs, at: place) {
        place += 1 + hashes
        if place < bytes.count, bytes[place] == Self.open { place = endOfBrackets(at: place) } else { place += 1 }
      } else if has(quotes + signs, at: place) {
        return place + quotes.utf8.count + hashes
      } else if bytes[place] == 10, quotes.utf8.count == 1 {
        // Only a quote of a pattern, as in /"/, is not closed on its line.
        return place
      } else {
        place += 1
      }
    }
    return bytes.count
  }

  /// Just after the bracket that closes the one at `start`.
  private func endOfBrackets(at start: Int) -> Int {
    var depth = 0, place = start
    while place < bytes.count {
      let end = endOfUnread(at: place)
      if end > place {
        place = end
        continue
      }
      if bytes[place] == Self.open { depth += 1 }
      if bytes[place] == Self.close { depth -= 1 }
      place += 1
      if depth == 0 { return place }
    }
    return place
  }

  private mutating func blankCalls(of names: [String]) {
    func isPart(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte > 127 || (byte | 32) &- 97 < 26 || byte &- 48 < 10
    }
    var place = 0
    while place < bytes.count {
      let isCall = names.contains { has($0 + "(", at: place) } && (place == 0 || !isPart(bytes[place - 1]))
      if isCall, let bracket = bytes[place...].firstIndex(of: Self.open) {
        let end = endOfBrackets(at: bracket)
        blank(place..<end)
        place = end
      } else {
        place += 1
      }
    }
  }
}
