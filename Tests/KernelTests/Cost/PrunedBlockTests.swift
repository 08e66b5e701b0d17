import Kernel
import Testing

@Suite struct PrunedBlockTests {
  private let shape = BlockShape(dimension: 24, heads: 6, hidden: 96, tokens: 20)
  private let x = randomMatrix(20, 24, seed: 1)

  @Test func theDenseBlockCostsWhatItsPartsCount() {
    let cost = shape.cost(.none)
    #expect(
      cost.parameters == ParameterCount.attention(dimension: 24) + ParameterCount.feedForward(dimension: 24, hidden: 96)
    )
    // The products of attention, counted head by head where they run.
    let counted = (0..<6).map { h in
      let part = x.columns(4 * h..<4 * h + 4)
      return countedStandardAttention(part, part, part).work.productFlops
    }.reduce(0, +)
    #expect(
      cost.flops == 2 * 20 * cost.parameters + counted && cost.cached == 2 * 20 * 24 && cost.trained == cost.parameters)
  }

  @Test func everySwitchCostsWhatTheRealPartHolds() {
    let dense = shape.cost(.none)
    var generator = Random(seed: 2)
    for groups in [1, 2, 3, 6] {
      let layer = GroupedQueryAttention<Double>(dimension: 24, heads: 6, groups: groups, using: &generator),
        cost = shape.cost(.keyHeads(groups: Int64(groups)))
      var cache = KeyValueCache<Double>(groups: groups, headDimension: 4)
      _ = layer.step(x, cache: &cache)
      #expect(cost.parameters == Int64(layer.parameterCount) + 2 * 24 * 96 && cost.cached == Int64(cache.elementCount))
      #expect(dense.flops - cost.flops == 2 * 20 * (dense.parameters - cost.parameters))
    }
    #expect(shape.cost(.keyHeads(groups: 6)) == dense)
    // Keys: a causal window of five, counted where pairs are computed (the first rows see fewer, so an upper bound but
    // for a full band).
    let band = AttentionMask.allowed { i, j in (j - i + 20) % 20 < 5 }, part = x.columns(0..<4)
    let windowed = 6 * countedStandardAttention(part, part, part, mask: band).work.productFlops
    #expect(
      shape.cost(.keys(kept: 5)).flops == 2 * 20 * dense.parameters + windowed && shape.cost(.keys(kept: 20)) == dense)
    // Experts: held as arrays, run for the tokens their groups name.
    let experts = (0..<4).map { _ in
      FeedForward<Double>(dimension: 24, hidden: 96, activation: .relu, using: &generator)
    }
    let mixture = MixtureOfExperts(router: Router(weights: randomMatrix(4, 24, seed: 3)), experts: experts, active: 2)
    let held = experts.reduce(0) { $0 + $1.up.elements.count + $1.down.elements.count },
      routed = mixture.groups(x).reduce(0) { $0 + $1.tokens.count }
    let cost = shape.cost(.experts(count: 4, active: 2))
    #expect(cost.parameters == Int64(4 * 24 * 24 + held + mixture.router.weights.elements.count))
    #expect(cost.flops - dense.flops == Int64(2 * (routed - 20) * 2 * 24 * 96 + 2 * 20 * 4 * 24))
    // Depth: exactly the kept tokens run through the block.
    var seen = 0
    let depth = MixtureOfDepths<Double>(router: randomMatrix(1, 24, seed: 4).row(0), capacity: 7) { rows in
      seen = rows.rows
      return rows
    }
    _ = depth(x)
    let kept = shape.cost(.tokens(kept: 7))
    #expect(
      seen == 7 && kept.flops == 2 * 7 * dense.parameters + 4 * 7 * 7 * 24 + 2 * 20 * 24 && kept.cached == 2 * 7 * 24)
    #expect(kept.parameters == dense.parameters + 24)
    // Low-rank updates: the same block to run, few weights to train.
    let square = LowRankAdapter(weight: randomMatrix(24, 24, seed: 5), rank: 3, alpha: 1, using: &generator)
    let wide = LowRankAdapter(weight: randomMatrix(96, 24, seed: 6), rank: 3, alpha: 1, using: &generator)
    let update = shape.cost(.update(rank: 3))
    #expect(update.trained == Int64(4 * square.trainableParameterCount + 2 * wide.trainableParameterCount))
    #expect(update.flops == dense.flops && update.parameters == dense.parameters)
    // Weights: what a mask keeps.
    let mask = PruningMask.keeping(1000, highest: magnitudeSaliencies(randomMatrix(1, 6912, seed: 7).elements))
    let masked = shape.cost(.weights(kept: Int64(mask.keeps.count { $0 })))
    #expect(
      masked.parameters == 1000 && masked.trained == 1000 && dense.flops - masked.flops == 2 * 20 * (6912 - 1000)
        && masked.cached == dense.cached)
  }

  @Test func onlyThreeSwitchesLookAtTheInput() {
    let all: [BlockPruning] = [
      .none, .weights(kept: 1), .keyHeads(groups: 1), .keys(kept: 1), .experts(count: 2, active: 1), .tokens(kept: 1),
      .update(rank: 1),
    ]
    #expect(all.map(\.isDynamic) == [false, false, false, true, true, true, false])
  }
}
