import Kernel
import Testing

@Suite struct DepthTests {
  private func profile(_ placement: NormPlacement, layers: Int, finalNorm: Bool = true) -> DepthProfile<Double> {
    var generator = Random(seed: 3)
    return gradientByDepth(placement, layers: layers, width: 16, tokens: 24, finalNorm: finalNorm, using: &generator)
  }

  @Test func onlyPreNormLetsTheStreamGrow() {
    let pre = profile(.pre, layers: 12), post = profile(.post, layers: 12)
    #expect(pre.streamSizes.count == 12 && pre.gradientNorms.count == 12)
    for size in post.streamSizes { expectClose(size, 1, within: 1e-4) }
    for i in 0..<9 { #expect(pre.streamSizes[i + 3] > pre.streamSizes[i]) }
    // Each block adds about a constant variance: the size after 12 over that after 3 is near √(13/4).
    #expect((1.4...2.3).contains(pre.streamSizes[11] / pre.streamSizes[2]), "\(pre.streamSizes)")
  }

  @Test func postNormGradientsFallOffTowardsTheInput() {
    let pre = profile(.pre, layers: 12).gradientNorms, post = profile(.post, layers: 12).gradientNorms
    func ends(_ norms: [Double]) -> Double { mean(Array(norms.suffix(3))) / mean(Array(norms.prefix(2))) }
    #expect(ends(post) > 1.5 * ends(pre) && ends(post) > 1.5, "\(post)")
    #expect(pre[11] / pre[0] < 1.5 && pre[0] / pre[11] < 6, "\(pre)")
    // Xiong et al.: the last layer's gradient does not shrink with depth after, and does as 1/√layers before.
    let shallowPre = profile(.pre, layers: 3).gradientNorms, shallowPost = profile(.post, layers: 3).gradientNorms
    #expect((0.6...1.7).contains(post[11] / shallowPost[2]))
    #expect(pre[11] / shallowPre[2] < 0.8, "\(pre[11]) \(shallowPre[2])")
  }

  @Test func withoutTheLastNormLogitsGrowWithTheStream() {
    let with = profile(.pre, layers: 12).gradientNorms,
      without = profile(.pre, layers: 12, finalNorm: false).gradientNorms
    #expect(without[11] > 2 * with[11], "\(without[11]) \(with[11])")
  }

  @Test func aBranchThatCancelsTheResidualKillsTheGradient() {
    // x + F(x) has the Jacobian I + J_F: with F = −x nothing is left, with F = 0 all.
    let x = randomMatrix(3, 4, seed: 1)
    for (factor, expected) in [(-1.0, 0.0), (0, 1), (0.5, 1.5)] {
      let g = valueAndGradient([x]) { _, v in sum(v[0] + v[0] * factor) }.gradient[0]
      #expect(g.elements == [Double](repeating: expected, count: 12))
    }
  }

  @Test func adaptersTrainWithTheirWeightFrozen() {
    let frozen = randomMatrix(6, 8, seed: 11), x = randomMatrix(40, 8, seed: 12)
    let change = matmul(randomMatrix(6, 2, seed: 13), randomMatrix(2, 8, seed: 14)),
      target = matmul(x, transposed: frozen + change)
    func trained(_ rank: Int) -> (adapter: LowRankAdapter<Double>, losses: [Double]) {
      var generator = Random(seed: 15)
      return LowRankAdapter(weight: frozen, rank: rank, alpha: 4, using: &generator)
        .trained(inputs: x, targets: target, steps: 600, rate: 0.02)
    }
    let full = trained(2), half = trained(1)
    #expect(
      full.losses.count == 600 && full.losses.last! < 1e-4 * full.losses[0] && half.losses.last! > 1e-2 * half.losses[0]
    )
    #expect(full.adapter.weight == frozen && full.adapter.alpha == 4)
    expectClose(full.adapter.merged(), frozen + change, within: 0.05)
    // The first loss is that of the frozen weight, B being zero.
    let error = matmul(x, transposed: frozen) - target
    expectClose(full.losses[0], mean(error.elements.map { $0 * $0 }), within: 1e-13)
  }

  @Test func wholeNetworksMatchTheReferenceGradient() {
    for item in Fixture.named("gradients")["networks"].cases {
      let x = item["x"].matrix,
        result = valueAndGradient(item["w"].matrices) { tape, w in
          let normed = layerNorm(tape.constant(x), gain: w[0], bias: w[1])
          var h = gelu(matmul(normed, w[2]) + w[3])
          h = h + geluTanh(h) + swish(h) + tanh(h) + sigmoid(h)
          return crossEntropy(matmul(rmsNorm(h, gain: w[4], epsilon: 1e-6), w[5]), item["targets"].ints)
        }
      expectClose(result.value, item["loss"].number, within: 1e-13)
      for (own, reference) in zip(result.gradient, item["gradient"].matrices) {
        expectClose(own, reference, within: 1e-11)
      }
    }
  }
}
