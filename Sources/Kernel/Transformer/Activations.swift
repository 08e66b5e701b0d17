/// max(x, 0); NaN stays NaN.
@specialized(where T == Double)
@specialized(where T == Float)
public func relu<T: Real>(_ x: T) -> T {
  // The sum makes −0 zero, and the choice one that needs no branch.
  (x < 0 ? 0 : x) + 0
}

/// The logistic function 1/(1 + e⁻ˣ), without overflow on either side.
@specialized(where T == Double)
@specialized(where T == Float)
public func sigmoid<T: Real>(_ x: T) -> T {
  x.mapped { x in
    let e = exponential(-x.magnitude)
    return x < 0 ? e / (1 + e) : 1 / (1 + e)
  }
}

/// ln(1 + eˣ), without overflow.
@specialized(where T == Double)
@specialized(where T == Float)
public func softplus<T: Real>(_ x: T) -> T {
  x.mapped { x in (x > 0 ? x : 0) + logarithmOfOnePlus(exponential(-x.magnitude)) }
}

/// The Gaussian error linear unit xΦ(x) = x/2·(1 + erf(x/√2)).
/// Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
@specialized(where T == Double)
@specialized(where T == Float)
public func gelu<T: Real>(_ x: T) -> T {
  x.mapped { 0.5 * $0 * (1 + errorFunction($0 * 0.7071067811865476)) }
}

/// The tanh form of GELU that GPT-2 uses: x/2·(1 + tanh(√(2/π)(x + 0.044715x³))).
@specialized(where T == Double)
@specialized(where T == Float)
public func geluTanh<T: Real>(_ x: T) -> T {
  x.mapped { 0.5 * $0 * (1 + hyperbolicTangent(0.7978845608028654 * ($0 + 0.044715 * $0 * $0 * $0))) }
}

/// Swish, or SiLU: x·σ(x). Source: Ramachandran et al., "Searching for activation functions" (2017).
@specialized(where T == Double)
@specialized(where T == Float)
public func swish<T: Real>(_ x: T) -> T { x * sigmoid(x) }
