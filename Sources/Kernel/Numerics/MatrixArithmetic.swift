extension Matrix {
  /// The sum, element by element. Refused: different shapes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func + (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, "+") { $0 + $1 } }

  /// The difference, element by element. Refused: different shapes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func - (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, "-") { $0 - $1 } }

  /// Every element times the scalar.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func * (a: Matrix, scalar: T) -> Matrix {
    var result = a
    result.elements.withUnsafeMutableBufferPointer { elements in
      for i in elements.indices { elements[i] *= scalar }
    }
    return result
  }

  /// Every element times the scalar.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func * (scalar: T, a: Matrix) -> Matrix { a * scalar }

  /// The product element by element (Hadamard's), as in numpy and PyTorch; the matrix product is `matmul`.
  /// Refused: different shapes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func * (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, "*") { $0 * $1 } }

  /// The quotient element by element. Refused: different shapes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func / (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, "/") { $0 / $1 } }

  /// Every element divided by the scalar: not the product with its rounded inverse.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func / (a: Matrix, scalar: T) -> Matrix {
    var result = a
    result.apply { $0 / scalar }
    return result
  }

  /// Every element with its sign changed.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static prefix func - (a: Matrix) -> Matrix {
    var result = a
    result.apply { -$0 }
    return result
  }

  @inline(__always)
  private func combined(with other: Matrix, _ name: String, _ f: (T, T) -> T) -> Matrix {
    requireSameShape(self, other, "Matrix \(name)")
    var result = self
    result.elements.withUnsafeMutableBufferPointer { x in
      other.elements.withUnsafeBufferPointer { y in
        for i in x.indices { x[i] = f(x[i], y[i]) }
      }
    }
    return result
  }

  /// f applied to every element where it stands.
  @inline(__always)
  mutating func apply(_ f: (T) -> T) {
    elements.withUnsafeMutableBufferPointer { x in
      for i in x.indices { x[i] = f(x[i]) }
    }
  }

  /// Adds a matrix to the part of this one that begins at (row, column); both are known to fit.
  mutating func add(_ part: Matrix, row: Int = 0, column: Int = 0) {
    let width = columns, height = part.rows, partWidth = part.columns
    elements.withUnsafeMutableBufferPointer { x in
      part.elements.withUnsafeBufferPointer { y in
        for i in 0..<height {
          let to = (row + i) * width + column, from = i * partWidth
          for j in 0..<partWidth { x[to + j] += y[from + j] }
        }
      }
    }
  }

  /// Adds a vector to every row. Refused: another width.
  mutating func addToRows(_ v: [T]) {
    require(columns == v.count, "Matrix: a vector of \(v.count) added to the rows of \(shape)")
    elements.withUnsafeMutableBufferPointer { x in
      v.withUnsafeBufferPointer { v in
        for start in stride(from: 0, to: x.count, by: max(1, v.count)) {
          for j in v.indices { x[start + j] += v[j] }
        }
      }
    }
  }
}
