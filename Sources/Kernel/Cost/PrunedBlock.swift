/// One Transformer block without biases and norms: four d×d projections and a feed-forward layer of two d×d_ff matrices.
public struct BlockShape: Equatable, Sendable {
  public let dimension, heads, hidden, tokens: Int64

  /// Refused: sizes below 1, heads that do not divide the dimension.
  public init(dimension: Int64, heads: Int64, hidden: Int64, tokens: Int64) {
    require(
      dimension >= 1 && heads >= 1 && hidden >= 1 && tokens >= 1 && dimension % heads == 0,
      "BlockShape: dimension \(Int(dimension)), heads \(Int(heads)), hidden \(Int(hidden)), tokens \(Int(tokens))")
    self.dimension = dimension
    self.heads = heads
    self.hidden = hidden
    self.tokens = tokens
  }
}

/// One way to leave part of a block out: what it removes, along which axis, and whether the input decides.
public enum BlockPruning: Equatable, Sendable {
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

  /// Whether what is left out depends on the input. A window of keys does not, though a top-k choice does; the cost is one.
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
  /// Dense: 8td² + 4t²d + 4t·d·d_ff FLOP, 4d² + 2d·d_ff weights, 2td cached elements; routers are counted where there are
  /// any (2·d·n FLOP and d·n weights a token). Refused: more kept than there is, groups that do not divide the heads.
  public func cost(_ pruning: BlockPruning) -> BlockCost {
    let d = dimension, t = tokens
    let projections = 4 * d * d, layer = 2 * d * hidden
    func cost(
      passing: Int64, keyWidth: Int64, keys: Int64, feedForward: Int64, held: Int64, router: Int64 = 0, routed: Int64 = 0,
      trained: Int64? = nil
    ) -> BlockCost {
      let attention = 2 * d * d + 2 * d * keyWidth
      let flops = 2 * passing * (attention + feedForward) + 4 * passing * keys * d + 2 * routed * router
      let parameters = attention + held + router
      return BlockCost(flops: flops, parameters: parameters, trained: trained ?? parameters, cached: 2 * passing * keyWidth)
    }
    switch pruning {
    case .none:
      return cost(passing: t, keyWidth: d, keys: t, feedForward: layer, held: layer)
    case .weights(let kept):
      require(kept >= 0 && kept <= projections + layer, "BlockPruning: \(Int(kept)) of \(Int(projections + layer)) weights")
      return BlockCost(flops: 2 * t * kept + 4 * t * t * d, parameters: kept, trained: kept, cached: 2 * t * d)
    case .keyHeads(let groups):
      require(groups >= 1 && heads % groups == 0, "BlockPruning: \(Int(groups)) groups of \(Int(heads)) heads")
      return cost(passing: t, keyWidth: d / heads * groups, keys: t, feedForward: layer, held: layer)
    case .keys(let kept):
      require(kept >= 1 && kept <= t, "BlockPruning: \(Int(kept)) of \(Int(t)) keys")
      return cost(passing: t, keyWidth: d, keys: kept, feedForward: layer, held: layer)
    case .experts(let count, let active):
      require(active >= 1 && active <= count, "BlockPruning: top \(Int(active)) of \(Int(count)) experts")
      return cost(
        passing: t, keyWidth: d, keys: t, feedForward: active * layer, held: count * layer, router: d * count, routed: t)
    case .tokens(let kept):
      require(kept >= 1 && kept <= t, "BlockPruning: \(Int(kept)) of \(Int(t)) tokens")
      return cost(passing: kept, keyWidth: d, keys: kept, feedForward: layer, held: layer, router: d, routed: t)
    case .update(let rank):
      require(rank >= 1 && rank <= min(d, hidden), "BlockPruning: rank \(Int(rank)) in a block of \(Int(d)) and \(Int(hidden))")
      return cost(
        passing: t, keyWidth: d, keys: t, feedForward: layer, held: layer, trained: rank * (8 * d + 2 * (d + hidden)))
    }
  }
}
