/// f of every element and that of the vector in its column. The vector is as long as the matrix is wide.
func eachRow<T: Real>(_ a: Matrix<T>, _ row: [T], _ f: (T, T) -> T) -> Matrix<T> {
  var result = a
  for i in 0..<a.rows {
    let start = i * a.columns
    for j in 0..<a.columns { result.elements[start + j] = f(a.elements[start + j], row[j]) }
  }
  return result
}

/// f of every element and that of the vector in its row. The vector is as long as the matrix is high.
func eachColumn<T: Real>(_ a: Matrix<T>, _ column: [T], _ f: (T, T) -> T) -> Matrix<T> {
  var result = a
  for i in 0..<a.rows {
    let start = i * a.columns
    for j in 0..<a.columns { result.elements[start + j] = f(a.elements[start + j], column[i]) }
  }
  return result
}

/// Σ over the rows, as a 1×n matrix, in order of the rows.
func columnSums<T: Real>(_ a: Matrix<T>) -> Matrix<T> {
  var sums = Matrix<T>(rows: 1, columns: a.columns, repeating: 0)
  for i in 0..<a.rows {
    let start = i * a.columns
    for j in 0..<a.columns { sums.elements[j] += a.elements[start + j] }
  }
  return sums
}

/// Σ over the columns, as an m×1 matrix.
func rowSums<T: Real>(_ a: Matrix<T>) -> Matrix<T> {
  Matrix(rows: a.rows, columns: 1, elements: (0..<a.rows).map { sum(a.row($0)) })
}
