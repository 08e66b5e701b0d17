import Kernel
import Testing

@Test func anAdapterStartsAsItsWeightAndMergesIntoIt() {
  var generator = Random(seed: 1), copy = generator
  let w = randomMatrix(7, 9, seed: 2), x = randomMatrix(1, 9, seed: 3).row(0)
  var adapter = LowRankAdapter(weight: w, rank: 2, alpha: 6, using: &generator)
  #expect(adapter(x) == matmul(w, x) && adapter.merged() == w && adapter.trainableParameterCount == 32)
  #expect(adapter.down == .normal(rows: 2, columns: 9, scale: 1 / sqrt(9.0), using: &copy))
  adapter.up = randomMatrix(7, 2, seed: 4)
  expectClose(adapter(x), matmul(adapter.merged(), x), within: 1e-13)
  let update = adapter.merged() - w
  #expect(rank(update) == 2)
  expectClose(update, matmul(adapter.up, adapter.down) * 3, within: 1e-14)
  // Two updates of rank 2 can sum to rank 4.
  let other = matmul(randomMatrix(7, 2, seed: 5), randomMatrix(2, 9, seed: 6))
  #expect(rank(update + other) == 4)
}

@Test func depthsRouteExactlyKTokens() {
  let router = randomMatrix(1, 6, seed: 7).row(0), x = randomMatrix(13, 6, seed: 8)
  var generator = Random(seed: 9)
  let layer = FeedForward<Double>(dimension: 6, hidden: 8, activation: .gelu, using: &generator)
  for k in [1, 4, 13] {
    var seen = 0
    let depths = MixtureOfDepths(router: router, capacity: k) { tokens in
      seen += tokens.rows
      return layer(tokens)
    }
    let y = depths(x), chosen = depths.selected(x)
    #expect(seen == k && chosen == topIndices(matmul(x, router), k).sorted())
    for i in 0..<13 {
      let gate = 1 / (1 + exp(-dot(router, x.row(i))))
      let expected = chosen.contains(i) ? zip(x.row(i), layer(x.row(i))).map { $0 + gate * $1 } : x.row(i)
      expectClose(y.row(i), expected, within: 1e-14)
    }
  }
  // A later token takes an earlier one's place: the choice is not causal.
  let depths = MixtureOfDepths(router: router, capacity: 1) { layer($0) }, first = depths.selected(x.rows(0..<3))[0]
  let loud = stacked(x.rows(0..<3), Matrix([router.map { 100 * $0 }]))
  #expect(depths(x.rows(0..<3)).row(first) != x.row(first) && depths(loud).row(first) == x.row(first))
}
