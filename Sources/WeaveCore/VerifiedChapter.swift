/// A chapter in which every pin, number, claim, citation and reference holds, with what the page needs to say so.
public struct VerifiedChapter: Sendable {
  public let chapter: Chapter
  public let record: RunRecord
  /// By link index: what stands behind it.
  public let evidence: [Int: Evidence]
  /// By id, within the chapter: 図 3, 表 1, 式 (2), リスト 4.
  public let labels: [String: Label]
  /// Labels of what is numbered but has no id, in the order of the page, by block / table / formula index.
  public let blockLabels: [Int: Label]
  public let tableLabels: [Int: Label]
  public let formulaLabels: [Int: Label]
  public let diagramLabels: [Int: Label]
  /// References cited, in the order of first citation.
  public let bibliography: [Reference]
}

/// The number that a figure, table, equation or listing carries.
public struct Label: Sendable, Hashable {
  public enum Kind: String, Sendable { case figure = "図", table = "表", equation = "式", listing = "リスト", section = "節" }
  public var kind: Kind
  public var number: Int
  /// 図 3, 式 (2)
  public var text: String { kind == .equation ? "式 (\(number))" : "\(kind.rawValue) \(number)" }
}

/// What a checked link rests on; the page shows it on hover.
public enum Evidence: Sendable, Hashable {
  /// The expression, its exact value as text, the tolerance it was held with ("±20%"), and the block after which it was
  /// evaluated.
  case number(expression: String, value: String, tolerance: String? = nil, block: Int?)
  case claim(expression: String, block: Int?)
  /// `ordinal` counts the bibliography from 1.
  case citation(ordinal: Int, key: String, place: String?)
  case waiver(reason: String)
  /// The page's file (nil on the same page) and the anchor.
  case reference(page: String?, anchor: String, label: Label?)
}
