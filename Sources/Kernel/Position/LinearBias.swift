/// Attention with linear biases (ALiBi): head h = 1 … H subtracts m_h·|i − j| from its scores.
///
/// Source: Press, Smith and Lewis, "Train short, test long" (2022), section 3, and the code they published with it.
public struct LinearBias<T: Real>: Sendable {
  /// Two rules for the slopes. They are one where H is a power of two, and apart by up to 0.69 elsewhere.
  public enum SlopeRule: Sendable {
    /// m_h = 2^{−8h/H} for every H: the paper's geometric sequence "that starts at 2^{−8/H}".
    case paper
    /// The authors' code, and with it MPT's and BLOOM's: with P the largest power of two below H, the P slopes of P
    /// heads, then every other one of 2P heads, from the first on, until there are H. Weights trained with it need it.
    case authorsCode
  }

  /// m_h for h = 1 … H.
  public let slopes: [T]

  /// Refused: no head, more than 2³².
  public init(heads: Int, slopes rule: SlopeRule = .paper) {
    require(heads > 0, "LinearBias: \(heads) heads")
    requireCount(heads, "LinearBias: heads")
    func geometric(_ count: Int, _ h: Int) -> T { T(exponential(-8 * Double(h) / Double(count) * 0.6931471805599453)) }
    var power = heads
    if case .authorsCode = rule { while power & (power - 1) != 0 { power &= power - 1 } }
    slopes = (1...heads).map { h in h <= power ? geometric(power, h) : geometric(2 * power, 2 * (h - power) - 1) }
  }

  /// −m_h·|i − j| for head `head` (from 0), queries and keys at positions 0, 1, …. Shape: n×m.
  /// Refused: a head that does not exist, a negative number, more than 2³² elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(head: Int, queries n: Int, keys m: Int) -> Matrix<T> {
    require(slopes.indices.contains(head), "LinearBias: head \(head) of \(slopes.count)")
    return Matrix(rows: n, columns: m) { i, j in -slopes[head] * T(abs(i - j)) }
  }

  /// The same for queries and keys at the given positions, as of a cache (`KeyValueCache.positions`). Shape: n×m.
  /// Refused: a head that does not exist, more than 2³² elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(head: Int, queries: [Int], keys: [Int]) -> Matrix<T> {
    require(slopes.indices.contains(head), "LinearBias: head \(head) of \(slopes.count)")
    return Matrix(rows: queries.count, columns: keys.count) { i, j in -slopes[head] * T(abs(queries[i] - keys[j])) }
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
  requireValues(of: k, v)
  return matmul(softmax(rows: mask.masked(attentionScores(q, k, scale: scale) + bias)), v)
}
