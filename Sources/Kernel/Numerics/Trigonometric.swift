/// The sine of x radians; NaN of an infinity. Double: below 0.9 ulp; Float: below 0.5001 ulp, at any size of x.
public func sin<T: Real>(_ x: T) -> T { x._mapped { circular($0, quarterTurns: 0) } }

/// The cosine of x radians; NaN of an infinity. Double: below 0.9 ulp; Float: below 0.5001 ulp, at any size of x.
public func cos<T: Real>(_ x: T) -> T { x._mapped { circular($0, quarterTurns: 1) } }

/// sin(x + quarterTurns·π/2).
@inline(__always)
func circular(_ x: Double, quarterTurns: UInt64) -> Double {
  let (quadrant, r, tail) = x.magnitude < 0x1p19 ? reducedByParts(x) : reducedByWords(x)
  let turned = quadrant &+ quarterTurns
  let value = turned & 1 == 0 ? sineOf(r, tail) : cosineOf(r, tail)
  return turned & 2 == 0 ? value : -value
}

/// sin(r + tail) for |r| ≤ π/4.
@inline(__always)
private func sineOf(_ r: Double, _ tail: Double) -> Double {
  let z = r * r
  return r + (r * (z * sinTail(z)) + tail * (1 - 0.5 * z))
}

/// cos(r + tail) for |r| ≤ π/4.
@inline(__always)
private func cosineOf(_ r: Double, _ tail: Double) -> Double {
  let z = r * r, half = 0.5 * z
  let head = 1 - half
  return head + (((1 - head) - half) + (z * z * cosTail(z) - r * tail))
}

/// x = quadrant·π/2 + r + tail, with π/2 taken away in parts whose products with the quadrant are exact.
@inline(__always)
private func reducedByParts(_ x: Double) -> (quadrant: UInt64, r: Double, tail: Double) {
  let shifted = x * twoOverPi + 0x1.8p52
  let n = shifted - 0x1.8p52
  // x − n·(π/2)₁ is exact; the other two parts may cancel against it, so what each subtraction loses is kept.
  let a = x - n * halfPi1
  let b = n * halfPi2, c = n * halfPi3, d = n * halfPi4
  let first = a - b
  let firstLost = differenceError(a, b, first)
  let second = first - c
  let secondLost = differenceError(first, c, second)
  let low = (firstLost + secondLost) - d
  let r = second + low
  return (shifted.bitPattern, r, (second - r) + low)
}

/// What a − b lost when it was rounded to d (Knuth's TwoSum).
@inline(__always)
private func differenceError(_ a: Double, _ b: Double, _ d: Double) -> Double {
  let back = d - a
  return (a - (d - back)) - (b + back)
}

/// The same for any finite x, with 192 bits of 2/π in integers.
/// Source: Payne and Hanek, "Radian reduction for trigonometric functions" (1983).
@inline(never)
private func reducedByWords(_ x: Double) -> (quadrant: UInt64, r: Double, tail: Double) {
  if !x.isFinite { return (0, .nan, 0) }
  // |x| = m·2ˢ. Bits of 2/π whose product with 2ˢ is a multiple of 4 only add whole turns; the window starts after
  // them, so that bits 62 and 63 of the top word of m·window count quarter turns. The table begins with 64 zeros.
  let m = x.significandBitPattern | 1 << 52
  let start = Int(x.exponentBitPattern) - 1075 - 2 + 64
  let word = start / 64, shift = UInt64(start % 64)
  func window(_ i: Int) -> UInt64 {
    twoOverPiWords[word + i] << shift | twoOverPiWords[word + i + 1] >> (64 - shift)
  }
  let lowest = m.multipliedFullWidth(by: window(2))
  let middle = m.multipliedFullWidth(by: window(1))
  let (mid, carry) = middle.low.addingReportingOverflow(lowest.high)
  let top = m &* window(0) &+ middle.high &+ (carry ? 1 : 0)
  var quadrant = top >> 62
  // The fraction of a quarter turn in 128 bits; above one half it counts down from the next quarter.
  var high = top << 2 | mid >> 62, low = mid << 2 | lowest.low >> 62
  let past = high >> 63 == 1
  if past {
    quadrant &+= 1
    low = ~low
    high = ~high
  }
  // No Double lies closer than 2⁻⁶² to a multiple of π/2, so `high` has a bit set.
  let lead = UInt64(high.leadingZeroBitCount)
  let bits = high << lead | low >> (64 - lead)
  let scale = Double(bitPattern: (1023 - lead) << 52)
  let head = Double(bits >> 37) * 0x1p-27
  let rest = Double(bits << 27 | (low << lead) >> 37) * 0x1p-91
  let product = head * halfPiHigh
  let correction = head * halfPiLow + rest * halfPi
  let sum = product + correction
  let r = sum * scale, tail = ((product - sum) + correction) * scale
  let negative = (x < 0) != past
  return (x < 0 ? 0 &- quadrant : quadrant, negative ? -r : r, negative ? -tail : tail)
}

/// The angle of the point (x, y) with x, y ≥ 0, not both zero: in [0, π/2].
func arctangent(_ y: Double, _ x: Double) -> Double {
  if y > x { return halfPi - arctangent(x, y) }
  // Two halvings of the angle, tan(θ/2) = t/(1 + √(1+t²)), bring it below π/16.
  var t = y / x
  for _ in 0..<2 { t = t / (1 + (1 + t * t).squareRoot()) }
  let z = t * t
  return 4 * (t + t * (z * atanTail(z)))
}
