import CVector

/// What the machine does at most: loops whose operands stay in registers, compiled as the kernel is.
enum Peak {
  /// Floating-point operations of one call.
  static let operations = 1_000_000.0 * 12 * 16 * 2

  /// Twelve independent chains of sixteen lanes where there are 32 wide registers, six elsewhere, of fused
  /// multiply-adds.
  @inline(never)
  static func fusedMultiplyAdds() -> Float {
    #if WIDE_VECTORS
      chains(InlineArray<12, float16>(repeating: float16(repeating: 0)), 1_000_000)
    #else
      chains(InlineArray<6, float16>(repeating: float16(repeating: 0)), 2_000_000)
    #endif
  }

  @inline(__always)
  private static func chains<let count: Int>(_ start: InlineArray<count, float16>, _ repetitions: Int) -> Float {
    var sums = start
    let x = float16(repeating: 0.999), y = float16(repeating: 0.001)
    for _ in 0..<repetitions {
      for i in 0..<count { sums[i] = multiply_add_float16(sums[i], x, y) }
    }
    var total: Float = 0
    for i in 0..<count { total += sums[i][0] + sums[i][15] }
    return total
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
