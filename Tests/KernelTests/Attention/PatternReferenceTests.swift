import Kernel
import Testing

@Suite struct PatternReferenceTests {
  private let reference = Fixture.named("patterns")

  @Test func codesAndBiasesMatchTheReference() {
    for item in reference["encodings"].cases {
      let encoding = SinusoidalEncoding<Double>(dimension: item["d"].int, base: item["base"].number)
      expectClose(encoding.table(item["n"].int), item["table"].matrix, within: 1e-13)
    }
    for item in reference["biases"].cases {
      let bias = LinearBias<Double>(heads: item["heads"].int), q = item["q"].matrix
      expectClose(bias.slopes, item["slopes"].vector, within: 1e-15)
      for (head, output) in item["outputs"].matrices.enumerated() {
        let own = attention(
          q, item["k"].matrix, item["v"].matrix, bias: bias(head: head, queries: q.rows, keys: q.rows), mask: .causal)
        expectClose(own, output, within: 1e-13)
      }
    }
  }

  @Test func masksMatchTheReference() {
    for item in reference["masks"].cases {
      let n = item["n"].int
      let masks: [(String, AttentionMask)] = [
        ("window", .window(2)), ("strided", .strided(4)), ("fixed", .fixed(block: 4, summary: 1)),
        ("global", .global(2)),
        ("everyKey", .everyKey(modulo: 3)), ("causal", .causal),
      ]
      for (name, mask) in masks { #expect(mask.table(queries: n, keys: n) == item[name].table, "\(name) of \(n)") }
      let both = item["window"].table.enumerated().map { i, row in
        row.indices.map { row[$0] && item["causal"].table[i][$0] }
      }
      #expect(AttentionMask.window(2).intersection(.causal).table(queries: n, keys: n) == both)
    }
  }

  @Test func selectionsMatchTheReference() {
    for item in reference["selections"].cases {
      let q = item["q"].matrix, k = item["k"].matrix, keep = item["keep"].int
      expectClose(topKAttentionWeights(q, k, keep: keep), item["weights"].matrix, within: 1e-14)
      expectClose(topKAttention(q, k, item["v"].matrix, keep: keep), item["output"].matrix, within: 1e-13)
      let dense = attentionWeights(q, k)
      expectClose(dense, item["dense"].matrix, within: 1e-14)
      expectClose(dense.rowVectors.map { effectiveCount($0) }, item["effective"].vector, within: 1e-12)
      expectClose(dense.rowVectors.map { topMass($0, keep) }, item["mass"].vector, within: 1e-14)
    }
  }

  @Test func gatesFeaturesAndCapacitiesMatchTheReference() {
    for item in reference["gates"].cases {
      let layer = SqueezeExcitation(squeeze: item["squeeze"].matrix, excite: item["excite"].matrix),
        x = item["x"].matrix
      expectClose(layer.gate(x), item["gate"].vector, within: 1e-14)
      expectClose(layer(x), item["y"].matrix, within: 1e-14)
      let features = PositiveRandomFeatures(directions: item["directions"].matrix)
      expectClose(features(item["vector"].vector), item["features"].vector, within: 1e-13)
    }
    for item in reference["capacities"].cases {
      let result = switchAssignment(
        choices: item["choices"].ints, experts: item["experts"].int, capacityFactor: item["factor"].number)
      #expect(result.capacity == item["capacity"].int && result.expert.map { $0 ?? -1 } == item["kept"].ints)
      #expect(result.droppedFraction == item["dropped"].number)
    }
  }
}
