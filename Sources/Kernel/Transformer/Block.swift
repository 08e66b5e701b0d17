/// Where a block normalises.
public enum NormPlacement: Sendable {
  /// x + F(norm(x)): the residual path stays free. GPT-2 and after.
  case pre
  /// norm(x + F(x)): Vaswani et al. (2017).
  case post
}

/// One Transformer block as a choice of parts: a token mixer, a per-token layer, a norm for each, and their placement.
///
/// A part is any map of n×d tokens to n×d tokens; `gpt2` and `modern` name two choices.
public struct TransformerBlock<T: Real> {
  /// A map of tokens to tokens. Shape: n×d → n×d.
  public typealias Part = (Matrix<T>) -> Matrix<T>

  /// Mixes tokens: attention, a scan.
  public let mixer: Part
  /// Works on each token by itself.
  public let feedForward: Part
  /// The norm of the mixer.
  public let mixerNorm: Part
  /// The norm of the per-token layer.
  public let feedForwardNorm: Part
  /// Where the norms stand.
  public let placement: NormPlacement
  /// The weights that the parts hold.
  public let parameterCount: Int

  /// A block of given parts. Each takes and gives n×d.
  public init(
    mixer: @escaping Part, mixerNorm: @escaping Part, feedForward: @escaping Part, feedForwardNorm: @escaping Part,
    placement: NormPlacement, parameterCount: Int
  ) {
    self.mixer = mixer
    self.mixerNorm = mixerNorm
    self.feedForward = feedForward
    self.feedForwardNorm = feedForwardNorm
    self.placement = placement
    self.parameterCount = parameterCount
  }

  /// Shape: n×d → n×d.
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    switch placement {
    case .pre:
      let mixed = x + mixer(mixerNorm(x))
      return mixed + feedForward(feedForwardNorm(mixed))
    case .post:
      let mixed = mixerNorm(x + mixer(x))
      return feedForwardNorm(mixed + feedForward(mixed))
    }
  }

  /// GPT-2's block: LayerNorm before, causal multi-head attention with biases, GELU in its tanh form, width 4d.
  /// 12d² + 13d parameters. Refused: as the parts.
  /// Source: Radford et al., "Language models are unsupervised multitask learners" (2019).
  public static func gpt2(dimension d: Int, heads: Int, using generator: inout Random) -> TransformerBlock {
    let attention = BiasedAttention<T>(
      heads: MultiHeadAttention(dimension: d, heads: heads, using: &generator),
      bias: [T](repeating: 0, count: d), valueBias: [T](repeating: 0, count: d),
      queryBias: [T](repeating: 0, count: d), keyBias: [T](repeating: 0, count: d))
    let layer = FeedForward<T>(dimension: d, hidden: 4 * d, activation: .geluTanh, using: &generator)
    let first = LayerNorm<T>(dimension: d), second = LayerNorm<T>(dimension: d)
    return TransformerBlock(
      mixer: { attention($0, mask: .causal) }, mixerNorm: { first($0) }, feedForward: { layer($0) },
      feedForwardNorm: { second($0) }, placement: .pre,
      parameterCount: attention.parameterCount + layer.parameterCount + 4 * d)
  }

  /// The block of today's open models: RMSNorm before, grouped-query attention with rotary positions, SwiGLU, no bias.
  /// Refused: sizes below 1, as the parts. Source: Touvron et al., "LLaMA" (2023).
  public static func modern(
    dimension d: Int, heads: Int, groups: Int, hidden: Int, using generator: inout Random
  ) -> TransformerBlock {
    require(d > 0 && heads > 0, "TransformerBlock: \(heads) heads of width \(d)")
    let attention = GroupedQueryAttention<T>(
      dimension: d, heads: heads, groups: groups,
      rotary: RotaryEmbedding(headDimension: d / heads, layout: .halfSplit), using: &generator)
    let layer = SwiGLU<T>(dimension: d, hidden: hidden, using: &generator)
    let first = RMSNorm<T>(dimension: d), second = RMSNorm<T>(dimension: d)
    return TransformerBlock(
      mixer: { attention($0) }, mixerNorm: { first($0) }, feedForward: { layer($0) }, feedForwardNorm: { second($0) },
      placement: .pre, parameterCount: attention.parameterCount + layer.parameterCount + 2 * d)
  }
}

/// Multi-head attention with a bias on each projection, as GPT-2 has it.
public struct BiasedAttention<T: Real>: Sendable {
  /// The projections without their biases.
  public var heads: MultiHeadAttention<T>
  /// Added to the output, d.
  public var bias: [T]
  /// Added to the values, d.
  public var valueBias: [T]
  /// Added to the queries, d.
  public var queryBias: [T]
  /// Added to the keys, d.
  public var keyBias: [T]

  /// Shapes: d each.
  /// Refused: a bias of another length than d.
  public init(heads: MultiHeadAttention<T>, bias: [T], valueBias: [T], queryBias: [T], keyBias: [T]) {
    for vector in [bias, valueBias, queryBias, keyBias] {
      require(
        vector.count == heads.dimension, "BiasedAttention: a bias of \(vector.count) for width \(heads.dimension)")
    }
    self.heads = heads
    self.bias = bias
    self.valueBias = valueBias
    self.queryBias = queryBias
    self.keyBias = keyBias
  }

  /// Shape: n×d → n×d. Refused: another width.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>, mask: AttentionMask = .none) -> Matrix<T> {
    require(x.columns == heads.dimension, "BiasedAttention: tokens \(x.shape) against projections \(heads.query.shape)")
    var q = matmul(x, heads.query), k = matmul(x, heads.key), v = matmul(x, heads.value)
    q.addToRows(queryBias)
    k.addToRows(keyBias)
    v.addToRows(valueBias)
    let outputs = (0..<heads.heads).map { head in
      let own = heads.columns(ofHead: head)
      return attention(q.columns(own), k.columns(own), v.columns(own), mask: mask)
    }
    var y = matmul(concatenatedColumns(outputs), heads.output)
    y.addToRows(bias)
    return y
  }

  /// 4d² + 4d.
  public var parameterCount: Int { heads.parameterCount + 4 * heads.dimension }
}
