import Kernel
import Testing

@Test func literalsWithoutATypeAreDouble() {
  let p = softmax([1, 2, -.infinity, 3])
  #expect(fixed(p) == "[0.0900, 0.2447, 0.0000, 0.6652]")
  #expect(type(of: Matrix([[1, 2], [3, 4]])) == Matrix<Double>.self)
}

/// The functions for Double alone are those for every type. (What an unqualified one is beside Foundation,
/// AmbiguityTests say.)
@Test func functionsOfDoubleAreThoseOfEveryType() {
  func anyType<T: Real>(_ x: T) -> [T] { [exp(x), log(x), sin(x), cos(x), tanh(x), erf(x), pow(x, 0.75)] }
  for x in [1e-300, 0.1, 1, 2.5, 30, 700, 1e300] {
    #expect([exp(x), log(x), sin(x), cos(x), tanh(x), erf(x), pow(x, 0.75)] == anyType(x))
  }
  #expect(exp(1) == exp(1.0) && pow(2, 3) == pow(2.0, 3.0) && [0.0].map(cos) == [1])
  #expect(exp(Float(1)) == Float(exp(1.0)))
}
