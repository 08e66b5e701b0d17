import Kernel
import Testing

@Test func topKAttentionIsDenseAttentionRestrictedAndRenormalised() {
  let q = randomMatrix(7, 5, seed: 1, scale: 2), k = randomMatrix(13, 5, seed: 2), v = randomMatrix(13, 4, seed: 3)
  let dense = attentionWeights(q, k), longest = v.rowVectors.map { norm($0) }.max()!
  for keep in [1, 4, 13] {
    let sparse = topKAttentionWeights(q, k, keep: keep)
    for i in 0..<7 {
      let kept = Set(topIndices(dense.row(i), keep)), mass = topMass(dense.row(i), keep)
      expectClose(sparse.row(i), (0..<13).map { kept.contains($0) ? dense[i, $0] / mass : 0 }, within: 1e-15)
      let error = zip(topKAttention(q, k, v, keep: keep).row(i), attention(q, k, v).row(i)).map { $0 - $1 }
      #expect(norm(error) <= 2 * (1 - mass) * longest + 1e-15)
    }
  }
  #expect(topKAttention(q, k, v, keep: 13) == attention(q, k, v))
  #expect(topKAttentionWeights(q, k, keep: 4, scale: 0.1) != topKAttentionWeights(q, k, keep: 4))
  expectClose(topKAttention(q, k, v, keep: 3, mask: .causal).row(0), v.row(0), within: 0)
}

@Test func tiesGoToTheEarlierIndex() {
  #expect(topIndices([1.0, 3, 3, 2, 3], 3) == [1, 2, 4] && topIndices([Double.nan, -1, 0], 3) == [2, 1, 0])
  #expect(topIndices([2.0], 0) == [])
  #expect(
    topKAttentionWeights(Matrix([[1, 0]]), Matrix([[0, 1], [0, 2], [0, 3]]), keep: 2) == Matrix([[0.5, 0.5, 0]]))
}

/// How many keys a query effectively sees, for normal scores over 512 keys: means and deviations of 20 000 draws in
/// numpy.
@Test func theSoftPruningMeterFallsAsScoresSpread() {
  var generator = Random(seed: 4)
  for (spread, expected, deviation) in [(1.0, 312.2, 16.9), (2, 86.9, 28.2), (4, 10.43, 7.24), (8, 2.74, 1.84)] {
    var total = 0.0
    for _ in 0..<900 {
      let scores: [Double] = normalVector(512, using: &generator)
      total += effectiveCount(softmax(scores.map { spread * $0 })) / 900
    }
    // Three standard errors.
    #expect((total - expected).magnitude < 3 * deviation / 30, "\(spread): \(total)")
  }
}

@Test func aTokensWeightsDependOnItsContext() {
  var generator = Random(seed: 5)
  let layer = MultiHeadAttention<Double>(dimension: 8, heads: 2, using: &generator)
  let word = randomMatrix(1, 8, seed: 6).row(0), cave = randomMatrix(4, 8, seed: 7), match = randomMatrix(4, 8, seed: 8)
  let first = layer.weights(Matrix([word] + cave.rowVectors)), second = layer.weights(Matrix([word] + match.rowVectors))
  #expect(maxAbsDifference(first[0].row(0), second[0].row(0)) > 0.05)
  // A fixed layer gives the word the same output in both.
  let fixed = Convolution(taps: [layer.value])
  #expect(fixed(Matrix([word] + cave.rowVectors)).row(0) == fixed(Matrix([word] + match.rowVectors)).row(0))
}

@Test func messagePassingIsMaskedAttention() {
  let q = randomMatrix(7, 5, seed: 9, scale: 3), k = randomMatrix(13, 5, seed: 10), v = randomMatrix(13, 3, seed: 11)
  func linked(_ i: Int, _ j: Int) -> Bool { (i * 5 + j * 3) % 4 == 0 && i != 2 }
  let edges = (0..<7).flatMap { i in (0..<13).filter { linked(i, $0) }.map { AttentionEdge(query: i, key: $0) } }
  expectClose(messagePassingAttention(q, k, v, edges: edges), attention(q, k, v, mask: .allowed(linked)), within: 1e-14)
  expectClose(
    messagePassingAttention(q, k, v, edges: edges.reversed(), scale: 0.2),
    attention(q, k, v, scale: 0.2, mask: .allowed(linked)), within: 1e-14)
  #expect(messagePassingAttention(q, k, v, edges: edges).row(2) == [0, 0, 0])
}
