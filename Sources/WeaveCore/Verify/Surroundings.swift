/// What the page shows on both sides of each link: read from the HTML that cmark made, so that whatever marks it up (an
/// address, emphasis, code, a reference to a character, a line that joins the next) it is what a reader sees.
struct Surroundings {
  /// A chapter's text: one block a line, links without their marks, formulas by `FormulaText`.
  private var text: [Unicode.Scalar] = []
  /// By link: where its text stands.
  private var places: [Int: Range<Int>] = [:]
  /// Where formulas stand, in their order.
  private var formulas: [Range<Int>] = []
  /// A formula has just ended that belongs to what touches it.
  private var isEdge = false

  /// Stands for a formula that touches a link: what it shows belongs to the number.
  static let formula: Unicode.Scalar = "\u{FFFC}"
  /// Stands for a footnote's mark, which looks like a power.
  static let footnote: Unicode.Scalar = "\u{FFF9}"

  init(_ chapter: Chapter) {
    var open: [(link: Int?, start: Int)] = []
    for part in chapter.skeleton {
      switch part {
      case .html(let html): append(html: html)
      case .slot(.link(let index)):
        endFormula()
        open.append((index, text.count))
      case .slot(.close):
        if let (link, start) = open.popLast(), let link { places[link] = start..<text.count }
      case .slot(.table):
        open.append((nil, text.count))
        breakBlock()
      case .slot(.formula(let index)) where !chapter.formulas[index].display:
        append(FormulaText(chapter.formulas[index].tex))
      case .slot(.heading): break
      case .slot: breakBlock()
      }
    }
  }

  /// What stands before and after a link, in its block and as far as a number reaches.
  func beside(_ link: Int) -> (before: String, after: String) {
    guard let place = places[link] else { return ("", "") }
    // No cluster that is read as a number is longer.
    let reach = 64
    let before = text[max(0, place.lowerBound - reach)..<place.lowerBound]
    let after = text[place.upperBound..<min(text.count, place.upperBound + reach)]
    let line = before.lastIndex(of: "\n").map { before[($0 + 1)...] } ?? before
    // A mark that is Japanese joins what stands before it, and says nothing of the number.
    let rest = after.prefix { $0 != "\n" }.drop { (0x3000...0x30FF).contains($0.value) && $0.properties.generalCategory.isMark }
    return (String(scalars: line), String(scalars: rest))
  }

  /// What the page shows of a link's own text.
  func shown(_ link: Int) -> String? { places[link].map { String(scalars: text[$0]) } }

  /// The same with each formula as one sign.
  func words(_ link: Int) -> String? {
    guard let place = places[link] else { return nil }
    var words: [Unicode.Scalar] = []
    var index = place.lowerBound
    var next = first(from: index)
    while index < place.upperBound {
      if next < formulas.count, formulas[next].lowerBound == index {
        words.append(Self.formula)
        index = max(formulas[next].upperBound, index)
        next += 1
      } else {
        words.append(text[index])
        index += 1
      }
    }
    return String(scalars: words)
  }

  /// The first formula that stands there or later.
  private func first(from index: Int) -> Int {
    var (low, high) = (0, formulas.count)
    while low < high {
      let middle = (low + high) / 2
      if formulas[middle].lowerBound < index { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Formulas

  private mutating func append(_ formula: FormulaText) {
    endFormula()
    let start = text.count
    if !formula.startsWithRelation, let last = text.last, !NumeralWords.isSpace(last) { text.append(Self.formula) }
    text += formula.plain.unicodeScalars
    formulas.append(start..<text.count)
    isEdge = !formula.endsWithRelation
  }

  private mutating func endFormula() {
    if isEdge { text.append(Self.formula) }
    isEdge = false
  }

  // MARK: HTML

  private mutating func breakBlock() {
    isEdge = false
    if text.last != "\n" { text.append("\n") }
  }

  private mutating func append(html: String) {
    let scalars = Array(html.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar == "<", let close = scalars[index...].firstIndex(of: ">") {
        index = append(tag: scalars[index...close], in: scalars)
      } else if scalar == "&", let close = scalars[index...].prefix(8).firstIndex(of: ";"),
        let named = Self.references[String(scalars: scalars[index...close])]
      {
        append(named)
        index = close + 1
      } else {
        append(scalar)
        index += 1
      }
    }
  }

  /// As a browser does, several spaces are shown as one.
  private mutating func append(_ scalar: Unicode.Scalar) {
    if " \t\r\n".unicodeScalars.contains(scalar) {
      isEdge = false
      if let last = text.last, last != " ", last != "\n" { text.append(" ") }
    } else {
      endFormula()
      // In Markdown a dollar sign begins a formula; this one is shown.
      text.append(scalar == "$" ? "＄" : scalar)
    }
  }

  /// Where the text goes on after the tag.
  private mutating func append(tag: ArraySlice<Unicode.Scalar>, in html: [Unicode.Scalar]) -> Int {
    let words = String(scalars: tag.dropFirst().dropLast())
    let name = words.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
    switch name {
    case "sup" where words.contains("footnote-ref"):
      endFormula()
      text.append(Self.footnote)
      let end = Array("</sup>".unicodeScalars)
      return html[tag.endIndex...].firstRange(of: end)?.upperBound ?? html.count
    // What is raised or lowered is another number, or a name.
    case "sup", "sub":
      endFormula()
      text += tag
    case "br": append(" ")
    case "img": append(Self.formula)
    case "a", "em", "strong", "del", "code", "kbd", "ruby", "rt", "rp", "span", "input": break
    default: breakBlock()
    }
    return tag.endIndex
  }

  /// Those that cmark writes.
  private static let references: [String: Unicode.Scalar] = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\""]
}

extension Unicode.GeneralCategory {
  fileprivate var isMark: Bool { self == .nonspacingMark || self == .spacingMark || self == .enclosingMark }
}
