import Kernel
import Testing

@Test func closedFormsCountWhatIsAllocated() {
  #expect(
    ParameterCount.attention(dimension: 512) + ParameterCount.feedForward(dimension: 512, hidden: 2048) == 3_145_728)
  // A GPT-3 layer: 1.812 B.
  let layer =
    ParameterCount.attention(dimension: 12288) + ParameterCount.feedForward(dimension: 12288, hidden: 4 * 12288)
  #expect(layer == 1_811_939_328)
  #expect(
    ExpertModelShape.mixtral8x7B.total == 46_702_792_704
      && ExpertModelShape.mixtral8x7B.activePerToken == 12_879_925_248)
  var generator = Random(seed: 1)
  let grouped = GroupedQueryAttention<Float>(dimension: 24, heads: 6, groups: 2, using: &generator)
  #expect(
    Int64(grouped.parameterCount)
      == ParameterCount.groupedAttention(dimension: 24, heads: 6, groups: 2, headDimension: 4))
  let gated = SwiGLU<Float>(dimension: 24, hidden: 64, using: &generator)
  #expect(Int64(gated.parameterCount) == ParameterCount.swiGLU(dimension: 24, hidden: 64))
}

@Test func bytesHaveTheirKnownSizes() {
  // 8192 tokens, width 512, single precision: 50.3 + 268.4 + 268.4 = 587.2 MB.
  let qkv = AttentionMemory.projections(tokens: 8192, width: 512, bytes: 4),
    scores = AttentionMemory.scores(tokens: 8192, bytes: 4)
  #expect(qkv == 50_331_648 && scores == 268_435_456 && qkv + 2 * scores == 587_202_560)
  // 83.9 MB at 2048×512, not gigabytes.
  #expect(4 * AttentionMemory.standardTraffic(tokens: 2048, width: 512) == 83_886_080)
  // One group of 32 heads holds a 32nd of the cache.
  let full = AttentionMemory.cache(tokens: 4096, layers: 32, groups: 32, headDimension: 128, bytes: 2)
  #expect(
    full == 2_147_483_648
      && AttentionMemory.cache(tokens: 4096, layers: 32, groups: 1, headDimension: 128, bytes: 2) * 32 == full)
  var cache = KeyValueCache<Float>(groups: 2, headDimension: 3)
  cache.append(keys: Matrix(rows: 7, columns: 6, repeating: 0), values: Matrix(rows: 7, columns: 6, repeating: 0))
  #expect(
    Int64(4 * cache.elementCount) == AttentionMemory.cache(tokens: 7, layers: 1, groups: 2, headDimension: 3, bytes: 4))
}

@Test func theTrafficFormulaIsWhatTheLoopCounts() {
  for (n, d, block) in [(96, 8, 32), (50, 4, 16)] as [(Int, Int, Int)] {
    let x = randomMatrix(n, d, seed: 2), counted = flashAttention(x, x, x, queryBlock: block, keyBlock: 8).traffic
    // The loop also writes each query's log-sum-exp.
    #expect(
      counted.total - Int64(n)
        == AttentionMemory.tiledTraffic(tokens: Int64(n), width: Int64(d), queryBlock: Int64(block)))
  }
}

@Test func theRooflineSharesTime() {
  let a100 = Roofline.a100
  for (d, share) in [(64, 0.87), (128, 0.77), (512, 0.49)] as [(Int64, Double)] {
    let n: Int64 = 2048, flops = Double(4 * n * n * d),
      bytes = Double(2 * AttentionMemory.standardTraffic(tokens: n, width: d))
    #expect(
      (a100.memoryShare(flops: flops, bytes: bytes) - share).magnitude < 0.02,
      "\(d): \(a100.memoryShare(flops: flops, bytes: bytes))")
  }
  #expect(a100.peak == 312e12 && a100.bandwidth == 1.555e12)
  let machine = Roofline(name: "test", peak: 100, bandwidth: 10)
  #expect(
    machine.ridge == 10 && machine.seconds(flops: 200, bytes: 10) == 2 && machine.seconds(flops: 50, bytes: 10) == 1
      && machine.name == "test")
}
