import Kernel
import Testing

private let activations: [FeedForward<Double>.Activation] = [.relu, .gelu, .geluTanh, .swish]

@Test func jacobiansOfExpertsMatchTheReference() {
  for item in Fixture.named("blocks")["experts"].cases {
    let x = item["x"].vector, up = item["up"].matrices, down = item["down"].matrices, bias = item["bias"].matrix
    for activation in activations {
      let jacobians = (0..<2).map { i in
        FeedForward(
          up: up[i], upBias: bias.row(i), down: down[i], downBias: [Double](repeating: 0.5, count: x.count),
          activation: activation
        ).jacobian(at: x)
      }
      let expected = item["jacobians"]["\(activation)"].matrices
      for (own, reference) in zip(jacobians, expected) { expectClose(own, reference, within: 1e-12, "\(activation)") }
      expectClose(
        jacobianAlignment(jacobians[0], jacobians[1]), item["alignments"]["\(activation)"].number, within: 1e-12)
    }
  }
}

@Test func slopesMatchCentralDifferences() {
  for activation in activations {
    for x in [-3.1, -0.7, 0.2, 1.9] {
      expectClose(
        activation.slope(at: x), (activation(x + 1e-5) - activation(x - 1e-5)) / 2e-5, within: 1e-9,
        "\(activation) at \(x)")
    }
  }
  #expect(FeedForward<Double>.Activation.relu.slope(at: 0) == 0)
}

@Test func alignmentTellsTheSameExpertFromStrangers() {
  let a = randomMatrix(32, 32, seed: 1)
  expectClose(jacobianAlignment(a, a * 3), 1, within: 1e-15)
  expectClose(jacobianAlignment(a, a * -1), -1, within: 1e-15)
  // Mean square d⁻² over independent ones, within five standard errors.
  let squares = (0..<200).map { (i: UInt64) -> Double in
    let alignment = jacobianAlignment(
      randomMatrix(32, 32, seed: 1000 + 2 * i), randomMatrix(32, 32, seed: 1001 + 2 * i))
    return alignment * alignment
  }
  let error = sqrt(2.0 / 200)
  #expect((mean(squares) * 1024 - 1).magnitude < 5 * error)
}
