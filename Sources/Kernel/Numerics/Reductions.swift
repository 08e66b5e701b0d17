import CVector

// Sixteen logical lanes: element i joins lane i mod 16, lanes meet in a fixed tree. How many of them the machine
// computes at a time does not show in the bits.

extension Double {
  public static func _laneSum(_ x: UnsafeBufferPointer<Double>) -> Double {
    reduce(x) { lanes, start in add_double16(lanes, start) }
  }

  public static func _laneDot(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
    reduce(x, y) { lanes, x, y in multiply_add_double16(x, y, lanes) }
  }
}

extension Float {
  public static func _laneSum(_ x: UnsafeBufferPointer<Float>) -> Float {
    reduce(x) { lanes, start in add_float16(lanes, start) }
  }

  public static func _laneDot(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>) -> Float {
    reduce(x, y) { lanes, x, y in multiply_add_float16(x, y, lanes) }
  }
}

@inline(__always)
private func reduce<T: BinaryFloatingPoint & SIMDScalar>(
  _ x: UnsafeBufferPointer<T>, _ step: (SIMD16<T>, SIMD16<T>) -> SIMD16<T>
) -> T {
  var lanes = SIMD16<T>()
  var i = 0
  while i < x.count {
    lanes = step(lanes, sixteen(x, from: i))
    i += 16
  }
  return foldLanes(lanes)
}

@inline(__always)
private func reduce<T: BinaryFloatingPoint & SIMDScalar>(
  _ x: UnsafeBufferPointer<T>, _ y: UnsafeBufferPointer<T>, _ step: (SIMD16<T>, SIMD16<T>, SIMD16<T>) -> SIMD16<T>
) -> T {
  var lanes = SIMD16<T>()
  var i = 0
  while i < x.count {
    lanes = step(lanes, sixteen(x, from: i), sixteen(y, from: i))
    i += 16
  }
  return foldLanes(lanes)
}

/// Sixteen elements from i on, zeros where the vector has ended.
@inline(__always)
func sixteen<T: BinaryFloatingPoint & SIMDScalar>(_ x: UnsafeBufferPointer<T>, from i: Int) -> SIMD16<T> {
  if i + 16 <= x.count {
    return UnsafeRawPointer(x.baseAddress! + i).loadUnaligned(as: SIMD16<T>.self)
  }
  var lanes = SIMD16<T>()
  for j in i..<x.count { lanes[j - i] = x[j] }
  return lanes
}

/// The fixed tree: lane i meets lane i+8, then i+4, i+2, i+1.
@inline(__always)
func foldLanes<T: BinaryFloatingPoint & SIMDScalar>(_ lanes: SIMD16<T>) -> T {
  let eight = lanes.lowHalf + lanes.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}
