/// The rows of a table with the given indices, in order: an embedding, or a choice of tokens. A row may come often.
///
/// Gradient: each row of g is added to the row it came from. Shapes: v×d, n indices → n×d. Refused: an index outside.
@specialized(where T == Double)
@specialized(where T == Float)
public func gatherRows<T: Real>(_ table: Variable<T>, _ indices: [Int]) -> Variable<T> {
  let i = table.index, source = table.value, width = source.columns
  var elements: [T] = []
  elements.reserveCapacity(indices.count * width)
  for index in indices {
    require(index >= 0 && index < source.rows, "gatherRows: row \(index) of \(source.shape)")
    elements += source.elements[index * width..<(index + 1) * width]
  }
  let picked = Matrix(rows: indices.count, columns: width, elements: elements)
  return table.tape.record(picked, from: [i]) { g, gradients in
    gradients.change(i) { total in
      for (from, to) in indices.enumerated() {
        for k in 0..<width { total.elements[to * width + k] += g.elements[from * width + k] }
      }
    }
  }
}

extension Variable {
  /// The part of the matrix in the given rows and columns: one sequence of a batch, one head of a projection.
  /// Refused: a range outside.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func block(rows: Range<Int>, columns: Range<Int>) -> Variable {
    let i = index
    let part = value.rows(rows).columns(columns)
    return tape.record(part, from: [i]) { g, gradients in
      gradients.add(g, to: i, row: rows.lowerBound, column: columns.lowerBound)
    }
  }

  /// The columns in the range. Refused: a range outside.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func columns(_ range: Range<Int>) -> Variable { block(rows: 0..<value.rows, columns: range) }

  /// The rows in the range. Refused: a range outside.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func rows(_ range: Range<Int>) -> Variable { block(rows: range, columns: 0..<value.columns) }
}

/// Matrices of equal height side by side, on the tape. Refused: heights that differ, no matrix. Shapes: n×dᵢ → n×Σdᵢ.
@specialized(where T == Double)
@specialized(where T == Float)
public func concatenatedColumns<T: Real>(_ parts: [Variable<T>]) -> Variable<T> {
  let values = parts.map { $0.value }, joined = concatenatedColumns(values)
  let indices = parts.map { common(parts[0], $0, "concatenatedColumns").2 }
  return parts[0].tape.record(joined, from: indices) { g, gradients in
    var start = 0
    for (i, value) in zip(indices, values) {
      let from = start
      gradients.add(g.columns(from..<from + value.columns), to: i)
      start += value.columns
    }
  }
}

/// Matrices of equal width one above another, on the tape. Refused: widths that differ, no matrix.
/// Shapes: nᵢ×d → Σnᵢ×d.
@specialized(where T == Double)
@specialized(where T == Float)
public func stackedRows<T: Real>(_ parts: [Variable<T>]) -> Variable<T> {
  require(!parts.isEmpty, "stackedRows: no matrix")
  let values = parts.map { $0.value }, width = values[0].columns
  let indices = parts.map { common(parts[0], $0, "stackedRows").2 }
  var elements: [T] = []
  for value in values {
    require(value.columns == width, "stackedRows: widths of \(values[0].shape) and \(value.shape) differ")
    elements += value.elements
  }
  let joined = Matrix(rows: values.reduce(0) { $0 + $1.rows }, columns: width, elements: elements)
  return parts[0].tape.record(joined, from: indices) { g, gradients in
    var start = 0
    for (i, value) in zip(indices, values) {
      let from = start
      gradients.add(g.rows(from..<from + value.rows), to: i)
      start += value.rows
    }
  }
}
