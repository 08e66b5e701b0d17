/// Position interpolation: positions 0 ..< n squeezed into a trained length L, p·min(1, L/n).
///
/// Give them to `RotaryEmbedding.rotate(_:positions:)`: every rotation angle then stays inside the trained range, at
/// the price of neighbours that stand L/n apart. Shape: n positions. Refused: a length that is not positive, n negative
/// or above 2³².
/// Source: Chen et al., "Extending context window of large language models via positional interpolation" (2023).
public func interpolatedPositions(_ n: Int, trainedLength: Int) -> [Double] {
  require(trainedLength > 0, "interpolatedPositions: trained length \(trainedLength)")
  requireCount(n, "interpolatedPositions")
  let factor = n > trainedLength ? Double(trainedLength) / Double(n) : 1
  return (0..<n).map { Double($0) * factor }
}

extension RotaryEmbedding {
  /// The number of positions after which pair i comes round: 2π/θᵢ.
  public var periods: [Double] { frequencies.map { twoPi / $0 } }

  /// The pairs that never come round within a trained length: at positions beyond it they show angles never seen.
  public func pairsWithoutFullTurn(trainedLength: Int) -> [Int] {
    periods.indices.filter { periods[$0] > Double(trainedLength) }
  }
}
