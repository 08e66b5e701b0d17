/// Scaled dot-product scores S = QKᵀ·scale, with scale = 1/√d_k unless given.
///
/// Shapes: Q n×d_k, K m×d_k → n×m. Refused: widths that differ. Cost: 2nmd_k FLOP.
/// Source: Vaswani et al., "Attention is all you need" (2017), eq. 1.
@specialized(where T == Double)
@specialized(where T == Float)
public func attentionScores<T: Real>(_ q: Matrix<T>, _ k: Matrix<T>, scale: T? = nil) -> Matrix<T> {
  requireComparable(q, k)
  return matmul(q, transposed: k) * (scale ?? 1 / T(q.columns).squareRoot())
}

/// Attention weights softmax(S), row by row; a row that the mask empties is all zero.
///
/// Shapes: Q n×d_k, K m×d_k → n×m. Refused: widths that differ. Cost: 2nmd_k FLOP and nm exponentials.
@specialized(where T == Double)
@specialized(where T == Float)
public func attentionWeights<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, scale: T? = nil, mask: AttentionMask = .none
) -> Matrix<T> {
  softmax(rows: mask.masked(attentionScores(q, k, scale: scale)))
}

/// Scaled dot-product attention softmax(QKᵀ·scale)V.
///
/// Shapes: Q n×d_k, K m×d_k, V m×d_v → n×d_v. Refused: widths of Q and K, or heights of K and V, that differ.
/// Cost: 2nm(d_k+d_v) FLOP, nm exponentials, nm elements of extra memory.
/// Source: Vaswani et al., "Attention is all you need" (2017), eq. 1.
@specialized(where T == Double)
@specialized(where T == Float)
public func attention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, scale: T? = nil, mask: AttentionMask = .none
) -> Matrix<T> {
  requireValues(of: k, v)
  return matmul(attentionWeights(q, k, scale: scale, mask: mask), v)
}
