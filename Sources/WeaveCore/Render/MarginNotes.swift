import Foundation

/// Notes beside the text, for screens with a margin: what a footnote says, and what a first citation cites. Each is a
/// copy of what the page also holds at its end, so it is silent to a screen reader and holds nothing to focus.
struct MarginNotes {
  /// A footnote's reference that has room beside it: its name, its number, and where the note goes.
  private struct Place {
    var name: Substring
    var number: Substring
    var offset: Int
  }

  private var places: [Place] = []
  private var isInTable = false

  /// Looks at HTML of the skeleton that stands at byte `offset` of the page.
  mutating func read(_ text: String, at offset: Int) {
    if text.has("data-footnote-ref") {
      for (place, reference) in Self.references(in: text) where !isInTable(behind: text.utf8.prefix(place)) {
        places.append(Place(name: reference.name, number: reference.number, offset: offset + place))
      }
    }
    isInTable = isInTable(behind: text.utf8[...])
  }

  /// Whether a table that began in `text` or before it is still open at its end.
  private func isInTable(behind text: Substring.UTF8View) -> Bool {
    let text = Substring(text)
    guard text.has("table>") else { return isInTable }
    let opening = text.range(of: "<table>", options: .backwards)?.lowerBound
    let closing = text.range(of: "</table>", options: .backwards)?.lowerBound
    guard let opening else { return closing == nil && isInTable }
    return closing.map { $0 < opening } ?? true
  }

  /// A note may not float out of a table: its frame scrolls.
  var hasRoom: Bool { !isInTable }

  /// `<sup class="footnote-ref"><a href="#fn-NAME" id="fnref-NAME" data-footnote-ref>1</a></sup>`, and the byte behind it.
  private static func references(in text: String) -> [(Int, (name: Substring, number: Substring))] {
    let pattern = #/id="fnref-([^"]*)" data-footnote-ref>(\d+)</a></sup>/#
    return text.matches(of: pattern).compactMap { match in
      // A second reference to the same note has a name of its own and needs no second copy.
      guard text.contains("href=\"#fn-\(match.1)\" id=") else { return nil }
      return (text.utf8.distance(from: text.startIndex, to: match.range.upperBound), (match.1, match.2))
    }
  }

  /// `page` with the text of each footnote beside its reference.
  func placed(in page: String) -> String {
    guard !places.isEmpty, let section = page.range(of: "<section class=\"footnotes\"", options: .backwards) else { return page }
    let notes = page[section.lowerBound...]
    var result = page
    for place in places.reversed() {
      guard let text = Self.note(place.name, in: notes) else { continue }
      let index = result.utf8.index(result.startIndex, offsetBy: place.offset)
      result.insert(contentsOf: Self.aside(place.number, text), at: index)
    }
    return result
  }

  /// The text of a note of one paragraph without links; others are read at the end of the page.
  private static func note(_ name: Substring, in section: Substring) -> String? {
    guard let start = section.range(of: "<li id=\"fn-\(name)\">\n<p>")?.upperBound,
      let item = section[start...].range(of: "</li>"),
      let end = section[start..<item.lowerBound].range(of: " <a href=\"#fnref-")?.lowerBound
    else { return nil }
    let text = section[start..<end]
    let holdsMore = ["<p>", "<a ", " id=\"", "tabindex"].contains { text.contains($0) }
    return holdsMore ? nil : String(text)
  }

  static func aside(_ number: Substring, _ html: String) -> String {
    "<span class=\"aside\" aria-hidden=\"true\"><span class=\"aside-number\">\(number)</span> \(html)</span>"
  }

  /// The reference's people, year and title.
  static func citation(_ reference: Reference, ordinal: Int) -> String {
    aside("[\(ordinal)]", Bibliography.brief(reference))
  }
}
