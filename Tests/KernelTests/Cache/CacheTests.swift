import Kernel
import Testing

private func layer(groups: Int, rotary: Bool = false) -> GroupedQueryAttention<Double> {
  var generator = Random(seed: 1)
  return GroupedQueryAttention(
    dimension: 12, heads: 6, groups: groups, rotary: rotary ? RotaryEmbedding(headDimension: 2) : nil, using: &generator
  )
}

/// The rows of each group repeated for every head that reads it.
private func repeated(_ m: Matrix<Double>, groups: Int, heads: Int) -> Matrix<Double> {
  let width = m.rows / groups
  return Matrix(
    (0..<heads).flatMap { h in m.rows(h * groups / heads * width..<(h * groups / heads + 1) * width).rowVectors })
}

@Test func groupedQueriesAreManyHeadsWithRepeatedKeys() {
  let x = randomMatrix(13, 12, seed: 2)
  for groups in [1, 2, 3, 6] {
    let grouped = layer(groups: groups)
    let full = MultiHeadAttention(
      query: grouped.query, key: repeated(grouped.key, groups: groups, heads: 6),
      value: repeated(grouped.value, groups: groups, heads: 6), output: grouped.output, heads: 6)
    for mask in [AttentionMask.none, .causal] { #expect(grouped(x, mask: mask) == full(x, mask: mask)) }
    #expect(grouped(x) == grouped(x, mask: .causal))
    let held = [grouped.query, grouped.key, grouped.value, grouped.output].reduce(0) { $0 + $1.elements.count }
    #expect(grouped.parameterCount == held && grouped.headDimension == 2 && held == 2 * 144 + 2 * 12 * 2 * groups)
  }
  // Untied heads are not reachable by sharing.
  let free = layer(groups: 6), tied = repeated(free.key.rows(0..<2), groups: 1, heads: 6)
  #expect(maxAbsDifference(tied, free.key) > 0.1)
}

@Test func cachedDecodingHasTheBitsOfTheFullPass() {
  let x = randomMatrix(13, 12, seed: 3)
  for (groups, rotary) in [(1, true), (2, false), (6, true)] {
    let attention = layer(groups: groups, rotary: rotary), full = attention(x)
    for sizes in [[Int](repeating: 1, count: 13), [5, 1, 7]] {
      var cache = KeyValueCache<Double>(groups: groups, headDimension: 2), start = 0
      for size in sizes {
        let step = attention.step(x.rows(start..<start + size), cache: &cache)
        #expect(step == full.rows(start..<start + size), "\(groups) groups, tokens from \(start)")
        start += size
      }
      #expect(cache.count == 13 && cache.elementCount == 2 * groups * 2 * 13)
    }
  }
}

@Test func headsThatShareAGroupReadItTogetherWithTheBitsOfEachAlone() {
  for (t, threads) in [(1, 1), (1, 2), (3, 2)] {
    var cache = KeyValueCache<Float>(groups: 2, headDimension: 16)
    let held = single(randomMatrix(700, 64, seed: 20))
    for start in stride(from: 0, to: 700, by: 100) {
      cache.append(
        keys: held.rows(start..<start + 100).columns(0..<32), values: held.rows(start..<start + 100).columns(32..<64))
    }
    let q = single(randomMatrix(t, 8 * 16, seed: 21))
    for mask in [AttentionMask.none, .causal(offset: 700 - t), .window(300)] {
      let read = withThreads(threads) { cache.attend(q, heads: 8, mask: mask) }
      for h in 0..<8 {
        let alone = attention(q.columns(h * 16..<(h + 1) * 16), cache.keys[h / 4], cache.values[h / 4], mask: mask)
        #expect(read.columns(h * 16..<(h + 1) * 16) == alone, "head \(h), \(t) tokens")
      }
    }
  }
}

@Test func aCacheKeepsWhatItIsTold() {
  let k = randomMatrix(5, 4, seed: 4), v = randomMatrix(5, 4, seed: 5)
  var cache = KeyValueCache<Double>(groups: 2, headDimension: 2)
  cache.append(keys: k, values: v)
  cache.keep([0, 3])
  #expect(cache.keys == [permuted(k, [0, 3]).columns(0..<2), permuted(k, [0, 3]).columns(2..<4)] && cache.count == 2)
  #expect(cache.values[1] == permuted(v, [0, 3]).columns(2..<4))
  #expect(stacked(k.rows(0..<2), k.rows(2..<5)) == k)
}

@Test func expectedAttentionMatchesMonteCarlo() {
  let d = 6, keys = randomMatrix(5, d, seed: 6), mu = randomMatrix(1, d, seed: 7, scale: 0.5).row(0)
  let variances = [0.5, 1, 0.2, 0.8, 0.1, 0.4], closed = expectedAttention(keys, mean: mu, variance: variances)
  var generator = Random(seed: 8), totals = [Double](repeating: 0, count: 5)
  let draws = 200_000
  for _ in 0..<draws {
    let q = zip(mu, variances).map { $0 + sqrt($1) * generator.normal() }
    for (j, k) in keys.rowVectors.enumerated() { totals[j] += exp(dot(q, k) / sqrt(Double(d))) }
  }
  for j in 0..<5 { #expect((totals[j] / Double(draws) / closed[j] - 1).magnitude < 0.01, "key \(j)") }
}

@Test func evictionKeepsSinksAndTheExpectedBest() {
  let keys = randomMatrix(13, 4, seed: 9), values = randomMatrix(13, 4, seed: 10), mu = [0.3, -0.2, 0.5, 0],
    v = [1.0, 1, 1, 1]
  func places(_ ratio: Double, sinks: Int = 4) -> [Int] {
    placesToKeep(keys: keys, values: values, mean: mu, variance: v, ratio: ratio, sinks: sinks)
  }
  #expect(places(0) == Array(0..<13))
  let kept = places(0.5, sinks: 2),
    scores = zip(expectedAttention(keys, mean: mu, variance: v), values.rowVectors).map { $0 * norm($1) }
  #expect(kept.count == 7 && kept[0] == 0 && kept[1] == 1 && kept == kept.sorted())
  let gone = Set(0..<13).subtracting(kept)
  #expect(kept.dropFirst(2).allSatisfy { k in gone.allSatisfy { scores[k] >= scores[$0] } })
  #expect(Array(places(0.6).prefix(4)) == [0, 1, 2, 3], "four sinks unless asked otherwise")
}

@Test func theBestGroupingIsNoWorseThanNeighbours() {
  let heads = randomMatrix(6, 8, seed: 11).rowVectors
  // Heads 0, 2, 4 and 1, 3, 5 are copies: neighbours share what should not be shared.
  let copies = [heads[0], heads[1], heads[0], heads[1], heads[0], heads[1]]
  #expect(
    weightSharingError(copies, groups: [[0, 2, 4], [1, 3, 5]]) < 1e-28
      && bestGrouping(copies, groups: 2) == [[0, 2, 4], [1, 3, 5]])
  #expect(neighbouringGroups(heads: 6, groups: 2) == [[0, 1, 2], [3, 4, 5]])
  #expect(weightSharingError(copies, groups: neighbouringGroups(heads: 6, groups: 2)) > 1)
  for g in 1...6 where 6 % g == 0 {
    let best = weightSharingError(heads, groups: bestGrouping(heads, groups: g))
    #expect(best <= weightSharingError(heads, groups: neighbouringGroups(heads: 6, groups: g)))
  }
  expectClose(weightSharingError([[0.0, 0], [2, 0]], groups: [[0, 1]]), 2, within: 1e-15)
}

@Test func freshGroupedProjectionsHaveDeviationOneOverRootD() {
  var a = Random(seed: 12), b = a
  let layer = GroupedQueryAttention<Double>(dimension: 16, heads: 4, groups: 2, using: &a)
  for (projection, columns) in [(layer.query, 16), (layer.key, 8), (layer.value, 8), (layer.output, 16)] {
    #expect(projection.transposed() == .normal(rows: 16, columns: columns, scale: 0.25, using: &b))
  }
}

@Test func theBestGroupingIsThatOfAllPartitions() {
  for item in Fixture.named("blocks")["groupings"].cases {
    let heads = item["heads"].matrix.rowVectors, best = bestGrouping(heads, groups: item["limit"].int)
    expectClose(weightSharingError(heads, groups: best), item["error"].number, within: 1e-13)
    #expect(best.map { $0.sorted() }.sorted { $0[0] < $1[0] } == item["best"].cases.map(\.ints))
  }
}
