/// The residual step of nGPT: h ← norm(h + α⊙(norm(h_A) − h)), a move along the unit sphere towards a block's output.
///
/// Source: Loshchilov et al., "nGPT: Normalized Transformer with representation learning on the hypersphere" (2024),
/// eq. 10.
public struct NGPTResidual<T: Real>: Sendable {
  /// α, d: the step of each coordinate.
  public var rate: [T]

  /// A step of its own for each of d coordinates. Shape: d.
  public init(rate: [T]) { self.rate = rate }

  /// The same step for each of d coordinates. Refused: d negative or above 2³².
  public init(rate: T, dimension: Int) {
    requireCount(dimension, "NGPTResidual: dimension")
    self.init(rate: [T](repeating: rate, count: dimension))
  }

  /// Shapes: h and the block's output of length d → d, of norm 1. Refused: lengths that differ. Cost: 9d FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ h: [T], toward output: [T]) -> [T] {
    require(
      h.count == rate.count && output.count == rate.count,
      "NGPTResidual: state of \(h.count), output of \(output.count), rate of \(rate.count) elements")
    let target = l2Normalize(output)
    return l2Normalize(h.indices.map { h[$0] + rate[$0] * (target[$0] - h[$0]) })
  }

  /// Each row. Shapes: n×d, n×d → n×d. Refused: heights that differ.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ h: Matrix<T>, toward output: Matrix<T>) -> Matrix<T> {
    requireSameNumber(h, output, "NGPTResidual: states", "outputs")
    return Matrix(
      rows: h.rows, columns: h.columns, elements: (0..<h.rows).flatMap { self(h.row($0), toward: output.row($0)) })
  }
}
