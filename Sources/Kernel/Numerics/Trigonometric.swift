/// The sine of x radians.
@specialized(where T == Double)
@specialized(where T == Float)
public func sin<T: Real>(_ x: T) -> T { x.mapped(sine) }

/// The cosine of x radians.
@specialized(where T == Double)
@specialized(where T == Float)
public func cos<T: Real>(_ x: T) -> T { x.mapped { sine($0, quarterTurns: 1) } }

func sine(_ x: Double) -> Double { sine(x, quarterTurns: 0) }

func sine(_ x: Double, quarterTurns: Int) -> Double {
  let n = (x * 0.6366197723675814 + 0x1.8p52) - 0x1.8p52
  let r = ((x - n * 0x1.921fb54400000p0) - n * 0x1.0b4611a600000p-34) - n * 0x1.3198a2e037073p-69
  let z = r * r
  let q = (Int(n) + quarterTurns) & 3
  var p = 0.0
  var k = 22.0
  if q & 1 == 0 {
    while k >= 2 { p = (1 - p) * z / (k * (k + 1)); k -= 2 }
    let s = r - r * p
    return q == 0 ? s : -s
  }
  while k >= 2 { p = (1 - p) * z / (k * (k - 1)); k -= 2 }
  let c = 1 - p
  return q == 1 ? c : -c
}

/// The angle of the point (x, y) with x, y ≥ 0, not both zero: in [0, π/2].
func arctangent(_ y: Double, _ x: Double) -> Double {
  if y > x { return 1.5707963267948966 - arctangent(x, y) }
  // Three halvings of the angle, tan(θ/2) = t/(1 + √(1+t²)), then the series.
  var t = y / x
  for _ in 0..<3 { t = t / (1 + (1 + t * t).squareRoot()) }
  let z = t * t
  var p = 0.0
  var k = 21.0
  while k >= 3 { p = (1 / k - p) * z; k -= 2 }
  return 8 * (t - t * p)
}
