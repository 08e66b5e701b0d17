/// log₁₀ of a positive number, from + − × ÷ only: x = 2ᵉ·m with √½ ≤ m < √2, and
/// ln m = 2·artanh((m−1)/(m+1)) as a power series. Good to a few units in the last place, far below a pixel.
func log10(_ x: Double) -> Double {
  var exponent = Double(Int(x.exponent))
  var m = x.significand
  if m > 1.4142135623730951 {
    m /= 2
    exponent += 1
  }
  let s = (m - 1) / (m + 1)
  let square = s * s
  var sum = 0.0
  var k = 25
  while k >= 1 {
    sum = sum * square + 1 / Double(k)
    k -= 2
  }
  return (exponent * 0.6931471805599453 + 2 * s * sum) / 2.302585092994046
}
