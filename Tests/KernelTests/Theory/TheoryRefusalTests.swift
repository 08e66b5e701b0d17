import Kernel
import Testing

private func law(_ factor: Double = 1, _ exponent: Double = 0.5) -> ScalingLaw {
  ScalingLaw(irreducible: 1, parameterFactor: factor, parameterExponent: exponent, tokenFactor: 1, tokenExponent: 0.5)
}
private func index(cells: Int = 2, rounds: Int = 1) -> InvertedIndex<Double> {
  var generator = Random(seed: 1)
  return InvertedIndex(zeros(3, 2), cells: cells, rounds: rounds, using: &generator)
}
private func store(_ pages: Int = 4) -> PagedKeyValues<Double> {
  PagedKeyValues(pageSize: 2, keys: zeros(2 * pages, 3), values: zeros(2 * pages, 1))
}
private func paged(_ q: Matrix<Double>, _ request: PagedRequest, causal: Bool = true) {
  _ = pagedAttention(q, store(), [request], causal: causal)
}
private func gradient(_ gradient: Matrix<Double>, block: Int = 1, sums: Int = 2) {
  _ = tiledAttentionGradient(
    zeros(2, 3), zeros(5, 3), zeros(5, 1), output: zeros(2, 1), logSumExp: [Double](repeating: 0, count: sums),
    gradient: gradient,
    queryBlock: block)
}
private func sphere(_ k: Double) -> ConstantCurvatureSpace { ConstantCurvatureSpace(curvature: k) }
private var signal: SignalInNoise { SignalInNoise(signal: 1, dimension: 2) }

