// Few rows meet a whole matrix, as one token's do: the time goes into reading that matrix, so it is read once and in
// its order in memory, and no more of it is copied than the first cache holds.

import CVector

/// c += a·b for b in rows of one piece each, all columns before the next stretch of rows. Columns beyond the last whole
/// vector are left to the blocked product.
@inline(__always)
func rowwiseProduct<V: SIMD>(
  _ a: StridedMatrix<V.Scalar>, _ b: StridedMatrix<V.Scalar>, into c: UnsafeMutablePointer<V.Scalar>, cStride: Int,
  rows m: Int, inner k: Int, columns n: Int, step: (V, V, V) -> V
) where V.Scalar: Real {
  let width = V.scalarCount, panels = n / width, whole = panels * width, stretch = 16
  let line = 64 / MemoryLayout<V.Scalar>.size
  for p0 in stride(from: 0, to: k, by: stretch) {
    let depth = min(stretch, k - p0)
    for j in stride(from: 0, to: whole, by: width) {
      // The next stretch comes while this one is computed, its rows one after the other.
      for p in j / width * stretch / panels..<(j / width + 1) * stretch / panels {
        for column in stride(from: 0, to: whole, by: line) { prefetch_read(b.at(p0 + stretch + p, column)) }
      }
      var i = 0
      while i < m {
        let height = tileHeight(m - i, full: 6)
        multiplyTile(
          InlineArray<6, InlineArray<1, V>>.self, height: height, a.at(i, p0), rowStride: a.rowStride,
          columnStride: a.columnStride, b.at(p0, j), bStride: b.rowStride, into: c + i * cStride + j, cStride: cStride,
          depth: depth, start: { $0 }, step: step)
        i += height
      }
    }
  }
  if whole < n {
    blockedProduct(
      InlineArray<6, InlineArray<1, V>>.self, a, b.from(0, whole), into: c + whole, cStride: cStride, rows: m, inner: k,
      columns: n - whole, step: step)
  }
}

/// c += a·b for b in columns of one piece each: as many columns as lanes at a time are turned into rows where the first
/// cache holds them, and meet the rows of a by broadcast.
@inline(__always)
func columnwiseProduct<V: SIMD>(
  _ a: StridedMatrix<V.Scalar>, _ b: StridedMatrix<V.Scalar>, into c: UnsafeMutablePointer<V.Scalar>, cStride: Int,
  rows m: Int, inner k: Int, columns n: Int, step: (V, V, V) -> V
) where V.Scalar: Real {
  let width = V.scalarCount, whole = n / width * width, stretch = 256, line = 64 / MemoryLayout<V.Scalar>.size
  let square = squareSize(of: V.Scalar.self)
  let panel = UnsafeMutablePointer<V.Scalar>.allocate(capacity: min(k, stretch) * width)
  defer { panel.deallocate() }
  for j in stride(from: 0, to: whole, by: width) {
    for p0 in stride(from: 0, to: k, by: stretch) {
      let depth = min(stretch, k - p0)
      for l in stride(from: 0, to: width, by: square) {
        // The next columns come while these are turned, one after the other.
        for p in stride(from: 0, to: depth, by: square) {
          for next in p * square / depth..<(p + square) * square / depth {
            for q in stride(from: 0, to: depth, by: line) { prefetch_read(b.at(p0 + q, j + l + square + next)) }
          }
          if p + square <= depth {
            transposeSquare(b.at(p0 + p, j + l), b.columnStride, into: panel + p * width + l, width)
          } else {
            copyTile(b.at(p0 + p, j + l), 1, b.columnStride, to: panel + p * width + l, width, 1, depth - p, square)
          }
        }
      }
      var i = 0
      while i < m {
        let height = tileHeight(m - i, full: 6)
        multiplyTile(
          InlineArray<6, InlineArray<1, V>>.self, height: height, a.at(i, p0), rowStride: a.rowStride,
          columnStride: a.columnStride, panel, bStride: width, into: c + i * cStride + j, cStride: cStride,
          depth: depth, start: { $0 }, step: step)
        i += height
      }
    }
  }
  if whole < n {
    blockedProduct(
      InlineArray<6, InlineArray<1, V>>.self, a, b.from(0, whole), into: c + whole, cStride: cStride, rows: m, inner: k,
      columns: n - whole, step: step)
  }
}
