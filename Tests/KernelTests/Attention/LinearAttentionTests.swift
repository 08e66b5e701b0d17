import Kernel
import Testing

private func quadratic(
  _ q: Matrix<Double>, _ k: Matrix<Double>, _ v: Matrix<Double>, causal: Bool, _ phi: ([Double]) -> [Double]
) -> Matrix<Double> {
  let scores = Matrix(rows: q.rows, columns: k.rows) { i, j in causal && j > i ? 0 : dot(phi(q.row(i)), phi(k.row(j))) }
  return matmul(scores.mapRows { row in row.map { $0 / sum(row) } }, v)
}

@Test func linearAttentionIsItsQuadraticForm() {
  let q = randomMatrix(7, 5, seed: 1), k = randomMatrix(7, 5, seed: 2), v = randomMatrix(7, 3, seed: 3)
  expectClose(
    linearAttention(q, k, v, features: eluFeatures), quadratic(q, k, v, causal: false, eluFeatures), within: 1e-14)
  expectClose(
    causalLinearAttention(q, k, v, features: eluFeatures), quadratic(q, k, v, causal: true, eluFeatures), within: 1e-14)
  #expect(maxAbsDifference(linearAttention(q, k, v, features: eluFeatures), attention(q, k, v)) > 0.05)
  let keys = randomMatrix(33, 5, seed: 4), values = randomMatrix(33, 3, seed: 5)
  expectClose(
    linearAttention(q, keys, values, features: eluFeatures), quadratic(q, keys, values, causal: false, eluFeatures),
    within: 1e-14)
  #expect(eluFeatures([-1.0, 0, 2]) == [exp(-1.0), 1, 3])
}

@Test func theStateOfLinearAttentionDoesNotGrow() {
  var state = LinearAttentionState<Double>()
  for t in 0..<50 {
    state.append(features: eluFeatures(randomMatrix(1, 4, seed: UInt64(t)).row(0)), value: [1, 2, 3])
    #expect(state.memory.count == 4 && state.memory[0].count == 3 && state.normaliser.count == 4)
  }
  expectClose(state.read(features: [1, 1, 0.5, 0]), [1, 2, 3], within: 1e-14)
}

@Test func positiveFeaturesEstimateTheExponentialKernel() {
  let d = 6, q = randomMatrix(1, d, seed: 6, scale: 0.5).row(0), k = randomMatrix(1, d, seed: 7, scale: 0.5).row(0)
  let exact = exp(dot(q, k)), together = zip(q, k).map { $0 + $1 }
  let m = 64, trials = 800
  var generator = Random(seed: 8)
  let ratios = (0..<trials).map { _ in
    let map = PositiveRandomFeatures<Double>(count: m, dimension: d, using: &generator)
    #expect(map(q).allSatisfy { $0 > 0 })
    return dot(map(q), map(k)) / exact
  }
  let deviation = sqrt((exp(dot(together, together)) - 1) / Double(m))
  #expect((mean(ratios) - 1).magnitude < 4 * deviation / sqrt(Double(trials)))
  #expect((sqrt(variance(ratios)) / deviation - 1).magnitude < 0.2)
  // Trigonometric features go negative where the kernel is small.
  let far = RandomFourierFeatures<Double>(count: 32, dimension: d, bandwidth: 0.3, using: &generator)
  let products = (0..<40).map { dot(far(randomMatrix(1, d, seed: $0).row(0)), far(k)) }
  #expect(products.contains { $0 < 0 })
}

@Test func performerFeaturesMatchTheFormula() {
  let w = Matrix([[1, 2], [-1, 0.5]]), x = [0.3, -0.4]
  expectClose(
    PositiveRandomFeatures(directions: w)(x), [exp(-0.5 - 0.125) / sqrt(2.0), exp(-0.5 - 0.125) / sqrt(2.0)],
    within: 1e-15)
}

@Test func performerApproximatesAttentionWithManyFeatures() {
  let d = 4, q = randomMatrix(7, d, seed: 9, scale: 0.7), k = randomMatrix(13, d, seed: 10, scale: 0.7),
    v = randomMatrix(13, 3, seed: 11)
  var generator = Random(seed: 12)
  let map = PositiveRandomFeatures<Double>(count: 20000, dimension: d, using: &generator)
  // q and k over d^{1/4}: their product is over √d.
  let root = sqrt(sqrt(Double(d)))
  let estimate = linearAttention(q, k, v) { x in map(x.map { $0 / root }) }
  #expect(maxAbsDifference(estimate, attention(q, k, v)) < 0.03)
  #expect(maxAbsDifference(linearAttention(q, k, v) { map($0) }, attention(q, k, v)) > 0.03)
}
