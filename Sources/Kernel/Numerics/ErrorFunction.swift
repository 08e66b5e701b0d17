/// The error function erf x = (2/√π) ∫₀ˣ e^{−t²} dt. Double: below 1.5 ulp; Float: below 0.5001 ulp.
public func erf<T: Real>(_ x: T) -> T { x._mapped(errorFunction) }

@inline(__always)
func errorFunction(_ x: Double) -> Double {
  let a = x.magnitude
  if a < 0.875 { return x + x * erfRatio(x * x) }
  if x.isNaN { return x }
  // 1 − erfc: from 6 on erfc is less than half a unit in the last place of 1.
  if a > 6 { return x > 0 ? 1 : -1 }
  let complement = exponential(-a * a) * erfcScaled((a - 2) / (a + 2)) / (a + 2)
  return x > 0 ? 1 - complement : complement - 1
}

/// The normal distribution's tail Φ(−x) = ½·erfc(x/√2) for x ≥ 0, with all its digits however small it is.
@inline(__always)
func normalTail(_ x: Double) -> Double {
  let a = x * 0.7071067811865476
  if a < 0.875 { return 0.5 * (1 - (a + a * erfRatio(a * a))) }
  if a > 27.5 { return x.isNaN ? x : 0 }
  // e^{−x²/2} from the square of x's upper half, which is exact, and the rest.
  let high = Double(bitPattern: x.bitPattern & ~0x7ff_ffff)
  let density = exponential(-0.5 * high * high) * exponential(-0.5 * (x - high) * (x + high))
  return 0.5 * density * erfcScaled((a - 2) / (a + 2)) / (a + 2)
}
