/// The sizes of a mixture of feed-forward experts without biases, to compare granularities.
///
/// Splitting each expert into m of a m-th of the width and activating m times as many keeps experts' parameters and
/// FLOP and raises the number of subsets a token can choose. Source: Dai et al., "DeepSeekMoE" (2024), section 3.1.
public struct ExpertGranularity: Equatable, Sendable {
  /// n.
  public let experts: Int
  /// k.
  public let active: Int
  /// d.
  public let dimension: Int
  /// d_ff of each expert.
  public let hidden: Int

  /// Refused: k outside 1…n, sizes below 1.
  public init(experts: Int, active: Int, dimension: Int, hidden: Int) {
    require(active >= 1 && active <= experts, "ExpertGranularity: top \(active) of \(experts) experts")
    require(dimension >= 1 && hidden >= 1, "ExpertGranularity: dimension \(dimension), hidden \(hidden)")
    self.experts = experts
    self.active = active
    self.dimension = dimension
    self.hidden = hidden
  }

  /// Each expert cut into m. Refused: an m that does not divide the hidden width, more than 2³² experts.
  public func split(into m: Int) -> ExpertGranularity {
    require(m >= 1 && hidden % m == 0, "ExpertGranularity: \(hidden) hidden units into \(m)")
    _ = elementCount(experts, m)
    return ExpertGranularity(experts: experts * m, active: active * m, dimension: dimension, hidden: hidden / m)
  }

  /// The experts' weights, 2·n·d·d_ff; the router's d·n, which grow with m, are not among them.
  public var parameters: Int64 { counted { 2 * $0(experts) * $0(dimension) * $0(hidden) } }
  /// d·n.
  public var routerParameters: Int64 { counted { $0(dimension) * $0(experts) } }
  /// FLOP of the active experts for one token: 4·k·d·d_ff.
  public var flopsPerToken: Int64 { counted { 4 * $0(active) * $0(dimension) * $0(hidden) } }
  private func counted(_ formula: ((Int) -> Count) -> Count) -> Int64 {
    formula { Count($0, "ExpertGranularity") }.value
  }

  /// C(n, k): the sets of experts that a token can choose. Refused as `binomial`.
  public var subsets: Int64 { binomial(experts, active) }
}

extension FeedForward {
  /// This layer as m layers of an m-th of its hidden units, whose outputs add up to its own; the output bias is the
  /// first one's. Refused: an m that does not divide the hidden width.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func split(into m: Int) -> [FeedForward] {
    require(m >= 1 && up.rows % m == 0, "FeedForward: \(up.rows) hidden units into \(m)")
    let each = up.rows / m
    return (0..<m).map { part in
      let units = part * each..<(part + 1) * each
      return FeedForward(
        up: up.rows(units), upBias: Array(upBias[units]), down: down.columns(units),
        downBias: part == 0 ? downBias : [T](repeating: 0, count: downBias.count), activation: activation)
    }
  }
}
