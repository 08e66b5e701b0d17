/// f of every element and that of the vector in its column. The vector is as long as the matrix is wide.
func eachRow<T: Real>(_ a: Matrix<T>, _ row: [T], _ f: (T, T) -> T) -> Matrix<T> {
  var result = a
  result.elements.withUnsafeMutableBufferPointer { x in
    row.withUnsafeBufferPointer { row in
      for i in 0..<a.rows {
        let start = i * a.columns
        for j in 0..<a.columns { x[start + j] = f(x[start + j], row[j]) }
      }
    }
  }
  return result
}

/// f of every element and that of the vector in its row. The vector is as long as the matrix is high.
func eachColumn<T: Real>(_ a: Matrix<T>, _ column: [T], _ f: (T, T) -> T) -> Matrix<T> {
  var result = a
  result.elements.withUnsafeMutableBufferPointer { x in
    for i in 0..<a.rows {
      let start = i * a.columns, y = column[i]
      for j in 0..<a.columns { x[start + j] = f(x[start + j], y) }
    }
  }
  return result
}

/// Σ over the rows, as a 1×n matrix, in order of the rows.
func columnSums<T: Real>(_ a: Matrix<T>) -> Matrix<T> {
  var sums = Matrix<T>(rows: 1, columns: a.columns, repeating: 0)
  sums.elements.withUnsafeMutableBufferPointer { sums in
    a.elements.withUnsafeBufferPointer { x in
      for i in 0..<a.rows {
        let start = i * a.columns
        for j in 0..<a.columns { sums[j] += x[start + j] }
      }
    }
  }
  return sums
}

/// Σ over the columns, as an m×1 matrix.
func rowSums<T: Real>(_ a: Matrix<T>) -> Matrix<T> {
  Matrix(rows: a.rows, columns: 1, elements: (0..<a.rows).map { sum(a.row($0)) })
}
