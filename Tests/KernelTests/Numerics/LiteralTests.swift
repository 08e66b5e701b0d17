import Kernel
import Testing

@Test func literalsWithoutATypeAreDouble() {
  let p = softmax([1, 2, -.infinity, 3])
  #expect(fixed(p) == "[0.0900, 0.2447, 0.0000, 0.6652]")
  #expect(type(of: Matrix([[1, 2], [3, 4]])) == Matrix<Double>.self)
}
