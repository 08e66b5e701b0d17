import CVector

/// Accumulators that fill the machine's registers and leave some for operands. The tile's shape never shows in the
/// bits.
#if WIDE_VECTORS
  typealias ProductTile<V: SIMD> = InlineArray<12, InlineArray<2, V>>
#else
  typealias ProductTile<V: SIMD> = InlineArray<6, InlineArray<1, V>>
#endif

@inline(__always)
func load<V: SIMD>(_ source: UnsafePointer<V.Scalar>, as: V.Type) -> V {
  UnsafeRawPointer(source).loadUnaligned(as: V.self)
}

@inline(__always)
func store<V: SIMD>(_ v: V, to target: UnsafeMutablePointer<V.Scalar>) {
  UnsafeMutableRawPointer(target).storeBytes(of: v, as: V.self)
}

/// c = start(c) + a·b on one tile, `depth` terms an element in order: a broadcast of a meets a vector of b.
///
/// a is read at a[r·rowStride + p·columnStride], b at b[p·bStride …], c at c[r·cStride …].
@inline(__always)
func multiplyTile<let rows: Int, let vectors: Int, V: SIMD>(
  _ tile: InlineArray<rows, InlineArray<vectors, V>>.Type, _ a: UnsafePointer<V.Scalar>, rowStride: Int,
  columnStride: Int, _ b: UnsafePointer<V.Scalar>, bStride: Int, into c: UnsafeMutablePointer<V.Scalar>, cStride: Int,
  depth: Int, start: (V) -> V, step: (V, V, V) -> V
) {
  let width = V.scalarCount
  var sums = InlineArray<rows, InlineArray<vectors, V>> { r in
    InlineArray<vectors, V> { start(load(c + r * cStride + $0 * width, as: V.self)) }
  }
  let lines = InlineArray<rows, UnsafePointer<V.Scalar>> {
    rowStride == 1 ? a + $0 : own_address(a + $0 * rowStride).assumingMemoryBound(to: V.Scalar.self)
  }
  var b = b, offset = 0, left = depth
  while left != 0 {
    let right = InlineArray<vectors, V> { load(b + $0 * width, as: V.self) }
    for r in 0..<rows {
      let left = V(repeating: lines[r][offset])
      for v in 0..<vectors { sums[r][v] = step(left, right[v], sums[r][v]) }
    }
    offset &+= columnStride
    b += bStride
    left &-= 1
  }
  for r in 0..<rows {
    for v in 0..<vectors { store(sums[r][v], to: c + r * cStride + v * width) }
  }
}

/// `multiplyTile` with the height, one that `tileHeight` gives, known to the compiler.
@inline(__always)
func multiplyTile<let rows: Int, let vectors: Int, V: SIMD>(
  _ tile: InlineArray<rows, InlineArray<vectors, V>>.Type, height: Int, _ a: UnsafePointer<V.Scalar>, rowStride: Int,
  columnStride: Int, _ b: UnsafePointer<V.Scalar>, bStride: Int, into c: UnsafeMutablePointer<V.Scalar>, cStride: Int,
  depth: Int, start: (V) -> V, step: (V, V, V) -> V
) {
  @inline(__always)
  func multiply<let height: Int>(_ tile: InlineArray<height, InlineArray<vectors, V>>.Type) {
    multiplyTile(
      tile, a, rowStride: rowStride, columnStride: columnStride, b, bStride: bStride, into: c,
      cStride: cStride, depth: depth, start: start, step: step)
  }
  switch height {
  case rows: multiply(tile)
  case 4: multiply(InlineArray<4, InlineArray<vectors, V>>.self)
  case 2: multiply(InlineArray<2, InlineArray<vectors, V>>.self)
  default: multiply(InlineArray<1, InlineArray<vectors, V>>.self)
  }
}

/// How many rows the next tile takes of those that are left.
@inline(__always)
func tileHeight(_ left: Int, full: Int) -> Int { left >= full ? full : left >= 4 ? 4 : left >= 2 ? 2 : 1 }
