/// The row of `points` nearest to x in Euclidean distance; the earlier of equal ones. Refused: widths that differ, no
/// point.
/// Shapes: n×d and d. Cost: 3nd FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func nearestRow<T: Real>(_ points: Matrix<T>, to x: [T]) -> Int {
  requireSameWidth(points, x, "nearestRow: points", "a vector")
  require(points.rows > 0, "nearestRow: no point")
  let differences = points.rowVectors.map { row in zip(row, x).map { $0 - $1 } }
  let squares = differences.map { dot($0, $0) }
  // Where a square leaves the range the distances themselves are compared.
  let inRange = squares.allSatisfy { $0.isSafeSquare }
  return topIndices(inRange ? squares.map { -$0 } : differences.map { -norm($0) }, 1)[0]
}

/// The row with the largest inner product with x, as a router picks it: the nearest row when all rows have one norm,
/// often another one when they do not. Refused: widths that differ, no point. Shapes: n×d and d. Cost: 2nd FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func largestInnerProductRow<T: Real>(_ points: Matrix<T>, with x: [T]) -> Int {
  require(points.rows > 0, "largestInnerProductRow: no point")
  return topIndices(matmul(points, x), 1)[0]
}
