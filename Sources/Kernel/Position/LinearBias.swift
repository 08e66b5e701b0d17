/// Attention with linear biases (ALiBi): head h = 1 … H subtracts m_h·|i − j| from its scores, m_h = 2^{−8h/H}.
///
/// Source: Press, Smith and Lewis, "Train short, test long" (2022), whose slopes these are for H a power of two.
public struct LinearBias<T: Real>: Sendable {
  /// m_h for h = 1 … H.
  public let slopes: [T]

  /// Refused: no head.
  public init(heads: Int) {
    require(heads > 0, "LinearBias: \(heads) heads")
    slopes = (1...heads).map { T(exponential(-8 * Double($0) / Double(heads) * 0.6931471805599453)) }
  }

  /// −m_h·|i − j| for head `head` (from 0). Shape: n×m. Refused: a head that does not exist.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(head: Int, queries n: Int, keys m: Int) -> Matrix<T> {
    require(slopes.indices.contains(head), "LinearBias: head \(head) of \(slopes.count)")
    return Matrix(rows: n, columns: m) { i, j in -slopes[head] * T(abs(i - j)) }
  }
}

/// Attention with a bias on the scores: softmax(QKᵀ·scale + B)V.
///
/// Shapes: Q n×d, K m×d, V m×d_v, B n×m → n×d_v. Refused: sizes that differ. Cost: as `attention`, and nm FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func attention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, bias: Matrix<T>, scale: T? = nil, mask: AttentionMask = .none
) -> Matrix<T> {
  require(k.rows == v.rows, "attention: keys \(k.shape) and values \(v.shape) differ in number")
  return matmul(softmax(rows: mask.masked(attentionScores(q, k, scale: scale) + bias)), v)
}
