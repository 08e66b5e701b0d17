/// A matrix read in place: element (i, j) stands at base + i·rowStride + j·columnStride.
struct StridedMatrix<T> {
  let base: UnsafePointer<T>
  let rowStride: Int
  let columnStride: Int

  func at(_ i: Int, _ j: Int) -> UnsafePointer<T> { base + i * rowStride + j * columnStride }

  func from(_ i: Int, _ j: Int) -> StridedMatrix {
    StridedMatrix(base: at(i, j), rowStride: rowStride, columnStride: columnStride)
  }

  var transposed: StridedMatrix { StridedMatrix(base: base, rowStride: columnStride, columnStride: rowStride) }

  /// The same elements under their own type's name, where that is known to be `U`.
  func known<U>(as type: U.Type) -> StridedMatrix<U> {
    StridedMatrix<U>(
      base: UnsafeRawPointer(base).assumingMemoryBound(to: U.self), rowStride: rowStride, columnStride: columnStride)
  }
}
