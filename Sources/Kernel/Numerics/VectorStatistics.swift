/// The sum Σᵢ xᵢ, in 16 lanes and a fixed tree. Zero for an empty vector. Cost: n additions.
@specialized(where T == Double)
@specialized(where T == Float)
public func sum<T: Real>(_ x: [T]) -> T {
  x.withUnsafeBufferPointer { T.laneSum($0) }
}

/// The inner product Σᵢ xᵢyᵢ of two vectors of equal length. Refused: different lengths. Cost: 2n FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func dot<T: Real>(_ x: [T], _ y: [T]) -> T {
  require(x.count == y.count, "dot: lengths \(x.count) and \(y.count) differ")
  return x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { y in T.laneDot(x, y) } }
}

/// The Euclidean norm √(Σᵢ xᵢ²). Cost: 2n FLOP and a root.
@specialized(where T == Double)
@specialized(where T == Float)
public func norm<T: Real>(_ x: [T]) -> T {
  dot(x, x).squareRoot()
}

/// The arithmetic mean (Σᵢ xᵢ)/n. Refused: an empty vector. Cost: n FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func mean<T: Real>(_ x: [T]) -> T {
  require(!x.isEmpty, "mean: no elements")
  return sum(x) / T(x.count)
}

/// The population variance (Σᵢ (xᵢ − x̄)²)/n, in two passes. Refused: an empty vector. Cost: 4n FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func variance<T: Real>(_ x: [T]) -> T {
  let centre = mean(x)
  let deviations = x.map { $0 - centre }
  return dot(deviations, deviations) / T(x.count)
}

/// The largest |xᵢ − yᵢ|; NaN where any difference is NaN, zero for empty vectors. Refused: different lengths.
@specialized(where T == Double)
@specialized(where T == Float)
public func maxAbsDifference<T: Real>(_ x: [T], _ y: [T]) -> T {
  require(x.count == y.count, "maxAbsDifference: lengths \(x.count) and \(y.count) differ")
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
  require(a.hasShape(of: b), "maxAbsDifference: shapes \(a.shape) and \(b.shape) differ")
  return maxAbsDifference(a.elements, b.elements)
}
