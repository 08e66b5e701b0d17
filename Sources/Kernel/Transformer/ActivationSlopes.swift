// Each slope has its limit at ±∞, where the formula would say ∞·0.

/// σ(x)(1 + x(1 − σ(x))).
@specialized(where T == Double)
@specialized(where T == Float)
func swishSlope<T: Real>(_ x: T) -> T {
  if x.isInfinite { return x > 0 ? 1 : 0 }
  let s = sigmoid(x)
  return s * (1 + x * (1 - s))
}

/// Φ(x) + xφ(x), φ the normal density.
@specialized(where T == Double)
@specialized(where T == Float)
func geluSlope<T: Real>(_ x: T) -> T {
  x._mapped { x in
    if x.isInfinite { return x > 0 ? 1 : 0 }
    let cumulative = x < 0 ? normalTail(-x) : 0.5 * (1 + errorFunction(x * 0.7071067811865476))
    return cumulative + x * 0.3989422804014327 * exponential(-0.5 * x * x)
  }
}

@specialized(where T == Double)
@specialized(where T == Float)
func geluTanhSlope<T: Real>(_ x: T) -> T {
  x._mapped { x in
    let u = geluInner(x), inner = 0.7978845608028654 * (1 + 3 * 0.044715 * x * x)
    // tanh u is ±1 to the last digit, and the second term 0 whatever x² does.
    if u.magnitude > 400 { return u > 0 ? 1 : 0 }
    if u < -1 {
      // 1 + tanh u = 2s and 1 − tanh² u = 4s(1 − s) with s = σ(2u).
      let s = logistic(2 * u)
      return s + 2 * x * s * (1 - s) * inner
    }
    let t = hyperbolicTangent(u)
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner
  }
}

/// 0 up to zero, 1 above, NaN at NaN.
@inline(__always)
func reluSlope<T: Real>(_ x: T) -> T { x > 0 ? 1 : (x.isNaN ? x : 0) }

extension FeedForward.Activation {
  /// The derivative at one number; that of ReLU at 0 is taken as 0, and at NaN it is NaN.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func slope(at x: T) -> T {
    switch self {
    case .relu: reluSlope(x)
    case .gelu: geluSlope(x)
    case .geluTanh: geluTanhSlope(x)
    case .swish: swishSlope(x)
    }
  }
}
