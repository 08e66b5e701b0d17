extension StateSpaceModel {
  /// The convolution with K by Fourier transforms over at least 2n places, so that nothing wraps around.
  /// Shape: n → n. Cost: O(n·log n) FLOP and n·state for the kernel. Equal to `convolved` within rounding.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func convolvedByFourier(_ x: [T]) -> [T] {
    if x.isEmpty { return [] }
    var size = 1
    while size < 2 * x.count { size *= 2 }
    let padding = [T](repeating: 0, count: size - x.count), nothing = [T](repeating: 0, count: size)
    let a = fourierTransform(real: x + padding, imaginary: nothing)
    let b = fourierTransform(real: kernel(x.count) + padding, imaginary: nothing)
    let re = (0..<size).map { a.real[$0] * b.real[$0] - a.imaginary[$0] * b.imaginary[$0] }
    let im = (0..<size).map { a.real[$0] * b.imaginary[$0] + a.imaginary[$0] * b.real[$0] }
    let y = fourierTransform(real: re, imaginary: im, inverse: true).real
    return x.indices.map { y[$0] + skip * x[$0] }
  }
}
