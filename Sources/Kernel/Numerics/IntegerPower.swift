/// The integer power xⁿ by repeated squaring. Refused: n < 0. Cost: about 2 log₂ n products.
@specialized(where T == Double)
@specialized(where T == Float)
public func power<T: Real>(_ x: T, _ n: Int) -> T {
  require(n >= 0, "power: exponent \(n)")
  var result: T = 1, base = x, n = n
  while n > 0 {
    if n & 1 == 1 { result *= base }
    base *= base
    n >>= 1
  }
  return result
}
