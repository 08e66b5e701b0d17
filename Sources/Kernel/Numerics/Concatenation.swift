/// Matrices of equal height side by side. Refused: heights that differ, or no matrix. Shapes: n×dᵢ → n×Σdᵢ.
public func concatenatedColumns<T: Real>(_ parts: [Matrix<T>]) -> Matrix<T> {
  require(!parts.isEmpty, "concatenatedColumns: no matrix")
  let rows = parts[0].rows
  var elements: [T] = []
  for part in parts {
    require(part.rows == rows, "concatenatedColumns: heights of \(parts[0].shape) and \(part.shape) differ")
  }
  for i in 0..<rows {
    for part in parts { elements += part.row(i) }
  }
  return Matrix(rows: rows, columns: parts.reduce(0) { $0 + $1.columns }, elements: elements)
}

/// One matrix above another. Refused: widths that differ. Shapes: m×d and n×d → (m+n)×d.
@specialized(where T == Double)
@specialized(where T == Float)
public func stacked<T: Real>(_ a: Matrix<T>, _ b: Matrix<T>) -> Matrix<T> {
  require(a.columns == b.columns, "stacked: widths of \(a.shape) and \(b.shape) differ")
  return Matrix(rows: a.rows + b.rows, columns: a.columns, elements: a.elements + b.elements)
}
