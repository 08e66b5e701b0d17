/// A router: gates softmax(W x) over n experts. Where each expert wins is a convex cone.
/// Source: Shazeer et al., "Outrageously large neural networks" (2017), without the noise that it adds to the logits.
public struct Router<T: Real>: Sendable {
  /// W, n×d: one row an expert.
  public var weights: Matrix<T>

  /// A router with given W. Shape: n×d.
  public init(weights: Matrix<T>) { self.weights = weights }

  /// n.
  public var expertCount: Int { weights.rows }

  /// Wx. Shape: d → n. Refused: another length. Cost: 2nd FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func logits(_ x: [T]) -> [T] { matmul(weights, x) }

  /// The k chosen experts with their gates, best first; of equal logits the earlier expert.
  ///
  /// Renormalised gates are the softmax over the k logits (Mixtral); else the full softmax's values (Switch, DeepSeek).
  /// A NaN among the logits makes every gate NaN. Shape: d → k. Refused: k outside 1…n, another length. Cost: 2nd FLOP
  /// and a sort of n logits.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func route(_ x: [T], top k: Int, renormalised: Bool) -> [ExpertChoice<T>] {
    require(k >= 1 && k <= expertCount, "Router: top \(k) of \(expertCount) experts")
    let logits = logits(x), chosen = topIndices(logits, k)
    // The choice depends on every logit, and so the gates do: one that is NaN shows, chosen or not.
    if renormalised && !logits.contains(where: { $0.isNaN }) {
      let gates = softmaxOfRow(chosen.map { logits[$0] }, 1)
      return zip(chosen, gates).map { ExpertChoice(expert: $0, gate: $1) }
    }
    let gates = softmaxOfRow(logits, 1)
    return chosen.map { ExpertChoice(expert: $0, gate: gates[$0]) }
  }

  /// The routing heat map: which experts each token chose. Shape: t×d → t×n of zeros and ones, rows summing to k.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func selection(_ x: Matrix<T>, top k: Int) -> Matrix<T> {
    x.mapRows(width: expertCount) { token in
      var row = [T](repeating: 0, count: expertCount)
      for choice in route(token, top: k, renormalised: true) { row[choice.expert] = 1 }
      return row
    }
  }
}

/// One expert chosen for a token and the weight of its output.
public struct ExpertChoice<T: Real>: Equatable, Sendable {
  /// The expert.
  public let expert: Int
  /// Its weight.
  public let gate: T

  /// The choice of `expert` with weight `gate`.
  public init(expert: Int, gate: T) {
    self.expert = expert
    self.gate = gate
  }
}
