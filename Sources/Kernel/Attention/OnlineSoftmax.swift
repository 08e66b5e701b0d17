/// What one pass over some of the keys knows of a query: the largest score m, ℓ = Σe^{sⱼ−m} and o = Σe^{sⱼ−m}vⱼ.
///
/// Two such states merge into that of all their keys, in any grouping.
/// Source: Milakov and Gimelshein, "Online normalizer calculation for softmax" (2018).
public struct OnlineSoftmax<T: Real>: Equatable, Sendable {
  /// m; −∞ before any key.
  public private(set) var highest: T
  /// ℓ.
  public private(set) var total: T
  /// o, d_v.
  public private(set) var weighted: [T]

  /// No key yet. Refused: a width that is negative or above 2³².
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(width: Int) {
    requireCount(width, "OnlineSoftmax: width")
    highest = -.infinity
    total = 0
    weighted = [T](repeating: 0, count: width)
  }

  /// One block of keys: its scores and the rows of its values. A score of −∞ adds nothing, a NaN or +∞ makes the state
  /// NaN.
  /// Shapes: m scores and m×d_v values.
  /// Refused: another number of scores than of values. Cost: 2·d_v + 1 FLOP and one exponential a key.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(scores: [T], values: Matrix<T>) {
    self.init(width: values.columns)
    require(scores.count == values.rows, "OnlineSoftmax: \(scores.count) scores for values \(values.shape)")
    highest = largestOrNaN(scores)
    if highest == -.infinity { return }
    for (j, score) in scores.enumerated() {
      let weight = exp(score - highest)
      total += weight
      for c in weighted.indices { weighted[c] += weight * values.elements[j * values.columns + c] }
    }
  }

  /// The state of both sets of keys: each side scaled by e^{m_own − m_both}. Refused: widths that differ.
  /// Cost: 3(d_v + 1) FLOP and two exponentials; none when one side has seen no key.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func merged(with other: OnlineSoftmax) -> OnlineSoftmax {
    require(
      weighted.count == other.weighted.count,
      "OnlineSoftmax: widths \(weighted.count) and \(other.weighted.count) differ")
    if other.highest == -.infinity { return self }
    if highest == -.infinity { return other }
    var both = self
    both.highest = largestOrNaN([highest, other.highest])
    let own = exp(highest - both.highest), its = exp(other.highest - both.highest)
    both.total = own * total + its * other.total
    for c in weighted.indices { both.weighted[c] = own * weighted[c] + its * other.weighted[c] }
    return both
  }

  /// o/ℓ, zero when no key was allowed.
  public var output: [T] { total == 0 ? weighted : weighted.map { $0 / total } }

  /// ln Σe^{sⱼ} = m + ln ℓ: what the backward pass needs to rebuild the weights.
  public var logSumExp: T { highest == -.infinity ? highest : highest + log(total) }
}
