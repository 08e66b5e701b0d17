// Few rows meet a whole matrix, as one token's do: the time goes into reading that matrix, so it is read once and in
// its order in memory, and no more of it is copied than the first cache holds.

import CVector

/// c += a·b for b in rows of one piece each, all columns before the next stretch of rows. Columns beyond the last whole
/// vector are left to the blocked product.
func rowwiseProduct<T: Real>(
  _ a: StridedMatrix<T>, _ b: StridedMatrix<T>, into c: UnsafeMutablePointer<T>, cStride: Int, rows m: Int,
  inner k: Int, columns n: Int
) {
  let tile = ProductTile(), width = ProductTile.lanes(of: T.self), panels = n / width, whole = panels * width,
    stretch = 16
  for p0 in stride(from: 0, to: k, by: stretch) {
    let depth = min(stretch, k - p0)
    for j in stride(from: 0, to: whole, by: width) {
      // The next stretch comes while this one is computed, its rows one after the other.
      for p in j / width * stretch / panels..<(j / width + 1) * stretch / panels {
        for column in stride(from: 0, to: whole, by: width) { prefetch_read(b.at(p0 + stretch + p, column)) }
      }
      multiplyRows(tile, a.from(0, p0), b.at(p0, j), b.rowStride, into: c + j, cStride, rows: m, width, depth)
    }
  }
  if whole < n {
    blockedProduct(a, b.from(0, whole), into: c + whole, cStride: cStride, rows: m, inner: k, columns: n - whole)
  }
}

/// c += a·b for b in columns of one piece each: as many columns as lanes at a time are turned into rows where the first
/// cache holds them, and meet the rows of a by broadcast.
func columnwiseProduct<T: Real>(
  _ a: StridedMatrix<T>, _ b: StridedMatrix<T>, into c: UnsafeMutablePointer<T>, cStride: Int, rows m: Int,
  inner k: Int, columns n: Int
) {
  let tile = ProductTile(), width = ProductTile.lanes(of: T.self), whole = n / width * width, stretch = 256
  let square = squareSize(of: T.self)
  let panel: UnsafeMutablePointer<T> = allocateVectors(min(k, stretch) * width)
  defer { panel.deallocate() }
  for j in stride(from: 0, to: whole, by: width) {
    for p0 in stride(from: 0, to: k, by: stretch) {
      let depth = min(stretch, k - p0)
      for l in stride(from: 0, to: width, by: square) {
        // The next columns come while these are turned, one after the other.
        for p in stride(from: 0, to: depth, by: square) {
          for next in p * square / depth..<(p + square) * square / depth {
            for q in stride(from: 0, to: depth, by: width) { prefetch_read(b.at(p0 + q, j + l + square + next)) }
          }
          if p + square <= depth {
            transposeSquare(b.at(p0 + p, j + l), b.columnStride, into: panel + p * width + l, width)
          } else {
            packLines(
              b.from(p0 + p, j + l), depth: depth - p, count: square, width: width, into: panel + p * width + l)
          }
        }
      }
      multiplyRows(tile, a.from(0, p0), panel, width, into: c + j, cStride, rows: m, width, depth)
    }
  }
  if whole < n {
    blockedProduct(a, b.from(0, whole), into: c + whole, cStride: cStride, rows: m, inner: k, columns: n - whole)
  }
}

/// c += a·b for all rows of a and one vector's columns of b.
@inline(__always)
private func multiplyRows<T: Real>(
  _ tile: ProductTile, _ a: StridedMatrix<T>, _ b: UnsafePointer<T>, _ bStride: Int,
  into c: UnsafeMutablePointer<T>, _ cStride: Int, rows m: Int, _ width: Int, _ depth: Int
) {
  var i = 0
  while i < m {
    let height = tile.height(m - i)
    multiplyTile(
      rows: height, columns: width, a.from(i, 0), b, bStride: bStride, into: c + i * cStride, cStride: cStride,
      depth: depth)
    i += height
  }
}
