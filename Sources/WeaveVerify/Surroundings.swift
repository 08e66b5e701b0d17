import WeaveModel
import WeaveSupport

/// What the page shows on both sides of each link: read from the chapter's document, so that whatever marks it up (an
/// address, emphasis, code, a reference to a character, a line that joins the next) it is what a reader sees.
package struct Surroundings {
  /// A chapter's text: one block a line, links without their marks, formulas by `FormulaText`.
  private var text: [Unicode.Scalar] = []
  /// By link: where its text stands.
  private var places: [Int: Range<Int>] = [:]
  /// Where formulas stand, in their order.
  private var formulas: [Range<Int>] = []
  /// A formula has just ended that belongs to what touches it.
  private var isEdge = false

  /// Stands for a formula that touches a link: what it shows belongs to the number.
  package static let formula: Unicode.Scalar = "\u{FFFC}"
  /// Stands for a footnote's mark, which looks like a power.
  package static let footnote: Unicode.Scalar = "\u{FFF9}"

  package init(_ chapter: Chapter) {
    let blocks = chapter.document.allBlocks
    for prose in blocks.flatMap(\.prose) + chapter.captions {
      append(prose.inlines, chapter.formulas)
      breakBlock()
    }
  }

  /// What stands before and after a link, in its block and as far as a number reaches.
  package func beside(_ link: Int) -> (before: String, after: String) {
    guard let place = places[link] else { return ("", "") }
    // No cluster that is read as a number is longer.
    let reach = 64
    let before = text[max(0, place.lowerBound - reach)..<place.lowerBound]
    let after = text[place.upperBound..<min(text.count, place.upperBound + reach)]
    let line = before.lastIndex(of: "\n").map { before[($0 + 1)...] } ?? before
    // A mark that is Japanese joins what stands before it, and says nothing of the number.
    let rest = after.prefix { $0 != "\n" }.drop {
      (0x3000...0x30FF).contains($0.value) && $0.properties.generalCategory.isMark
    }
    return (String(scalars: line), String(scalars: rest))
  }

  /// What the page shows of a link's own text.
  package func shown(_ link: Int) -> String? { places[link].map { String(scalars: text[$0]) } }

  /// The same with each formula as one sign.
  package func words(_ link: Int) -> String? {
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

  // MARK: Text

  private mutating func append(_ inlines: [Inline], _ formulas: [Formula]) {
    for inline in inlines {
      switch inline {
      case .text(let words), .code(let words): words.unicodeScalars.forEach { append($0) }
      case .softBreak, .lineBreak: append(" ")
      case .bound(let link, let inner):
        endFormula()
        let start = text.count
        append(inner, formulas)
        places[link] = start..<text.count
      case .formula(let index) where formulas[index].display: breakBlock()
      case .formula(let index): append(FormulaText(formulas[index].tex))
      case .footnote:
        endFormula()
        text.append(Self.footnote)
      case .html(.characters(let words)): append(html: words)
      case .html(.tag(let tag)): append(tag)
      case .emphasis, .strong, .strikethrough, .link: append(inline.children, formulas)
      }
    }
  }

  private mutating func breakBlock() {
    isEdge = false
    if text.last != "\n" { text.append("\n") }
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

  /// References stand in it as they were written.
  private mutating func append(html: String) {
    var rest = html[...]
    while let scalar = rest.unicodeScalars.first {
      if scalar == "&",
        let match = rest.prefixMatch(
          of: /&(?:#(?:(?<decimal>\d{1,7})|[xX](?<hex>[0-9A-Fa-f]{1,6}))|(?<name>\w{1,31}));/)
      {
        let code = match.decimal.flatMap { UInt32($0) } ?? match.hex.flatMap { UInt32($0, radix: 16) }
        let named: Unicode.Scalar? = match.name.flatMap { Self.references[String($0)] }
        // Whatever it is that stands there, it is shown.
        append(code.flatMap(Unicode.Scalar.init) ?? named ?? Self.formula)
        rest = rest[match.range.upperBound...]
      } else {
        append(scalar)
        rest.unicodeScalars.removeFirst()
      }
    }
  }

  private mutating func append(_ tag: HTMLTag) {
    switch tag.name {
    case "br": append(" ")
    // What is raised or lowered is another number, or a name.
    case "sup", "sub":
      endFormula()
      text += "<\(tag.closes ? "/" : "")\(tag.name)>".unicodeScalars
    case "kbd", "ruby", "rt", "rp": break
    default: breakBlock()
    }
  }

  private static let references: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "nbsp": "\u{A0}",
  ]
}

extension Unicode.GeneralCategory {
  fileprivate var isMark: Bool { self == .nonspacingMark || self == .spacingMark || self == .enclosingMark }
}
