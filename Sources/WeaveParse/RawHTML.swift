import WeaveModel
import WeaveSupport

/// Raw HTML in Markdown: a few harmless tags without attributes, which pair. It is read here into parts, of which the
/// page is written anew, so that what a browser makes of it is what was looked at; comments are left out.
struct RawHTML {
  static let allowed: Set<String> = ["details", "summary", "ruby", "rt", "rp", "kbd", "br", "sub", "sup"]

  struct Fault: Error {
    /// Byte offset in the piece of HTML.
    var offset: Int
    var message: String
  }

  /// What is open: its name, and the number that the caller gave to the piece where it stands.
  private(set) var open: [(name: String, place: Int)] = []
  /// Those that a container's end closed: the tags that would close them close nothing, and that is told already.
  private var lost: [String: Int] = [:]
  /// How many of them were open where the container that is read began: those stay open in it.
  private var floor = 0

  /// Begins to read one of Markdown's containers: what opens in it closes in it. Gives back what `leave` wants.
  mutating func enter() -> Int {
    defer { floor = open.count }
    return floor
  }

  /// Ends it; gives back what it left open, which then is closed.
  mutating func leave(_ outer: Int) -> [(name: String, place: Int)] {
    let left = Array(open[floor...])
    for tag in left { lost[tag.name, default: 0] += 1 }
    open.removeLast(left.count)
    floor = outer
    return left
  }

  /// The parts of `html`; throws what is not allowed, with the mend. `place` is kept for what stays open.
  mutating func parts(of html: String, at place: Int) throws(Fault) -> [HTMLPart] {
    var next = self
    let parts = try next.read(html, at: place)
    self = next
    return parts
  }

  private mutating func read(_ html: String, at place: Int) throws(Fault) -> [HTMLPart] {
    let bytes = Array(html.utf8)
    var parts: [HTMLPart] = []
    var index = 0
    while index < bytes.count {
      let mark = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
      if mark > index { parts.append(.characters(Self.characters(bytes[index..<mark]))) }
      index = mark
      if index == bytes.count { break }
      if bytes[index...].starts(with: "<!--".utf8) {
        index = try Self.commentEnd(bytes, index)
      } else {
        let (tag, end) = try Self.tag(bytes, index)
        try follow(tag, from: index, at: place)
        parts.append(.tag(tag))
        index = end
      }
    }
    return parts
  }

  /// What stands in the comment with which `html` begins; nil where it begins with none, or with one that does not end.
  static func leadingComment(_ html: String) -> Substring? {
    let text = html.drop { $0.isWhitespace }
    guard text.utf8.starts(with: "<!--".utf8), let end = text.firstRange(of: "-->"),
      (try? commentEnd(Array(text.utf8), 0)) != nil
    else { return nil }
    return text[..<end.lowerBound].dropFirst(4)
  }

  // MARK: Comments

  /// Where the comment that begins at `start` ends for Markdown and for every browser.
  static func commentEnd(_ bytes: [UInt8], _ start: Int) throws(Fault) -> Int {
    let inside = bytes[(start + 4)...]
    guard let end = inside.firstRange(of: Array("-->".utf8)) else {
      throw Fault(offset: start, message: "this comment is never closed: end it with -->")
    }
    let words = inside[..<end.lowerBound]
    if words.first == UInt8(ascii: ">") || words.starts(with: "->".utf8) || words.contains(Array("--!>".utf8)) {
      throw Fault(offset: start, message: "a browser ends this comment before its -->: take > and --!> out of it")
    }
    return end.upperBound
  }

  // MARK: Tags

  /// The tag at `start`, and what stands after it.
  private static func tag(_ bytes: [UInt8], _ start: Int) throws(Fault) -> (HTMLTag, Int) {
    guard let close = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else { throw refusal(bytes[start...], start) }
    var words = String(decoding: bytes[(start + 1)..<close], as: UTF8.self)[...]
    let closes = words.hasPrefix("/")
    if closes { words = words.dropFirst() }
    // A slash at the end closes nothing in HTML; after `br` there is nothing to close.
    let isVoid = words.hasSuffix("/")
    if isVoid { words = words.dropLast() }
    let name = words.prefix { $0.isASCII && $0.isLetter }.lowercased()
    let rest = words.dropFirst(name.count).filter { !$0.isWhitespace }
    let isOpen = name == "details" && rest == "open" && !closes
    guard allowed.contains(name), rest.isEmpty || isOpen, !isVoid || name == "br", !closes || name != "br" else {
      throw refusal(bytes[start...close], start)
    }
    return (HTMLTag(name, closes: closes, isOpen: isOpen), close + 1)
  }

  private mutating func follow(_ tag: HTMLTag, from offset: Int, at place: Int) throws(Fault) {
    if tag.name == "br" { return }
    if !tag.closes {
      open.append((tag.name, place))
    } else if open.count > floor, open.last?.name == tag.name {
      open.removeLast()
    } else if let count = lost[tag.name], count > 0 {
      lost[tag.name] = count - 1
    } else {
      throw Fault(
        offset: offset, message: "</\(tag.name)> closes nothing that is open here: check that tags pair and nest")
    }
  }

  private static func refusal(_ tag: ArraySlice<UInt8>, _ offset: Int) -> Fault {
    let shown = String(decoding: tag, as: UTF8.self).prefix(40).split(separator: "\n").first ?? ""
    return Fault(
      offset: offset,
      message: "raw HTML '\(shown)' is refused: allowed are \(allowed.sorted().joined(separator: ", ")) without "
        + "attributes; for a plain < write &lt; or put it in backquotes")
  }

  // MARK: Texts

  /// Character data: references stay, a lone `&` and `>` do not.
  private static func characters(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.has("&") || text.has(">") else { return text }
    let lone = /&(?!(?:[A-Za-z][A-Za-z0-9]*|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)/
    return text.replacing(lone, with: "&amp;").replacing(">", with: "&gt;")
  }
}
