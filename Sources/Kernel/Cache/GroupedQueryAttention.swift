/// Attention whose h query heads share G key and value heads: query head i reads group ⌊i·G/h⌋.
///
/// G = h is multi-head attention, G = 1 multi-query attention.
/// Source: Shazeer, "Fast Transformer decoding" (2019); Ainslie et al., "GQA" (2023).
public struct GroupedQueryAttention<T: Real>: Sendable {
  /// W_Q, d×d.
  public var query: Matrix<T>
  /// W_K, d×(G·d_k).
  public var key: Matrix<T>
  /// W_V, d×(G·d_k).
  public var value: Matrix<T>
  /// W_O, d×d.
  public var output: Matrix<T>
  /// h.
  public let heads: Int
  /// G.
  public let groups: Int
  /// Turns queries and keys by their positions, when there is one.
  public let rotary: RotaryEmbedding<T>?

  /// Refused: shapes that do not match, groups that do not divide the heads, heads that do not divide d.
  public init(
    query: Matrix<T>, key: Matrix<T>, value: Matrix<T>, output: Matrix<T>, heads: Int, groups: Int,
    rotary: RotaryEmbedding<T>? = nil
  ) {
    let d = query.rows
    require(
      heads > 0 && groups > 0 && d % heads == 0 && heads % groups == 0,
      "GroupedQueryAttention: \(groups) groups, \(heads) heads, width \(d)")
    let shared = groups * (d / heads)
    require(
      query.columns == d && output.rows == d && output.columns == d && key.rows == d && key.columns == shared
        && value.hasShape(of: key),
      "GroupedQueryAttention: query \(query.shape), key \(key.shape), value \(value.shape), output \(output.shape)")
    require(
      rotary == nil || rotary!.headDimension == d / heads,
      "GroupedQueryAttention: rotary embedding for another head dimension than \(d / heads)")
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.heads = heads
    self.groups = groups
    self.rotary = rotary
  }

  /// Projections drawn with standard deviation 1/√d. Refused: sizes below 1, and as the projections.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(
    dimension d: Int, heads: Int, groups: Int, rotary: RotaryEmbedding<T>? = nil, using generator: inout Random
  ) {
    require(
      d > 0 && heads > 0 && groups > 0 && groups <= heads,
      "GroupedQueryAttention: \(groups) groups, \(heads) heads, width \(d)")
    let scale = 1 / T(d).squareRoot(), shared = d / heads * groups
    self.init(
      query: .normal(rows: d, columns: d, scale: scale, using: &generator),
      key: .normal(rows: d, columns: shared, scale: scale, using: &generator),
      value: .normal(rows: d, columns: shared, scale: scale, using: &generator),
      output: .normal(rows: d, columns: d, scale: scale, using: &generator),
      heads: heads, groups: groups, rotary: rotary)
  }

  /// d.
  public var dimension: Int { query.rows }
  /// d_k = d/h.
  public var headDimension: Int { dimension / heads }
  /// 2d² + 2d·G·d_k.
  public var parameterCount: Int { 2 * dimension * dimension + 2 * dimension * groups * headDimension }

  /// The whole sequence at once, tokens at positions 0 ..< n. Shape: n×d → n×d. Refused: another width.
  /// Cost: n(4d² + 4d·G·d_k) + 4n²d FLOP: what the mask forbids is computed too.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>, mask: AttentionMask = .causal) -> Matrix<T> {
    require(x.columns == dimension, "GroupedQueryAttention: tokens \(x.shape) against projections \(query.shape)")
    var cache = KeyValueCache<T>(groups: groups, headDimension: headDimension)
    cache.append(keys: turned(matmul(x, key), from: 0), values: matmul(x, value))
    return attend(turned(matmul(x, query), from: 0), cache, mask)
  }

  /// The next tokens after those in the cache, to which their keys and values are added; each sees itself and all
  /// before that the mask lets it see. Shape: t×d → t×d.
  ///
  /// Tokens stand at the cache's next positions, also after an eviction, and the mask is one of positions.
  /// Without an eviction the results have the bits of the full pass: each query's scores, softmax and sums run in the
  /// same order.
  /// Refused: another width. Cost a token: 4d² + 4d·G·d_k FLOP and 4d a cached token.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func step(_ x: Matrix<T>, cache: inout KeyValueCache<T>, mask: AttentionMask = .causal) -> Matrix<T> {
    require(x.columns == dimension, "GroupedQueryAttention: tokens \(x.shape) against projections \(query.shape)")
    let position = cache.nextPosition, held = cache.count
    cache.append(keys: turned(matmul(x, key), from: position), values: matmul(x, value))
    // Every key that was held lies before the new tokens, wherever it stood: causal by place is causal by position.
    var placed = AttentionMask.causal(offset: held)
    if !mask.isCausal {
      let queries = Array(position..<cache.nextPosition)
      placed = placed.intersection(mask.placed(queries: queries, keys: cache.positions))
    }
    return attend(turned(matmul(x, query), from: position), cache, placed)
  }

  private func attend(_ q: Matrix<T>, _ cache: KeyValueCache<T>, _ mask: AttentionMask) -> Matrix<T> {
    matmul(cache.attend(q, heads: heads, mask: mask), output)
  }

  /// Each head of each row turned to its position.
  private func turned(_ x: Matrix<T>, from start: Int) -> Matrix<T> {
    guard let rotary else { return x }
    let width = headDimension
    return concatenatedColumns(
      (0..<x.columns / width).map { head in
        rotary.rotate(x.columns(head * width..<(head + 1) * width), positions: Array(start..<start + x.rows))
      })
  }
}
