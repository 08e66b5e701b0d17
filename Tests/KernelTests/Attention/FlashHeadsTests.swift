import Kernel
import Testing

private func heads(_ count: Int, _ rows: Int, _ columns: Int, seed: UInt64, scale: Double = 1) -> [Matrix<Double>] {
  (0..<count).map { randomMatrix(rows, columns, seed: seed + UInt64($0), scale: scale) }
}

private var masks: [AttentionMask] {
  [
    .none, .causal, .causal(offset: 3), .causal(offset: -20), .window(5),
    .allowed { i, j in (i + 2 * j) % 5 == 1 && i != 0 },
  ]
}

@Test func fastAttentionIsAttentionAtAnySize() {
  for (n, m, d, dv) in [
    (1, 1, 1, 1), (7, 13, 5, 3), (33, 33, 4, 7), (16, 64, 6, 6), (130, 131, 8, 9), (257, 100, 17, 64),
  ] {
    let q = heads(1, n, d, seed: 1, scale: 2), k = heads(1, m, d, seed: 2), v = heads(1, m, dv, seed: 3)
    for mask in masks {
      let fast = flashAttention(heads: q.map(single), keys: k.map(single), values: v.map(single), mask: mask)
      expectClose(fast[0], attention(q[0], k[0], v[0], mask: mask), within: 5e-6, "\(n), \(m), \(d), \(dv)")
    }
    let scaled = flashAttention(heads: q.map(single), keys: k.map(single), values: v.map(single), scale: 0.2)
    expectClose(scaled[0], attention(q[0], k[0], v[0], scale: 0.2), within: 5e-6)
  }
}

@Test func fastAttentionMatchesTheFixtures() {
  for item in Fixture.named("attention")["attention"].cases {
    let table = AttentionMask.allowed(item["mask"].table), q = single(item["q"].matrix)
    let fast = flashAttention(
      heads: [q], keys: [single(item["k"].matrix)], values: [single(item["v"].matrix)], mask: table)
    // Scores reach hundreds in one case: Float holds them to some 10⁻⁵.
    expectClose(fast[0], item["output"].matrix, within: 1e-4)
  }
}

@Test func neitherHeadsNorThreadsNorNeighboursShowInTheBits() {
  let q = heads(6, 300, 24, seed: 10).map(single), k = heads(2, 333, 24, seed: 20).map(single)
  let v = heads(2, 333, 40, seed: 30).map(single)
  for mask in [AttentionMask.none, .causal] {
    let one = withThreads(1) { flashAttention(heads: q, keys: k, values: v, mask: mask) }
    for threads in 2...3 {
      #expect(
        withThreads(threads) { flashAttention(heads: q, keys: k, values: v, mask: mask) } == one, "\(threads) threads")
    }
    for h in 0..<6 {
      #expect(flashAttention(heads: [q[h]], keys: [k[h / 3]], values: [v[h / 3]], mask: mask) == [one[h]], "head \(h)")
    }
  }
  // A query's bits do not depend on which queries stand beside it.
  let all = flashAttention(heads: [q[0]], keys: [k[0]], values: [v[0]])[0]
  #expect(flashAttention(heads: [q[0].rows(5..<29)], keys: [k[0]], values: [v[0]])[0] == all.rows(5..<29))
}

@Test func fastAttentionSubtractsTheLargestScore() {
  let k = single(randomMatrix(200, 8, seed: 40, scale: 30)), v = single(randomMatrix(200, 3, seed: 41))
  let q = single(randomMatrix(20, 8, seed: 42, scale: 30))
  let expected = attention(
    Matrix(rows: 20, columns: 8, elements: q.elements.map { Double($0) }),
    Matrix(rows: 200, columns: 8, elements: k.elements.map { Double($0) }),
    Matrix(rows: 200, columns: 3, elements: v.elements.map { Double($0) }))
  expectClose(flashAttention(heads: [q], keys: [k], values: [v])[0], expected, within: 2e-3)
}

@Test func emptyAndBrokenRowsOfFastAttention() {
  let ones = Matrix<Float>(rows: 3, columns: 2, repeating: 1)
  let nothing = flashAttention(heads: [ones], keys: [ones], values: [ones], mask: .allowed { _, _ in false })
  #expect(nothing[0].elements.allSatisfy { $0 == 0 })
  var broken = ones
  broken[1, 0] = .nan
  let output = flashAttention(heads: [broken], keys: [ones], values: [ones])[0]
  #expect(output[0, 0] == 1 && output[1, 0].isNaN && output[2, 1] == 1)
  let poisoned = flashAttention(heads: [ones], keys: [broken], values: [ones], mask: .causal)[0]
  #expect(poisoned[0, 0] == 1 && poisoned[1, 0].isNaN && poisoned[2, 0].isNaN)
}
