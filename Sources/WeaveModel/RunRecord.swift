/// What a chapter's program did: each block's output, each expression's value, each figure.
package struct RunRecord: Sendable, Codable, Equatable {
  /// By block index: what it printed.
  package var outputs: [Int: String] = [:]
  /// By block index: the figures it showed, in order.
  package var figures: [Int: [FigureRecord]] = [:]
  /// By link index.
  package var values: [Int: Value] = [:]
  /// By block index: the blocks that ran to their end.
  package var finished: Set<Int> = []
  /// By block index: what a `fail` block's compiler or a `trap` block's crash said.
  package var refusals: [Int: String] = [:]
  /// By block index: what it declared that a reader may move, in order.
  package var parameters: [Int: [LiveParameter]] = [:]
  package init() {}
}

package struct FigureRecord: Sendable, Codable, Hashable {
  package var svg: String
  /// Header and rows of the data after the figure.
  package var table: [[String]]

  package init(svg: String, table: [[String]]) {
    (self.svg, self.table) = (svg, table)
  }
}

/// A recorded value, exact.
package enum Value: Sendable, Codable, Hashable {
  /// In decimal digits: of any width.
  case integer(String)
  case real(Double)
  /// Kept apart from `real`: its own shortest decimal is what a reader would expect to see.
  case single(Float)
  case bool(Bool)
  case text(String)
  /// The two ends of a range; both are numbers.
  indirect case range(Value, Value)
}
