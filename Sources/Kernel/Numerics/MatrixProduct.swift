import CVector

extension Double {
  public static func accumulateProduct(
    _ a: StridedMatrix<Double>, _ b: StridedMatrix<Double>, into c: UnsafeMutablePointer<Double>,
    rows m: Int, inner k: Int, columns n: Int
  ) {
    tiledProduct(a, b, into: c, rows: m, inner: k, columns: n) { a, b, c in multiply_add_double8(a, b, c) }
  }
}

extension Float {
  public static func accumulateProduct(
    _ a: StridedMatrix<Float>, _ b: StridedMatrix<Float>, into c: UnsafeMutablePointer<Float>,
    rows m: Int, inner k: Int, columns n: Int
  ) {
    tiledProduct(a, b, into: c, rows: m, inner: k, columns: n) { a, b, c in multiply_add_float16(a, b, c) }
  }
}

/// The matrix product AB, each element accumulated in order of the inner index, with fused multiply-adds for `Float`.
///
/// Shapes: m×k, k×n → m×n. Refused: inner sizes that differ. Cost: 2mkn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Matrix<T>, _ b: Matrix<T>) -> Matrix<T> {
  require(a.columns == b.rows, "matmul: inner sizes of \(a.shape) and \(b.shape) differ")
  return product(a, (a.columns, 1), b, (b.columns, 1), rows: a.rows, inner: a.columns, columns: b.columns)
}

/// The matrix product ABᵀ, with the same bits as `matmul(a, b.transposed())`.
///
/// Shapes: m×k, n×k → m×n. Refused: inner sizes that differ. Cost: 2mkn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Matrix<T>, transposed b: Matrix<T>) -> Matrix<T> {
  require(a.columns == b.columns, "matmul: inner sizes of \(a.shape) and transposed \(b.shape) differ")
  return product(a, (a.columns, 1), b, (1, b.columns), rows: a.rows, inner: a.columns, columns: b.rows)
}

/// The matrix product AᵀB, with the same bits as `matmul(a.transposed(), b)`.
///
/// Shapes: k×m, k×n → m×n. Refused: inner sizes that differ. Cost: 2mkn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(transposed a: Matrix<T>, _ b: Matrix<T>) -> Matrix<T> {
  require(a.rows == b.rows, "matmul: inner sizes of transposed \(a.shape) and \(b.shape) differ")
  return product(a, (1, a.columns), b, (b.columns, 1), rows: a.columns, inner: a.rows, columns: b.columns)
}

/// The matrix–vector product Ax: an inner product for each row. Shapes: m×n, n → m. Refused: n that differs.
/// Cost: 2mn FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Matrix<T>, _ x: [T]) -> [T] {
  require(a.columns == x.count, "matmul: inner sizes of \(a.shape) and a vector of \(x.count) differ")
  return (0..<a.rows).map { dot(a.row($0), x) }
}

/// The product of two matrices, each read by its strides (row, column).
@specialized(where T == Double)
@specialized(where T == Float)
private func product<T: Real>(
  _ a: Matrix<T>, _ aStrides: (Int, Int), _ b: Matrix<T>, _ bStrides: (Int, Int), rows m: Int, inner k: Int,
  columns n: Int
) -> Matrix<T> {
  var c = Matrix<T>(rows: m, columns: n, repeating: 0)
  guard m > 0, n > 0, k > 0 else { return c }
  c.elements.withUnsafeMutableBufferPointer { c in
    a.elements.withUnsafeBufferPointer { a in
      b.elements.withUnsafeBufferPointer { b in
        T.accumulateProduct(
          StridedMatrix(base: a.baseAddress!, rowStride: aStrides.0, columnStride: aStrides.1),
          StridedMatrix(base: b.baseAddress!, rowStride: bStrides.0, columnStride: bStrides.1),
          into: c.baseAddress!, rows: m, inner: k, columns: n)
      }
    }
  }
  return c
}
