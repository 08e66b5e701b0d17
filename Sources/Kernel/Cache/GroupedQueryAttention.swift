/// Attention whose h query heads share G key and value heads: query head i reads group ⌊i·G/h⌋.
///
/// G = h is multi-head attention, G = 1 multi-query attention. The width d_k of a head is d/h unless the projections
/// say otherwise; each projection may have a bias.
/// Source: Shazeer, "Fast Transformer decoding" (2019); Ainslie et al., "GQA" (2023).
public struct GroupedQueryAttention<T: Real>: Sendable {
  /// W_Q, (h·d_k)×d.
  public var query: Matrix<T>
  /// W_K, (G·d_k)×d.
  public var key: Matrix<T>
  /// W_V, (G·d_k)×d.
  public var value: Matrix<T>
  /// W_O, d×(h·d_k).
  public var output: Matrix<T>
  /// Added to the queries, h·d_k.
  public var queryBias: [T]?
  /// Added to the keys, G·d_k.
  public var keyBias: [T]?
  /// Added to the values, G·d_k.
  public var valueBias: [T]?
  /// Added to the output, d.
  public var outputBias: [T]?
  /// h.
  public let heads: Int
  /// G.
  public let groups: Int
  /// d_k.
  public let headDimension: Int
  /// Turns queries and keys by their positions, when there is one.
  public let rotary: RotaryEmbedding<T>?

  /// d_k is the number of the query's rows over h. Refused: shapes that do not match, groups that do not divide the
  /// heads, heads that do not divide the query's rows.
  public init(
    query: Matrix<T>, key: Matrix<T>, value: Matrix<T>, output: Matrix<T>, heads: Int, groups: Int,
    rotary: RotaryEmbedding<T>? = nil, queryBias: [T]? = nil, keyBias: [T]? = nil, valueBias: [T]? = nil,
    outputBias: [T]? = nil
  ) {
    let d = query.columns, own = query.rows
    require(
      heads > 0 && groups > 0 && own % heads == 0 && heads % groups == 0,
      "GroupedQueryAttention: \(groups) groups, \(heads) heads, width \(own)")
    let shared = groups * (own / heads)
    require(
      output.rows == d && output.columns == own && key.rows == shared && key.columns == d && value.hasShape(of: key),
      "GroupedQueryAttention: query \(query.shape), key \(key.shape), value \(value.shape), output \(output.shape)")
    require(
      rotary == nil || rotary!.headDimension == own / heads,
      "GroupedQueryAttention: rotary embedding for another head dimension than \(own / heads)")
    for (bias, width) in [(queryBias, own), (keyBias, shared), (valueBias, shared), (outputBias, d)] {
      require(
        bias == nil || bias!.count == width, "GroupedQueryAttention: a bias of \(bias!.count) for width \(width)")
    }
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.queryBias = queryBias
    self.keyBias = keyBias
    self.valueBias = valueBias
    self.outputBias = outputBias
    self.heads = heads
    self.groups = groups
    headDimension = own / heads
    self.rotary = rotary
  }

  /// Projections drawn with standard deviation 1/√(inputs), input by input, without biases; d_k = d/h unless given.
  /// Refused: sizes below 1, and as the projections.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(
    dimension d: Int, heads: Int, groups: Int, headDimension: Int? = nil, rotary: RotaryEmbedding<T>? = nil,
    using generator: inout Random
  ) {
    require(
      d > 0 && heads > 0 && groups > 0 && groups <= heads && headDimension ?? 1 > 0,
      "GroupedQueryAttention: \(groups) groups, \(heads) heads, width \(headDimension ?? d)")
    let own = headDimension.map { elementCount(heads, $0) } ?? d
    let scale = 1 / T(d).squareRoot(), shared = own / heads * groups
    self.init(
      query: .normal(rows: d, columns: own, scale: scale, using: &generator).transposed(),
      key: .normal(rows: d, columns: shared, scale: scale, using: &generator).transposed(),
      value: .normal(rows: d, columns: shared, scale: scale, using: &generator).transposed(),
      output: .normal(rows: own, columns: d, scale: 1 / T(own).squareRoot(), using: &generator).transposed(),
      heads: heads, groups: groups, rotary: rotary)
  }

  /// d.
  public var dimension: Int { query.columns }
  /// 2d·h·d_k + 2d·G·d_k, and what biases there are.
  public var parameterCount: Int {
    [query, key, value, output].reduce(0) { $0 + $1.elements.count }
      + [queryBias, keyBias, valueBias, outputBias].reduce(0) { $0 + ($1?.count ?? 0) }
  }

  /// The whole sequence at once, tokens at positions 0 ..< n. Shape: n×d → n×d. Refused: another width.
  /// Cost: n·d_k(4d·h + 4d·G) + 4n²·h·d_k FLOP: what the mask forbids is computed too.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>, mask: AttentionMask = .causal) -> Matrix<T> {
    require(x.columns == dimension, "GroupedQueryAttention: tokens \(x.shape) against projections \(query.shape)")
    var cache = KeyValueCache<T>(groups: groups, headDimension: headDimension)
    cache.append(keys: turned(project(x, key, keyBias), from: 0), values: project(x, value, valueBias))
    return attend(turned(project(x, query, queryBias), from: 0), cache, mask)
  }

  /// The next tokens after those in the cache, to which their keys and values are added; each sees itself and all
  /// before that the mask lets it see. Shape: t×d → t×d.
  ///
  /// Tokens stand at the cache's next positions, also after an eviction, or from a later position on that is given. The
  /// mask is one of positions.
  /// Without an eviction the results have the bits of the full pass: each query's scores, softmax and sums run in the
  /// same order.
  /// Refused: another width, a position before the cache's next. Cost a token: d_k(4d·h + 4d·G) FLOP, and 4h·d_k a
  /// cached token.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func step(
    _ x: Matrix<T>, cache: inout KeyValueCache<T>, position: Int? = nil, mask: AttentionMask = .causal
  ) -> Matrix<T> {
    require(x.columns == dimension, "GroupedQueryAttention: tokens \(x.shape) against projections \(query.shape)")
    let position = position ?? cache.nextPosition, held = cache.count
    cache.append(
      keys: turned(project(x, key, keyBias), from: position), values: project(x, value, valueBias), position: position)
    // Every key that was held lies before the new tokens, wherever it stood: causal by place is causal by position.
    var placed = AttentionMask.causal(offset: held)
    if !mask.isCausal {
      let queries = Array(position..<cache.nextPosition)
      placed = placed.intersection(mask.placed(queries: queries, keys: cache.positions))
    }
    return attend(turned(project(x, query, queryBias), from: position), cache, placed)
  }

  private func project(_ x: Matrix<T>, _ weights: Matrix<T>, _ bias: [T]?) -> Matrix<T> {
    var y = matmul(x, transposed: weights)
    if let bias { y.addToRows(bias) }
    return y
  }

  private func attend(_ q: Matrix<T>, _ cache: KeyValueCache<T>, _ mask: AttentionMask) -> Matrix<T> {
    project(cache.attend(q, heads: heads, mask: mask), output, outputBias)
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
