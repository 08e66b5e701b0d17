/// The error function erf x = (2/√π) ∫₀ˣ e^{−t²} dt. Double: below 1.5 ulp; Float: below 0.5001 ulp.
@specialized(where T == Double)
@specialized(where T == Float)
public func erf<T: Real>(_ x: T) -> T { x.mapped(errorFunction) }

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
