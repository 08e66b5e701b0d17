/// Layer normalisation γ⊙(x − μ)/√(σ² + ε) + β, with the mean and the population variance of x.
///
/// Source: Ba, Kiros and Hinton, "Layer normalization" (2016).
public struct LayerNorm<T: Real>: Sendable {
  /// γ, d.
  public var gain: [T]
  /// β, d.
  public var bias: [T]
  /// ε.
  public var epsilon: T

  /// Shapes: d and d.
  /// Refused: gain and bias of different lengths, ε < 0.
  public init(gain: [T], bias: [T], epsilon: T = 1e-5) {
    require(gain.count == bias.count, "LayerNorm: gain of \(gain.count) and bias of \(bias.count) elements")
    require(epsilon >= 0, "LayerNorm: epsilon is negative")
    self.gain = gain
    self.bias = bias
    self.epsilon = epsilon
  }

  /// γ = 1, β = 0. Refused: a dimension that is negative or above 2³², ε < 0.
  public init(dimension: Int, epsilon: T = 1e-5) {
    requireCount(dimension, "LayerNorm: dimension")
    self.init(
      gain: [T](repeating: 1, count: dimension), bias: [T](repeating: 0, count: dimension), epsilon: epsilon)
  }

  /// Shape: d → d. Refused: another length. Cost: 8d FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T]) -> [T] {
    require(x.count == gain.count, "LayerNorm: \(x.count) elements against a gain of \(gain.count)")
    let centre = mean(x), deviation = rootMeanSquare(x.map { $0 - centre }, plus: epsilon)
    return x.indices.map { gain[$0] * ((x[$0] - centre) / deviation) + bias[$0] }
  }

  /// Each row. Shape: n×d → n×d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> { x.mapRows { self($0) } }
}
