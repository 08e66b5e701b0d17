/// Numbers that were observed, in the order of their coming.
public struct Sample: Sendable, Hashable {
  public let values: [Double]

  /// Refused: no values at all.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "a sample has at least one value")
    self.values = values
  }

  public var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The sum of squared distances from the mean, divided by n − 1. Refused: fewer than two values.
  public var variance: Double {
    precondition(values.count > 1, "a variance needs two values")
    let mean = mean
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  /// The middle value, or the mean of the two in the middle.
  public var median: Double {
    let sorted = values.sorted(), middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
