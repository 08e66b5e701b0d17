import Kernel
import Testing

@Suite struct GenerationTests {
  @Test func generatingIsDrawingFromTheLogitsOfAllBefore() throws {
    for name in ["gpt2", "llama", "mixtral"] {
      let model = try CheckpointModelTests.model(name)
      for (temperature, topK) in [(0.0, nil), (1.0, nil), (0.7, 3), (2.0, 31)] as [(Double, Int?)] {
        var a = Random(seed: 50), b = a
        let tokens = model.generate([3, 17], count: 9, temperature: temperature, topK: topK, using: &a)
        var sequence = [3, 17]
        for _ in 0..<9 {
          let logits = model.logits(sequence)
          sequence.append(
            sampledToken(logits.row(logits.rows - 1), temperature: temperature, topK: topK, using: &b))
        }
        #expect(tokens == Array(sequence[2...]) && a.next() == b.next(), "\(name) at \(temperature)")
      }
      var generator = Random(seed: 51)
      #expect(model.generate([3], count: 0, using: &generator).isEmpty)
    }
  }

  @Test func tokensAreDrawnAsOftenAsTheirProbabilitiesSay() {
    let logits = [0.3, -1, 2, 0.3, 1.1]
    for (temperature, topK) in [(1.0, 5), (0.5, 3), (3.0, 4)] {
      var generator = Random(seed: 52), counts = [Double](repeating: 0, count: 5)
      let draws = 100_000
      for _ in 0..<draws {
        counts[sampledToken(logits, temperature: temperature, topK: topK, using: &generator)] += 1
      }
      let chosen = topIndices(logits, topK)
      let probabilities = softmax(chosen.map { logits[$0] }, temperature: temperature)
      for (place, token) in chosen.enumerated() {
        // Five standard deviations of a count.
        let p = probabilities[place]
        #expect((counts[token] / Double(draws) - p).magnitude < 5 * sqrt(p * (1 - p) / Double(draws)))
      }
      #expect((0..<5).allSatisfy { chosen.contains($0) || counts[$0] == 0 })
    }
  }

  @Test func edgesOfDrawing() {
    var a = Random(seed: 53), b = a
    #expect(sampledToken([1.0, 3, 3, .nan], temperature: 0, using: &a) == 1, "of equal ones the earlier, NaN never")
    #expect(a.next() == b.next(), "the largest needs no draw")
    for _ in 0..<200 {
      #expect(sampledToken([.nan, -Double.infinity, 0.5, .nan], using: &a) == 2)
      #expect(sampledToken([0, Double.infinity, 0], using: &a) == 1)
      #expect(sampledToken([2.0, 1, 5], topK: 1, using: &a) == 2)
    }
    #expect(sampledToken([-Double.infinity, -.infinity], using: &a) == 0)
    // At an infinite temperature all are alike.
    var seen = Set<Int>()
    for _ in 0..<200 { seen.insert(sampledToken([0, 50, 100.0], temperature: .infinity, using: &a)) }
    #expect(seen == [0, 1, 2])
  }

  private static let refusals: [Refusal] = [
    ("sampledToken: no logits", { _ = draw([]) }),
    ("sampledToken: a temperature is not below zero", { _ = draw([1], temperature: -1) }),
    ("sampledToken: a temperature is not below zero", { _ = draw([1], temperature: .nan) }),
    ("sampledToken: the best 0 of 2", { _ = draw([1, 2], topK: 0) }),
    ("sampledToken: the best 3 of 2", { _ = draw([1, 2], topK: 3) }),
    ("LanguageModel: token 2 of 2", { _ = small().logits([0, 2]) }),
    ("LanguageModel: token -1 of 2", { _ = small().logits([-1]) }),
    ("LanguageModel: nothing to go on from", { generate([], 1) }),
    ("LanguageModel: tokens to generate: a count of -1", { generate([0], -1) }),
    ("LearnedPositions: tokens 1×2 from position 3", { generate([0], 4) }),
    (
      "LanguageModel: 0 caches for 1 blocks",
      {
        var none: [KeyValueCache<Double>] = []; _ = small().step([0], caches: &none)
      }
    ),
    (
      "KeyValueCache: position 1, where the next is 2",
      {
        var caches = small().emptyCaches()
        _ = small().step([0, 1], caches: &caches)
        _ = small().step([0], caches: &caches, position: 1)
      }
    ),
    (
      "LanguageModel: no block",
      { _ = LanguageModel(tokens: zeros(2, 2), blocks: [], finalNorm: .rms(RMSNorm(dimension: 2))) }
    ),
    (
      "LanguageModel: head 2×3 for tokens 2×2",
      { _ = LanguageModel(tokens: zeros(2, 2), blocks: small().blocks, finalNorm: .map { $0 }, head: zeros(2, 3)) }
    ),
    (
      "LanguageModel: a block whose mixer is not attention",
      { _ = LanguageModel(tokens: zeros(2, 2), blocks: [mapped()], finalNorm: .map { $0 }) }
    ),
    (
      "TransformerBlock: a map of tokens has no cache",
      {
        var cache = KeyValueCache<Double>(groups: 1, headDimension: 2); _ = mapped().step(zeros(1, 2), cache: &cache)
      }
    ),
    (
      "GroupedQueryAttention: a bias of 1 for width 4",
      {
        _ = GroupedQueryAttention(
          query: zeros(4, 4), key: zeros(4, 4), value: zeros(4, 4), output: zeros(4, 4), heads: 2, groups: 2,
          keyBias: [1])
      }
    ),
    (
      "GroupedQueryAttention: 1 groups, 2 heads, width 0",
      {
        var generator = Random(seed: 1)
        _ = GroupedQueryAttention<Double>(dimension: 4, heads: 2, groups: 1, headDimension: 0, using: &generator)
      }
    ),
  ]

  @Test(arguments: refusals.indices) func refusalsHaveTheirWords(_ place: Int) async throws {
    let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [place] in
      Self.refusals[place].call()
    }
    expectRefused(Self.refusals[place], result)
  }
}

private func draw(_ logits: [Double], temperature: Double = 1, topK: Int? = nil) -> Int {
  var generator = Random(seed: 1)
  return sampledToken(logits, temperature: temperature, topK: topK, using: &generator)
}

private func small() -> LanguageModel<Double> {
  var generator = Random(seed: 1)
  return LanguageModel(
    tokens: zeros(2, 2), positions: LearnedPositions(table: zeros(3, 2)),
    blocks: [.gpt2(dimension: 2, heads: 1, using: &generator)], finalNorm: .rms(RMSNorm(dimension: 2)))
}

private func generate(_ prompt: [Int], _ count: Int) {
  var generator = Random(seed: 1)
  _ = small().generate(prompt, count: count, using: &generator)
}

private func mapped() -> TransformerBlock<Double> {
  TransformerBlock(mixer: .map { $0 }, mixerNorm: .map { $0 }, feedForward: .map { $0 }, feedForwardNorm: .map { $0 })
}
