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
