import Kernel
import Testing

@Suite struct MixtureReferenceTests {
  private func experts(_ item: Fixture) -> [FeedForward<Double>] {
    zip(item["ups"].matrices, item["downs"].matrices).map { up, down in
      FeedForward(
        up: up, upBias: [Double](repeating: 0, count: up.rows), down: down,
        downBias: [Double](repeating: 0, count: down.rows),
        activation: .relu)
    }
  }

  @Test func mixturesMatchTheReference() {
    for item in Fixture.named("staticmaps")["mixtures"].cases {
      let x = item["x"].matrix, router = Router(weights: item["router"].matrix), k = item["active"].int,
        experts = experts(item)
      for (renormalised, name) in [(true, "renormalised"), (false, "plain")] {
        let layer = MixtureOfExperts(router: router, experts: experts, active: k, renormalised: renormalised)
        expectClose(layer(x), item[name].matrix, within: 1e-12)
      }
      let chosen = x.rowVectors.map { router.route($0, top: k, renormalised: true).map(\.expert) }
      #expect(chosen == item["chosen"].cases.map(\.ints))
      expectClose(
        loadBalancingLoss(gates: item["gates"].matrix, chosen: chosen, alpha: 0.01), item["balancing"].number,
        within: 1e-14)
      expectClose(
        SoftMixtureOfExperts(slots: item["slots"].matrix.transposed(), experts: experts)(x), item["soft"].matrix,
        within: 1e-12)
    }
  }

  @Test func layersMatchTheReference() {
    for item in Fixture.named("staticmaps")["layers"].cases {
      for activation in [FeedForward<Double>.Activation.relu, .gelu, .geluTanh, .swish] {
        let layer = FeedForward(
          up: item["up"].matrix, upBias: item["upBias"].vector, down: item["down"].matrix,
          downBias: item["downBias"].vector,
          activation: activation)
        expectClose(layer(item["x"].matrix), item["outputs"]["\(activation)"].matrix, within: 1e-12, "\(activation)")
      }
      expectClose(
        SwiGLU(gate: item["gate"].matrix, up: item["up"].matrix, down: item["down"].matrix)(item["x"].matrix),
        item["swiGLU"].matrix,
        within: 1e-12)
    }
  }

  @Test func convolutionsAndRecurrencesMatchTheReference() {
    for item in Fixture.named("staticmaps")["convolutions"].cases {
      let layer = Convolution(taps: item["taps"].matrices, dilation: item["dilation"].int)
      expectClose(layer(item["x"].matrix), item["y"].matrix, within: 1e-13)
    }
    for item in Fixture.named("staticmaps")["recurrences"].cases {
      let plain = RecurrentCell(input: item["w"].matrix, recurrent: item["u"].matrix, bias: item["b"].vector)
      expectClose(plain(item["x"].matrix), item["plain"].matrix, within: 1e-13)
      let long = LSTMCell(input: item["lstmW"].matrix, recurrent: item["lstmU"].matrix, bias: item["lstmB"].vector)
      expectClose(long(item["x"].matrix), item["lstm"].matrix, within: 1e-13)
    }
  }

  @Test func groupedHeadsAndExpectationsMatchTheReference() {
    for item in Fixture.named("staticmaps")["grouped"].cases {
      let layer = GroupedQueryAttention(
        query: item["q"].matrix.transposed(), key: item["k"].matrix.transposed(), value: item["v"].matrix.transposed(),
        output: item["o"].matrix.transposed(), heads: item["heads"].int, groups: item["groups"].int)
      expectClose(layer(item["x"].matrix), item["y"].matrix, within: 1e-12)
      var cache = KeyValueCache<Double>(groups: layer.groups, headDimension: layer.headDimension)
      let steps = item["x"].matrix.rowVectors.map { layer.step(Matrix([$0]), cache: &cache).row(0) }
      expectClose(Matrix(steps), item["y"].matrix, within: 1e-12)
    }
    for item in Fixture.named("staticmaps")["expectations"].cases {
      expectClose(
        expectedAttention(item["keys"].matrix, mean: item["mean"].vector, variance: item["variance"].vector),
        item["expected"].vector,
        within: 1e-12)
    }
  }

  @Test func finerExpertsCostTheSameAndOfferMoreSubsets() {
    let coarse = ExpertGranularity(experts: 16, active: 2, dimension: 64, hidden: 256), fine = coarse.split(into: 4)
    #expect(coarse.subsets == 120 && fine.subsets == 4_426_165_368)
    #expect(fine.parameters == coarse.parameters && fine.flopsPerToken == coarse.flopsPerToken)
    #expect(fine.experts == 64 && fine.active == 8 && fine.hidden == 64 && fine.dimension == 64)
    #expect(fine.routerParameters == 4 * coarse.routerParameters && coarse.routerParameters == 1024)
    #expect(
      coarse.parameters == 16 * ParameterCount.feedForward(dimension: 64, hidden: 256)
        && coarse.flopsPerToken == 2 * 4 * 64 * 256)
    var generator = Random(seed: 2)
    var whole = FeedForward<Double>(dimension: 5, hidden: 12, activation: .gelu, using: &generator)
    whole.downBias = normalVector(5, using: &generator)
    whole.upBias = normalVector(12, using: &generator)
    let x = randomMatrix(7, 5, seed: 3), parts = whole.split(into: 3)
    expectClose(
      parts.map { $0(x) }.reduce(Matrix(rows: 7, columns: 5, repeating: 0.0)) { $0 + $1 }, whole(x), within: 1e-13)
    #expect(parts.count == 3 && parts.allSatisfy { $0.up.rows == 4 })
  }
}
