import Kernel
import Testing

// A count of −1, or of 2⁴⁰, is a mistake: it stops with words, and neither with a bare trap nor with all memory gone.

private let huge = 1 << 40

private func numbers<T>(_ body: (inout Random) -> T) {
  var generator = Random(seed: 1)
  _ = body(&generator)
}

private let refusals: [Refusal] = [
  ("Matrix: size 1×1099511627776 is beyond 2³² elements", { _ = zeros(1, huge) }),
  ("Matrix: size 4294967296×4294967296 is beyond", { _ = zeros(1 << 32, 1 << 32) }),
  ("Matrix: size 1099511627776×0 is beyond", { _ = zeros(huge, 0) }),
  ("Matrix: size 2×-1 is negative", { _ = Matrix(rows: 2, columns: -1) { _, _ in 0.0 } }),
  ("Matrix: size 1099511627776×1099511627776 is beyond", { _ = Matrix<Float>.identity(huge) }),
  (
    "Matrix: 0 elements do not fill 4294967296×4294967296",
    { _ = Matrix(rows: 1 << 32, columns: 1 << 32, elements: [Double]()) }
  ),
  ("Matrix: size -1×-1 is negative", { numbers { Matrix<Double>.normal(rows: -1, columns: -1, using: &$0) } }),
  ("Matrix: size 1099511627776×3 is beyond", { numbers { Matrix<Double>.normal(rows: huge, columns: 3, using: &$0) } }),
  ("Matrix *: shapes 2×3 and 3×2 differ", { _ = zeros(2, 3) * zeros(3, 2) }),
  ("Matrix /: shapes 2×3 and 3×2 differ", { _ = zeros(2, 3) / zeros(3, 2) }),
  ("normalVector: a count of -1", { numbers { normalVector(-1, using: &$0) } }),
  ("normalVector: a count of 1099511627776", { numbers { unitVector(huge, using: &$0) } }),
  ("Random: permutation: a count of -1", { numbers { $0.permutation(-1) } }),
  ("Random: permutation: a count of 1099511627776", { numbers { $0.permutation(huge) } }),
  ("binomial: 33 of 67 is beyond 64 bits", { _ = binomial(67, 33) }),
  ("binomial: 3 of 1099511627776 is beyond 64 bits", { _ = binomial(huge, 3) }),
  ("PolynomialKernel: degree: a count of", { _ = PolynomialKernel(degree: huge, constant: 1.0) }),
  (
    "PolynomialKernel: features: a count of",
    { _ = PolynomialKernel(degree: 20, constant: 1.0).features([Double](repeating: 1, count: 30)) }
  ),
  (
    "of 9223372036854775807 heads for 1 groups of width 2",
    { _ = KeyValueCache<Double>(groups: 1, headDimension: 2).attend(zeros(1, 2), heads: .max) }
  ),
  ("LayerNorm: dimension: a count of -1", { _ = LayerNorm<Double>(dimension: -1) }),
  ("RMSNorm: dimension: a count of 1099511627776", { _ = RMSNorm<Double>(dimension: huge) }),
  ("NGPTResidual: dimension: a count of -1", { _ = NGPTResidual(rate: 0.1, dimension: -1) }),
  ("OnlineSoftmax: width: a count of -1", { _ = OnlineSoftmax<Double>(width: -1) }),
  ("KeyValueCache: groups: a count of 1099511627776", { _ = KeyValueCache<Double>(groups: huge, headDimension: 1) }),
  ("Matrix: size 0×1099511627776 is beyond", { _ = KeyValueCache<Double>(groups: 1, headDimension: huge) }),
  (
    "KeyValueCache: place 2 of 0",
    {
      var cache = KeyValueCache<Double>(groups: 1, headDimension: 2); cache.keep([2])
    }
  ),
  (
    "GroupedQueryAttention: 1 groups, 0 heads, width 8",
    { numbers { GroupedQueryAttention<Double>(dimension: 8, heads: 0, groups: 1, using: &$0) } }
  ),
  (
    "TransformerBlock: 0 heads of width 8",
    { numbers { TransformerBlock<Double>.modern(dimension: 8, heads: 0, groups: 1, hidden: 4, using: &$0) } }
  ),
  ("Matrix: size -8×-8 is negative", { numbers { MultiHeadAttention<Double>(dimension: -8, heads: 2, using: &$0) } }),
  (
    "MultiHeadAttention: head 2 of 2",
    { numbers { MultiHeadAttention<Double>(dimension: 4, heads: 2, using: &$0).columns(ofHead: 2) } }
  ),
  (
    "Matrix: size -1×4 is negative",
    { numbers { FeedForward<Double>(dimension: 4, hidden: -1, activation: .relu, using: &$0) } }
  ),
  ("neighbouringGroups: 2 groups of -4 heads", { _ = neighbouringGroups(heads: -4, groups: 2) }),
  ("heads of lengths 2 and 1 differ", { _ = weightSharingError([[1.0, 2], [3]], groups: [[0, 1]]) }),
  ("RotaryEmbedding: head dimension: a count of 1099511627776", { _ = RotaryEmbedding<Double>(headDimension: huge) }),
  ("RotaryEmbedding: pair 2 of 2", { _ = RotaryEmbedding<Double>(headDimension: 4).pair(2) }),
  ("SinusoidalEncoding: dimension: a count of 1099511627776", { _ = SinusoidalEncoding<Double>(dimension: huge) }),
  ("Matrix: size -1×4 is negative", { _ = SinusoidalEncoding<Double>(dimension: 4).table(-1) }),
  (
    "LearnedPositions: tokens 1×3 from position 9223372036854775807",
    { _ = LearnedPositions(table: zeros(2, 3))(zeros(1, 3), start: .max) }
  ),
  ("LinearBias: heads: a count of 1099511627776", { _ = LinearBias<Double>(heads: huge) }),
  ("interpolatedPositions: a count of -1", { _ = interpolatedPositions(-1, trainedLength: 4) }),
  (
    "Matrix: size 1099511627776×1099511627776 is beyond",
    { numbers { AttentionMask.bigBird(length: huge, window: 1, global: 1, random: 1, using: &$0) } }
  ),
  (
    "AttentionMask: length 4 with 1099511627776 random keys",
    { numbers { AttentionMask.bigBird(length: 4, window: 1, global: 1, random: huge, using: &$0) } }
  ),
  ("Matrix: size -1×3 is negative", { _ = AttentionMask.causal.table(queries: -1, keys: 3) }),
  ("AttentionMask: queries: a count of -1", { _ = AttentionMask.causal.allowedPairs(queries: -1, keys: 3) }),
  ("balancedSpans: workers: a count of 1099511627776", { _ = balancedSpans(pages: [1], workers: huge) }),
  ("balancedSpans: pages: a count of 9223372036854775807", { _ = balancedSpans(pages: [.max, .max], workers: 2) }),
  (
    "pages of 1 for 9223372036854775807 keys",
    {
      _ = pagedAttention(
        zeros(0, 2), PagedKeyValues(pageSize: 1, keys: zeros(2, 2), values: zeros(2, 2)),
        [PagedRequest(pages: [], length: .max, queries: 0)])
    }
  ),
  (
    "IncoherentRotation: dimension: a count of 1099511627776",
    { numbers { IncoherentRotation<Double>(dimension: huge, using: &$0) } }
  ),
  ("LinearAttentionState: no key yet", { _ = LinearAttentionState<Double>().read(features: []) }),
  (
    "ScanStep: steps of 2 and 1 elements",
    { _ = sequentialScan([ScanStep(decay: [1.0, 1], offset: [0, 0]), ScanStep(decay: [1], offset: [0])]) }
  ),
  (
    "ScanStep: steps of 2 and 1 elements",
    { _ = associativeScan([ScanStep(decay: [1.0, 1], offset: [0, 0]), ScanStep(decay: [1], offset: [0])]) }
  ),
  (
    "StateSpaceModel: kernel: a count of -1",
    { _ = StateSpaceModel(a: [1.0], b: [1], c: [1], skip: 0, step: 1).kernel(-1) }
  ),
  ("MambaBlock: size: a count of", { numbers { MambaBlock<Double>(dimension: 2, inner: .max, state: 2, using: &$0) } }),
  (
    "HybridStack: layers: a count of",
    {
      numbers {
        HybridStack<Double>(dimension: 2, layers: huge, period: 2, heads: 1, groups: 1, inner: 2, state: 2, using: &$0)
      }
    }
  ),
  ("Convolution: dilation: a count of", { _ = Convolution(taps: [zeros(1, 1)], dilation: .max) }),
  ("Convolution: a count of -1 is negative", { _ = Convolution(taps: [zeros(1, 1)]).flops(positions: -1) }),
  ("receptiveField: dilation: a count of -1", { _ = receptiveField(taps: 3, dilations: [-1]) }),
  ("is beyond 2³² elements", { _ = receptiveField(taps: .max, dilations: [3]) }),
  ("TopicMixture: -1 steps", { _ = TopicMixture(topics: Matrix([[0.5, 0.5]])).mixture(counts: [1, 1], steps: -1) }),
  ("switchAssignment: experts: a count of", { _ = switchAssignment(choices: [0], experts: huge, capacityFactor: 1) }),
  ("no size below 2³²", { _ = switchAssignment(choices: [0], experts: 1, capacityFactor: 1e300) }),
  ("no size below 2³²", { _ = switchAssignment(choices: [0], experts: 1, capacityFactor: .infinity) }),
  ("loadFractions: experts: a count of -1", { _ = loadFractions([], experts: -1) }),
  (
    "is beyond 2³² elements",
    { _ = ExpertGranularity(experts: 1 << 20, active: 1, dimension: 1, hidden: 1 << 20).split(into: 1 << 20) }
  ),
  (
    "beyond 64 bits",
    { _ = ExpertGranularity(experts: 1 << 30, active: 1, dimension: 1 << 30, hidden: 1 << 30).parameters }
  ),
  ("ParameterCount: a count of -1 is negative", { _ = ParameterCount.attention(dimension: -1) }),
  ("beyond 64 bits", { _ = ParameterCount.gpt2Block(dimension: 1 << 40) }),
  ("beyond 64 bits", { _ = ParameterCount.swiGLU(dimension: 1 << 40, hidden: 1 << 40) }),
  ("beyond 64 bits", { _ = AttentionMemory.scores(tokens: 1 << 40, bytes: 2) }),
  (
    "AttentionMemory: a count of -1 is negative",
    { _ = AttentionMemory.cache(tokens: -1, layers: 1, groups: 1, headDimension: 1, bytes: 1) }
  ),
  ("beyond 64 bits", { _ = AttentionMemory.tiledTraffic(tokens: .max, width: 1, queryBlock: 2) }),
  ("beyond 64 bits", { _ = BlockShape(dimension: 1 << 40, heads: 1, hidden: 1 << 40, tokens: 1 << 40).cost(.none) }),
  (
    "CausalTransformer: size: a count of",
    { _ = CausalTransformer(vocabulary: 2, context: 2, width: .max, heads: 1, layers: 1, hidden: 0) }
  ),
  (
    "gradientByDepth: size: a count of",
    { numbers { gradientByDepth(.pre, layers: 1, width: huge, tokens: 1, using: &$0) } }
  ),
  (
    "trainExperts: size: a count of",
    {
      numbers {
        trainExperts(
          experts: huge, regimes: 1, dimension: 1, tokens: 1, steps: 1, alpha: 0.0, rate: 0.1, lead: 0, using: &$0)
      }
    }
  ),
  ("majorityVoteAccuracy: votes: a count of", { _ = majorityVoteAccuracy(votes: .max, each: 0.5) }),
  ("SignalInNoise: dimension: a count of", { _ = SignalInNoise(signal: 1, dimension: huge) }),
  (
    "ConstantCurvatureSpace: a point is not inside the ball",
    { _ = ConstantCurvatureSpace(curvature: -1).distance([1.0], [0]) }
  ),
  ("PoincareBall: a point is not inside the ball", { _ = PoincareBall.distance([0.6, 0.8], [0.6, 0.8 + 1e-15]) }),
  ("PoincareBall: a point is not inside the ball", { _ = PoincareBall.add([Double.infinity], [0]) }),
  ("PoincareBall: a point is not inside the ball", { _ = PoincareBall.logarithmicMap([1e200]) }),
  ("incompleteBeta: a and b must be positive and finite", { _ = incompleteBeta(0.5, .infinity, 1) }),
]

@Test(arguments: refusals.indices) func countsThatAreNoneStopWithWords(_ index: Int) async throws {
  let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
    refusals[index].call()
  }
  expectRefused(refusals[index], result)
}

@Test func offsetsOfAnySizeAreMasks() {
  #expect(AttentionMask.causal(offset: .max).allowedPairs(queries: 3, keys: 4) == 12)
  #expect(AttentionMask.causal(offset: .min).allowedPairs(queries: 3, keys: 4) == 0)
  let x = single(randomMatrix(3, 4, seed: 1))
  #expect(
    flashAttention(heads: [x], keys: [x], values: [x], mask: .causal(offset: .max))
      == flashAttention(heads: [x], keys: [x], values: [x]))
  #expect(
    flashAttention(heads: [x], keys: [x], values: [x], mask: .causal(offset: .min))[0].elements.allSatisfy { $0 == 0 })
}
