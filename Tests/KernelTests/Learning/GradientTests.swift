import Kernel
import Testing

private typealias Inputs = [Variable<Double>]

/// An operation with the shapes of its inputs. Each result is weighted with fixed numbers, so that no error cancels.
private struct Operation: Sendable, CustomTestStringConvertible {
  let name: String
  let shapes: [(Int, Int)]
  let apply: @Sendable ([Variable<Double>]) -> Variable<Double>
  var testDescription: String { name }
}

private let operations: [Operation] = [
  Operation(name: "matmul", shapes: [(3, 4), (4, 2)]) { matmul($0[0], $0[1]) },
  Operation(name: "matmul with itself", shapes: [(3, 3)]) { matmul($0[0], $0[0]) },
  Operation(name: "matmul transposed", shapes: [(3, 4), (5, 4)]) { matmul($0[0], transposed: $0[1]) },
  Operation(name: "+", shapes: [(3, 4), (3, 4)]) { $0[0] + $0[1] + $0[0] },
  Operation(name: "+ row", shapes: [(3, 4), (1, 4)]) { $0[0] + $0[1] },
  Operation(name: "-", shapes: [(3, 4), (3, 4)]) { $0[0] - $0[1] },
  Operation(name: "*", shapes: [(3, 4), (3, 4)]) { $0[0] * $0[1] },
  Operation(name: "square", shapes: [(3, 4)]) { $0[0] * $0[0] },
  Operation(name: "* row", shapes: [(3, 4), (1, 4)]) { $0[0] * $0[1] },
  Operation(name: "* column", shapes: [(3, 4), (3, 1)]) { $0[0] * $0[1] },
  Operation(name: "* scalar", shapes: [(3, 4)]) { $0[0] * -1.75 },
  Operation(name: "relu", shapes: [(5, 4)]) { relu($0[0]) },
  Operation(name: "tanh", shapes: [(5, 4)]) { tanh($0[0]) },
  Operation(name: "sigmoid", shapes: [(5, 4)]) { sigmoid($0[0]) },
  Operation(name: "swish", shapes: [(5, 4)]) { swish($0[0]) },
  Operation(name: "gelu", shapes: [(5, 4)]) { gelu($0[0]) },
  Operation(name: "geluTanh", shapes: [(5, 4)]) { geluTanh($0[0]) },
  Operation(name: "exp", shapes: [(5, 4)]) { exp($0[0]) },
  Operation(name: "log", shapes: [(5, 4)]) { log(exp($0[0] * 0.5) + $0[0] * $0[0]) },
  Operation(name: "softmax", shapes: [(4, 5)]) { softmax(rows: $0[0]) },
  Operation(name: "causal softmax", shapes: [(4, 4)]) { softmax(rows: $0[0], mask: .causal) },
  Operation(name: "softmax of masked rows", shapes: [(4, 4)]) {
    softmax(rows: $0[0], mask: .allowed { i, j in i > j })
  },
  Operation(name: "layerNorm", shapes: [(3, 6), (1, 6), (1, 6)]) { layerNorm($0[0], gain: $0[1], bias: $0[2]) },
  Operation(name: "rmsNorm", shapes: [(3, 6), (1, 6)]) { rmsNorm($0[0], gain: $0[1]) },
  Operation(name: "gatherRows", shapes: [(4, 3)]) { gatherRows($0[0], [2, 0, 2, 1, 2]) },
  Operation(name: "block", shapes: [(4, 5)]) { $0[0].block(rows: 1..<3, columns: 2..<5) },
  Operation(name: "overlapping parts", shapes: [(4, 5)]) { $0[0].columns(0..<3) + $0[0].columns(2..<5) },
  Operation(name: "rows", shapes: [(4, 5)]) { $0[0].rows(1..<4) * $0[0].rows(0..<3) },
  Operation(name: "concatenatedColumns", shapes: [(3, 2), (3, 4)]) { concatenatedColumns([$0[0], $0[1], $0[0]]) },
  Operation(name: "stackedRows", shapes: [(2, 3), (4, 3)]) { stackedRows([$0[0], $0[1], $0[0]]) },
  Operation(name: "crossEntropy", shapes: [(4, 5)]) { crossEntropy($0[0], [0, 4, 2, 2]) },
  Operation(name: "sum", shapes: [(4, 5)]) { sum($0[0]) },
  Operation(name: "mean", shapes: [(4, 5)]) { mean($0[0]) },
  Operation(name: "meanSquaredError", shapes: [(3, 2)]) { meanSquaredError($0[0], randomMatrix(3, 2, seed: 9)) },
  Operation(name: "loadBalancingLoss", shapes: [(4, 3)]) {
    loadBalancingLoss(gates: softmax(rows: $0[0]), chosen: [[0], [2], [2], [1]], alpha: 0.3)
  },
  Operation(name: "attention", shapes: [(4, 3), (4, 3), (4, 2)]) {
    matmul(softmax(rows: matmul($0[0], transposed: $0[1]) * 0.6, mask: .causal), $0[2])
  },
]

@Suite struct GradientTests {
  @Test(arguments: operations) private func matchesCentralDifferences(_ operation: Operation) {
    let inputs = operation.shapes.enumerated().map { randomMatrix($1.0, $1.1, seed: UInt64(40 + $0)) }
    func loss(_ tape: Tape<Double>, _ x: Inputs) -> Variable<Double> {
      let y = operation.apply(x)
      return sum(y * tape.constant(randomMatrix(y.value.rows, y.value.columns, seed: 77)))
    }
    let gradient = valueAndGradient(inputs, loss).gradient
    let reference = centralDifferences(inputs, step: 1e-5, loss)
    for (g, r) in zip(gradient, reference) { expectClose(g, r, within: 1e-8, operation.name) }
    #expect(gradient.contains { g in g.elements.contains { $0.magnitude > 1e-3 } }, "no gradient at all")
  }

