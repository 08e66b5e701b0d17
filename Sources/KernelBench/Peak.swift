import CVector

/// What the machine does at most: the largest tile of a product, over and over with the same operands.
enum Peak {
  /// Floating-point operations of one call.
  static let operations = 3.84e8

  static func fusedMultiplyAdds() -> Float {
    let rows = tile_rows(), columns = 16 * tile_vectors()
    let a = [Float](repeating: 0.999, count: rows), b = [Float](repeating: 0.001, count: columns)
    var c = [Float](repeating: 0, count: rows * columns)
    multiply_tile_float(rows, columns, a, 1, 0, b, 0, &c, columns, Int(operations) / (2 * rows * columns))
    return c[0]
  }
}

/// How fast one thread reads memory: a sum over more than the caches hold.
enum Memory {
  static func read(_ x: UnsafeBufferPointer<Float>) -> Float {
    var sums = InlineArray<4, float16>(repeating: float16(repeating: 0))
    let bytes = UnsafeRawPointer(x.baseAddress!)
    var offset = 0
    while offset + 256 <= x.count * 4 {
      for i in 0..<4 {
        sums[i] = add_float16(sums[i], bytes.loadUnaligned(fromByteOffset: offset + 64 * i, as: float16.self))
      }
      offset += 256
    }
    return sums[0][0] + sums[1][1] + sums[2][2] + sums[3][3]
  }
}
