import Kernel
import Testing

private func mask(_ item: Fixture) -> AttentionMask { .allowed(item["mask"].table) }

@Suite struct TiledGradientTests {
  @Test func forwardAndBothBackwardPassesMatchTheReference() {
    for item in Fixture.named("gradients")["attention"].cases {
      let q = item["q"].matrix, k = item["k"].matrix, v = item["v"].matrix, g = item["g"].matrix
      let forward = flashAttention(q, k, v, mask: mask(item), queryBlock: 4, keyBlock: 3)
      expectClose(forward.output, item["y"].matrix, within: 1e-12)
      expectClose(forward.logSumExp, item["lse"].vector, within: 1e-12)
      let dense = attentionGradient(q, k, v, gradient: g, mask: mask(item))
      let expected = [item["dq"].matrix, item["dk"].matrix, item["dv"].matrix]
      for (own, reference) in zip([dense.q, dense.k, dense.v], expected) { expectClose(own, reference, within: 1e-11) }
      for (bq, bk) in [(64, 64), (4, 5), (1, 1), (2, 7)] {
        let tiled = tiledAttentionGradient(
          q, k, v, output: forward.output, logSumExp: forward.logSumExp, gradient: g, mask: mask(item), queryBlock: bq,
          keyBlock: bk)
        for (own, reference) in zip([tiled.gradient.q, tiled.gradient.k, tiled.gradient.v], expected) {
          expectClose(own, reference, within: 1e-11)
        }
        #expect(tiled.largestTile == min(bq, q.rows) * min(bk, k.rows))
      }
    }
  }

  @Test func aFullyMaskedRowHasNoGradient() {
    let x = randomMatrix(5, 3, seed: 1), never = AttentionMask.allowed { i, j in i != 2 && j <= i }
    let forward = flashAttention(x, x, x, mask: never)
    let tiled = tiledAttentionGradient(
      x, x, x, output: forward.output, logSumExp: forward.logSumExp, gradient: x, mask: never, queryBlock: 2,
      keyBlock: 2
    ).gradient
    #expect(
      tiled.q.row(2) == [0, 0, 0] && (tiled.q.elements + tiled.k.elements + tiled.v.elements).allSatisfy(\.isFinite))
    let dense = attentionGradient(x, x, x, gradient: x, mask: never)
    expectClose(tiled.k, dense.k, within: 1e-13)
    let scaled = tiledAttentionGradient(
      x, x, x, output: flashAttention(x, x, x, scale: 0.3).output,
      logSumExp: flashAttention(x, x, x, scale: 0.3).logSumExp, gradient: x,
      scale: 0.3
    ).gradient
    expectClose(scaled.q, attentionGradient(x, x, x, gradient: x, scale: 0.3).q, within: 1e-13)
  }

  @Test func trafficFollowsTheTiles() {
    let (n, m, d, dv, bq, bk) = (10, 13, 3, 2, 4, 5)
    let q = randomMatrix(n, d, seed: 2), k = randomMatrix(m, d, seed: 3), v = randomMatrix(m, dv, seed: 4),
      g = randomMatrix(n, dv, seed: 5)
    let forward = flashAttention(q, k, v)
    let counted = tiledAttentionGradient(
      q, k, v, output: forward.output, logSumExp: forward.logSumExp, gradient: g, queryBlock: bq, keyBlock: bk
    ).traffic
    let keyTiles = (m + bk - 1) / bk
    #expect(counted.read == Int64(2 * n * dv + m * (d + dv) + keyTiles * n * (2 * d + dv + 2)))
    #expect(counted.written == Int64(n + keyTiles * n * d + m * (d + dv)))
  }

  @Test func linearAttentionMatchesTheReference() {
    for item in Fixture.named("gradients")["linear"].cases {
      let q = item["q"].matrix, k = item["k"].matrix, v = item["v"].matrix
      expectClose(linearAttention(q, k, v, features: eluFeatures), item["y"].matrix, within: 1e-13)
      expectClose(causalLinearAttention(q, k, v, features: eluFeatures), item["causal"].matrix, within: 1e-13)
    }
  }
}
