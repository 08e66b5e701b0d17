/// The exponential eˣ.
@specialized(where T == Double)
@specialized(where T == Float)
public func exp<T: Real>(_ x: T) -> T { x.mapped(exponential) }

/// The natural logarithm; −∞ at zero, NaN below.
@specialized(where T == Double)
@specialized(where T == Float)
public func log<T: Real>(_ x: T) -> T { x.mapped(logarithm) }

/// The square root, correctly rounded.
@specialized(where T == Double)
@specialized(where T == Float)
public func sqrt<T: Real>(_ x: T) -> T { x.squareRoot() }

/// The hyperbolic tangent.
@specialized(where T == Double)
@specialized(where T == Float)
public func tanh<T: Real>(_ x: T) -> T { x.mapped(hyperbolicTangent) }

/// The power xʸ = e^{y·ln x} of a positive base. Refused: x ≤ 0.
@specialized(where T == Double)
@specialized(where T == Float)
public func pow<T: Real>(_ x: T, _ y: T) -> T {
  require(x > 0, "pow: the base must be positive")
  return T(exponential(y.asDouble * logarithm(x.asDouble)))
}

func exponential(_ x: Double) -> Double {
  if x.isNaN { return x }
  if x > 709.8 { return .infinity }
  if x < -745.2 { return 0 }
  let ln2High = 0x1.62e42fefa0000p-1, ln2Low = 0x1.cf79abc9e3b3ap-40
  let n = (x * 1.4426950408889634 + 0x1.8p52) - 0x1.8p52
  let r = (x - n * ln2High) - n * ln2Low
  var p = 0.0
  var k = 14.0
  while k >= 1 { p = (1 + p) * r / k; k -= 1 }
  let e = Int(n), half = e / 2
  let scale = Double(sign: .plus, exponent: half, significand: 1)
  return (1 + p) * scale * Double(sign: .plus, exponent: e - half, significand: 1)
}

func logarithm(_ x: Double) -> Double {
  if x.isNaN || x < 0 { return .nan }
  if x == 0 { return -.infinity }
  if x == .infinity { return x }
  var m = x.significand, e = Double(x.exponent)
  if m > 1.4142135623730951 { m *= 0.5; e += 1 }
  let s = (m - 1) / (m + 1), z = s * s
  var p = 0.0
  var k = 25.0
  while k >= 3 { p = (p + 1 / k) * z; k -= 2 }
  return e * 0x1.62e42fefa0000p-1 + (2 * s + (2 * s * p + e * 0x1.cf79abc9e3b3ap-40))
}

func hyperbolicTangent(_ x: Double) -> Double {
  let a = x.magnitude
  if a > 20 { return x > 0 ? 1 : -1 }
  if a < 0.1 {
    let z = x * x
    return x * (1 - z * (1.0 / 3 - z * (2.0 / 15 - z * (17.0 / 315 - z * (62.0 / 2835 - z * 1382.0 / 155925)))))
  }
  let e = exponential(-2 * a)
  let t = (1 - e) / (1 + e)
  return x > 0 ? t : -t
}
