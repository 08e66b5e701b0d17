/// The residual step of nGPT: h ← norm(h + α⊙(norm(h_A) − h)), a move along the unit sphere towards a block's output.
///
/// Source: Loshchilov et al., "nGPT: Normalized Transformer with representation learning on the hypersphere" (2024), eq. 10.
public struct NGPTResidual<T: Real>: Sendable {
  /// α, d: the step of each coordinate.
  public var rate: [T]

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
    require(h.rows == output.rows, "NGPTResidual: states \(h.shape) and outputs \(output.shape) differ in number")
    return Matrix(rows: h.rows, columns: h.columns, elements: (0..<h.rows).flatMap { self(h.row($0), toward: output.row($0)) })
  }
}

/// The attention of nGPT: q = norm(q)⊙s, k = norm(k)⊙s, logits √d·q·k. With s = s_qk in every coordinate the
/// logit is √d·s_qk²·cos(q, k).
///
/// Shapes: Q n×d, K m×d, V m×d_v, s d → n×d_v. Refused: sizes that differ.
/// Source: Loshchilov et al. (2024), eq. 15 and 16.
@specialized(where T == Double)
@specialized(where T == Float)
public func nGPTAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, gain: [T], mask: AttentionMask = .none
) -> Matrix<T> {
  require(gain.count == q.columns, "nGPTAttention: gain of \(gain.count) elements against queries \(q.shape)")
  let unit = qkNormalize(q, k)
  func scaled(_ x: Matrix<T>) -> Matrix<T> {
    Matrix(rows: x.rows, columns: x.columns) { i, j in x[i, j] * gain[j] }
  }
  return attention(scaled(unit.q), scaled(unit.k), v, scale: T(q.columns).squareRoot(), mask: mask)
}
