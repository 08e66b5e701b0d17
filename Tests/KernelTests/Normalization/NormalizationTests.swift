import Kernel
import Testing

@Test func normalisationsMatchTheReference() {
  for item in Fixture.named("normalization")["rows"].cases {
    let x = item["x"].matrix, gain = item["gain"].vector, bias = item["bias"].vector, d = x.columns
    expectClose(l2NormalizeRows(x), item["l2"].matrix, within: 1e-15, "l2")
    expectClose(LayerNorm(gain: gain, bias: bias)(x), item["layerNorm"].matrix, within: 1e-14, "LayerNorm")
    expectClose(LayerNorm(dimension: d, epsilon: 0.1)(x), item["layerNormEpsilon0.1"].matrix, within: 1e-14)
    expectClose(LayerNorm(dimension: d)(item["small"].matrix), item["layerNormSmall"].matrix, within: 1e-13)
    expectClose(RMSNorm(gain: gain)(x), item["rmsNorm"].matrix, within: 1e-14, "RMSNorm")
    expectClose(RMSNorm(dimension: d, epsilon: 0.1)(x), item["rmsNormEpsilon0.1"].matrix, within: 1e-14)
    expectClose(RMSNorm(dimension: d)(item["small"].matrix), item["rmsNormSmall"].matrix, within: 1e-14)
    expectClose(LayerNorm(gain: single(gain), bias: single(bias))(single(x)), item["layerNorm"].matrix, within: 3e-6)
    expectClose(RMSNorm(gain: single(gain))(single(x)), item["rmsNorm"].matrix, within: 1e-6)
    let h = item["h"].matrix, y = item["y"].matrix
    expectClose(NGPTResidual(rate: item["rate"].vector)(h, toward: y), item["ngpt"].matrix, within: 1e-14, "nGPT")
    expectClose(
      nGPTAttention(x, item["k"].matrix, item["v"].matrix, gain: item["s"].vector), item["ngptAttention"].matrix,
      within: 1e-13, "nGPT attention")
  }
}

@Test func l2NormalisationKeepsTheDirection() {
  let x = randomMatrix(7, 13, seed: 1, scale: 5)
  for row in x.rowVectors {
    expectClose(norm(l2Normalize(row)), 1, within: 5e-16)
    expectClose(l2Normalize(row.map { 8 * $0 }), l2Normalize(row), within: 0)
    expectClose(dot(l2Normalize(row), row), norm(row), within: 1e-15)
  }
  // Rows, not columns: a matrix that is not square tells them apart.
  #expect(l2NormalizeRows(Matrix([[3, 4, 0], [0, 0, 2]])) == Matrix([[0.6, 0.8, 0], [0, 0, 1]]))
  #expect(l2Normalize([0.0, 0]) == [0, 0])
}

@Test func layerNormFixesMeanAndPopulationVariance() {
  let x = randomMatrix(1, 33, seed: 2, scale: 0.01).row(0), epsilon = 1e-4
  let y = LayerNorm(dimension: 33, epsilon: epsilon)(x)
  expectClose(mean(y), 0, within: 1e-15)
  expectClose(variance(y), variance(x) / (variance(x) + epsilon), within: 1e-14)
  // √d times the unit vector of the centred input, at ε = 0.
  let centred = x.map { $0 - mean(x) }
  expectClose(LayerNorm(dimension: 33, epsilon: 0)(x), l2Normalize(centred).map { sqrt(33.0) * $0 }, within: 1e-14)
  let shifted = LayerNorm(gain: [Double](repeating: 2, count: 33), bias: [Double](repeating: 3, count: 33), epsilon: 0)(
    x)
  expectClose(mean(shifted), 3, within: 1e-14)
  expectClose(variance(shifted), 4, within: 1e-13)
}

@Test func rmsNormIsRootDTimesTheUnitVector() {
  let x = randomMatrix(1, 13, seed: 3).row(0).map { $0 + 2 }
  let y = RMSNorm(dimension: 13, epsilon: 0)(x)
  expectClose(y, l2Normalize(x).map { sqrt(13.0) * $0 }, within: 1e-15)
  #expect(mean(y) > 0.5, "the mean stays")
  #expect(RMSNorm(gain: [2, 0, -1], epsilon: 0)([1, 1, 1]) == [2, 0, -1])
}

@Test func normalisedQueriesAndKeysBoundTheLogits() {
  let q = randomMatrix(7, 16, seed: 4, scale: 50), k = randomMatrix(13, 16, seed: 5, scale: 50)
  let unit = qkNormalize(q, k)
  for row in unit.q.rowVectors + unit.k.rowVectors { expectClose(norm(row), 1, within: 5e-16) }
  let scores = attentionScores(unit.q, unit.k, scale: 10)
  #expect(scores.elements.allSatisfy { $0.magnitude <= 10 })
  expectClose(scores, cosineSimilarities(q, k) * 10, within: 1e-14)
  // Root mean square 1 and 1/√d give √d·cos.
  let rms = qkNormalize(q, k, .rms(epsilon: 0))
  expectClose(attentionScores(rms.q, rms.k), cosineSimilarities(q, k) * 4, within: 1e-14)
  #expect(qkNormalize(q, k, .rms(epsilon: 0.5)).q == RMSNorm(dimension: 16, epsilon: 0.5)(q))
}

@Test func qkNormalisationCommutesWithRotation() {
  let q = randomMatrix(7, 6, seed: 6), k = randomMatrix(7, 6, seed: 7), rope = RotaryEmbedding<Double>(headDimension: 6)
  expectClose(rope.rotate(qkNormalize(q, k).q), qkNormalize(rope.rotate(q), rope.rotate(k)).q, within: 1e-15)
}
