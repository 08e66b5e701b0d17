import CVector

/// A matrix read in place: element (i, j) stands at base + i·rowStride + j·columnStride.
public struct StridedMatrix<T> {
  let base: UnsafePointer<T>
  let rowStride: Int
  let columnStride: Int
}

/// c += a·b, each element of c taking its terms in order of k.
///
/// b is packed into panels as wide as a vector, zero-padded at the right edge; six rows of a meet one panel at a time,
/// their six accumulators in registers. Splitting k only interrupts an element's accumulation, so neither the block
/// of k nor the tile shows in the bits. Source of the scheme: Goto and van de Geijn, "Anatomy of high-performance
/// matrix multiplication" (2008).
@inline(__always)
func tiledProduct<V: SIMD>(
  _ a: StridedMatrix<V.Scalar>, _ b: StridedMatrix<V.Scalar>, into c: UnsafeMutablePointer<V.Scalar>,
  rows m: Int, inner k: Int, columns n: Int, step: (V, V, V) -> V
) where V.Scalar: Real {
  let width = V.scalarCount, block = 256
  let panel = UnsafeMutablePointer<V.Scalar>.allocate(capacity: min(k, block) * width)
  let edge = UnsafeMutablePointer<V.Scalar>.allocate(capacity: 6 * width)
  edge.initialize(repeating: 0, count: 6 * width)
  defer {
    panel.deallocate()
    edge.deallocate()
  }
  var j = 0
  while j < n {
    let used = min(width, n - j)
    var p = 0
    while p < k {
      let depth = min(block, k - p)
      pack(b, row: p, column: j, depth: depth, used: used, width: width, into: panel)
      var i = 0
      while i < m {
        let height = min(6, m - i)
        let left = StridedMatrix(
          base: a.base + i * a.rowStride + p * a.columnStride, rowStride: a.rowStride, columnStride: a.columnStride)
        let corner = c + i * n + j
        if height == 6 && used == width {
          multiplySix(left, panel, into: corner, stride: n, depth: depth, step: step)
        } else {
          // A short tile is computed apart, one row at a time, then copied: the same operations on each element.
          for r in 0..<height {
            for l in 0..<used { edge[l] = corner[r * n + l] }
            multiplyOne(left.base + r * a.rowStride, a.columnStride, panel, into: edge, depth: depth, step: step)
            for l in 0..<used { corner[r * n + l] = edge[l] }
          }
        }
        i += height
      }
      p += depth
    }
    j += used
  }
}

@inline(__always)
private func pack<T: Real>(
  _ b: StridedMatrix<T>, row: Int, column: Int, depth: Int, used: Int, width: Int, into panel: UnsafeMutablePointer<T>
) {
  for p in 0..<depth {
    let source = b.base + (row + p) * b.rowStride + column * b.columnStride
    for l in 0..<used { panel[p * width + l] = source[l * b.columnStride] }
    for l in used..<width { panel[p * width + l] = 0 }
  }
}

@inline(__always)
private func load<V: SIMD>(_ source: UnsafePointer<V.Scalar>, as: V.Type) -> V {
  UnsafeRawPointer(source).loadUnaligned(as: V.self)
}

@inline(__always)
private func multiplySix<V: SIMD>(
  _ a: StridedMatrix<V.Scalar>, _ panel: UnsafePointer<V.Scalar>, into c: UnsafeMutablePointer<V.Scalar>,
  stride n: Int, depth: Int, step: (V, V, V) -> V
) where V.Scalar: Real {
  let width = V.scalarCount
  var c0 = load(c, as: V.self), c1 = load(c + n, as: V.self), c2 = load(c + 2 * n, as: V.self)
  var c3 = load(c + 3 * n, as: V.self), c4 = load(c + 4 * n, as: V.self), c5 = load(c + 5 * n, as: V.self)
  let a0 = a.base, a1 = a0 + a.rowStride, a2 = a1 + a.rowStride
  let a3 = a2 + a.rowStride, a4 = a3 + a.rowStride, a5 = a4 + a.rowStride
  var right = panel, offset = 0
  for _ in 0..<depth {
    let b = load(right, as: V.self)
    c0 = step(V(repeating: a0[offset]), b, c0)
    c1 = step(V(repeating: a1[offset]), b, c1)
    c2 = step(V(repeating: a2[offset]), b, c2)
    c3 = step(V(repeating: a3[offset]), b, c3)
    c4 = step(V(repeating: a4[offset]), b, c4)
    c5 = step(V(repeating: a5[offset]), b, c5)
    right += width
    offset += a.columnStride
  }
  let target = UnsafeMutableRawPointer(c), rowBytes = n * MemoryLayout<V.Scalar>.stride
  target.storeBytes(of: c0, as: V.self)
  (target + rowBytes).storeBytes(of: c1, as: V.self)
  (target + 2 * rowBytes).storeBytes(of: c2, as: V.self)
  (target + 3 * rowBytes).storeBytes(of: c3, as: V.self)
  (target + 4 * rowBytes).storeBytes(of: c4, as: V.self)
  (target + 5 * rowBytes).storeBytes(of: c5, as: V.self)
}

@inline(__always)
private func multiplyOne<V: SIMD>(
  _ a: UnsafePointer<V.Scalar>, _ stride: Int, _ panel: UnsafePointer<V.Scalar>,
  into c: UnsafeMutablePointer<V.Scalar>, depth: Int, step: (V, V, V) -> V
) where V.Scalar: Real {
  var row = load(c, as: V.self)
  for p in 0..<depth {
    row = step(V(repeating: a[p * stride]), load(panel + p * V.scalarCount, as: V.self), row)
  }
  UnsafeMutableRawPointer(c).storeBytes(of: row, as: V.self)
}
