extension Matrix {
  /// The sum, element by element. Refused: different shapes.
  public static func + (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, "+") { $0 + $1 } }

  /// The difference, element by element. Refused: different shapes.
  public static func - (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, "-") { $0 - $1 } }

  /// Every element times the scalar.
  public static func * (a: Matrix, scalar: T) -> Matrix { a.map { $0 * scalar } }

  /// Every element times the scalar.
  public static func * (scalar: T, a: Matrix) -> Matrix { a * scalar }

  private func combined(with other: Matrix, _ name: String, _ f: (T, T) -> T) -> Matrix {
    require(hasShape(of: other), "Matrix \(name): shapes \(shape) and \(other.shape) differ")
    var result = self
    for i in elements.indices { result.elements[i] = f(elements[i], other.elements[i]) }
    return result
  }
}

extension Double {
  public static func accumulateProduct(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    rows m: Int, inner k: Int, columns n: Int
  ) {
    for i in 0..<m {
      for p in 0..<k {
        for j in 0..<n { c[i * n + j] += a[i * k + p] * b[p * n + j] }
      }
    }
  }
}

extension Float {
  public static func accumulateProduct(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>,
    rows m: Int, inner k: Int, columns n: Int
  ) {
    for i in 0..<m {
      for p in 0..<k {
        for j in 0..<n { c[i * n + j].addProduct(a[i * k + p], b[p * n + j]) }
      }
    }
  }
}

/// The matrix product AB, each element accumulated in order of the inner index. Shapes: m×k, k×n → m×n.
/// Refused: inner sizes that differ. Cost: 2mkn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Matrix<T>, _ b: Matrix<T>) -> Matrix<T> {
  require(a.columns == b.rows, "matmul: inner sizes of \(a.shape) and \(b.shape) differ")
  var product = Matrix<T>(rows: a.rows, columns: b.columns, repeating: 0)
  guard !product.elements.isEmpty, a.columns > 0 else { return product }
  let rows = a.rows
  product.elements.withUnsafeMutableBufferPointer { c in
    a.elements.withUnsafeBufferPointer { a in
      b.elements.withUnsafeBufferPointer { b in
        let m = rows
        T.accumulateProduct(
          a.baseAddress!, b.baseAddress!, into: c.baseAddress!,
          rows: m, inner: a.count / m, columns: c.count / m)
      }
    }
  }
  return product
}

/// The matrix product ABᵀ, with the same bits as `matmul(a, b.transposed())`. Shapes: m×k, n×k → m×n.
/// Refused: inner sizes that differ. Cost: 2mkn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Matrix<T>, transposed b: Matrix<T>) -> Matrix<T> {
  require(a.columns == b.columns, "matmul: inner sizes of \(a.shape) and transposed \(b.shape) differ")
  return matmul(a, b.transposed())
}

/// The matrix product AᵀB, with the same bits as `matmul(a.transposed(), b)`. Shapes: k×m, k×n → m×n.
/// Refused: inner sizes that differ. Cost: 2mkn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(transposed a: Matrix<T>, _ b: Matrix<T>) -> Matrix<T> {
  require(a.rows == b.rows, "matmul: inner sizes of transposed \(a.shape) and \(b.shape) differ")
  return matmul(a.transposed(), b)
}

/// The matrix–vector product Ax. Shapes: m×n, n → m. Refused: n that differs. Cost: 2mn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Matrix<T>, _ x: [T]) -> [T] {
  require(a.columns == x.count, "matmul: inner sizes of \(a.shape) and a vector of \(x.count) differ")
  return (0..<a.rows).map { dot(a.row($0), x) }
}
