// What a sum of squares needs where squares leave the range of the type: the same bits as the plain formula wherever
// that keeps its digits, and a power of two taken out where it does not.

extension Real {
  /// Whether a sum of squares has lost nothing to underflow that shows in its digits, and nothing to overflow.
  @inline(__always)
  var isSafeSquare: Bool { self >= Self.leastNormalMagnitude / Self.ulpOfOne && self < .infinity }

  /// Whether a number has all its digits: neither subnormal, nor zero, nor infinite, nor NaN.
  @inline(__always)
  var hasAllDigits: Bool { magnitude >= Self.leastNormalMagnitude && magnitude < .infinity }

  /// x·2ⁿ, rounded once at most unless it ends subnormal.
  func times(twoTo n: Int) -> Self { n == 0 ? self : Self(sign: .plus, exponent: Self.Exponent(n), significand: self) }
}

/// x·2⁻ᵉ with the largest magnitude in [1, 2); x itself with e = 0 where that is zero, infinite or NaN.
@specialized(where T == Double)
@specialized(where T == Float)
func rescaled<T: Real>(_ x: [T]) -> (elements: [T], exponent: Int) {
  let largest = largestOrNaN(x.map { $0.magnitude })
  guard largest > 0, largest < .infinity else { return (x, 0) }
  let exponent = Int(largest.exponent)
  return (x.map { $0.times(twoTo: -exponent) }, exponent)
}

/// √((Σᵢ xᵢ²)/n + ε).
@specialized(where T == Double)
@specialized(where T == Float)
func rootMeanSquare<T: Real>(_ x: [T], plus epsilon: T) -> T {
  let value = dot(x, x) / T(x.count) + epsilon
  if value.isSafeSquare { return value.squareRoot() }
  let (scaled, exponent) = rescaled(x)
  let root = (dot(scaled, scaled) / T(x.count)).squareRoot().times(twoTo: exponent)
  return norm([root, epsilon.squareRoot()])
}

/// ⌊share·n⌋, with a product that is whole up to the rounding of its decimals taken for whole: 0.29·100 is 29, though
/// the Double nearest to 0.29 lies below it. Refused: a product that is not a count.
func wholePart(of share: Double, times n: Int) -> Int { wholeNumber(share * Double(n), up: false) }

/// ⌊x⌋ or ⌈x⌉, where x within four units in the last place of a whole number counts as that number.
func wholeNumber(_ x: Double, up: Bool) -> Int {
  require(x >= 0 && x <= Double(mostElements), "a share or a factor makes a count of no size below 2³²")
  let below = Int(x)
  let reach = 4 * x.ulp
  if x - Double(below) <= reach { return below }
  if Double(below + 1) - x <= reach { return below + 1 }
  return up ? below + 1 : below
}
