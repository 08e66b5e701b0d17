import CVector

/// c += a·b for a (m×k), b (k×n) and c (m×n), each element of c taking its terms in order of k.
///
/// Panels of b stay in the first cache, blocks of a in the second, blocks of b beyond. Cutting k only interrupts an
/// element's accumulation, so neither the blocks nor the tile show in the bits. Rows of a that few panels meet are read
/// where they stand, unless they lie so far apart that the first cache has no place for all of a tile's.
/// Source of the scheme: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
func blockedProduct<T: Real>(
  _ a: StridedMatrix<T>, _ b: StridedMatrix<T>, into c: UnsafeMutablePointer<T>, cStride: Int, rows m: Int,
  inner k: Int, columns n: Int
) {
  let tile = ProductTile(), lanes = ProductTile.lanes(of: T.self), width = tile.vectors * lanes
  let depths = 2048 / MemoryLayout<T>.size, heights = 8 * tile.rows, widths = 1024
  let copiesRows = n > 8 * width || a.rowStride * MemoryLayout<T>.size > 1024
  let panels: UnsafeMutablePointer<T> = allocateVectors(min(k, depths) * (min(n, widths) + lanes))
  let block: UnsafeMutablePointer<T> = allocateVectors(copiesRows ? min(k, depths) * min(m, heights) : 0)
  defer {
    panels.deallocate()
    block.deallocate()
  }
  for j0 in stride(from: 0, to: n, by: widths) {
    let blockWidth = min(widths, n - j0)
    for p0 in stride(from: 0, to: k, by: depths) {
      let depth = min(depths, k - p0)
      packColumns(b.from(p0, j0), depth: depth, count: blockWidth, width: width, into: panels)
      for i0 in stride(from: 0, to: m, by: heights) {
        let blockHeight = min(heights, m - i0)
        if copiesRows { packRows(a.from(i0, p0), depth: depth, count: blockHeight, tile, into: block) }
        for j in stride(from: 0, to: blockWidth, by: width) {
          let used = min(width, blockWidth - j)
          var i = 0
          while i < blockHeight {
            let height = tile.height(blockHeight - i), target = c + (i0 + i) * cStride + j0 + j
            // The tile below is next; its lines come while this one is computed.
            for r in height..<2 * height {
              prefetch(target + r * cStride)
              prefetch(target + r * cStride + lanes)
            }
            let rows =
              copiesRows
              ? StridedMatrix(base: UnsafePointer(block + i * depth), rowStride: 1, columnStride: height)
              : a.from(i0 + i, p0)
            multiplyTile(
              rows: height, columns: used, rows, panels + j * depth, bStride: wholeVectors(used, lanes), into: target,
              cStride: cStride, depth: depth)
            i += height
          }
        }
      }
    }
  }
}
