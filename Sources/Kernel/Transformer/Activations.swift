/// max(x, 0); NaN stays NaN.
@specialized(where T == Double)
@specialized(where T == Float)
public func relu<T: Real>(_ x: T) -> T {
  // The sum makes −0 zero, and the choice one that needs no branch.
  (x < 0 ? 0 : x) + 0
}

/// The logistic function 1/(1 + e⁻ˣ), without overflow on either side.
public func sigmoid<T: Real>(_ x: T) -> T {
  x._mapped(logistic)
}

@inline(__always)
func logistic(_ x: Double) -> Double {
  let e = exponential(-x.magnitude)
  return x < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// ln(1 + eˣ), without overflow.
public func softplus<T: Real>(_ x: T) -> T {
  x._mapped { x in (x > 0 ? x : 0) + logarithmOfOnePlus(exponential(-x.magnitude)) }
}

/// The Gaussian error linear unit xΦ(x) = x/2·(1 + erf(x/√2)); below zero by the complementary function, since 1 + erf
/// would cancel. −∞ gives 0.
/// Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
public func gelu<T: Real>(_ x: T) -> T {
  x._mapped { x in
    if x < 0 { return x == -.infinity ? 0 : x * normalTail(-x) }
    return 0.5 * x * (1 + errorFunction(x * 0.7071067811865476))
  }
}

/// The tanh form of GELU that GPT-2 uses: x/2·(1 + tanh u), u = √(2/π)(x + 0.044715x³); where 1 + tanh u would cancel
/// it is 2σ(2u). −∞ gives 0.
public func geluTanh<T: Real>(_ x: T) -> T {
  x._mapped { x in
    let u = geluInner(x)
    if u < -1 { return x == -.infinity ? 0 : x * logistic(2 * u) }
    return 0.5 * x * (1 + hyperbolicTangent(u))
  }
}

/// √(2/π)(x + 0.044715x³).
@inline(__always)
func geluInner(_ x: Double) -> Double { 0.7978845608028654 * (x + 0.044715 * x * x * x) }

/// Swish, or SiLU: x·σ(x); −∞ gives 0. Source: Ramachandran et al., "Searching for activation functions" (2017).
@specialized(where T == Double)
@specialized(where T == Float)
public func swish<T: Real>(_ x: T) -> T { x == -.infinity ? 0 : x * sigmoid(x) }
