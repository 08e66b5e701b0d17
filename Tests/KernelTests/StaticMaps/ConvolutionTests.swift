import Kernel
import Testing

private func convolution(_ taps: Int, _ input: Int, _ output: Int, dilation: Int = 1) -> Convolution<Double> {
  Convolution(taps: (0..<taps).map { randomMatrix(output, input, seed: UInt64($0)) }, dilation: dilation)
}

@Test func aConvolutionIsAToeplitzProduct() {
  for (taps, dilation) in [(1, 1), (3, 1), (5, 1), (3, 2)] {
    let layer = convolution(taps, 1, 1, dilation: dilation), x = randomMatrix(13, 1, seed: 9)
    let toeplitz = Matrix(rows: 13, columns: 13) { i, j in
      let steps = j - i + taps / 2 * dilation
      return steps % dilation == 0 && steps >= 0 && steps / dilation < taps ? layer.taps[steps / dilation][0, 0] : 0
    }
    expectClose(layer(x), matmul(toeplitz, x), within: 1e-14)
  }
}

@Test func convolutionsMoveWithTheirInput() {
  let layer = convolution(3, 2, 4, dilation: 2), x = randomMatrix(13, 2, seed: 9)
  let moved = Matrix([[0, 0], [0, 0], [0, 0]] + x.rowVectors.dropLast(3))
  // Away from the edges, where the padding shows.
  expectClose(layer(moved).rows(5..<11), layer(x).rows(2..<8), within: 0)
  #expect(layer.flops(positions: 13) == 2 * 13 * 3 * 2 * 4 && layer(x).columns == 4)
}

@Test func receptiveFieldsGrowWithDepthOrDilation() {
  #expect(receptiveField(taps: 3, dilations: [Int](repeating: 1, count: 256)) == 513)
  #expect(receptiveField(taps: 3, dilations: [Int](repeating: 1, count: 255)) < 512)
  #expect(
    receptiveField(taps: 3, dilations: (0..<9).map { 1 << $0 }) == 1023
      && receptiveField(taps: 3, dilations: (0..<8).map { 1 << $0 }) == 511)
  // What the formula says, an impulse shows.
  var x = Matrix<Double>(rows: 41, columns: 1, repeating: 0)
  x[20, 0] = 1
  for dilation in [1, 2, 4] {
    x = Convolution(taps: [Matrix([[1]]), Matrix([[1]]), Matrix([[1]])], dilation: dilation)(x)
  }
  #expect(x.elements.count { $0 != 0 } == receptiveField(taps: 3, dilations: [1, 2, 4]))
}

@Test func squeezeExcitationGatesChannelsByTheInput() {
  let block = SqueezeExcitation(squeeze: randomMatrix(2, 8, seed: 1), excite: randomMatrix(8, 2, seed: 2))
  let x = randomMatrix(13, 8, seed: 3), y = randomMatrix(13, 8, seed: 4), gates = block.gate(x)
  #expect(gates.allSatisfy { $0 > 0 && $0 < 1 } && gates != block.gate(y) && block.parameterCount == 32)
  let pooled = matmul(Matrix(rows: 1, columns: 13, repeating: 1 / 13.0), x)
  let hidden = matmul(pooled, transposed: block.squeeze).map { max($0, 0) }
  expectClose(gates, matmul(hidden, transposed: block.excite).row(0).map { 1 / (1 + exp(-$0)) }, within: 1e-14)
  for c in 0..<8 { expectClose(block(x).column(c), x.column(c).map { $0 * gates[c] }, within: 0) }
  // An excitation of +∞ opens every gate: the block is then the identity.
  let open = SqueezeExcitation(
    squeeze: Matrix(rows: 1, columns: 8, repeating: 0), excite: Matrix(rows: 8, columns: 1, repeating: 0))
  #expect(open(x) == x * 0.5)
}
