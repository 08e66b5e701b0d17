/// Cosine similarities of every query with every key: cos(qᵢ, kⱼ) = qᵢ·kⱼ/(‖qᵢ‖‖kⱼ‖).
///
/// Shapes: Q n×d, K m×d → n×m, each in −1…1. A zero vector has similarity zero. Refused: widths that differ.
@specialized(where T == Double)
@specialized(where T == Float)
public func cosineSimilarities<T: Real>(_ q: Matrix<T>, _ k: Matrix<T>) -> Matrix<T> {
  requireSameWidth(q, k, "cosine: queries", "keys")
  var cosines = matmul(l2NormalizeRows(q), transposed: l2NormalizeRows(k))
  cosines.apply { withinOne($0) }
  return cosines
}

/// Cosine attention softmax(scale·cos(Q, K))V: it sees directions only.
///
/// Shapes: Q n×d, K m×d, V m×d_v → n×d_v. With scale 1 no weight exceeds e²/(e²+m−1).
/// Refused: widths of Q and K, or heights of K and V, that differ. Cost: as `attention`, and 3(n+m)d FLOP.
/// Source: Luo et al., "Cosine normalization" (2018); Liu et al., "Swin Transformer V2" (2022).
@specialized(where T == Double)
@specialized(where T == Float)
public func cosineAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, scale: T = 1, mask: AttentionMask = .none
) -> Matrix<T> {
  requireValues(of: k, v)
  return matmul(softmax(rows: mask.masked(cosineSimilarities(q, k) * scale)), v)
}
