/// Multi-head attention: concat(head₁ … head_h)·W_O with headᵢ = attention(XW_Qⁱ, XW_Kⁱ, XW_Vⁱ).
///
/// Tokens are rows; head i owns columns i·d_k ..< (i+1)·d_k of the projected tokens (contiguous layout), and so these
/// rows of the weights, which are out × in: `query` is W_Qᵀ of the formula.
/// Source: Vaswani et al., "Attention is all you need" (2017), section 3.2.2.
public struct MultiHeadAttention<T: Real>: Sendable {
  /// W_Q, d×d.
  public var query: Matrix<T>
  /// W_K, d×d.
  public var key: Matrix<T>
  /// W_V, d×d.
  public var value: Matrix<T>
  /// W_O, d×d.
  public var output: Matrix<T>
  /// h.
  public let heads: Int

  /// Refused: projections that are not all d×d, or a number of heads that does not divide d.
  public init(query: Matrix<T>, key: Matrix<T>, value: Matrix<T>, output: Matrix<T>, heads: Int) {
    let d = query.rows
    for other in [query, key, value, output] {
      require(
        other.rows == d && other.columns == d,
        "MultiHeadAttention: a projection of \(other.shape) beside one of \(query.shape)")
    }
    require(heads > 0 && d % heads == 0, "MultiHeadAttention: \(heads) heads do not divide the width \(d)")
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.heads = heads
  }

  /// Projections drawn with standard deviation 1/√d, input by input.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(dimension d: Int, heads: Int, using generator: inout Random) {
    let scale = 1 / T(d).squareRoot()
    self.init(
      query: .normal(rows: d, columns: d, scale: scale, using: &generator).transposed(),
      key: .normal(rows: d, columns: d, scale: scale, using: &generator).transposed(),
      value: .normal(rows: d, columns: d, scale: scale, using: &generator).transposed(),
      output: .normal(rows: d, columns: d, scale: scale, using: &generator).transposed(),
      heads: heads)
  }

  /// d.
  public var dimension: Int { query.rows }
  /// d/h: the width of one head.
  public var headDimension: Int { dimension / heads }
  /// 4d², whatever the number of heads.
  public var parameterCount: Int { 4 * dimension * dimension }

  /// The columns of the projected tokens that head i owns, and the rows of their weights.
  /// Refused: a head that does not exist.
  public func columns(ofHead i: Int) -> Range<Int> {
    require(i >= 0 && i < heads, "MultiHeadAttention: head \(i) of \(heads)")
    return i * headDimension..<(i + 1) * headDimension
  }

  /// The attention weights of every head for tokens X (n×d): h matrices n×n.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func weights(_ x: Matrix<T>, mask: AttentionMask = .none) -> [Matrix<T>] {
    let q = project(x, query), k = project(x, key)
    return (0..<heads).map { head in
      let own = columns(ofHead: head)
      return attentionWeights(q.columns(own), k.columns(own), mask: mask)
    }
  }

  /// The layer's output for tokens X. Shapes: n×d → n×d. Refused: another width. Cost: 8nd² + 4n²d FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>, mask: AttentionMask = .none) -> Matrix<T> {
    let v = project(x, value), weights = weights(x, mask: mask)
    let heads = (0..<heads).map { matmul(weights[$0], v.columns(columns(ofHead: $0))) }
    return matmul(concatenatedColumns(heads), transposed: output)
  }

  private func project(_ x: Matrix<T>, _ weights: Matrix<T>) -> Matrix<T> {
    require(x.columns == dimension, "MultiHeadAttention: tokens \(x.shape) against projections \(query.shape)")
    return matmul(x, transposed: weights)
  }
}
