import CVector

/// c += a·b for a (m×k), b (k×n) and c (m×n), each element of c taking its terms in order of k.
///
/// Blocks of b stay in the second cache or beyond, blocks of a in the second, one panel of b in the first. Cutting k
/// only interrupts an element's accumulation, so neither the blocks nor the tile show in the bits.
/// Source of the scheme: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
@inline(__always)
func blockedProduct<let rows: Int, let vectors: Int, V: SIMD>(
  _ tile: InlineArray<rows, InlineArray<vectors, V>>.Type, _ a: StridedMatrix<V.Scalar>, _ b: StridedMatrix<V.Scalar>,
  into c: UnsafeMutablePointer<V.Scalar>, cStride: Int, rows m: Int, inner k: Int, columns n: Int, step: (V, V, V) -> V
) where V.Scalar: Real {
  let width = vectors * V.scalarCount, depths = 512, heights = 12 * rows, widths = 1024
  let panels = UnsafeMutablePointer<V.Scalar>.allocate(capacity: min(k, depths) * (min(n, widths) + width))
  let block = UnsafeMutablePointer<V.Scalar>.allocate(capacity: min(k, depths) * min(m, heights))
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
        packRows(a.from(i0, p0), depth: depth, count: blockHeight, full: rows, into: block)
        for j in stride(from: 0, to: blockWidth, by: width) {
          let used = min(width, blockWidth - j), panel = UnsafePointer(panels + j * depth)
          var i = 0
          while i < blockHeight {
            let height = tileHeight(blockHeight - i, full: rows)
            let corner = c + (i0 + i) * cStride + j0 + j, whole = used == width
            // A tile that reaches over the edge is copied: the same operations on each element.
            if !whole { copyTile(corner, cStride, 1, to: edge, width, 1, height, used) }
            let target = whole ? corner : edge, targetStride = whole ? cStride : width
            // The tile below is next; its lines come while this one is computed.
            for r in height..<height + rows {
              prefetch(target + r * targetStride)
              prefetch(target + r * targetStride + (width - 1))
            }
            multiplyTile(
              tile, height: height, block + i * depth, rowStride: 1, columnStride: height, panel, bStride: width,
              into: target, cStride: targetStride, depth: depth, start: { $0 }, step: step)
            if !whole { copyTile(edge, width, 1, to: corner, cStride, 1, height, used) }
            i += height
          }
        }
      }
    }
  }
}
