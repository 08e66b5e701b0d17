/// The sum Σᵢ xᵢ, in 16 lanes and a fixed tree. Zero for an empty vector. Cost: n additions. Shape: n.
@specialized(where T == Double)
@specialized(where T == Float)
public func sum<T: Real>(_ x: [T]) -> T {
  x.withUnsafeBufferPointer { T._laneSum($0) }
}

/// The inner product Σᵢ xᵢyᵢ of two vectors of equal length. Refused: different lengths. Cost: 2n FLOP.
/// Shapes: n and n.
@specialized(where T == Double)
@specialized(where T == Float)
public func dot<T: Real>(_ x: [T], _ y: [T]) -> T {
  requireSameLength(x, y, "dot")
  return x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { y in T._laneDot(x, y) } }
}

/// The Euclidean norm √(Σᵢ xᵢ²), whatever the squares do: elements near either end of the type's range keep their
/// digits.
/// Shape: n.
/// Cost: 2n FLOP and a root; twice that where the sum of squares leaves the range.
@specialized(where T == Double)
@specialized(where T == Float)
public func norm<T: Real>(_ x: [T]) -> T {
  let square = dot(x, x)
  if square.isSafeSquare { return square.squareRoot() }
  let (scaled, exponent) = rescaled(x)
  return dot(scaled, scaled).squareRoot().times(twoTo: exponent)
}

/// The arithmetic mean (Σᵢ xᵢ)/n, also where the sum is too large for the type. Refused: an empty vector. Cost: n FLOP.
/// Shape: n.
@specialized(where T == Double)
@specialized(where T == Float)
public func mean<T: Real>(_ x: [T]) -> T {
  require(!x.isEmpty, "mean: no elements")
  let total = sum(x)
  if total.isFinite { return total / T(x.count) }
  let (scaled, exponent) = rescaled(x)
  return (sum(scaled) / T(x.count)).times(twoTo: exponent)
}

/// The population variance (Σᵢ (xᵢ − x̄)²)/n, in two passes. Refused: an empty vector. Cost: 4n FLOP. Shape: n.
@specialized(where T == Double)
@specialized(where T == Float)
public func variance<T: Real>(_ x: [T]) -> T {
  let centre = mean(x)
  let deviations = x.map { $0 - centre }, square = dot(deviations, deviations)
  if square < .infinity { return square / T(x.count) }
  let deviation = rootMeanSquare(deviations, plus: 0)
  return deviation * deviation
}

/// The largest |xᵢ − yᵢ|; NaN where any difference is NaN, zero for empty vectors. Refused: different lengths.
/// Shapes: n and n.
@specialized(where T == Double)
@specialized(where T == Float)
public func maxAbsDifference<T: Real>(_ x: [T], _ y: [T]) -> T {
  requireSameLength(x, y, "maxAbsDifference")
  var largest: T = 0
  for i in x.indices where x[i] != y[i] {
    let difference = (x[i] - y[i]).magnitude
    if difference.isNaN { return .nan }
    if difference > largest { largest = difference }
  }
  return largest
}

/// The largest |aᵢⱼ − bᵢⱼ|. Refused: different shapes.
@specialized(where T == Double)
@specialized(where T == Float)
public func maxAbsDifference<T: Real>(_ a: Matrix<T>, _ b: Matrix<T>) -> T {
  requireSameShape(a, b, "maxAbsDifference")
  return maxAbsDifference(a.elements, b.elements)
}
