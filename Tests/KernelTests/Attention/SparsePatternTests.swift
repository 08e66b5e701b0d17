import Kernel
import Testing

@Test func patternsAllowWhatTheirPapersSay() {
  #expect(
    AttentionMask.window(1).table(queries: 4, keys: 4) == [
      [true, true, false, false], [true, true, true, false], [false, true, true, true], [false, false, true, true],
    ])
  #expect(AttentionMask.window(3).allowedPairs(queries: 20, keys: 20) == 20 * 7 - 2 * (3 + 2 + 1))
  #expect(AttentionMask.window(19).allowedPairs(queries: 20, keys: 20) == 400)
  let strided = AttentionMask.strided(3).table(queries: 10, keys: 10)
  #expect((0..<10).filter { strided[9][$0] } == [0, 3, 6, 7, 8, 9])
  let fixed = AttentionMask.fixed(block: 4, summary: 1).table(queries: 12, keys: 12)
  #expect((0..<12).filter { fixed[9][$0] } == [3, 7, 8, 9] && (0..<12).filter { fixed[6][$0] } == [3, 4, 5, 6])
  #expect(AttentionMask.global(2).allowedPairs(queries: 10, keys: 10) == 100 - 64)
  // "Fixed" attention is not "the first tokens".
  #expect(fixed[9] != AttentionMask.global(1).intersection(.causal).table(queries: 12, keys: 12)[9])
}

@Test func twoHopsReachEveryEarlierPosition() {
  let n = 36, l = 6
  for mask in [AttentionMask.strided(l), .fixed(block: l, summary: 1)] {
    let one = mask.table(queries: n, keys: n)
    for i in 0..<n {
      for j in 0...i {
        let reached = one[i][j] || (j...i).contains { one[i][$0] && one[$0][j] }
        #expect(reached, "\(i) ← \(j)")
      }
    }
    // About 2√N keys in the last row.
    #expect(one[n - 1].count { $0 } <= 2 * l + 1)
  }
}

@Test func keysModuloSStayQuadratic() {
  func pairs(_ n: Int) -> Int64 { AttentionMask.everyKey(modulo: 4).allowedPairs(queries: n, keys: n) }
  #expect(pairs(64) == 64 * 16 && pairs(128) == 4 * pairs(64))
  func window(_ n: Int) -> Int64 { AttentionMask.window(4).allowedPairs(queries: n, keys: n) }
  #expect(window(128) < 2 * window(64) + 100)
}

@Test func bigBirdGrowsLinearly() {
  func edges(_ n: Int) -> Double {
    var generator = Random(seed: 1)
    return Double(
      AttentionMask.bigBird(length: n, window: 2, global: 2, random: 3, using: &generator).allowedPairs(
        queries: n, keys: n))
  }
  for n in [64, 128, 256] {
    let estimate = Double(n * (5 + 3) + 4 * n)
    #expect((edges(n) / estimate - 1).magnitude < 0.1, "\(edges(n)) against \(estimate)")
  }
  var generator = Random(seed: 2)
  let table = AttentionMask.bigBird(length: 30, window: 0, global: 0, random: 4, using: &generator).table(
    queries: 30, keys: 30)
  #expect(table.allSatisfy { $0.count { $0 } <= 5 } && (0..<30).allSatisfy { table[$0][$0] })
}

@Test func maskingBeforeSoftmaxIsNotZeroingAfterIt() {
  let x = randomMatrix(7, 4, seed: 3), mask = AttentionMask.window(1)
  let before = attentionWeights(x, x, mask: mask), dense = attentionWeights(x, x)
  let after = Matrix(rows: 7, columns: 7) { i, j in mask.allows(i, j) ? dense[i, j] : 0 }
  #expect(maxAbsDifference(before, after) > 0.05)
  #expect(
    before.rowVectors.allSatisfy { (sum($0) - 1).magnitude < 1e-15 } && after.rowVectors.allSatisfy { sum($0) < 0.999 })
}

@Test func bigBirdsRandomKeysAreThoseOfTheStream() {
  for item in Fixture.named("blocks")["bigBird"].cases {
    var generator = Random(seed: UInt64(item["seed"].int))
    let n = item["n"].int
    let mask = AttentionMask.bigBird(
      length: n, window: item["window"].int, global: item["global"].int, random: item["random"].int, using: &generator)
    #expect(mask.table(queries: n, keys: n) == item["table"].table, "length \(n)")
  }
}
