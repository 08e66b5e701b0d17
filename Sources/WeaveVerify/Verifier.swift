import WeaveModel
import WeaveParse
import WeaveSupport

/// Holds a chapter against what its program did.
package struct Verifier {
  package private(set) var diagnostics: [Diagnostic] = []
  package internal(set) var evidence: [Int: Evidence] = [:]
  var bibliography: [Reference] = []
  /// The listed figures that a citation prints.
  package internal(set) var citedFigures: Set<CitedFigure> = []

  let chapter: Chapter
  let record: RunRecord
  private let labels: Labels
  let surroundings: Surroundings
  /// What other seeds made of the chapter; nil where that is not known.
  package let robustness: Robustness?
  /// What changes of its code made of it; nil where that is not known.
  package let vacuity: Vacuity?
  let references: [String: Reference]
  /// Labels of the whole book by chapter and id, for references across chapters.
  let book: [String: [String: Label?]]
  /// Which of other chapters' labels were looked at.
  package internal(set) var dependencies: [LabelDependency] = []
  /// Pieces that did not run: nothing can be said of them.
  let skipped: Set<CodeOrigin>
  /// By which a text names what it refers to.
  let words: Words
  /// By block: the links that move with a live figure.
  private let moving: [Int: [Int]]
  /// Chapters that no reader has.
  let drafts: Set<String>

  package init(
    _ chapter: Chapter, _ record: RunRecord, labels: Labels, book: [String: [String: Label?]],
    references: [String: Reference],
    skipped: Set<CodeOrigin>, words: Words, robustness: Robustness? = nil,
    vacuity: Vacuity? = nil, moving: [Int: [Int]] = [:], drafts: Set<String> = []
  ) {
    self.chapter = chapter
    self.record = record
    self.book = book
    self.references = references
    self.skipped = skipped
    self.words = words
    self.robustness = robustness
    self.vacuity = vacuity
    self.moving = moving
    self.drafts = drafts
    self.labels = labels
    surroundings = Surroundings(chapter)
    for block in chapter.blocks where !skipped.contains(.block(block.index)) { check(block) }
    for link in chapter.links { check(link) }
  }

  package var verified: VerifiedChapter {
    VerifiedChapter(
      chapter: chapter, record: record, evidence: evidence, labels: labels.byID.compactMapValues { $0 },
      blockLabels: labels.blocks, tableLabels: labels.tables, formulaLabels: labels.formulas,
      diagramLabels: labels.diagrams, bibliography: bibliography, robustness: robustness, vacuity: vacuity,
      sentences: Dictionary(
        uniqueKeysWithValues: chapter.links.map { ($0.index, surroundings.shownSentence(of: $0.index)) }),
      figures: Dictionary(uniqueKeysWithValues: moving.map { ($0.key, figure($0.key, moving: $0.value)) }),
      pictureLabels: labels.pictures)
  }

  mutating func report(
    _ category: Diagnostic.Category, _ range: Range<Position>, _ message: String,
    severity: Diagnostic.Severity = .error, fixIt: FixIt? = nil
  ) {
    diagnostics.append(Diagnostic(category, chapter.source.path, range, message, severity: severity, fixIt: fixIt))
  }

  /// Where bytes of the source stand.
  func sourceRange(of bytes: Range<Int>) -> Range<Position> { chapter.source.positions(of: bytes) }

  /// Where a link's text stands.
  func sourceRange(of link: BoundLink) -> Range<Position> { sourceRange(of: link.textRange) }
  func position(of link: BoundLink) -> Position { chapter.source.position(at: link.textRange.lowerBound) }

  private mutating func check(_ block: CodeBlock) {
    // The file ends within the fence: that is reported, and nothing is written into it.
    if let pin = block.pin, pin.range.upperBound >= chapter.source.bytes.count { return }
    if block.mode.isExecuted, !record.finished.contains(block.index) {
      report(.trap, openingLine(of: block), "this block did not run to its end: nothing is known of it")
      return
    }
    checkParameters(of: block)
    switch block.mode.output {
    case .printed: checkOutput(block)
    case .message(let otherwise): checkRefusal(block, otherwise)
    case .none: break
    }
  }

  private mutating func check(_ link: BoundLink) {
    switch link.target {
    case .expression(let expression, let after): checkExpression(expression, of: link, after: after)
    case .citation(let key): cite(link, key)
    case .remark(let kind):
      guard let reason = link.title, !reason.isEmpty else {
        report(.link, sourceRange(of: link), kind.wantsTitle(link.text))
        return
      }
      evidence[link.index] = .remark(kind, words: reason)
    case .reference(let name, let id): refer(link, to: name, id)
    }
  }

  /// What a chapter's file may not hold, or what a terminal obeys.
  static func unprintable(in text: String) -> Unicode.Scalar? {
    let tokens = [Token.open.unicodeScalars.first!, Token.close.unicodeScalars.first!]
    return text.unseen.first { $0 != "\n" && $0 != "\t" } ?? text.unicodeScalars.first(where: tokens.contains)
  }
}
