import CVector

/// The tile of a product that stays in registers, as large as the machine has them. It never shows in the bits.
struct ProductTile {
  let rows = tile_rows()
  let vectors = tile_vectors()

  /// The elements of a vector of 64 bytes.
  @inline(__always)
  static func lanes<T>(of type: T.Type) -> Int { 64 / MemoryLayout<T>.size }

  /// How many rows the next tile takes of those that are left: as many as those after it, or one more.
  @inline(__always)
  func height(_ left: Int) -> Int {
    let tiles = (left + rows - 1) / rows
    return (left + tiles - 1) / tiles
  }
}

/// The elements of as many vectors as hold `count` of them.
@inline(__always)
func wholeVectors(_ count: Int, _ lanes: Int) -> Int { (count + lanes - 1) / lanes * lanes }

/// c += a·b on one tile, `depth` terms an element in order; rows of b are read to the end of a vector.
@inline(__always)
func multiplyTile<T: Real>(
  rows: Int, columns: Int, _ a: StridedMatrix<T>, _ b: UnsafePointer<T>, bStride: Int,
  into c: UnsafeMutablePointer<T>, cStride: Int, depth: Int
) {
  let b = UnsafeRawPointer(b), c = UnsafeMutableRawPointer(c)
  if T.isFloat {
    multiply_tile_float(
      rows, columns, a.known(as: Float.self).base, a.rowStride, a.columnStride, b.assumingMemoryBound(to: Float.self),
      bStride, c.assumingMemoryBound(to: Float.self), cStride, depth)
  } else {
    multiply_tile_double(
      rows, columns, a.known(as: Double.self).base, a.rowStride, a.columnStride,
      b.assumingMemoryBound(to: Double.self), bStride, c.assumingMemoryBound(to: Double.self), cStride, depth)
  }
}

/// c += a·b element by element, in the same order: where it is over before a tile would be filled.
@inline(__always)
func multiplyPlainly<T: Real>(
  _ a: StridedMatrix<T>, _ b: StridedMatrix<T>, into c: UnsafeMutablePointer<T>, cStride: Int, rows: Int, inner: Int,
  columns: Int
) {
  let target = UnsafeMutableRawPointer(c)
  if T.isFloat {
    let a = a.known(as: Float.self), b = b.known(as: Float.self)
    multiply_plain_float(
      rows, columns, a.base, a.rowStride, a.columnStride, b.base, b.rowStride, b.columnStride,
      target.assumingMemoryBound(to: Float.self), cStride, inner)
  } else {
    let a = a.known(as: Double.self), b = b.known(as: Double.self)
    multiply_plain_double(
      rows, columns, a.base, a.rowStride, a.columnStride, b.base, b.rowStride, b.columnStride,
      target.assumingMemoryBound(to: Double.self), cStride, inner)
  }
}

/// Memory for `count` elements that begins where a vector of 64 bytes may: none of them lies across two cache lines.
func allocateVectors<T>(_ count: Int) -> UnsafeMutablePointer<T> {
  UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<T>.stride, alignment: 64)
    .bindMemory(to: T.self, capacity: count)
}

@inline(__always)
func load<V: SIMD>(_ source: UnsafePointer<V.Scalar>, as: V.Type) -> V {
  UnsafeRawPointer(source).loadUnaligned(as: V.self)
}

@inline(__always)
func store<V: SIMD>(_ v: V, to target: UnsafeMutablePointer<V.Scalar>) {
  UnsafeMutableRawPointer(target).storeBytes(of: v, as: V.self)
}
