/// A smooth improvement that looks like a jump: per-token accuracy p(N) = exp(−(c/N)^a) grows without a threshold, the
/// share of answers of k tokens that are right as a whole, pᵏ, seems to appear suddenly.
///
/// Only the metric is sharp. Source: Schaeffer, Miranda and Koyejo, "Are emergent abilities of large language models a
/// mirage?" (2023), section 2.
public struct EmergenceModel: Equatable, Sendable {
  /// c, the N at which a token's loss is one nat.
  public let scale: Double
  /// a.
  public let exponent: Double

  /// Refused: numbers that are not positive.
  public init(scale: Double, exponent: Double) {
    require(scale > 0 && exponent > 0, "EmergenceModel: scale and exponent must be positive")
    self.scale = scale
    self.exponent = exponent
  }

  /// p(N). Refused: N that is not positive.
  public func tokenAccuracy(parameters n: Double) -> Double { exp(-pow(scale / n, exponent)) }

  /// p(N)ᵏ: all k tokens right. Refused: k < 1.
  public func exactMatch(parameters n: Double, length k: Int) -> Double {
    require(k >= 1, "EmergenceModel: answers of \(k) tokens")
    return exp(-Double(k) * pow(scale / n, exponent))
  }

  /// k(1 − p(N)): the mean number of wrong tokens, which falls smoothly. Refused: k < 1.
  public func wrongTokens(parameters n: Double, length k: Int) -> Double {
    require(k >= 1, "EmergenceModel: answers of \(k) tokens")
    let loss = pow(scale / n, exponent)
    // 1 − e^{−loss}, which cancels where accuracy is near one.
    return Double(k) * (loss < 0.5 ? -exponentialMinusOne(-loss) : 1 - exp(-loss))
  }

  /// The N at which a share of answers is right: c·(k/−ln share)^{1/a}. Refused: a share outside (0, 1), k < 1.
  public func parameters(exactMatch share: Double, length k: Int) -> Double {
    require(share > 0 && share < 1 && k >= 1, "EmergenceModel: the share must be in (0, 1), answers of \(k) tokens")
    return scale * pow(Double(k) / -log(share), 1 / exponent)
  }
}

/// How steep pᵏ is in p: d(pᵏ)/dp = k·pᵏ⁻¹. Refused: p outside [0, 1], k < 1.
public func exactMatchSlope(tokenAccuracy p: Double, length k: Int) -> Double {
  require(p >= 0 && p <= 1 && k >= 1, "exactMatchSlope: accuracy outside [0, 1], or answers of \(k) tokens")
  return Double(k) * power(p, k - 1)
}
