/// Root-mean-square normalisation γ⊙x/√(mean(x²) + ε): LayerNorm without the mean.
///
/// Source: Zhang and Sennrich, "Root mean square layer normalization" (2019).
public struct RMSNorm<T: Real>: Sendable {
  /// γ, d.
  public var gain: [T]
  /// ε.
  public var epsilon: T

  /// Shape: d.
  /// Refused: ε < 0.
  public init(gain: [T], epsilon: T = 1e-5) {
    require(epsilon >= 0, "RMSNorm: epsilon is negative")
    self.gain = gain
    self.epsilon = epsilon
  }

  /// γ = 1. Refused: a dimension that is negative or above 2³², ε < 0.
  public init(dimension: Int, epsilon: T = 1e-5) {
    requireCount(dimension, "RMSNorm: dimension")
    self.init(gain: [T](repeating: 1, count: dimension), epsilon: epsilon)
  }

  /// Shape: d → d. Refused: another length. Cost: 4d FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T]) -> [T] {
    require(x.count == gain.count, "RMSNorm: \(x.count) elements against a gain of \(gain.count)")
    let root = rootMeanSquare(x, plus: epsilon)
    return x.indices.map { gain[$0] * (x[$0] / root) }
  }

  /// Each row. Shape: n×d → n×d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> { x.mapRows { self($0) } }
}