private let refusals: [Refusal] = [
  ("ScalingLaw: a factor is not positive", { _ = law(0) }),
  ("ScalingLaw: an exponent is not positive", { _ = law(1, 0) }),
  ("pow: the base must be positive", { _ = law().loss(parameters: 0, tokens: 1) }),
  ("ScalingLaw: the cost must be positive", { _ = law().optimum(flops: 0) }),
  (
    "ScalingLaw: 4 runs for five constants",
    { _ = ScalingLaw.fit([TrainingRun](repeating: TrainingRun(parameters: 1, tokens: 1, loss: 1), count: 4)) }
  ),
  (
    "ScalingLaw: a run without parameters or tokens",
    {
      _ = ScalingLaw.fit([TrainingRun](repeating: TrainingRun(parameters: 1, tokens: 0, loss: 1), count: 5))
    }
  ),
  ("majorityVoteAccuracy: 4 votes", { _ = majorityVoteAccuracy(votes: 4, each: 0.5) }),
  ("majorityVoteAccuracy: -1 votes", { _ = majorityVoteAccuracy(votes: -1, each: 0.5) }),
  ("majorityVoteAccuracy: the probability is outside [0, 1]", { _ = majorityVoteAccuracy(votes: 3, each: 1.5) }),
  ("rightAngleProbability: dimension 1", { _ = rightAngleProbability(dimension: 1, within: 0.1) }),
  ("rightAngleProbability: dimension 3", { _ = rightAngleProbability(dimension: 3, within: 1.6) }),
  (
    "firstGradientStep: inputs 2×3 and targets 3×1 differ",
    { _ = firstGradientStep(inputs: zeros(2, 3), targets: zeros(3, 1), rate: 1) }
  ),
  (
    "matmul: inner sizes of 1×2 and transposed 3×3 differ",
    { _ = unnormalizedAttention(zeros(1, 2), zeros(3, 3), zeros(3, 1), scale: 1) }
  ),
  ("EmergenceModel: scale and exponent must be positive", { _ = EmergenceModel(scale: 0, exponent: 1) }),
  ("EmergenceModel: scale and exponent must be positive", { _ = EmergenceModel(scale: 1, exponent: -1) }),
  (
    "EmergenceModel: answers of 0 tokens",
    { _ = EmergenceModel(scale: 1, exponent: 1).exactMatch(parameters: 1, length: 0) }
  ),
  (
    "EmergenceModel: answers of 0 tokens",
    { _ = EmergenceModel(scale: 1, exponent: 1).wrongTokens(parameters: 1, length: 0) }
  ),
  (
    "EmergenceModel: the share must be in (0, 1)",
    { _ = EmergenceModel(scale: 1, exponent: 1).parameters(exactMatch: 1, length: 1) }
  ),
  ("exactMatchSlope: accuracy outside [0, 1]", { _ = exactMatchSlope(tokenAccuracy: 1.1, length: 2) }),
  ("entropy: a weight is negative", { _ = entropyBits([-0.1, 1.1]) }),
  ("Channel: a probability is negative", { _ = Channel(transition: Matrix([[1.5, -0.5]])) }),
  ("Channel: a row of 1×2 is no distribution", { _ = Channel(transition: Matrix([[0.5, 0.4]])) }),
  ("Channel: 1 symbols", { _ = Channel.symmetric(symbols: 1, error: 0) }),
  ("Channel: 2 symbols, or an error outside [0, 1]", { _ = Channel.symmetric(symbols: 2, error: 1.5) }),
  ("Channel: symbol 2 of 2", { _ = Channel.deterministic([0, 2], outputs: 2) }),
  (
    "Channel: outputs of 2×2 and inputs of 3×3 differ",
    { _ = Channel.symmetric(symbols: 2, error: 0).then(.symmetric(symbols: 3, error: 0)) }
  ),
  ("Channel: 3 probabilities for inputs of 2×2", { _ = Channel.symmetric(symbols: 2, error: 0).output([0, 0, 1]) }),
  ("dot: lengths 3 and 2 differ", { _ = Channel.symmetric(symbols: 2, error: 0).mutualInformation([0, 0, 1]) }),
  ("retrieval: store 3×2 and a query of 3 differ", { _ = largestInnerProducts(zeros(3, 2), [1, 2, 3], top: 1) }),
  ("topIndices: 4 of 3 values", { _ = largestInnerProducts(zeros(3, 2), [1, 2], top: 4) }),
  ("InvertedIndex: 4 cells for 3 rows, 1 rounds", { _ = index(cells: 4) }),
  ("InvertedIndex: 2 cells for 3 rows, 0 rounds", { _ = index(rounds: 0) }),
  ("InvertedIndex: top 1 in 3 of 2 cells", { _ = index().search([1, 2], top: 1, probes: 3) }),
  ("InvertedIndex: top -1 in 1 of 2 cells", { _ = index().search([1, 2], top: -1, probes: 1) }),
  ("retrieval: store 3×2 and a query of 1 differ", { _ = index().search([1], top: 1, probes: 1) }),
  (
    "recall: nothing is wanted",
    {
      let none = largestInnerProducts(zeros(3, 2), [1, 2], top: 0); _ = recall(none, of: none)
    }
  ),
  (
    "PagedKeyValues: keys 5×3, values 5×1 in pages of 2",
    { _ = PagedKeyValues(pageSize: 2, keys: zeros(5, 3), values: zeros(5, 1)) }
  ),
  (
    "PagedKeyValues: keys 4×3, values 6×1 in pages of 2",
    { _ = PagedKeyValues(pageSize: 2, keys: zeros(4, 3), values: zeros(6, 1)) }
  ),
  (
    "PagedKeyValues: keys 4×3, values 4×1 in pages of 0",
    { _ = PagedKeyValues(pageSize: 0, keys: zeros(4, 3), values: zeros(4, 1)) }
  ),
  ("balancedSpans: 0 workers", { _ = balancedSpans(pages: [1], workers: 0) }),
  ("balancedSpans: a request of -1 pages", { _ = balancedSpans(pages: [-1], workers: 1) }),
  (
    "attention: queries 1×2 and keys 8×3 differ",
    { paged(zeros(1, 2), PagedRequest(pages: [0], length: 1, queries: 1)) }
  ),
  ("pagedAttention: 1 pages of 2 for 3 keys", { paged(zeros(1, 3), PagedRequest(pages: [0], length: 3, queries: 1)) }),
  ("pagedAttention: page 4 of 4", { paged(zeros(1, 3), PagedRequest(pages: [4], length: 2, queries: 1)) }),
  ("pagedAttention: 3 queries after 2 keys", { paged(zeros(3, 3), PagedRequest(pages: [0], length: 2, queries: 3)) }),
  (
    "pagedAttention: queries 2×3 for requests of 1",
    { paged(zeros(2, 3), PagedRequest(pages: [0], length: 2, queries: 1)) }
  ),
  ("quantizedPerBlock: 1 bits in blocks of 1 rows", { _ = quantizedPerBlock(zeros(2, 2), bits: 1, block: 1) }),
  ("quantizedPerBlock: 17 bits in blocks of 1 rows", { _ = quantizedPerBlock(zeros(2, 2), bits: 17, block: 1) }),
  ("quantizedPerBlock: 8 bits in blocks of 0 rows", { _ = quantizedPerBlock(zeros(2, 2), bits: 8, block: 0) }),
  (
    "IncoherentRotation: dimension 3 is no power of two",
    {
      var g = Random(seed: 1); _ = IncoherentRotation<Double>(dimension: 3, using: &g)
    }
  ),
  (
    "IncoherentRotation: rows 2×3 against a dimension of 4",
    {
      var g = Random(seed: 1)
      _ = IncoherentRotation<Double>(dimension: 4, using: &g)(zeros(2, 3))
    }
  ),
  ("tiledAttentionGradient: gradient 3×1", { gradient(zeros(3, 1)) }),
  ("3 sums for 2×1", { gradient(zeros(2, 1), sums: 3) }),
  ("tiledAttentionGradient: blocks of 0 queries and 64 keys", { gradient(zeros(2, 1), block: 0) }),
  (
    "countedTiledAttention: blocks of 0 queries and 1 keys",
    {
      _ = countedTiledAttention(zeros(2, 3), zeros(2, 3), zeros(2, 3), queryBlock: 0, keyBlock: 1)
    }
  ),
  (
    "attention: queries 2×3 and keys 5×4 differ in width",
    { _ = countedStandardAttention(zeros(2, 3), zeros(5, 4), zeros(5, 1)) }
  ),
  (
    "attention: keys 5×3 and values 4×1 differ in number",
    { _ = countedStandardAttention(zeros(2, 3), zeros(5, 3), zeros(4, 1)) }
  ),
  ("ExpertGranularity: top 3 of 2 experts", { _ = ExpertGranularity(experts: 2, active: 3, dimension: 1, hidden: 1) }),
  (
    "ExpertGranularity: dimension 1, hidden 0",
    { _ = ExpertGranularity(experts: 2, active: 1, dimension: 1, hidden: 0) }
  ),
  (
    "ExpertGranularity: 4 hidden units into 3",
    { _ = ExpertGranularity(experts: 2, active: 1, dimension: 1, hidden: 4).split(into: 3) }
  ),
  (
    "FeedForward: 4 hidden units into 3",
    {
      var g = Random(seed: 1);
      _ = FeedForward<Double>(dimension: 2, hidden: 4, activation: .relu, using: &g).split(into: 3)
    }
  ),
  (
    "wkv: keys 2×3, values 2×2, decay of 3, bonus of 3",
    { _ = wkvRecurrence(zeros(2, 3), zeros(2, 2), decay: [0, 0, 0], bonus: [0, 0, 0]) }
  ),
  ("wkv: a decay is negative", { _ = wkvParallel(zeros(2, 1), zeros(2, 1), decay: [-1], bonus: [0]) }),
  ("fourierTransform: 2 real and 1 imaginary parts", { _ = fourierTransform(real: [1.0, 2], imaginary: [0]) }),
  (
    "fourierTransform: length 3 is no power of two", { _ = fourierTransform(real: [1.0, 2, 3], imaginary: [0, 0, 0]) }
  ),
  ("fourierTransform: length 0 is no power of two", { _ = fourierTransform(real: [Double](), imaginary: []) }),
  (
    "HybridStack: 0 layers with a period of 8",
    {
      var g = Random(seed: 1)
      _ = HybridStack<Double>(dimension: 4, layers: 0, period: 8, heads: 2, groups: 1, inner: 4, state: 1, using: &g)
    }
  ),
  (
    "MambaBlock: dimension 4, inner 0",
    {
      var g = Random(seed: 1); _ = MambaBlock<Double>(dimension: 4, inner: 0, state: 1, using: &g)
    }
  ),
  ("largestCosine: 1 rows", { _ = largestCosine(zeros(1, 2)) }),
  ("largestCosine: a zero vector has no direction", { _ = largestCosine(zeros(2, 2)) }),
  ("randomPackingBound: 1 directions in dimension 2", { _ = randomPackingBound(count: 1, dimension: 2) }),
  ("welchBound: 2 vectors in dimension 0", { _ = welchBound(count: 2, dimension: 0) }),
  ("distanceSpread: 1 points", { _ = distanceSpread(zeros(1, 2)) }),
  ("principalAngles: basis 1×2 and basis 1×3 differ in width", { _ = principalAngles(zeros(1, 2), zeros(1, 3)) }),
  ("principalAngles: an empty basis", { _ = principalAngles(zeros(1, 2), zeros(0, 2)) }),
  ("SignalInNoise: a signal in 3 of 2 coordinates", { _ = SignalInNoise(signal: 3, dimension: 2) }),
  ("SignalInNoise: 1 weights for 2 coordinates", { _ = signal.readOut(weights: [1]) }),
  ("SignalInNoise: all weights are zero", { _ = signal.readOut(weights: [0, 0]) }),
  (
    "SignalInNoise: 1 draws",
    {
      var g = Random(seed: 1); _ = signal.simulatedReadOut(weights: [1, 1], draws: 1, using: &g)
    }
  ),
  (
    "SignalInNoise: 3 weights for 2 coordinates",
    {
      var g = Random(seed: 1); _ = signal.simulatedReadOut(weights: [1, 1, 1], draws: 9, using: &g)
    }
  ),
  ("ConstantCurvatureSpace: the curvature must be finite", { _ = sphere(.infinity) }),
  ("ConstantCurvatureSpace: lengths 1 and 2 differ", { _ = sphere(1).distance([0.1], [0.1, 0.2]) }),
  ("ConstantCurvatureSpace: a point is not inside the ball", { _ = sphere(-4).distance([0.5], [0.1]) }),
  ("ConstantCurvatureSpace: the sum lies at infinity", { _ = sphere(1).add([1.0], [1]) }),
  ("ProductSpace: 1 curvatures and 2 dimensions", { _ = ProductSpace(curvatures: [1], dimensions: [1, 1]) }),
  ("ProductSpace: 0 curvatures and 0 dimensions", { _ = ProductSpace(curvatures: [], dimensions: []) }),
  ("ProductSpace: a factor of dimension 0", { _ = ProductSpace(curvatures: [1], dimensions: [0]) }),
  (
    "ProductSpace: points of 2 and 1 against 2",
    { _ = ProductSpace(curvatures: [1], dimensions: [2]).distance([0.1, 0], [0.1]) }
  ),
  ("LorentzModel: a point of 1 numbers", { _ = LorentzModel.logarithmicMap([1.0]) }),
  (
    "LorentzModel: 2 numbers, down 1×3, up 2×1",
    { _ = LorentzModel.hyperbolicAdapter([1.0, 2], down: zeros(1, 3), up: zeros(2, 1), alpha: 1) }
  ),
  (
    "LorentzModel: 2 numbers, down 1×2, up 2×2",
    { _ = LorentzModel.cancellingAdapter([1.0, 2], down: zeros(1, 2), up: zeros(2, 2), alpha: 1) }
  ),
]

@Test(arguments: refusals.indices) func refusedTheoryAndGeometryStop(_ index: Int) async throws {
  let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
    refusals[index].call()
  }
  expectRefused(refusals[index], result)
}
