/// Attention weights of the k highest scores of each query, renormalised among them; the rest is exactly zero.
///
/// Shapes: Q n×d, K m×d → n×m. Ties go to the earlier key; a query with a score that is NaN has NaN weights; without a
/// key there is nothing to keep. Refused: k outside 1…m (below 1 where m = 0), widths that differ.
/// Cost: all nm scores are computed: the selection saves exponentials and values read, no score FLOP.
/// Source: Gupta et al., "Memory-efficient Transformers via top-k attention" (2021).
@specialized(where T == Double)
@specialized(where T == Float)
public func topKAttentionWeights<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, keep: Int, scale: T? = nil, mask: AttentionMask = .none
) -> Matrix<T> {
  require(keep >= 1 && (keep <= k.rows || k.rows == 0), "topKAttention: keep \(keep) of \(k.rows) keys")
  let scores = mask.masked(attentionScores(q, k, scale: scale))
  return softmax(
    rows: scores.mapRows { row in
      if row.isEmpty || row.contains(where: { $0.isNaN }) { return row }
      var kept = [T](repeating: -.infinity, count: row.count)
      for j in topIndices(row, keep) { kept[j] = row[j] }
      return kept
    })
}

/// Attention over the k best keys of each query: `topKAttentionWeights` times V.
///
/// Its distance from dense attention is at most 2(1 − kept mass)·max‖v‖. Shapes: Q n×d, K m×d, V m×d_v → n×d_v.
/// Zeros without a key. Refused: as `topKAttentionWeights`, and heights of K and V that differ.
@specialized(where T == Double)
@specialized(where T == Float)
public func topKAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, keep: Int, scale: T? = nil, mask: AttentionMask = .none
) -> Matrix<T> {
  requireValues(of: k, v)
  return matmul(topKAttentionWeights(q, k, keep: keep, scale: scale, mask: mask), v)
}
