/// The largest |cos| of any two rows, at most 1: how far a set of directions is from orthogonal. NaN where a row has
/// one.
///
/// Shape: n×d. Refused: fewer than two rows, a zero row. Cost: n²d FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func largestCosine<T: Real>(_ rows: Matrix<T>) -> T {
  require(rows.rows >= 2, "largestCosine: \(rows.rows) rows")
  let unit = rows.mapRows { row in
    require(row.contains { $0 != 0 }, "largestCosine: a zero vector has no direction")
    return l2Normalize(row)
  }
  // Strips of rows, so that no n×n matrix is needed.
  var largest: T = 0
  for start in stride(from: 0, to: rows.rows, by: 64) {
    let strip = start..<min(start + 64, rows.rows)
    let cosines = matmul(unit.rows(strip), transposed: unit)
    for i in strip {
      let row = (i - start) * rows.rows
      for j in 0..<i {
        let cosine = cosines.elements[row + j].magnitude
        if cosine.isNaN { return cosine }
        largest = max(largest, cosine)
      }
    }
  }
  return withinOne(largest)
}

/// √(2·ln(n²)/d): below it stays the largest |cos| of n random directions of ℝᵈ, but with vanishing probability.
///
/// From P(|cos| > ε) ≤ 2e^{−dε²/2} over n²/2 pairs. Refused: n < 2, d < 1.
/// Source: Vershynin, "High-dimensional probability" (2018), theorem 3.4.6 and exercise 3.41 for the union of pairs.
public func randomPackingBound(count n: Int, dimension d: Int) -> Double {
  require(n >= 2 && d >= 1, "randomPackingBound: \(n) directions in dimension \(d)")
  return sqrt(4 * log(Double(n)) / Double(d))
}

/// √((n − d)/(d(n − 1))): no n unit vectors of ℝᵈ have a smaller largest |cos|; zero while n ≤ d.
/// Refused: n < 2, d < 1. Source: Welch, "Lower bounds on the maximum cross correlation of signals" (1974).
public func welchBound(count n: Int, dimension d: Int) -> Double {
  require(n >= 2 && d >= 1, "welchBound: \(n) vectors in dimension \(d)")
  return n <= d ? 0 : sqrt(Double(n - d) / (Double(d) * Double(n - 1)))
}

/// How far apart points are, over all pairs.
public struct DistanceSpread<T: Real>: Equatable, Sendable {
  /// The mean distance.
  public let mean: T
  /// The smallest distance.
  public let smallest: T
  /// The largest distance.
  public let largest: T
  /// Standard deviation over mean.
  public let variation: T
  /// Largest over smallest distance, infinite when points coincide.
  public var ratio: T { largest / smallest }
}

/// The distances of all pairs of rows. In high dimension they are nearly equal: mean ≈ √(2d) and variation ≈ 1/√(2d)
/// for normal points, and the ratio falls towards 1.
///
/// Shape: n×d. Refused: fewer than two rows. Cost: 3n²d/2 FLOP.
/// Source: Beyer et al., "When is nearest neighbor meaningful?" (1999).
@specialized(where T == Double)
@specialized(where T == Float)
public func distanceSpread<T: Real>(_ points: Matrix<T>) -> DistanceSpread<T> {
  require(points.rows >= 2, "distanceSpread: \(points.rows) points")
  let rows = points.rowVectors
  var distances: [T] = []
  for i in rows.indices {
    for j in 0..<i { distances.append(norm(zip(rows[i], rows[j]).map { $0 - $1 })) }
  }
  let average = mean(distances)
  return DistanceSpread(
    mean: average, smallest: smallestOrNaN(distances), largest: largestOrNaN(distances),
    variation: variance(distances).squareRoot() / average)
}
