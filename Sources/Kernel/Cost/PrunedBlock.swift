/// One Transformer block without biases and norms: four d×d projections and a feed-forward layer of two d×d_ff
/// matrices.
public struct BlockShape: Equatable, Sendable {
  /// d, h, d_ff and t.
  public let dimension, heads, hidden, tokens: Int64

  /// Refused: sizes below 1, heads that do not divide the dimension.
  public init(dimension: Int64, heads: Int64, hidden: Int64, tokens: Int64) {
    require(
      dimension >= 1 && heads >= 1 && hidden >= 1 && tokens >= 1 && dimension % heads == 0,
      "BlockShape: dimension \(shown(dimension)), heads \(shown(heads)), hidden \(shown(hidden)), "
        + "tokens \(shown(tokens))")
    self.dimension = dimension
    self.heads = heads
    self.hidden = hidden
    self.tokens = tokens
  }
}

/// One way to leave part of a block out: what it removes, along which axis, and whether the input decides.
public enum BlockPruning: Equatable, Sendable {
  /// The dense block.
  case none
  /// Only so many of the block's weights are not zero, the same for every input.
  case weights(kept: Int64)
  /// Keys and values of G groups for all heads (GQA; G = 1 is MQA).
  case keyHeads(groups: Int64)
  /// Only the scores of k keys a query enter softmax and the sum (a window, or top-k once the keys are known).
  case keys(kept: Int64)
  /// n feed-forward experts of the full width, of which the router chooses k for each token.
  case experts(count: Int64, active: Int64)
  /// Only k tokens pass the block, the others pass by (mixture of depths).
  case tokens(kept: Int64)
  /// The change of every matrix is held to rank r while it is trained; running the merged block costs what it did.
  case update(rank: Int64)

  /// Whether what is left out depends on the input. A window of keys does not, though a top-k choice does; the cost is
  /// one.
  public var isDynamic: Bool {
    switch self {
    case .none, .weights, .keyHeads, .update: false
    case .keys, .experts, .tokens: true
    }
  }
}

/// What one pass of a block over all its tokens costs.
public struct BlockCost: Equatable, Sendable {
  /// Multiplications and additions of the matrix products.
  public let flops: Int64
  /// Weights that must be held.
  public let parameters: Int64
  /// Weights that training changes.
  public let trained: Int64
  /// Elements of keys and values kept for later tokens.
  public let cached: Int64
}

extension BlockShape {
  /// The cost of the block under one kind of pruning: the same block, one switch.
  ///
  /// Dense: 8td² + 4t²d + 4t·d·d_ff FLOP, 4d² + 2d·d_ff weights, 2td cached elements; routers are counted where there
  /// are any (2·d·n FLOP and d·n weights a token). Refused: more kept than there is, groups that do not divide the
  /// heads, a number beyond 64 bits.
  public func cost(_ pruning: BlockPruning) -> BlockCost {
    func count(_ size: Int64) -> Count { Count(size, "BlockShape") }
    let d = dimension, t = tokens, layer = (2 * count(d) * count(hidden)).value
    let weights = (4 * count(d) * count(d) + count(layer)).value
    func cost(
      passing: Int64, keyWidth: Int64, keys: Int64, feedForward: Int64, held: Int64, router: Int64 = 0,
      routed: Int64 = 0,
      trained: Int64? = nil
    ) -> BlockCost {
      let passing = count(passing), attention = 2 * count(d) * count(d) + 2 * count(d) * count(keyWidth)
      let products: Count = 2 * passing * (attention + count(feedForward))
      let scores: Count = 4 * passing * count(keys) * count(d)
      let flops = products + scores + 2 * count(routed) * count(router)
      let parameters = (attention + count(held) + count(router)).value
      return BlockCost(
        flops: flops.value, parameters: parameters, trained: trained ?? parameters,
        cached: (2 * passing * count(keyWidth)).value)
    }
    switch pruning {
    case .none:
      return cost(passing: t, keyWidth: d, keys: t, feedForward: layer, held: layer)
    case .weights(let kept):
      require(kept >= 0 && kept <= weights, "BlockPruning: \(shown(kept)) of \(shown(weights)) weights")
      return BlockCost(
        flops: (2 * count(t) * count(kept) + 4 * count(t) * count(t) * count(d)).value, parameters: kept, trained: kept,
        cached: (2 * count(t) * count(d)).value)
    case .keyHeads(let groups):
      require(groups >= 1 && heads % groups == 0, "BlockPruning: \(shown(groups)) groups of \(shown(heads)) heads")
      return cost(passing: t, keyWidth: d / heads * groups, keys: t, feedForward: layer, held: layer)
    case .keys(let kept):
      require(kept >= 1 && kept <= t, "BlockPruning: \(shown(kept)) of \(shown(t)) keys")
      return cost(passing: t, keyWidth: d, keys: kept, feedForward: layer, held: layer)
    case .experts(let experts, let active):
      require(
        active >= 1 && active <= experts, "BlockPruning: top \(shown(active)) of \(shown(experts)) experts")
      return cost(
        passing: t, keyWidth: d, keys: t, feedForward: (count(active) * count(layer)).value,
        held: (count(experts) * count(layer)).value, router: (count(d) * count(experts)).value, routed: t)
    case .tokens(let kept):
      require(kept >= 1 && kept <= t, "BlockPruning: \(shown(kept)) of \(shown(t)) tokens")
      return cost(passing: kept, keyWidth: d, keys: kept, feedForward: layer, held: layer, router: d, routed: t)
    case .update(let rank):
      require(
        rank >= 1 && rank <= min(d, hidden),
        "BlockPruning: rank \(shown(rank)) in a block of \(shown(d)) and \(shown(hidden))")
      return cost(
        passing: t, keyWidth: d, keys: t, feedForward: layer, held: layer,
        trained: (count(rank) * (8 * count(d) + 2 * (count(d) + count(hidden)))).value)
    }
  }
}
