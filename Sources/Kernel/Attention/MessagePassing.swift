/// One edge of a graph: the query node receives from the key node.
public struct AttentionEdge: Equatable, Sendable {
  /// The node that receives.
  public let query: Int
  /// The node that sends.
  public let key: Int

  /// The edge from `key` to `query`.
  public init(query: Int, key: Int) {
    self.query = query
    self.key = key
  }
}

/// Attention as message passing on a graph: hᵢ = Σ_{j∈N(i)} e^{sᵢⱼ}vⱼ / Σ_{j∈N(i)} e^{sᵢⱼ}, two sums over edges.
///
/// It equals dense attention under the mask that the edges draw; a node without edges receives zero, and NaN where a
/// score of its edges is NaN.
/// Shapes: Q n×d, K m×d, V m×d_v → n×d_v. Refused: sizes that differ, an edge outside the graph.
/// Cost: 2(d + d_v) FLOP and one exponential an edge. Source: Veličković et al., "Graph attention networks" (2018).
@specialized(where T == Double)
@specialized(where T == Float)
public func messagePassingAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, edges: [AttentionEdge], scale: T? = nil
) -> Matrix<T> {
  requireAttentionShapes(q, k, v)
  let scale = scale ?? 1 / T(q.columns).squareRoot()
  var highest = [T](repeating: -.infinity, count: q.rows)
  let scores = edges.map { edge in
    require(
      edge.query >= 0 && edge.query < q.rows && edge.key >= 0 && edge.key < k.rows,
      "messagePassingAttention: edge \(edge.query) ← \(edge.key) outside \(q.rows) queries and \(k.rows) keys")
    let score = dot(q.row(edge.query), k.row(edge.key)) * scale
    if score > highest[edge.query] { highest[edge.query] = score }
    return score
  }
  var numerators = Matrix<T>(rows: q.rows, columns: v.columns, repeating: 0)
  var denominators = [T](repeating: 0, count: q.rows)
  for (edge, score) in zip(edges, scores) {
    // Where all scores are −∞ nothing is subtracted, so that −∞ stays −∞; a NaN among the scores is one here.
    let weight = exp(highest[edge.query] == -.infinity ? score : score - highest[edge.query])
    denominators[edge.query] += weight
    for c in 0..<v.columns { numerators[edge.query, c] += weight * v[edge.key, c] }
  }
  return Matrix(rows: q.rows, columns: v.columns) { i, c in
    denominators[i] == 0 ? 0 : numerators[i, c] / denominators[i]
  }
}
