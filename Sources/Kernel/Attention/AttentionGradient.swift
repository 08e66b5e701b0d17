/// The gradients of a loss with respect to queries, keys and values.
public struct AttentionGradient<T: Real>: Equatable, Sendable {
  /// The gradient with respect to Q, n×d.
  public let q: Matrix<T>
  /// The gradient with respect to K, m×d.
  public let k: Matrix<T>
  /// The gradient with respect to V, m×d_v.
  public let v: Matrix<T>
}

/// The backward pass of attention, with the weights rebuilt from each query's log-sum-exp: P = e^{S − lse}.
/// The formulas on whole matrices; `tiledAttentionGradient` does the same without any n×m matrix.
///
/// dV = PᵀdO, dS = P⊙(dO·Vᵀ − rowsum(dO⊙O)), dQ = dS·K·scale, dK = dSᵀ·Q·scale.
/// The argument `gradient` is dO, the gradient with respect to the output; the output itself is computed again in here.
/// Shapes: Q n×d, K m×d, V m×d_v, dO n×d_v. Refused: sizes that differ. Cost: 2nm(4d + 3d_v) FLOP, of which 2nm(d +
/// d_v) for the forward pass, and n×m matrices for S, P, dP and dS.
/// Source: Dao et al., "FlashAttention" (2022), appendix B.2.
@specialized(where T == Double)
@specialized(where T == Float)
public func attentionGradient<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, gradient: Matrix<T>, scale: T? = nil,
  mask: AttentionMask = .none
) -> AttentionGradient<T> {
  require(
    gradient.rows == q.rows && gradient.columns == v.columns,
    "attentionGradient: gradient \(gradient.shape) for an output of \(q.rows)×\(v.columns)")
  let scale = scale ?? 1 / T(q.columns).squareRoot()
  let forward = flashAttention(q, k, v, scale: scale, mask: mask)
  let scores = mask.masked(attentionScores(q, k, scale: scale))
  let p = Matrix<T>(rows: scores.rows, columns: scores.columns) { i, j in
    scores[i, j] == -.infinity ? 0 : exp(scores[i, j] - forward.logSumExp[i])
  }
  let towardWeights = matmul(gradient, transposed: v)
  // rowsum(dO⊙O), the paper's D: as O = PV, also the mean of a row of dP under the weights P.
  let mean = (0..<q.rows).map { dot(gradient.row($0), forward.output.row($0)) }
  let towardScores = Matrix<T>(rows: p.rows, columns: p.columns) { i, j in
    p[i, j] * (towardWeights[i, j] - mean[i])
  }
  return AttentionGradient(
    q: matmul(towardScores, k) * scale, k: matmul(transposed: towardScores, q) * scale,
    v: matmul(transposed: p, gradient))
}
