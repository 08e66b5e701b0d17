/// The regularised incomplete beta function I_x(a, b), by its continued fraction.
///
/// For a unit vector uniform on the sphere of ℝᵈ, P(|u₁| < ε) = I_{ε²}(½, (d−1)/2).
/// Refused: x outside [0, 1], a or b not positive. Error below 10⁻¹² for a, b up to some thousands.
/// Source: Abramowitz and Stegun, 26.5.8, evaluated by Lentz's method (1976).
public func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  require(x >= 0 && x <= 1, "incompleteBeta: x must be in 0...1")
  require(a > 0 && b > 0, "incompleteBeta: a and b must be positive")
  if x == 0 || x == 1 { return x }
  // The fraction converges fast below the mean; beyond it the other tail does.
  if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
  let front = exp(a * log(x) + b * log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  var c = 1.0, d = 1 / (1 - (a + b) * x / (a + 1)), fraction = d
  var m = 1.0
  while m < 10000 {
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    let change = d * c
    fraction *= change
    if (change - 1).magnitude < 1e-16 { break }
    m += 1
  }
  return front * fraction
}

/// ln Γ(x) for x > 0: Stirling's series after raising x above 10. Refused: x ≤ 0. Relative error below 10⁻¹⁴.
public func logGamma(_ x: Double) -> Double {
  require(x > 0, "logGamma: the argument must be positive")
  var shifted = x, product = 1.0
  while shifted < 10 {
    product *= shifted
    shifted += 1
  }
  let z = 1 / (shifted * shifted)
  var series = 0.0
  for coefficient in [-691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12] {
    series = series * z + coefficient
  }
  series /= shifted
  return (shifted - 0.5) * log(shifted) - shifted + log(twoPi) / 2 + series - log(product)
}

/// P(|u₁| < ε) for u uniform on the unit sphere of ℝᵈ: how near the equator it lies. Refused: d < 2, ε outside [0, 1].
public func equatorProbability(dimension d: Int, within epsilon: Double) -> Double {
  require(d >= 2, "equatorProbability: dimension \(d)")
  return incompleteBeta(epsilon * epsilon, 0.5, Double(d - 1) / 2)
}
