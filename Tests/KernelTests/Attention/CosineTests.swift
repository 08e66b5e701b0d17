import Kernel
import Testing

@Test func cosineAttentionSeesDirectionsOnly() {
  let q = randomMatrix(7, 5, seed: 1), k = randomMatrix(13, 5, seed: 2), v = randomMatrix(13, 3, seed: 3)
  let stretchedQ = Matrix(q.rowVectors.enumerated().map { i, row in row.map { $0 * Double(i + 1) } })
  let stretchedK = Matrix(k.rowVectors.enumerated().map { i, row in row.map { $0 / Double(i + 1) } })
  expectClose(cosineAttention(stretchedQ, stretchedK, v, scale: 4), cosineAttention(q, k, v, scale: 4), within: 1e-14)
  // Dot-product attention does not have this property.
  #expect(maxAbsDifference(attention(stretchedQ, k, v), attention(q, k, v)) > 0.1)
}

@Test func anUnscaledCosineWeightIsBounded() {
  let n = 33
  // The extreme case: one key along the query, the others opposite.
  let q = Matrix([[1, 0]]), k = Matrix(rows: n, columns: 2) { i, j in j == 0 ? (i == 0 ? 1 : -1) : 0 }
  let top = softmax(rows: cosineSimilarities(q, k))[0, 0], e2 = exp(2.0)
  expectClose(top, e2 / (e2 + Double(n - 1)), within: 1e-15)
  let weights = softmax(rows: cosineSimilarities(randomMatrix(40, 2, seed: 1), randomMatrix(n, 2, seed: 2)))
  #expect(weights.elements.max()! <= e2 / (e2 + Double(n - 1)))
}

@Test func cosinesTimesRootDHaveDeviationOne() {
  let d = 64, scores = cosineSimilarities(randomMatrix(200, d, seed: 3), randomMatrix(200, d, seed: 4)) * 8
  #expect((sqrt(variance(scores.elements)) - 1).magnitude < 0.02)
}

@Test func aZeroVectorHasNoDirection() {
  #expect(cosineSimilarities(Matrix([[0, 0]]), Matrix([[1, 2]])) == Matrix([[0]]))
}
