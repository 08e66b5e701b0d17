/// Where a block normalises.
public enum NormPlacement: Sendable {
  /// x + F(norm(x)): the residual path stays free. GPT-2 and after.
  case pre
  /// norm(x + F(x)): Vaswani et al. (2017).
  case post
}

/// One Transformer block as a choice of parts: a token mixer, a per-token layer, a norm for each, and their placement.
///
/// `gpt2` and `modern` name two choices. Their parts are values: `block.attention?.query` and
/// `block.swiGLU?.gate` read a weight and set it.
public struct TransformerBlock<T: Real> {
  /// A map of tokens to tokens. Shape: n×d → n×d.
  public typealias Part = (Matrix<T>) -> Matrix<T>

  /// Mixes tokens: attention, a scan.
  public var mixer: Mixer
  /// The norm of the mixer.
  public var mixerNorm: Norm
  /// Works on each token by itself.
  public var feedForward: PerToken
  /// The norm of the per-token layer.
  public var feedForwardNorm: Norm
  /// Where the norms stand.
  public let placement: NormPlacement
  /// What parts given as maps hold.
  private let mappedCount: Int

  /// A block of given parts. `parameterCount` counts the weights that parts given as maps hold.
  public init(
    mixer: Mixer, mixerNorm: Norm, feedForward: PerToken, feedForwardNorm: Norm, placement: NormPlacement = .pre,
    parameterCount: Int = 0
  ) {
    self.mixer = mixer
    self.mixerNorm = mixerNorm
    self.feedForward = feedForward
    self.feedForwardNorm = feedForwardNorm
    self.placement = placement
    mappedCount = parameterCount
  }

  /// A block of any maps. Each takes and gives n×d; `parameterCount` counts the weights that they hold.
  public init(
    mixer: @escaping Part, mixerNorm: @escaping Part, feedForward: @escaping Part, feedForwardNorm: @escaping Part,
    placement: NormPlacement, parameterCount: Int
  ) {
    self.init(
      mixer: .map(mixer), mixerNorm: .map(mixerNorm), feedForward: .map(feedForward),
      feedForwardNorm: .map(feedForwardNorm), placement: placement, parameterCount: parameterCount)
  }

  /// The weights that the parts hold.
  public var parameterCount: Int {
    mixer.parameterCount + mixerNorm.parameterCount + feedForward.parameterCount + feedForwardNorm.parameterCount
      + mappedCount
  }

  /// Shape: n×d → n×d; attention is causal.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    run(x) { input in
      switch mixer {
      case .attention(let attention): attention(input)
      case .map(let part): part(input)
      }
    }
  }

  /// The next tokens after those in the cache of this block's attention, which they join: at its next position, or at a
  /// later one. The mask is one of positions.
  /// Shape: t×d → t×d. Refused: a mixer that is not attention, and as `GroupedQueryAttention.step`. Cost: that of the
  /// parts.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func step(
    _ x: Matrix<T>, cache: inout KeyValueCache<T>, position: Int? = nil, mask: AttentionMask = .causal
  ) -> Matrix<T> {
    guard case .attention(let attention) = mixer else { stop("TransformerBlock: a map of tokens has no cache") }
    return run(x) { attention.step($0, cache: &cache, position: position, mask: mask) }
  }

  @inline(__always)
  private func run(_ x: Matrix<T>, _ mix: (Matrix<T>) -> Matrix<T>) -> Matrix<T> {
    switch placement {
    case .pre:
      let mixed = x + mix(mixerNorm(x))
      return mixed + feedForward(feedForwardNorm(mixed))
    case .post:
      let mixed = mixerNorm(x + mix(x))
      return feedForwardNorm(mixed + feedForward(mixed))
    }
  }

  /// GPT-2's block: LayerNorm before, causal multi-head attention with biases, GELU in its tanh form, width 4d.
  /// 12d² + 13d parameters. Refused: as the parts.
  /// Source: Radford et al., "Language models are unsupervised multitask learners" (2019).
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func gpt2(dimension d: Int, heads: Int, using generator: inout Random) -> TransformerBlock {
    var attention = GroupedQueryAttention<T>(dimension: d, heads: heads, groups: heads, using: &generator)
    let zero = [T](repeating: 0, count: d)
    (attention.queryBias, attention.keyBias, attention.valueBias, attention.outputBias) = (zero, zero, zero, zero)
    let layer = FeedForward<T>(dimension: d, hidden: 4 * d, activation: .geluTanh, using: &generator)
    return TransformerBlock(
      mixer: .attention(attention), mixerNorm: .layer(LayerNorm(dimension: d)), feedForward: .dense(layer),
      feedForwardNorm: .layer(LayerNorm(dimension: d)))
  }

  /// The block of today's open models: RMSNorm before, grouped-query attention with rotary positions, SwiGLU, no bias.
  /// Refused: sizes below 1, as the parts. Source: Touvron et al., "LLaMA" (2023).
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func modern(
    dimension d: Int, heads: Int, groups: Int, hidden: Int, using generator: inout Random
  ) -> TransformerBlock {
    require(d > 0 && heads > 0, "TransformerBlock: \(heads) heads of width \(d)")
    let attention = GroupedQueryAttention<T>(
      dimension: d, heads: heads, groups: groups,
      rotary: RotaryEmbedding(headDimension: d / heads, layout: .halfSplit), using: &generator)
    let layer = SwiGLU<T>(dimension: d, hidden: hidden, using: &generator)
    return TransformerBlock(
      mixer: .attention(attention), mixerNorm: .rms(RMSNorm(dimension: d)), feedForward: .gated(layer),
      feedForwardNorm: .rms(RMSNorm(dimension: d)))
  }
}
