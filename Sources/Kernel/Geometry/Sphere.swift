/// A vector uniform on the unit sphere of ℝⁿ: a normal vector divided by its norm. Refused: n below 1 or above 2³².
public func unitVector<T: Real>(_ n: Int, of type: T.Type = Double.self, using generator: inout Random) -> [T] {
  require(n > 0, "unitVector: no unit vector in dimension \(n)")
  return l2Normalize(normalVector(n, of: type, using: &generator))
}

/// P(|u₁| < ε) for u uniform on the unit sphere of ℝᵈ: how near the equator it lies. Refused: d < 2, ε outside
/// [0, 1].
public func equatorProbability(dimension d: Int, within epsilon: Double) -> Double {
  require(d >= 2, "equatorProbability: dimension \(d)")
  require(epsilon >= 0 && epsilon <= 1, "equatorProbability: the width must be in 0...1")
  if epsilon == 0 || epsilon == 1 { return epsilon }
  // 1 − ε² from its factors, ln ε² from ε: neither loses what ε² loses.
  let point = BetaPoint(
    x: epsilon * epsilon, y: (1 - epsilon) * (1 + epsilon), logX: 2 * logarithm(epsilon),
    logY: logarithmOfOnePlus(-epsilon) + logarithmOfOnePlus(epsilon))
  return incompleteBeta(point, 0.5, Double(d - 1) / 2)
}
