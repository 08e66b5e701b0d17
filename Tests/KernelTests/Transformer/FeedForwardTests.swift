import Kernel
import Testing

@Test func aFeedForwardLayerActsTokenByToken() {
  let up = randomMatrix(12, 5, seed: 1), down = randomMatrix(5, 12, seed: 2)
  let b = randomMatrix(1, 12, seed: 3).row(0), c = randomMatrix(1, 5, seed: 4).row(0), x = randomMatrix(7, 5, seed: 5)
  for (activation, f) in [
    (.relu, { relu($0) }), (.gelu, { gelu($0) }), (.geluTanh, { geluTanh($0) }), (.swish, { swish($0) }),
  ] as [(FeedForward<Double>.Activation, (Double) -> Double)] {
    let layer = FeedForward(up: up, upBias: b, down: down, downBias: c, activation: activation)
    for i in 0..<7 {
      let hidden = zip(matmul(up, x.row(i)), b).map { f($0 + $1) }
      let expected = zip(matmul(down, hidden), c).map { $0 + $1 }
      expectClose(layer(x).row(i), expected, within: 1e-13)
      #expect(layer(x.row(i)) == layer(x).row(i))
    }
    #expect(layer.parameterCount == 2 * 60 + 17)
    let order = [3, 1, 4, 0, 6, 2, 5]
    #expect(layer(permuted(x, order)) == permuted(layer(x), order))
  }
}

@Test func swiGLUMultipliesAGateAndAValue() {
  let gate = randomMatrix(8, 3, seed: 6), up = randomMatrix(8, 3, seed: 7), down = randomMatrix(3, 8, seed: 8),
    x = randomMatrix(7, 3, seed: 9)
  let layer = SwiGLU(gate: gate, up: up, down: down)
  for i in 0..<7 {
    let hidden = zip(matmul(gate, x.row(i)), matmul(up, x.row(i))).map { swish($0) * $1 }
    expectClose(layer(x).row(i), matmul(down, hidden), within: 1e-13)
  }
  #expect(layer.parameterCount == 72)
  // Equal parameters at d_ff = 8d/3.
  var generator = Random(seed: 10)
  let gated = SwiGLU<Double>(dimension: 12, hidden: 32, using: &generator)
  let plain = FeedForward<Double>(dimension: 12, hidden: 48, activation: .relu, using: &generator)
  #expect(gated.parameterCount == plain.parameterCount - 60)
}

@Test func freshLayersHaveTheScaleOfTheirInputs() {
  var a = Random(seed: 11), b = a
  let layer = FeedForward<Double>(dimension: 4, hidden: 9, activation: .relu, using: &a)
  #expect(
    layer.up == .normal(rows: 9, columns: 4, scale: 0.5, using: &b)
      && layer.down == .normal(rows: 4, columns: 9, scale: 1 / sqrt(9.0), using: &b))
  let gated = SwiGLU<Double>(dimension: 4, hidden: 9, using: &a)
  #expect(
    gated.gate == .normal(rows: 9, columns: 4, scale: 0.5, using: &b)
      && gated.up == .normal(rows: 9, columns: 4, scale: 0.5, using: &b))
  #expect(gated.down == .normal(rows: 4, columns: 9, scale: 1 / sqrt(9.0), using: &b))
}
