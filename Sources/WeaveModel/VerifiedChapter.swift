import WeaveSupport

/// A chapter in which every pin, number, claim, citation and reference holds, with what the page needs to say so.
package struct VerifiedChapter: Sendable {
  package let chapter: Chapter
  package let record: RunRecord
  /// By link index: what stands after it.
  package let evidence: [Int: Evidence]
  /// By the author's id; what has an id and no number is not among them.
  package let labels: [String: Label]
  /// The numbers of all that has one, with an id or without, by the index of the block, table, formula, diagram or
  /// picture.
  package let blockLabels: [Int: Label]
  package let tableLabels: [Int: Label]
  package let formulaLabels: [Int: Label]
  package let diagramLabels: [Int: Label]
  package let pictureLabels: [Int: Label]
  /// References cited, in the order of first citation.
  package let bibliography: [Reference]
  /// What other seeds made of it; nil where that was not measured for its code.
  package let robustness: Robustness?
  /// By link: the sentence that it stands in, as the page shows it.
  package let sentences: [Int: String]
  /// What changes of the code made of it; nil likewise.
  package let vacuity: Vacuity?
  /// By block: the figures that a reader may move.
  package let figures: [Int: LiveFigure]

  package init(
    chapter: Chapter, record: RunRecord, evidence: [Int: Evidence], labels: [String: Label], blockLabels: [Int: Label],
    tableLabels: [Int: Label], formulaLabels: [Int: Label], diagramLabels: [Int: Label], bibliography: [Reference],
    robustness: Robustness? = nil, vacuity: Vacuity? = nil, sentences: [Int: String] = [:],
    figures: [Int: LiveFigure] = [:], pictureLabels: [Int: Label] = [:]
  ) {
    self.chapter = chapter
    self.record = record
    self.evidence = evidence
    self.labels = labels
    self.blockLabels = blockLabels
    self.tableLabels = tableLabels
    self.formulaLabels = formulaLabels
    self.diagramLabels = diagramLabels
    self.bibliography = bibliography
    self.robustness = robustness
    self.sentences = sentences
    self.vacuity = vacuity
    self.figures = figures
    self.pictureLabels = pictureLabels
  }
}

/// The number that a figure, table, equation or listing carries.
package struct Label: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case figure, table, equation, listing
  }
  package var kind: Kind
  package var number: Int

  package init(kind: Kind, number: Int) {
    (self.kind, self.number) = (kind, number)
  }
}

/// What a checked link rests on; the page shows it on hover.
package enum Evidence: Sendable, Hashable {
  /// The expression, its exact value as text, the tolerance it was held with ("±20%"), and the block after which it was
  /// evaluated.
  case number(expression: String, value: String, tolerance: String? = nil, block: Int?)
  /// … and why it cannot fail, where that is meant.
  case claim(expression: String, identity: String? = nil, block: Int?)
  /// `ordinal` counts the bibliography from 1.
  case citation(ordinal: Int, key: String, place: String?)
  case remark(RemarkKind, words: String)
  /// The page's file (nil on the same page) and the anchor.
  case reference(page: String?, anchor: String, label: Label?)
}
