// Evaluated in Double with plain × and +, without branches on the common way so that loops of them vectorise.
// A Float result is the Double one rounded once.

/// The exponential eˣ. Double: below 0.9 ulp; Float: below 0.5001 ulp.
public func exp<T: Real>(_ x: T) -> T { x._mapped(exponential) }

/// The natural logarithm; −∞ at zero, NaN below. Double: below 0.9 ulp; Float: below 0.5001 ulp.
public func log<T: Real>(_ x: T) -> T { x._mapped(logarithm) }

/// The square root, correctly rounded; NaN below zero.
public func sqrt<T: Real>(_ x: T) -> T { x.squareRoot() }

/// The hyperbolic tangent. Double: below 2 ulp; Float: below 0.5001 ulp.
public func tanh<T: Real>(_ x: T) -> T { x._mapped(hyperbolicTangent) }

/// The power xʸ = e^{y·ln x}; 1 for y = 0 and for x = 1, whatever the other is. The error grows with |y·ln x|: about
/// that many ulp. Refused: x ≤ 0.
@specialized(where T == Double)
@specialized(where T == Float)
public func pow<T: Real>(_ x: T, _ y: T) -> T { realPower(x, y) }

@inline(__always)
func realPower<T: Real>(_ x: T, _ y: T) -> T {
  require(!(x <= 0), "pow: the base must be positive")
  if y == 0 || x == 1 { return 1 }
  return T(exponential(y._asDouble * logarithm(x._asDouble)))
}

/// eˣ = 2ⁿ(1 + y): the integer n and y = eʳ − 1 with |r| ≤ ½ ln 2. Meaningful for |x| ≤ 1420.
@inline(__always)
private func reduced(_ x: Double) -> (n: Int32, y: Double) {
  let shifted = x * inverseLn2 + 0x1.8p52
  let n = shifted - 0x1.8p52
  let high = x - n * ln2High, low = n * ln2Low
  let r = high - low
  let lost = (high - r) - low
  let bits = Int32(truncatingIfNeeded: shifted.bitPattern)
  return (bits, r + (r * r * expTail(r) + lost))
}

/// 2ⁿ for n in −1022…1023.
@inline(__always)
private func powerOfTwo(_ n: Int32) -> Double {
  Double(bitPattern: UInt64(UInt32(bitPattern: n &+ 1023)) << 52)
}

@inline(__always)
func exponential(_ x: Double) -> Double {
  // Beyond these bounds the result is 0 or ∞ all the same; NaN passes both comparisons.
  let bounded = x > 720 ? 720 : (x < -760 ? -760 : x)
  let (n, y) = reduced(bounded)
  // Two factors, because 2ⁿ alone leaves the range of Double where eˣ is subnormal or near the largest number.
  let half = n >> 1
  return (1 + y) * powerOfTwo(half) * powerOfTwo(n &- half)
}

@inline(__always)
func logarithm(_ x: Double) -> Double {
  // A subnormal has too few bits; 2⁵⁴ times it has all.
  let tiny = x < 0x1p-1022
  let scaled = tiny ? x * 0x1p54 : x
  // x = 2ᵉ·m with √½ ≤ m < √2: the exponent field changes at the bits of √½.
  let offset = scaled.bitPattern &- 0x3fe6_a09e_667f_3bcd
  let e = Int32(truncatingIfNeeded: Int64(bitPattern: offset) >> 52)
  let m = Double(bitPattern: scaled.bitPattern &- (offset & 0xfff0_0000_0000_0000))
  let exponent = Double(e) - (tiny ? 54 : 0)
  // ln(1+f) = f − s(f − R(s²)) with s = f/(2+f): the largest term, f, is exact.
  let f = m - 1
  let s = f / (2 + f), z = s * s
  let correction = s * (f - z * logTail(z)) - exponent * ln2Low
  let result = exponent * ln2High + (f - correction)
  if x > 0 && x < .infinity { return result }
  return x == 0 ? -.infinity : (x > 0 ? x : .nan)
}

@inline(__always)
func hyperbolicTangent(_ x: Double) -> Double {
  let a = x.magnitude
  // tanh a = E/(E + 2) with E = e^{2a} − 1 = 2ⁿy + (2ⁿ − 1); from 22 on the result rounds to 1.
  let (n, y) = reduced(a > 22 ? 44 : 2 * a)
  let scale = powerOfTwo(n)
  let e = scale * y + (scale - 1)
  let t = e / (e + 2)
  return x.isNaN ? x : Double(signOf: x, magnitudeOf: t)
}

/// ln(1 + u) for u ≥ −1: what the rounding of 1 + u loses is made good by the factor u/((1 + u) − 1).
@inline(__always)
func logarithmOfOnePlus(_ u: Double) -> Double {
  let w = 1 + u
  return w == 1 || w == .infinity ? u : logarithm(w) * (u / (w - 1))
}

/// eˣ − 1, with the digits of a small x.
@inline(__always)
func exponentialMinusOne(_ x: Double) -> Double {
  if x.magnitude > 40 { return exponential(x) - 1 }
  let (n, y) = reduced(x)
  let scale = powerOfTwo(n)
  return scale * y + (scale - 1)
}

/// arsinh h = ln(h + √(1 + h²)) for h ≥ 0.
func inverseHyperbolicSine(_ h: Double) -> Double {
  // Beyond, 1 no longer shows beside h², which might leave the range.
  if h > 0x1p28 { return logarithm(h) + 0.6931471805599453 }
  return logarithmOfOnePlus(h + h * h / (1 + (1 + h * h).squareRoot()))
}

/// sinh x = (eˣ − e⁻ˣ)/2, by its series where that would cancel.
func hyperbolicSine<T: Real>(_ x: T) -> T {
  x._mapped { x in
    // eˣ alone leaves the range before sinh does.
    if x.magnitude > 709 { return exponential(x.magnitude / 2) / 2 * exponential(x.magnitude / 2) * (x < 0 ? -1 : 1) }
    if x.magnitude > 0.5 { return (exponential(x) - exponential(-x)) / 2 }
    let z = x * x
    var series = 1.0
    for k in [156.0, 110, 72, 42, 20, 6] { series = 1 + z / k * series }
    return x * series
  }
}
