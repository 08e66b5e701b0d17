/// The sum of the numbers to the last digit or two, however they cancel: every rounding error is kept as a number of
/// its own until the end. Source: Shewchuk, "Adaptive precision floating-point arithmetic" (1997), section 2.4.
func exactSum(_ terms: [Double]) -> Double {
  // The parts do not overlap and grow in size.
  var parts: [Double] = []
  for term in terms {
    var carried = term, kept = 0
    for part in parts {
      let (sum, error) = exactSum(carried, part)
      if error != 0 {
        parts[kept] = error
        kept += 1
      }
      carried = sum
    }
    parts.removeLast(parts.count - kept)
    parts.append(carried)
  }
  return parts.reduce(0) { $0 + $1 }
}

/// a + b as the rounded sum and its error (Knuth's TwoSum).
private func exactSum(_ a: Double, _ b: Double) -> (sum: Double, error: Double) {
  let sum = a + b, back = sum - a
  return (sum, (a - (sum - back)) + (b - back))
}

/// a·b as the rounded product and its error, for factors below 2⁹⁰⁰ (Dekker's product, 1971: no fused multiply-add).
func exactProduct(_ a: Double, _ b: Double) -> (product: Double, error: Double) {
  func halves(_ x: Double) -> (high: Double, low: Double) {
    let wide = 0x8000001 * x, high = wide - (wide - x)
    return (high, x - high)
  }
  let product = a * b, (a1, a2) = halves(a), (b1, b2) = halves(b)
  return (product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2))
}
