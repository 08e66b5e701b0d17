import CVector

/// c += a·b for a (m×k), b (k×n) and row-major c (m×n); each element of c takes its terms in order of k.
private func accumulateProduct<T: Real>(
  _ a: StridedMatrix<T>, _ b: StridedMatrix<T>, into c: UnsafeMutablePointer<T>, rows m: Int, inner k: Int,
  columns n: Int
) {
  inParallel(a, b, c, m, k, n) { a, b, c, m, columns in
    switch ProductLoop(rows: m, inner: k, columns: columns, b) {
    case .plain: multiplyPlainly(a, b, into: c, cStride: n, rows: m, inner: k, columns: columns)
    case .columnwise: columnwiseProduct(a, b, into: c, cStride: n, rows: m, inner: k, columns: columns)
    case .rowwise: rowwiseProduct(a, b, into: c, cStride: n, rows: m, inner: k, columns: columns)
    case .blocked: blockedProduct(a, b, into: c, cStride: n, rows: m, inner: k, columns: columns)
    }
  }
}

/// The loop that suits a product's shape; it never shows in the bits.
private enum ProductLoop {
  case plain, columnwise, rowwise, blocked

  init<T>(rows m: Int, inner k: Int, columns n: Int, _ b: StridedMatrix<T>) {
    let lanes = ProductTile.lanes(of: T.self)
    if max(m, k, n) <= 512, m * k * n <= 512 {
      self = .plain
    } else if m <= lanes / 2 && b.rowStride == 1 && b.columnStride != 1 {
      self = .columnwise
    } else if m <= lanes / 2 && b.columnStride == 1 {
      self = .rowwise
    } else {
      self = .blocked
    }
  }
}

/// The product cut along its longer side, one piece a thread: (a, b, c, rows, columns) of each.
@inline(__always)
private func inParallel<T>(
  _ a: StridedMatrix<T>, _ b: StridedMatrix<T>, _ c: UnsafeMutablePointer<T>, _ m: Int, _ k: Int, _ n: Int,
  _ body: (StridedMatrix<T>, StridedMatrix<T>, UnsafeMutablePointer<T>, Int, Int) -> Void
) {
  let cost = 2 * Int64(m) * Int64(k) * Int64(n), threads = threadCount
  // A multiple of every tile's height, or of its width.
  let unit = m >= n ? 12 : 32, size = (max(m, n) + unit * threads - 1) / (unit * threads) * unit
  parallel((max(m, n) + size - 1) / size, cost: cost) { piece in
    let start = piece * size
    if m >= n {
      body(a.from(start, 0), b, c + start * n, min(size, m - start), n)
    } else {
      body(a, b.from(0, start), c + start, m, min(size, n - start))
    }
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
private func product<T: Real>(
  _ a: Matrix<T>, _ aStrides: (Int, Int), _ b: Matrix<T>, _ bStrides: (Int, Int), rows m: Int, inner k: Int,
  columns n: Int
) -> Matrix<T> {
  var c = Matrix<T>(rows: m, columns: n, repeating: 0)
  guard m > 0, n > 0, k > 0 else { return c }
  c.elements.withUnsafeMutableBufferPointer { c in
    a.elements.withUnsafeBufferPointer { a in
      b.elements.withUnsafeBufferPointer { b in
        accumulateProduct(
          StridedMatrix(base: a.baseAddress!, rowStride: aStrides.0, columnStride: aStrides.1),
          StridedMatrix(base: b.baseAddress!, rowStride: bStrides.0, columnStride: bStrides.1),
          into: c.baseAddress!, rows: m, inner: k, columns: n)
      }
    }
  }
  return c
}
