/// The error function erf x = (2/√π) ∫₀ˣ e^{−t²} dt.
@specialized(where T == Double)
@specialized(where T == Float)
public func erf<T: Real>(_ x: T) -> T { x.mapped(errorFunction) }

func errorFunction(_ x: Double) -> Double {
  let a = x.magnitude
  if a > 6 { return x > 0 ? 1 : -1 }
  // erf x = (2/√π) e^{−x²} Σₙ 2ⁿ x^{2n+1}/(2n+1)!!
  var term = a, total = a, n = 1.0
  while term > 1e-18 * total { term *= 2 * a * a / (2 * n + 1); total += term; n += 1 }
  let e = 1.1283791670955126 * exponential(-a * a) * total
  return x > 0 ? e : -e
}
