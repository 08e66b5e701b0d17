import Kernel
import Testing

@Test func aCausalOutputIgnoresTheFuture() {
  let x = randomMatrix(13, 5, seed: 1), y = randomMatrix(13, 5, seed: 2)
  let mixed = Matrix(x.rowVectors.prefix(8) + y.rowVectors.suffix(5))
  let a = attention(x, x, x, mask: .causal), b = attention(mixed, mixed, mixed, mask: .causal)
  #expect(a.rows(0..<8) == b.rows(0..<8))
  #expect(a.row(8) != b.row(8))
}

@Test func aCausalRowIsUnmaskedAttentionOverItsPrefix() {
  let x = randomMatrix(13, 5, seed: 3), v = randomMatrix(13, 7, seed: 4), causal = attention(x, x, v, mask: .causal)
  for i in 0..<13 {
    let prefix = attention(x.rows(i..<i + 1), x.rows(0..<i + 1), v.rows(0..<i + 1))
    expectClose(causal.row(i), prefix.row(0), within: 1e-14)
    let step = attention(x.rows(i..<i + 1), x, v, mask: .causal(offset: i))
    #expect(step.row(0) == causal.row(i))
  }
}

@Test func aFullyMaskedRowIsZeroAndNotNaN() {
  let x = randomMatrix(7, 3, seed: 5)
  let mask = AttentionMask.allowed { i, _ in i != 4 }
  #expect(attention(x, x, x, mask: mask).row(4) == [0, 0, 0])
  #expect(attentionWeights(x, x, mask: mask).row(4) == [Double](repeating: 0, count: 7))
  #expect(attention(x, x, x, mask: mask).row(3) == attention(x, x, x).row(3))
}

@Test func masksSayWhatTheyAllow() {
  #expect(AttentionMask.none.allows(0, 9) && AttentionMask.causal.allows(3, 3) && !AttentionMask.causal.allows(3, 4))
  #expect(AttentionMask.causal(offset: 2).allows(3, 5) && !AttentionMask.causal(offset: 2).allows(3, 6))
  let table = AttentionMask.allowed([[true, false]])
  #expect(table.allows(0, 0) && !table.allows(0, 1) && !table.allows(1, 0))
  #expect(table.masked(Matrix([[1, 2]])) == Matrix([[1, -.infinity]]))
}
