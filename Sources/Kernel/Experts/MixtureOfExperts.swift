/// A sparse mixture of experts, `FeedForward` or `SwiGLU`: y = Σ_{i∈top k} gᵢEᵢ(x), plus experts that always run.
///
/// An expert takes every token that chose it: none is dropped. `switchAssignment` tells which tokens a capacity would
/// drop.
/// Source: Shazeer et al. (2017); Jiang et al., "Mixtral of experts" (2024); shared experts: Dai et al.,
/// "DeepSeekMoE" (2024).
public struct MixtureOfExperts<Expert: TokenwiseLayer>: Sendable {
  /// The type of the numbers.
  public typealias T = Expert.Scalar

  /// Chooses among the n experts.
  public var router: Router<T>
  /// The n experts.
  public var experts: [Expert]
  /// Experts every token passes, with weight one.
  public var shared: [Expert]
  /// k.
  public let active: Int
  /// Whether the k gates are made to sum to one.
  public let renormalised: Bool

  /// Refused: a router for another number of experts, k outside 1…n.
  public init(
    router: Router<T>, experts: [Expert], shared: [Expert] = [], active: Int, renormalised: Bool = true
  ) {
    require(
      router.expertCount == experts.count,
      "MixtureOfExperts: router for \(router.expertCount), \(experts.count) experts")
    require(active >= 1 && active <= experts.count, "MixtureOfExperts: top \(active) of \(experts.count) experts")
    self.router = router
    self.experts = experts
    self.shared = shared
    self.active = active
    self.renormalised = renormalised
  }

  /// The weights of the router and of all experts.
  public var parameterCount: Int {
    (experts + shared).reduce(router.weights.elements.count) { $0 + $1.parameterCount }
  }

  /// The layer's output, tokens gathered by expert so that each expert runs once over its own tokens.
  ///
  /// A token adds up its experts in their own order, the shared ones last.
  /// Shape: n×d → n×d. Refused: another width. Cost: the router and k expert passes a token, and the shared ones.
  @specialized(where Expert == FeedForward<Double>)
  @specialized(where Expert == FeedForward<Float>)
  @specialized(where Expert == SwiGLU<Double>)
  @specialized(where Expert == SwiGLU<Float>)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    let width = x.columns, groups = groups(x).filter { !$0.tokens.isEmpty }
    var outputs = [[T]](repeating: [], count: groups.count)
    outputs.withUnsafeMutableBufferPointer { outputs in
      let outputs = outputs
      parallel(groups.count, cost: Int64(x.rows * active) * 2 * Int64(experts[0].parameterCount)) { g in
        let own = groups[g].tokens.flatMap { x.elements[$0 * width..<($0 + 1) * width] }
        outputs[g] =
          experts[groups[g].expert](Matrix(rows: groups[g].tokens.count, columns: width, elements: own)).elements
      }
    }
    var y = [T](repeating: 0, count: x.rows * width)
    for (group, output) in zip(groups, outputs) {
      for (r, token) in group.tokens.enumerated() {
        let gate = group.gates[r]
        for c in 0..<width { y[token * width + c] += gate * output[r * width + c] }
      }
    }
    return shared.reduce(Matrix(rows: x.rows, columns: width, elements: y)) { $0 + $1(x) }
  }

  /// The tokens that chose each expert, with their gates: what a gather and a scatter move.
  /// Shape: n×d → one group an expert. Refused: another width.
  @specialized(where Expert == FeedForward<Double>)
  @specialized(where Expert == FeedForward<Float>)
  @specialized(where Expert == SwiGLU<Double>)
  @specialized(where Expert == SwiGLU<Float>)
  public func groups(_ x: Matrix<T>) -> [ExpertGroup<T>] {
    var groups = experts.indices.map { ExpertGroup<T>(expert: $0, tokens: [], gates: []) }
    for i in 0..<x.rows {
      for choice in router.route(x.row(i), top: active, renormalised: renormalised) {
        groups[choice.expert].tokens.append(i)
        groups[choice.expert].gates.append(choice.gate)
      }
    }
    return groups
  }
}

/// One expert's share of a batch.
public struct ExpertGroup<T: Real>: Equatable, Sendable {
  /// The expert.
  public let expert: Int
  /// The rows that chose it, in order.
  public internal(set) var tokens: [Int]
  /// Their gates.
  public internal(set) var gates: [T]
}
