/// A scaling law L(N, D) = E + A/Nᵃ + B/Dᵇ for N parameters and D training tokens, with training cost C = 6ND.
///
/// Source: Hoffmann et al., "Training compute-optimal large language models" (2022), section 3.3.
public struct ScalingLaw: Sendable {
  /// E, the loss no model goes below.
  public let irreducible: Double
  /// A and its exponent a.
  public let parameterFactor, parameterExponent: Double
  /// B and its exponent b.
  public let tokenFactor, tokenExponent: Double

  /// Refused: factors or exponents that are not positive.
  public init(
    irreducible: Double, parameterFactor: Double, parameterExponent: Double, tokenFactor: Double, tokenExponent: Double
  ) {
    require(parameterFactor > 0 && tokenFactor > 0, "ScalingLaw: a factor is not positive")
    require(parameterExponent > 0 && tokenExponent > 0, "ScalingLaw: an exponent is not positive")
    self.irreducible = irreducible
    self.parameterFactor = parameterFactor
    self.parameterExponent = parameterExponent
    self.tokenFactor = tokenFactor
    self.tokenExponent = tokenExponent
  }

  /// L(N, D). Refused: N or D that is not positive.
  public func loss(parameters n: Double, tokens d: Double) -> Double {
    irreducible + parameterFactor / pow(n, parameterExponent) + tokenFactor / pow(d, tokenExponent)
  }

  /// The N and D of least loss for C FLOP: N = (aA/bB)^{1/(a+b)}·(C/6)^{b/(a+b)}, D = C/6N.
  /// Refused: a cost that is not positive.
  public func optimum(flops c: Double) -> (parameters: Double, tokens: Double) {
    require(c > 0, "ScalingLaw: the cost must be positive")
    let total = parameterExponent + tokenExponent
    let ratio = parameterExponent * parameterFactor / (tokenExponent * tokenFactor)
    let n = pow(ratio, 1 / total) * pow(c / 6, tokenExponent / total)
    return (n, c / 6 / n)
  }
}

/// The probability that the majority of n independent votes is right when each is right with probability p:
/// Σ_{k>n/2} C(n, k)·pᵏ(1−p)ⁿ⁻ᵏ. Two answers; an even n is refused, since votes could tie.
/// Refused: n even, below one or above 2³², p outside [0, 1]. Cost: O(n).
/// Sources: Condorcet (1785); Wang et al., "Self-consistency improves chain of thought reasoning" (2023).
public func majorityVoteAccuracy(votes n: Int, each p: Double) -> Double {
  require(n > 0 && n % 2 == 1, "majorityVoteAccuracy: \(n) votes")
  requireCount(n, "majorityVoteAccuracy: votes")
  require(p >= 0 && p <= 1, "majorityVoteAccuracy: the probability is outside [0, 1]")
  if p == 0 || p == 1 { return p }
  var total = 0.0
  for k in n / 2 + 1...n {
    let ways = logGamma(Double(n + 1)) - logGamma(Double(k + 1)) - logGamma(Double(n - k + 1))
    total += exp(ways + Double(k) * log(p) + Double(n - k) * log(1 - p))
  }
  return withinOne(total)
}

/// The probability that the angle of two independent uniform directions of ℝᵈ is within δ of a right angle: the
/// equator's P(|x₁| < sin δ). Refused: d < 2, δ outside (0, π/2).
public func rightAngleProbability(dimension d: Int, within delta: Double) -> Double {
  require(d >= 2 && delta > 0 && delta < 1.5707963267948966, "rightAngleProbability: dimension \(d)")
  return equatorProbability(dimension: d, within: sin(delta))
}
