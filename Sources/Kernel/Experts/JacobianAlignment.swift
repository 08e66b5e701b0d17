extension FeedForward {
  /// The layer's Jacobian ∂y/∂x = W₂·diag(act′(W₁x + b₁))·W₁ at one token.
  ///
  /// Shape: d → d×d, row i the gradient of output i. Refused: another width. Cost: 2d²·d_ff FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func jacobian(at x: [T]) -> Matrix<T> {
    require(x.count == up.columns, "FeedForward: a token of \(x.count) against up \(up.shape)")
    let before = matmul(up, x)
    let slopes = before.indices.map { activation.slope(at: before[$0] + upBias[$0]) }
    let scaled = Matrix<T>(rows: up.rows, columns: up.columns) { h, j in slopes[h] * up.elements[h * up.columns + j] }
    return matmul(down, scaled)
  }
}

/// How alike two experts answer a small change of one token: the cosine ⟨A, B⟩_F / (‖A‖_F·‖B‖_F) of their Jacobians.
///
/// 1 for the same expert, −1 for its negative, 0 for orthogonal ones; for independent normal d×d matrices its mean is 0
/// and its mean square d⁻². Shapes: two of m×n. Refused: different shapes, a Jacobian that is all zero.
/// Source: Liu, "Geometric asymmetry in MoE specialization: functional decorrelation and representational overlap"
/// (2026).
@specialized(where T == Double)
@specialized(where T == Float)
public func jacobianAlignment<T: Real>(_ a: Matrix<T>, _ b: Matrix<T>) -> T {
  require(a.hasShape(of: b), "jacobianAlignment: Jacobians \(a.shape) and \(b.shape) differ")
  let lengths = norm(a.elements) * norm(b.elements)
  if lengths.hasAllDigits { return withinOne(dot(a.elements, b.elements) / lengths) }
  let u = l2Normalize(a.elements), v = l2Normalize(b.elements)
  require(norm(u) != 0 && norm(v) != 0, "jacobianAlignment: a Jacobian that is zero has no direction")
  return withinOne(dot(u, v))
}
