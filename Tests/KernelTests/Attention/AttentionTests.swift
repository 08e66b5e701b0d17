import Kernel
import Testing

@Test func attentionMatchesTheReference() {
  for item in Fixture.named("attention")["attention"].cases {
    let q = item["q"].matrix, k = item["k"].matrix, v = item["v"].matrix
    let mask = AttentionMask.allowed(item["mask"].table)
    expectClose(attentionScores(q, k), item["scores"].matrix, within: 1e-14, "scores")
    expectClose(attentionWeights(q, k, mask: mask), item["weights"].matrix, within: 1e-12, "weights")
    expectClose(attention(q, k, v, mask: mask), item["output"].matrix, within: 1e-12, "output")
    expectClose(attention(q, k, v, scale: 0.3, mask: mask), item["outputAtScale0.3"].matrix, within: 1e-12, "scale")
    expectClose(cosineSimilarities(q, k), item["cosines"].matrix, within: 1e-14, "cosines")
    expectClose(cosineAttention(q, k, v, mask: mask), item["cosineOutput"].matrix, within: 1e-13, "cosine")
    expectClose(
      cosineAttention(q, k, v, scale: 10, mask: mask), item["cosineOutputAtScale10"].matrix, within: 1e-13, "cosine 10")
  }
}

@Test func floatAttentionMatchesTheReference() {
  for item in Fixture.named("attention")["attention"].cases
  where item["q"].matrix.elements.allSatisfy({ $0.magnitude < 5 }) {
    let q = single(item["q"].matrix), k = single(item["k"].matrix), v = single(item["v"].matrix)
    let mask = AttentionMask.allowed(item["mask"].table)
    expectClose(attention(q, k, v, mask: mask), item["output"].matrix, within: 3e-6)
    expectClose(cosineAttention(q, k, v, mask: mask), item["cosineOutput"].matrix, within: 2e-6)
  }
}

@Test func outputsLieInTheHullOfTheValues() {
  let q = randomMatrix(7, 5, seed: 1, scale: 3), k = randomMatrix(13, 5, seed: 2), v = randomMatrix(13, 4, seed: 3)
  let output = attention(q, k, v)
  for j in 0..<4 {
    let column = v.column(j)
    for i in 0..<7 { #expect(output[i, j] <= column.max()! && output[i, j] >= column.min()!) }
  }
  // With one key there is nothing to weigh.
  let lone = attention(q, k.rows(4..<5), v.rows(4..<5))
  for i in 0..<7 { #expect(lone.row(i) == v.row(4)) }
}

@Test func scoresOfRandomVectorsHaveVarianceDk() {
  let dk = 64, n = 64, q = randomMatrix(400, dk, seed: 11), k = randomMatrix(n, dk, seed: 12)
  let raw = attentionScores(q, k, scale: 1), scaled = attentionScores(q, k)
  #expect((variance(raw.elements) / Double(dk) - 1).magnitude < 0.05)
  #expect((variance(scaled.elements) - 1).magnitude < 0.05)
  func meanTopWeight(_ scores: Matrix<Double>) -> Double { mean(softmax(rows: scores).rowVectors.map { $0.max()! }) }
  #expect((meanTopWeight(raw) - 0.79).magnitude < 0.02 && (meanTopWeight(scaled) - 0.11).magnitude < 0.01)
}

@Test func projectedScoresFollowTheScaleOfTheWeights() {
  let d = 512, dk = 64, x = randomMatrix(40, d, seed: 21)
  // Weights of deviation s give q and k entries of deviation s√d, so scaled scores of deviation s²d.
  for (scale, expected) in [(1.0, 512.0), (1 / 22.627416997969522, 1.0), (0.02, 0.2048)] {
    let q = matmul(x, randomMatrix(d, dk, seed: 22, scale: scale)),
      k = matmul(x, randomMatrix(d, dk, seed: 23, scale: scale))
    #expect((sqrt(variance(attentionScores(q, k).elements)) / expected - 1).magnitude < 0.1)
  }
}

@Test func attentionIsPermutationEquivariant() {
  var generator = Random(seed: 31)
  let x = randomMatrix(13, 6, seed: 32), order = generator.permutation(13), y = permuted(x, order)
  expectClose(attention(y, y, y), permuted(attention(x, x, x), order), within: 1e-14)
  let weights = attentionWeights(x, x)
  expectClose(
    attentionWeights(y, y), Matrix(rows: 13, columns: 13) { weights[order[$0], order[$1]] }, within: 1e-15, "PAPᵀ")
  func pooled(_ m: Matrix<Double>) -> [Double] { m.transposed().rowVectors.map { mean($0) } }
  expectClose(pooled(attention(y, y, y)), pooled(attention(x, x, x)), within: 1e-15, "mean pooling")
  // The causal mask breaks it.
  #expect(maxAbsDifference(attention(y, y, y, mask: .causal), permuted(attention(x, x, x, mask: .causal), order)) > 0.1)
}
