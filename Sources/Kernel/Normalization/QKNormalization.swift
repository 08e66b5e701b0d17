/// How queries and keys are normalised before their product.
public enum QKNormalization<T: Real>: Sendable {
  /// To unit length: the product is cos(q, k).
  case l2
  /// To root mean square 1: the product is d·cos(q, k), √d·cos(q, k) after division by √d.
  case rms(epsilon: T)
}

/// Queries and keys, each row normalised: no logit exceeds a bound that the weights cannot move.
///
/// Shapes: n×d, m×d → the same. Refused: widths that differ.
/// Source: Henry et al., "Query-key normalization for Transformers" (2020); Dehghani et al., "Scaling vision
/// transformers to 22 billion parameters" (2023).
@specialized(where T == Double)
@specialized(where T == Float)
public func qkNormalize<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ method: QKNormalization<T> = .l2
) -> (q: Matrix<T>, k: Matrix<T>) {
  requireSameWidth(q, k, "qkNormalize: queries", "keys")
  switch method {
  case .l2: return (l2NormalizeRows(q), l2NormalizeRows(k))
  case .rms(let epsilon):
    let norm = RMSNorm<T>(dimension: q.columns, epsilon: epsilon)
    return (norm(q), norm(k))
  }
}
