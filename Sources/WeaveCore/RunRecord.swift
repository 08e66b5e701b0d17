/// What a chapter's program did: each block's output, each expression's value, each figure.
public struct RunRecord: Sendable, Codable, Equatable {
  /// By block index: what it printed.
  public var outputs: [Int: String] = [:]
  /// By block index: the figures it showed, in order.
  public var figures: [Int: [FigureRecord]] = [:]
  /// By link index.
  public var values: [Int: Value] = [:]
  /// By block index: the blocks that ran to their end.
  public var finished: Set<Int> = []
  /// By block index: what a `fail` block's compiler or a `trap` block's crash said.
  public var refusals: [Int: String] = [:]
  public init() {}
}

public struct FigureRecord: Sendable, Codable, Hashable {
  public var svg: String
  /// Header and rows of the data behind the figure.
  public var table: [[String]]
}

/// A recorded value, exact.
public enum Value: Sendable, Codable, Hashable {
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
