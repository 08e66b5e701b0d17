/// The regularised incomplete beta function I_x(a, b), by its continued fraction.
///
/// For a unit vector uniform on the sphere of ℝᵈ, P(|u₁| < ε) = I_{ε²}(½, (d−1)/2).
/// Error for a and b from 10⁻³ to 10⁶: below 10⁻¹³ of the value; beyond, the value of 1 − tail keeps only the digits of
/// one.
/// Refused: x outside [0, 1], a or b not positive or infinite.
/// Source: Didonato and Morris, "Significant digit computation of the incomplete beta function ratios" (1992), whose
/// fraction is evaluated by Lentz's method (1976).
public func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  require(x >= 0 && x <= 1, "incompleteBeta: x must be in 0...1")
  require(a > 0 && b > 0 && a < .infinity && b < .infinity, "incompleteBeta: a and b must be positive and finite")
  if x == 0 || x == 1 { return x }
  let y = 1 - x
  return incompleteBeta(
    BetaPoint(x: x, y: y, logX: x < 0.5 ? logarithm(x) : logarithmOfOnePlus(-y), logY: logarithmOfOnePlus(-x)), a, b)
}

/// A number between 0 and 1 with its complement and both logarithms, each with its own digits.
struct BetaPoint {
  let x, y, logX, logY: Double

  /// The same from the other end.
  var mirrored: BetaPoint { BetaPoint(x: y, y: x, logX: logY, logY: logX) }
}

func incompleteBeta(_ p: BetaPoint, _ a: Double, _ b: Double) -> Double {
  // The fraction converges fast below the mean a/(a + b); beyond it the other tail does.
  if a * p.y >= b * p.x { return withinOne(betaFactor(p, a, b) / continuedFraction(p, a, b)) }
  return 1 - withinOne(betaFactor(p.mirrored, b, a) / continuedFraction(p.mirrored, b, a))
}

/// β₀ + α₁/(β₁ + α₂/(β₂ + …)), every second step of Abramowitz and Stegun's fraction at once. Below the mean λ ≥ 0, so
/// that no β cancels; as a − (a + b)x it would itself.
private func continuedFraction(_ p: BetaPoint, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300, lambda = a * p.y - b * p.x
  func apart(_ value: Double) -> Double { value == 0 ? tiny : value }
  var value = apart(a / (a + 1) * (lambda + 1)), c = value, d = 0.0, n = 1.0
  while n < 100_000 {
    let q = a + 2 * n - 1
    let alpha = (a + n - 1) / q * ((a + b + n - 1) / q) * n * (b - n) * p.x * p.x
    let beta = n + n * (b - n) * p.x / q + (a + n) / (q + 2) * (lambda + 1 + n * (1 + p.y))
    d = 1 / apart(beta + alpha * d)
    c = apart(beta + alpha / c)
    let change = c * d
    value *= change
    if (change - 1).magnitude <= 0x1p-52 { break }
    n += 1
  }
  return value
}

/// xᵃyᵇ/B(a, b). Where a or b is large its logarithm is a sum of large numbers that cancel; Stirling's formula lets
/// them cancel before anything is computed.
private func betaFactor(_ p: BetaPoint, _ a: Double, _ b: Double) -> Double {
  let large = max(a, b), small = min(a, b)
  if large < 10 {
    return a * exponential(a * p.logX + b * p.logY + logGamma(a + b) - logGamma(a + 1) - logGamma(b))
  }
  if small >= 10 {
    // With x = (1 + u)·a/(a + b) and y = (1 + v)·b/(a + b) it is a·(ln(1 + u) − u) + b·(ln(1 + v) − v), as au + bv = 0.
    let sum = a + b, away = p.x * b - p.y * a
    let u = logarithmBeyondLinear(away / a, whole: p.logX, sum / a)
    let v = logarithmBeyondLinear(-away / b, whole: p.logY, sum / b)
    let exponent = a * u + b * v + stirlingRest(sum) - stirlingRest(a) - stirlingRest(b)
    return (a / sum * b / twoPi).squareRoot() * exponential(exponent)
  }
  // ln Γ(l + s) − ln Γ(l) without the two large numbers.
  let sum = large + small
  let ratio =
    (large - 0.5) * logarithmOfOnePlus(small / large) + small * (logarithm(sum) - 1) + stirlingRest(sum)
    - stirlingRest(large)
  return small * exponential(a * p.logX + b * p.logY + ratio - logGamma(small + 1))
}

/// ln(1 + u) − u, where 1 + u is a factor times a number whose logarithm is `whole`.
private func logarithmBeyondLinear(_ u: Double, whole: Double, _ factor: Double) -> Double {
  if u < -0.5 { return whole + logarithm(factor) - u }
  if u > 0.5 { return logarithmOfOnePlus(u) - u }
  // ln(1 + u) = 2(r + r³/3 + r⁵/5 + …) with r = u/(2 + u), and u − 2r = u·r.
  let r = u / (2 + u), z = r * r
  var series = 0.0, odd = 35.0
  while odd >= 3 {
    series = series * z + 1 / odd
    odd -= 2
  }
  return 2 * r * z * series - u * r
}
