import Kernel

/// The rank by Gaussian elimination with full pivoting; pivots below 1e-9 of the largest count as zero.
func rank(_ m: Matrix<Double>) -> Int {
  var rows = m.rowVectors, rank = 0
  let largest = m.elements.map(\.magnitude).max() ?? 0
  while rank < min(m.rows, m.columns) {
    var pivot = (row: rank, column: 0, size: 0.0)
    for i in rank..<m.rows {
      for j in 0..<m.columns where rows[i][j].magnitude > pivot.size { pivot = (i, j, rows[i][j].magnitude) }
    }
    if pivot.size <= 1e-9 * largest { break }
    rows.swapAt(rank, pivot.row)
    for i in rank + 1..<max(m.rows, rank + 1) {
      let factor = rows[i][pivot.column] / rows[rank][pivot.column]
      for j in 0..<m.columns { rows[i][j] -= factor * rows[rank][j] }
    }
    rank += 1
  }
  return rank
}

/// Whether a symmetric matrix plus `shift`·I has a Cholesky factorisation: its eigenvalues are above −shift.
func isPositiveDefinite(_ m: Matrix<Double>, shift: Double) -> Bool {
  var l = m
  for j in 0..<m.rows {
    var pivot = m[j, j] + shift
    for k in 0..<j { pivot -= l[j, k] * l[j, k] }
    if pivot <= 0 { return false }
    l[j, j] = sqrt(pivot)
    for i in j + 1..<max(m.rows, j + 1) {
      var value = m[i, j]
      for k in 0..<j { value -= l[i, k] * l[j, k] }
      l[i, j] = value / l[j, j]
    }
  }
  return true
}