  @Test func attentionAgreesWithItsRecomputedGradient() {
    let q = randomMatrix(6, 4, seed: 1), k = randomMatrix(6, 4, seed: 2), v = randomMatrix(6, 3, seed: 3)
    let upstream = randomMatrix(6, 3, seed: 4)
    let result = valueAndGradient([q, k, v]) { tape, x in
      let p = softmax(rows: matmul(x[0], transposed: x[1]) * 0.5, mask: .causal)
      return sum(matmul(p, x[2]) * tape.constant(upstream))
    }
    expectClose(
      result.value, zip(attention(q, k, v, mask: .causal).elements, upstream.elements).reduce(0) { $0 + $1.0 * $1.1 },
      within: 1e-13)
    // ∂/∂v is Pᵀ·upstream, computed without the tape.
    let p = attentionWeights(q, k, mask: .causal)
    expectClose(result.gradient[2], matmul(transposed: p, upstream), within: 1e-13)
  }

  @Test func aWholeTransformerMatchesCentralDifferences() {
    let model = CausalTransformer(vocabulary: 3, context: 4, width: 4, heads: 2, layers: 1, hidden: 3)
    var generator = Random(seed: 31)
    let parameters = model.parameters(of: Double.self, using: &generator)
    func loss(_ tape: Tape<Double>, _ p: Inputs) -> Variable<Double> {
      crossEntropy(model.logits([[0, 2, 1], [1, 1, 0]], p), [2, 1, 0, 1, 0, 2])
    }
    let reference = centralDifferences(parameters, step: 1e-5, loss)
    for (g, r) in zip(valueAndGradient(parameters, loss).gradient, reference) { expectClose(g, r, within: 1e-8) }
  }

  @Test func normalisationsAreThoseOfTheLayers() {
    let x = randomMatrix(5, 8, seed: 11, scale: 3), gain = randomMatrix(1, 8, seed: 12),
      bias = randomMatrix(1, 8, seed: 13)
    let tape = Tape<Double>(), c = [x, gain, bias].map { tape.constant($0) }
    let layer = LayerNorm(gain: gain.elements, bias: bias.elements)
    expectClose(layerNorm(c[0], gain: c[1], bias: c[2]).value, layer(x), within: 1e-14)
    let rms = RMSNorm(gain: gain.elements, epsilon: 1e-6)
    expectClose(rmsNorm(c[0], gain: c[1], epsilon: 1e-6).value, rms(x), within: 1e-14)
  }

  @Test func crossEntropySurvivesHugeLogits() {
    let result = valueAndGradient([Matrix([[1000, -1000, 0.0]])]) { _, x in crossEntropy(x[0], [1]) }
    #expect(result.value == 2000)
    #expect(result.gradient[0].elements == [1, -1, 0])
  }

  @Test func singlePrecisionFollowsDouble() {
    let w = randomMatrix(6, 5, seed: 21), x = randomMatrix(7, 6, seed: 22)
    let wide = valueAndGradient([w]) { tape, p in
      crossEntropy(gelu(matmul(tape.constant(x), p[0])), [0, 1, 2, 3, 4, 0, 1])
    }
    let narrow = valueAndGradient([single(w)]) { tape, p in
      crossEntropy(gelu(matmul(tape.constant(single(x)), p[0])), [0, 1, 2, 3, 4, 0, 1])
    }
    expectClose(narrow.gradient[0], wide.gradient[0], within: 1e-6)
  }

  @Test func optimisersFollowTheirFormulas() {
    // f(x) = x²/2 has gradient x. Momentum: v₁ = 1, x₁ = 0.9; v₂ = 0.5 + 0.9, x₂ = 0.9 − 0.14.
    var x = [Matrix([[1.0]])], sgd = SGD(rate: 0.1, momentum: 0.5)
    for _ in 0..<2 { sgd.step(&x, x) }
    expectClose(x[0].elements, [0.76], within: 1e-15)
    // Adam's first step is η·sign(g) up to ε, whatever the size of g.
    var y = [Matrix([[3.0, -200, 1e-3]])], adam = Adam(rate: 0.01)
    adam.step(&y, [Matrix([[5.0, -1e-4, 7e6]])])
    expectClose(y[0].elements, [2.99, -199.99, -0.009], within: 1e-5)
    // Second step, by hand: m̂ = (0.1·0.9·g₁ + 0.1·g₂)/0.19, v̂ = (0.001·0.999·g₁² + 0.001·g₂²)/0.001999.
    var z = [Matrix([[0.0]])], second = Adam(rate: 1.0)
    second.step(&z, [Matrix([[1.0]])])
    second.step(&z, [Matrix([[2.0]])])
    let m = (0.09 + 0.2) / 0.19, v = (0.000999 + 0.004) / 0.001999
    expectClose(z[0].elements, [-1 - m / sqrt(v)], within: 1e-7)
  }

  @Test func adamCorrectsItsMomentsToTheLastDigitsOfAFloat() {
    // Under a constant gradient of 1 both corrected moments are 1, and each step is η: 1 − β₂ᵗ must keep its digits.
    var adam = Adam<Float>(rate: 1)
    for step in 1...10 {
      var x = [Matrix<Float>([[0]])]
      adam.step(&x, [Matrix([[1]])])
      expectClose(x[0][0, 0], -1, within: 1e-6, "step \(step)")
    }
  }
}
