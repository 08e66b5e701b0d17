import CVector

/// 2ˣ for x ≤ 0 in Float, as tiled attention evaluates its weights; below −126.5 it is zero, at NaN NaN.
///
/// A polynomial of degree 7 with fused multiply-adds: below 0.8 ulp over every normal result, and 2⁰ is exactly 1.
/// Refused: a positive x.
public func powersOfTwo(_ x: [Float]) -> [Float] {
  for value in x { require(!(value > 0), "powersOfTwo: \(value) is positive") }
  return x.map { powerOfTwo(float16(repeating: $0))[0] }
}

/// 2ˣ = 2ⁿ·2ʳ with the nearest integer n and |r| ≤ ½, both exact. The coefficients minimise the largest relative error.
@inline(__always)
func powerOfTwo(_ x: float16) -> float16 {
  // Adding 1.5·2²³ rounds to an integer in the low bits; 127 more, and they are the exponent of 2ⁿ.
  let magic = float16(repeating: 0x1.8p23 + 127)
  let bounded = larger_float16(float16(repeating: -127), x)
  let shifted = add_float16(bounded, magic)
  let r = subtract_float16(bounded, subtract_float16(shifted, magic))
  var p = float16(repeating: 0x1.c04816p-17)
  p = multiply_add_float16(p, r, float16(repeating: 0x1.443f96p-13))
  p = multiply_add_float16(p, r, float16(repeating: 0x1.5dc052p-10))
  p = multiply_add_float16(p, r, float16(repeating: 0x1.3b2a1cp-7))
  p = multiply_add_float16(p, r, float16(repeating: 0x1.c6b056p-5))
  p = multiply_add_float16(p, r, float16(repeating: 0x1.ebfbe0p-3))
  p = multiply_add_float16(p, r, float16(repeating: 0x1.62e430p-1))
  p = multiply_add_float16(p, r, float16(repeating: 1))
  return multiply_float16(p, exponent_float16(shifted))
}
