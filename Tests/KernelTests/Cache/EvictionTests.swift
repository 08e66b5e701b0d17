import Kernel
import Testing

/// What is decoded after tokens were evicted: the right value is that of the full pass under a mask that hides them,
/// where every token stands where it stood.
@Suite struct EvictionTests {
  private let x = randomMatrix(9, 12, seed: 30)

  private func layer(_ groups: Int) -> GroupedQueryAttention<Double> {
    var generator = Random(seed: 31)
    return GroupedQueryAttention(
      dimension: 12, heads: 6, groups: groups, rotary: RotaryEmbedding(headDimension: 2), using: &generator)
  }

  @Test func aTokenAfterAnEvictionStandsWhereItStands() {
    for groups in [1, 2, 6] {
      let attention = layer(groups)
      var cache = KeyValueCache<Double>(groups: groups, headDimension: 2)
      _ = attention.step(x.rows(0..<5), cache: &cache)
      cache.keep([0, 3, 4])
      #expect(cache.positions == [0, 3, 4] && cache.nextPosition == 5 && cache.count == 3)
      let first = attention.step(x.rows(5..<6), cache: &cache)
      #expect(cache.positions == [0, 3, 4, 5] && cache.nextPosition == 6)
      // A second eviction, and several tokens at a time.
      cache.keep([0, 2, 3])
      let rest = attention.step(x.rows(6..<9), cache: &cache)
      #expect(cache.positions == [0, 4, 5, 6, 7, 8] && cache.nextPosition == 9)
      let full = attention(
        x,
        mask: .allowed { i, j in
          j <= i && (i < 5 || j >= 5 || j == 0 || j == 4 || (i == 5 && j == 3))
        })
      expectClose(first, full.rows(5..<6), within: 1e-13)
      expectClose(rest, full.rows(6..<9), within: 1e-13)
      // The places of the cache in place of the positions give another result.
      #expect(maxAbsDifference(first, attention(stacked(permuted(x, [0, 3, 4]), x.rows(5..<6))).rows(3..<4)) > 1e-3)
    }
  }

  @Test func masksAfterAnEvictionAreOfPositions() {
    let attention = layer(2)
    for (mask, name) in [
      (AttentionMask.window(2), "window"), (.strided(2), "strided"), (.global(1), "global"),
      (.causal(offset: -1), "offset"),
    ] {
      var cache = KeyValueCache<Double>(groups: 2, headDimension: 2)
      _ = attention.step(x.rows(0..<6), cache: &cache, mask: mask)
      cache.keep([0, 2, 4, 5])
      let step = attention.step(x.rows(6..<9), cache: &cache, mask: mask)
      let full = attention(
        x, mask: mask.intersection(.causal).intersection(.allowed { i, j in i < 6 || (j != 1 && j != 3) }))
      expectClose(step, full.rows(6..<9), within: 1e-13, name)
    }
    // Without an eviction a mask has the bits of the full pass, too.
    var cache = KeyValueCache<Double>(groups: 2, headDimension: 2)
    let parts = [0..<4, 4..<5, 5..<9].map { attention.step(x.rows($0), cache: &cache, mask: .window(3)) }
    #expect(
      stacked(stacked(parts[0], parts[1]), parts[2])
        == attention(x, mask: AttentionMask.window(3).intersection(.causal)))
  }

  @Test func linearBiasesAfterAnEvictionAreOfPositions() {
    let q = randomMatrix(7, 4, seed: 32), k = randomMatrix(7, 4, seed: 33), v = randomMatrix(7, 3, seed: 34),
      alibi = LinearBias<Double>(heads: 8)
    let kept = [0, 3, 4, 6]
    let own = attention(
      q.rows(6..<7), permuted(k, kept), permuted(v, kept), bias: alibi(head: 2, queries: [6], keys: kept))
    let full = attention(
      q, k, v, bias: alibi(head: 2, queries: 7, keys: 7), mask: .allowed { _, j in kept.contains(j) })
    expectClose(own, full.rows(6..<7), within: 1e-14)
    #expect(alibi(head: 2, queries: Array(0..<7), keys: Array(0..<7)) == alibi(head: 2, queries: 7, keys: 7))
  }

  /// kvpress (NVIDIA) takes the softmax of the exponents first; in logarithms nothing is lost at all.
  @Test func largeAndSmallScoresAreRankedRight() {
    for scale in [1.0, 40, 1e3, 1e6] {
      let d = 4, keys = randomMatrix(12, d, seed: 35) * scale, values = randomMatrix(12, 3, seed: 36)
      let mean = [1.0, -0.5, 0.25, 2], variance = [0.0, 0, 0, 0]
      for sign in [1.0, -1] {
        let mu = mean.map { sign * $0 }
        // In exact order: μ·k/√d + ln‖v‖.
        let exponents = (0..<12).map { dot(mu, keys.row($0)) / 2 + log(norm(values.row($0))) }
        let best = topIndices(exponents, 6).sorted()
        #expect(
          placesToKeep(keys: keys, values: values, mean: mu, variance: variance, ratio: 0.5, sinks: 0) == best,
          "\(scale)")
        #expect(
          placesToKeep(
            keys: single(keys), values: single(values), mean: single(mu), variance: single(variance), ratio: 0.5,
            sinks: 0)
            == best, "\(scale) in Float")
      }
    }
    let keys = Matrix([[-900.0], [-901], [-2000], [.nan]]), logs = logExpectedAttention(keys, mean: [1], variance: [0])
    #expect(Array(logs.prefix(3)) == [-900, -901, -2000])
    #expect(
      placesToKeep(keys: keys, values: zeros(4, 1).map { _ in 1 }, mean: [1], variance: [0], ratio: 0.5, sinks: 0) == [
        0, 1,
      ])
  }
}
