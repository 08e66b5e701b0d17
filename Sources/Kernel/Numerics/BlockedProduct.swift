import CVector

/// c += a·b for a (m×k), b (k×n) and c (m×n), each element of c taking its terms in order of k.
///
/// Blocks of b stay in the second cache or beyond, blocks of a in the second, one panel of b in the first. Cutting k
/// only interrupts an element's accumulation, so neither the blocks nor the tile show in the bits.
/// With `copiesLeft` off a is read where it stands, each row in one piece: for rows that only one panel meets.
/// Source of the scheme: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
@inline(__always)
func blockedProduct<let rows: Int, let vectors: Int, V: SIMD>(
  _ tile: InlineArray<rows, InlineArray<vectors, V>>.Type, _ a: StridedMatrix<V.Scalar>, _ b: StridedMatrix<V.Scalar>,
  into c: StridedTarget<V.Scalar>, rows m: Int, inner k: Int, columns n: Int, copiesLeft: Bool, step: (V, V, V) -> V
) where V.Scalar: Real {
  let width = vectors * V.scalarCount, depths = 512, heights = 12 * rows, widths = m > rows ? 1024 : 128
  let panels = UnsafeMutablePointer<V.Scalar>.allocate(capacity: min(k, depths) * (min(n, widths) + width))
  let block = UnsafeMutablePointer<V.Scalar>.allocate(capacity: copiesLeft ? min(k, depths) * min(m, heights) : 0)
  let edge = UnsafeMutablePointer<V.Scalar>.allocate(capacity: rows * width)
  edge.initialize(repeating: 0, count: rows * width)
  defer {
    panels.deallocate()
    block.deallocate()
    edge.deallocate()
  }
  for j0 in stride(from: 0, to: n, by: widths) {
    let blockWidth = min(widths, n - j0)
    for p0 in stride(from: 0, to: k, by: depths) {
      let depth = min(depths, k - p0)
      packColumns(b.from(p0, j0), depth: depth, count: blockWidth, width: width, into: panels, by: V.self)
      for i0 in stride(from: 0, to: m, by: heights) {
        let blockHeight = min(heights, m - i0)
        if copiesLeft { packRows(a.from(i0, p0), depth: depth, count: blockHeight, full: rows, into: block) }
        for j in stride(from: 0, to: blockWidth, by: width) {
          let used = min(width, blockWidth - j), panel = UnsafePointer(panels + j * depth)
          var i = 0
          while i < blockHeight {
            let height = tileHeight(blockHeight - i, full: rows)
            let corner = c.at(i0 + i, j0 + j), whole = used == width && c.columnStride == 1
            // A tile that cannot be written in place is copied: the same operations on each element.
            if !whole { copyTile(corner, c.rowStride, c.columnStride, to: edge, width, 1, height, used) }
            let target = whole ? corner : edge, cStride = whole ? c.rowStride : width
            // The tile below is next; its lines come while this one is computed.
            for r in height..<height + rows {
              prefetch(target + r * cStride)
              prefetch(target + r * cStride + (width - 1))
            }
            if copiesLeft {
              multiplyTile(
                tile, height: height, block + i * depth, rowStride: 1, columnStride: height, panel,
                into: target, cStride: cStride, depth: depth, start: { $0 }, step: step)
            } else {
              multiplyTile(
                tile, height: height, a.at(i0 + i, p0), rowStride: a.rowStride, columnStride: 1, panel,
                into: target, cStride: cStride, depth: depth, start: { $0 }, step: step)
            }
            if !whole { copyTile(edge, width, 1, to: corner, c.rowStride, c.columnStride, height, used) }
            i += height
          }
        }
      }
    }
  }
}

@inline(__always)
private func copyTile<T>(
  _ source: UnsafePointer<T>, _ sourceRow: Int, _ sourceColumn: Int, to target: UnsafeMutablePointer<T>,
  _ targetRow: Int, _ targetColumn: Int, _ rows: Int, _ columns: Int
) {
  for r in 0..<rows {
    for l in 0..<columns { target[r * targetRow + l * targetColumn] = source[r * sourceRow + l * sourceColumn] }
  }
}
