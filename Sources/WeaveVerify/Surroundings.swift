import WeaveModel
import WeaveSupport

/// What the page shows as text, and on both sides of each link: read from the chapter's document, so that whatever
/// marks it up (an address, emphasis, code, a reference to a character, a line that joins the next) it is what a reader
/// sees.
package struct Surroundings {
  /// A chapter's text: one block a line, links without their marks, formulas by `FormulaText`.
  private(set) var text: [Unicode.Scalar] = []
  /// By scalar: the bytes of the source that show it.
  private(set) var origins: [Range<Int>] = []
  /// By link: where its text stands.
  private(set) var linkRanges: [Int: Range<Int>] = [:]
  /// The same in the order of the text.
  private var linksInOrder: [(index: Int, range: Range<Int>)] = []
  /// By formula within the text.
  private(set) var formulaTexts: [Int: FormulaText] = [:]
  /// Where formulas stand, in their order.
  private(set) var formulas: [Range<Int>] = []
  /// Where code stands within the text.
  private(set) var code: [Range<Int>] = []
  /// Where runs of text begin, which of them are headings or titles, and whether it is known where they stand.
  private(set) var regions: [(start: Int, isHeading: Bool, isPlaced: Bool)] = []
  /// A formula has just ended that belongs to what touches it.
  private var isEdge = false
  private var cursor = SourceCursor()

  /// Stands for a formula that touches a link: what it shows belongs to the number.
  package static let formula: Unicode.Scalar = "\u{FFFC}"
  /// Stands for a footnote's mark, which looks like a power.
  package static let footnote: Unicode.Scalar = "\u{FFF9}"
  /// Stands for a tag that raises or lowers, in the midst of a word or a number.
  static let tag: Unicode.Scalar = "\u{FFFA}"

  package init(_ chapter: Chapter) {
    for block in chapter.document.allBlocks {
      let isHeading = if case .heading = block.content { true } else { false }
      let start = block.source?.lowerBound ?? 0
      if case .html(let raw) = block.content {
        append(Prose(raw.parts.map(Inline.html), read: raw.read), of: chapter, from: start)
      }
      for prose in block.prose { append(prose, of: chapter, isHeading: isHeading, from: start) }
    }
    for caption in chapter.captions { append(caption, of: chapter) }
    for title in chapter.titles { append(title, of: chapter, isHeading: true) }
  }

  private mutating func append(_ prose: Prose, of chapter: Chapter, isHeading: Bool = false, from start: Int = 0) {
    cursor = SourceCursor(prose.read, in: chapter.source, from: start)
    regions.append((text.count, isHeading, !cursor.isBlind))
    append(prose.inlines, chapter)
    breakBlock()
  }

  /// What stands before and after a link, in its block and as far as a number reaches.
  package func beside(_ link: Int) -> (before: String, after: String) {
    guard let range = linkRanges[link] else { return ("", "") }
    // No cluster that is read as a number is longer.
    let reach = 64
    let before = text[max(0, range.lowerBound - reach)..<range.lowerBound]
    let after = text[range.upperBound..<min(text.count, range.upperBound + reach)]
    let line = before.lastIndex(of: "\n").map { before[($0 + 1)...] } ?? before
    // A mark that is Japanese joins what stands before it, and says nothing of the number.
    let rest = after.prefix { $0 != "\n" }.drop {
      (0x3000...0x30FF).contains($0.value) && $0.properties.generalCategory.isMark
    }
    return (String(scalars: line), String(scalars: rest))
  }

  /// The link whose text holds one of these scalars, and whether it holds all of them. Links do not nest.
  func link(at range: Range<Int>) -> (index: Int, isWithin: Bool)? {
    let low = linksInOrder.countBefore { $0.range.upperBound <= range.lowerBound }
    guard low < linksInOrder.count, case let (index, own) = linksInOrder[low], own.overlaps(range) else {
      return nil
    }
    return (index, own.lowerBound <= range.lowerBound && range.upperBound <= own.upperBound)
  }

  /// The code that holds one of these scalars.
  func code(at range: Range<Int>) -> String? {
    let low = code.countBefore { $0.upperBound <= range.lowerBound }
    return low < code.count && code[low].overlaps(range) ? String(scalars: text[code[low]]) : nil
  }

  /// What the page shows of a link's own text.
  package func shown(_ link: Int) -> String? { linkRanges[link].map { String(scalars: text[$0]) } }

  /// The same with each formula as one sign.
  package func words(_ link: Int) -> String? {
    guard let range = linkRanges[link] else { return nil }
    var words: [Unicode.Scalar] = []
    var index = range.lowerBound
    var next = first(from: index)
    while index < range.upperBound {
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
  private func first(from index: Int) -> Int { formulas.countBefore { $0.lowerBound < index } }

  // MARK: Formulas

  private mutating func append(_ formula: FormulaText, _ written: Formula) {
    endFormula()
    let end = written.offset + written.tex.utf8.count
    cursor.pass(end)
    let start = text.count
    if !formula.startsWithRelation, let last = text.last, !NumeralWords.isSpace(last) { put(Self.formula) }
    for scalar in formula.plain.unicodeScalars { put(scalar, written.offset..<end) }
    formulas.append(start..<text.count)
    isEdge = !formula.endsWithRelation
  }

  private mutating func endFormula() {
    if isEdge { put(Self.formula) }
    isEdge = false
  }

  // MARK: Text

  /// What stands nowhere in the source has no length there.
  private mutating func put(_ scalar: Unicode.Scalar, _ origin: Range<Int>? = nil) {
    text.append(scalar)
    origins.append(origin ?? cursor.here..<cursor.here)
  }

  private mutating func append(_ inlines: [Inline], _ chapter: Chapter) {
    for inline in inlines {
      switch inline {
      case .text(let words): words.unicodeScalars.forEach { append($0) }
      case .code(let words):
        endFormula()
        let start = text.count
        words.unicodeScalars.forEach { append($0) }
        code.append(start..<text.count)
      case .softBreak, .lineBreak: append(" ")
      case .bound(let link, let inner):
        endFormula()
        cursor.pass(chapter.links[link].textRange.lowerBound)
        let start = text.count
        append(inner, chapter)
        linkRanges[link] = start..<text.count
        linksInOrder.append((link, start..<text.count))
      case .formula(let index) where chapter.formulas[index].display: breakBlock()
      case .formula(let index):
        let formula = FormulaText(chapter.formulas[index])
        formulaTexts[index] = formula
        append(formula, chapter.formulas[index])
      case .footnote:
        endFormula()
        put(Self.footnote)
      case .html(.characters(let words)): append(html: words)
      case .html(.tag(let tag)): append(tag)
      // Its words are told by themselves.
      case .picture(_, let words):
        endFormula()
        put(" ")
        append(words, chapter)
        endFormula()
        put(" ")
      case .emphasis, .strong, .strikethrough, .link: append(inline.children, chapter)
      }
    }
  }

  private mutating func breakBlock() {
    isEdge = false
    if text.last != "\n" { put("\n") }
  }

  /// As a browser does, several spaces are shown as one.
  private mutating func append(_ scalar: Unicode.Scalar) {
    let origin = cursor.find(scalar)
    if " \t\r\n".unicodeScalars.contains(scalar) {
      isEdge = false
      if let last = text.last, last != " ", last != "\n" { put(" ", origin) }
    } else {
      endFormula()
      // In Markdown a dollar sign begins a formula; this one is shown.
      put(scalar == "$" ? "＄" : scalar, origin)
    }
  }

  nonisolated(unsafe) private static let reference =
    /&(?:#(?:(?<decimal>\d{1,7})|[xX](?<hex>[0-9A-Fa-f]{1,6}))|(?<name>\w{1,31}));/

  /// References stand in it as they were written.
  private mutating func append(html: String) {
    var rest = html[...]
    while let scalar = rest.unicodeScalars.first {
      if scalar == "&",
        let match = rest.prefixMatch(of: Self.reference)
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
      "<\(tag.closes ? "/" : "")\(tag.name)>".unicodeScalars.forEach { put($0) }
    case "kbd", "ruby", "rt", "rp": break
    default: breakBlock()
    }
  }

  private static let references: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "nbsp": "\u{A0}",
  ]
}

extension Array {
  /// How many elements at its front satisfy `isBefore`, which none after them does.
  func countBefore(_ isBefore: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isMark: Bool { self == .nonspacingMark || self == .spacingMark || self == .enclosingMark }
}
