import Kernel
import Testing

/// Calls that must stop, each with what its message must say: both shapes where shapes are at fault.
private let refusals: [(says: String, call: @Sendable () -> Void)] = [
  ("matmul: inner sizes of 2×3 and 4×5 differ", { _ = matmul(zeros(2, 3), zeros(4, 5)) }),
  ("matmul: inner sizes of 2×3 and transposed 4×5 differ", { _ = matmul(zeros(2, 3), transposed: zeros(4, 5)) }),
  ("matmul: inner sizes of transposed 2×3 and 4×5 differ", { _ = matmul(transposed: zeros(2, 3), zeros(4, 5)) }),
  ("matmul: inner sizes of 2×3 and a vector of 2 differ", { _ = matmul(zeros(2, 3), [1.0, 2]) }),
  ("dot: lengths 2 and 3 differ", { _ = dot([1.0, 2], [1, 2, 3]) }),
  ("mean: no elements", { _ = mean([Double]()) }),
  ("mean: no elements", { _ = variance([Double]()) }),
  ("maxAbsDifference: lengths 1 and 2 differ", { _ = maxAbsDifference([1.0], [1, 2]) }),
  ("maxAbsDifference: shapes 1×2 and 2×1 differ", { _ = maxAbsDifference(zeros(1, 2), zeros(2, 1)) }),
  ("pow: the base must be positive", { _ = pow(0.0, 1) }),
  ("power: exponent -1", { _ = power(2.0, -1) }),
  ("binomial: 3 of 2", { _ = binomial(2, 3) }),
  ("Matrix: size -1×2 is negative", { _ = zeros(-1, 2) }),
  ("Matrix: 3 elements do not fill 2×2", { _ = Matrix(rows: 2, columns: 2, elements: [1.0, 2, 3]) }),
  ("Matrix: a row of 1 elements among rows of 2", { _ = Matrix([[1, 2], [3]]) }),
  ("Matrix: a row of 1 elements among rows of 2", { _ = Matrix<Float>([[1, 2], [3]]) }),
  ("Matrix: [2, 0] outside 2×3", { _ = zeros(2, 3)[2, 0] }),
  ("Matrix: [0, 3] outside 2×3", { _ = zeros(2, 3)[0, 3] }),
  (
    "Matrix: [0, -1] outside 2×3",
    {
      var m = zeros(2, 3); m[0, -1] = 1
    }
  ),
  ("Matrix: row 2 outside 2×3", { _ = zeros(2, 3).row(2) }),
  ("Matrix: column 3 outside 2×3", { _ = zeros(2, 3).column(3) }),
  ("Matrix: rows 1..<3 outside 2×3", { _ = zeros(2, 3).rows(1..<3) }),
  ("Matrix: columns 2..<4 outside 2×3", { _ = zeros(2, 3).columns(2..<4) }),
  ("Matrix +: shapes 2×3 and 3×2 differ", { _ = zeros(2, 3) + zeros(3, 2) }),
  ("Matrix -: shapes 2×3 and 3×2 differ", { _ = zeros(2, 3) - zeros(3, 2) }),
  ("concatenatedColumns: heights of 2×3 and 3×3 differ", { _ = concatenatedColumns([zeros(2, 3), zeros(3, 3)]) }),
  (
    "Random: no integer below 0",
    {
      var r = Random(seed: 1); _ = r.integer(below: 0)
    }
  ),
  (
    "unitVector: no unit vector in dimension 0",
    {
      var r = Random(seed: 1); _ = unitVector(0, using: &r)
    }
  ),
  ("fixed: 16 decimals", { _ = fixed(1.0, decimals: 16) }),
  ("softmax: the temperature must be positive", { _ = softmax([1, 2], temperature: 0) }),
  ("entropy: a weight is negative", { _ = entropy([-0.5, 1.5]) }),
  ("topMass: 3 of 2 weights", { _ = topMass([0.5, 0.5], 3) }),
  ("attention: queries 2×3 and keys 5×4 differ in width", { _ = attentionScores(zeros(2, 3), zeros(5, 4)) }),
  ("attention: keys 5×3 and values 4×2 differ in number", { _ = attention(zeros(2, 3), zeros(5, 3), zeros(4, 2)) }),
  ("cosine: queries 2×3 and keys 5×4 differ in width", { _ = cosineSimilarities(zeros(2, 3), zeros(5, 4)) }),
  (
    "attention: keys 5×3 and values 4×2 differ in number",
    { _ = cosineAttention(zeros(2, 3), zeros(5, 3), zeros(4, 2)) }
  ),
  ("MultiHeadAttention: a projection of 4×3 beside one of 4×4", { _ = heads(zeros(4, 3), 2) }),
  ("MultiHeadAttention: 3 heads do not divide the width 4", { _ = heads(zeros(4, 4), 3) }),
  ("MultiHeadAttention: tokens 5×3 against projections 4×4", { _ = heads(zeros(4, 4), 2)(zeros(5, 3)) }),
  ("kernelSmoother: queries 2×3 and keys 5×4 differ in width", { _ = smoother(zeros(2, 3), zeros(5, 4), zeros(5, 1)) }),
  ("kernelSmoother: keys 5×3 and values 4×1 differ in number", { _ = smoother(zeros(2, 3), zeros(5, 3), zeros(4, 1)) }),
  ("do not sum to a positive number", { _ = smoother(zeros(2, 3), zeros(5, 3), zeros(5, 1)) }),
  ("RBFKernel: the bandwidth must be positive", { _ = RBFKernel(bandwidth: 0.0) }),
  ("RBFKernel: lengths 1 and 2 differ", { _ = RBFKernel(bandwidth: 1)([1.0], [1, 2]) }),
  ("RBFKernel: lengths 1 and 2 differ", { _ = ExponentialKernelFactors(query: [1.0], key: [1, 2]) }),
  ("PolynomialKernel: degree 0", { _ = PolynomialKernel(degree: 0, constant: 1.0) }),
  ("PolynomialKernel: the constant must not be negative", { _ = PolynomialKernel(degree: 1, constant: -1.0) }),
  (
    "RandomFourierFeatures: 2×3 frequencies and 3 phases",
    {
      _ = RandomFourierFeatures(frequencies: zeros(2, 3), phases: [1, 2, 3])
    }
  ),
  (
    "RandomFourierFeatures: the bandwidth must be positive",
    {
      var r = Random(seed: 1)
      _ = RandomFourierFeatures<Double>(count: 1, dimension: 1, bandwidth: 0, using: &r)
    }
  ),
  ("LayerNorm: gain of 1 and bias of 2 elements", { _ = LayerNorm(gain: [1.0], bias: [1, 2]) }),
  ("LayerNorm: epsilon is negative", { _ = LayerNorm(gain: [1.0], bias: [1], epsilon: -1) }),
  ("LayerNorm: 2 elements against a gain of 3", { _ = LayerNorm<Double>(dimension: 3)([1, 2]) }),
  ("RMSNorm: epsilon is negative", { _ = RMSNorm(gain: [1.0], epsilon: -1) }),
  ("RMSNorm: 2 elements against a gain of 3", { _ = RMSNorm<Double>(dimension: 3)([1, 2]) }),
  ("qkNormalize: queries 2×3 and keys 5×4 differ in width", { _ = qkNormalize(zeros(2, 3), zeros(5, 4)) }),
  (
    "NGPTResidual: state of 2, output of 3, rate of 2 elements",
    { _ = NGPTResidual(rate: [1.0, 1])([1, 2], toward: [1, 2, 3]) }
  ),
  (
    "NGPTResidual: states 2×3 and outputs 3×3 differ",
    { _ = NGPTResidual(rate: 1.0, dimension: 3)(zeros(2, 3), toward: zeros(3, 3)) }
  ),
  (
    "nGPTAttention: gain of 2 elements against queries 2×3",
    {
      _ = nGPTAttention(zeros(2, 3), zeros(2, 3), zeros(2, 1), gain: [1, 2])
    }
  ),
  ("angle: lengths 1 and 2 differ", { _ = angle([1.0], [1, 2]) }),
  ("angle: a zero vector has no direction", { _ = angle([0.0], [1]) }),
  ("slerp: opposite points have no single great arc", { _ = slerp([1.0, 0], [-1, 0], 0.5) }),
  ("RotaryEmbedding: head dimension 3 is not even and positive", { _ = RotaryEmbedding<Double>(headDimension: 3) }),
  ("RotaryEmbedding: the base must be positive", { _ = RotaryEmbedding<Double>(headDimension: 4, base: 0) }),
  (
    "RotaryEmbedding: 2 elements against a head dimension of 4",
    {
      _ = RotaryEmbedding<Double>(headDimension: 4).rotate([1, 2], position: 1)
    }
  ),
  (
    "RotaryEmbedding: 3 positions for 2×4",
    {
      _ = RotaryEmbedding<Double>(headDimension: 4).rotate(zeros(2, 4), positions: [1, 2, 3])
    }
  ),
  ("topIndices: 3 of 2 values", { _ = topIndices([1.0, 2], 3) }),
  ("topKAttention: keep 6 of 5 keys", { _ = topKAttentionWeights(zeros(2, 3), zeros(5, 3), keep: 6) }),
  ("attention: keys 5×3 and values 4×2 differ", { _ = topKAttention(zeros(2, 3), zeros(5, 3), zeros(4, 2), keep: 1) }),
  (
    "messagePassingAttention: edge 2 ← 0 outside 2 queries and 5 keys",
    {
      _ = messagePassingAttention(zeros(2, 3), zeros(5, 3), zeros(5, 1), edges: [AttentionEdge(query: 2, key: 0)])
    }
  ),
  (
    "attention: keys 5×3 and values 4×1 differ",
    { _ = messagePassingAttention(zeros(2, 3), zeros(5, 3), zeros(4, 1), edges: []) }
  ),
  (
    "attention: queries 2×3 and keys 5×4 differ",
    { _ = messagePassingAttention(zeros(2, 3), zeros(5, 4), zeros(5, 1), edges: []) }
  ),
  ("SinusoidalEncoding: dimension 5 is not even and positive", { _ = SinusoidalEncoding<Double>(dimension: 5) }),
  ("SinusoidalEncoding: the base must be positive", { _ = SinusoidalEncoding<Double>(dimension: 4, base: 0) }),
  (
    "LearnedPositions: tokens 2×3 from position 4 against a table of 5×3",
    { _ = LearnedPositions(table: zeros(5, 3))(zeros(2, 3), start: 4) }
  ),
  ("LinearBias: 0 heads", { _ = LinearBias<Double>(heads: 0) }),
  ("LinearBias: head 8 of 8", { _ = LinearBias<Double>(heads: 8)(head: 8, queries: 1, keys: 1) }),
  ("Matrix +: shapes 2×5 and 2×4 differ", { _ = attention(zeros(2, 3), zeros(5, 3), zeros(5, 1), bias: zeros(2, 4)) }),
  (
    "attention: keys 5×3 and values 4×1 differ",
    { _ = attention(zeros(2, 3), zeros(5, 3), zeros(4, 1), bias: zeros(2, 5)) }
  ),
  ("interpolatedPositions: trained length 0", { _ = interpolatedPositions(3, trainedLength: 0) }),
  ("Convolution: 2 taps have no centre", { _ = Convolution(taps: [zeros(1, 1), zeros(1, 1)]) }),
  ("Convolution: taps 1×1 and 1×2 differ", { _ = Convolution(taps: [zeros(1, 1), zeros(1, 2), zeros(1, 1)]) }),
  ("Convolution: dilation 0", { _ = Convolution(taps: [zeros(1, 1)], dilation: 0) }),
  ("Convolution: signal 5×2 against taps 1×1", { _ = Convolution(taps: [zeros(1, 1)])(zeros(5, 2)) }),
  ("receptiveField: 0 taps", { _ = receptiveField(taps: 0, dilations: []) }),
  (
    "SqueezeExcitation: squeeze 2×8 and excite 8×3 do not match",
    { _ = SqueezeExcitation(squeeze: zeros(2, 8), excite: zeros(8, 3)) }
  ),
  (
    "SqueezeExcitation: signal 5×7 against squeeze 2×8",
    { _ = SqueezeExcitation(squeeze: zeros(2, 8), excite: zeros(8, 2))(zeros(5, 7)) }
  ),
  (
    "RecurrentCell: input 4×2, recurrent 5×5, bias of 5 elements",
    { _ = RecurrentCell(input: zeros(4, 2), recurrent: zeros(5, 5), bias: zeros(1, 5).row(0)) }
  ),
  (
    "RecurrentCell: state of 2 against 1 units",
    { _ = RecurrentCell(input: zeros(1, 1), recurrent: zeros(1, 1), bias: [0]).jacobian(at: [1, 2]) }
  ),
  (
    "LSTMCell: input 4×2, recurrent 8×2, bias of 8 elements",
    { _ = LSTMCell(input: zeros(4, 2), recurrent: zeros(8, 2), bias: zeros(1, 8).row(0)) }
  ),
  (
    "LSTMCell: states of 1 and 2 against 2 units",
    {
      _ = LSTMCell(input: zeros(8, 2), recurrent: zeros(8, 2), bias: zeros(1, 8).row(0)).step(
        [1, 2], hidden: [0], cell: [0, 0])
    }
  ),
  ("TopicMixture: a topic is no distribution", { _ = TopicMixture(topics: Matrix([[0.5, 0.6]])) }),
  ("TopicMixture: 2 weights for topics 1×2", { _ = TopicMixture(topics: Matrix([[0.5, 0.5]])).words([1, 0]) }),
  (
    "TopicMixture: 3 counts for topics 1×2",
    { _ = TopicMixture(topics: Matrix([[0.5, 0.5]])).mixture(counts: [1, 0, 0]) }
  ),
  (
    "TopicMixture: a document without words",
    { _ = TopicMixture(topics: Matrix([[0.5, 0.5]])).mixture(counts: [0, 0]) }
  ),
  ("nearestRow: points 2×3 and a vector of 2 differ in width", { _ = nearestRow(zeros(2, 3), to: [1, 2]) }),
  ("nearestRow: no point", { _ = nearestRow(zeros(0, 2), to: [1, 2]) }),
  ("largestInnerProductRow: no point", { _ = largestInnerProductRow(zeros(0, 2), with: [1, 2]) }),
  ("PruningMask: 1 weights against 2", { _ = PruningMask(keeps: [true, false])([1.0]) }),
  (
    "optimalBrainDamage: 1 weights and 2 second derivatives",
    { _ = optimalBrainDamageSaliencies([1.0], hessianDiagonal: [1, 2]) }
  ),
  ("OnlineSoftmax: 1 scores for values 2×3", { _ = OnlineSoftmax(scores: [1], values: zeros(2, 3)) }),
  (
    "OnlineSoftmax: widths 2 and 3 differ",
    { _ = OnlineSoftmax<Double>(width: 2).merged(with: OnlineSoftmax(width: 3)) }
  ),
  (
    "flashAttention: 3 heads with 2 groups of keys and 2 of values",
    { _ = flashAttention(heads: floats(3, 2, 3), keys: floats(2, 5, 3), values: floats(2, 5, 3)) }
  ),
  (
    "flashAttention: queries 2×3, keys 5×4",
    { _ = flashAttention(heads: floats(1, 2, 3), keys: floats(1, 5, 4), values: floats(1, 5, 4)) }
  ),
  (
    "flashAttention: keys 5×3, values 4×3",
    { _ = flashAttention(heads: floats(1, 2, 3), keys: floats(1, 5, 3), values: floats(1, 4, 3)) }
  ),
  (
    "flashAttention: a scale of -1.0",
    { _ = flashAttention(heads: floats(1, 2, 3), keys: floats(1, 5, 3), values: floats(1, 5, 3), scale: -1) }
  ),
  ("powersOfTwo: 1.0 is positive", { _ = powersOfTwo([-1, 1]) }),
  ("withThreads: 0 threads", { withThreads(0) {} }),
  (
    "KeyValueCache: queries 1×4 of 3 heads for 2 groups of width 2",
    { _ = KeyValueCache<Double>(groups: 2, headDimension: 2).attend(zeros(1, 4), heads: 3) }
  ),
  (
    "flashAttention: blocks of 0 queries and 1 keys",
    { _ = flashAttention(zeros(2, 3), zeros(2, 3), zeros(2, 3), queryBlock: 0, keyBlock: 1) }
  ),
  (
    "attention: queries 2×3 and keys 5×4 differ in width", { _ = flashAttention(zeros(2, 3), zeros(5, 4), zeros(5, 1)) }
  ),
  (
    "attention: keys 5×3 and values 4×1 differ in number", { _ = flashAttention(zeros(2, 3), zeros(5, 3), zeros(4, 1)) }
  ),
  (
    "PositiveRandomFeatures: 0 features",
    {
      var r = Random(seed: 1); _ = PositiveRandomFeatures<Double>(count: 0, dimension: 3, using: &r)
    }
  ),
  ("PositiveRandomFeatures: 0×3 directions", { _ = PositiveRandomFeatures(directions: zeros(0, 3)) }),
  (
    "attentionGradient: gradient 2×2 for an output of 2×1",
    { _ = attentionGradient(zeros(2, 3), zeros(5, 3), zeros(5, 1), gradient: zeros(2, 2)) }
  ),
  ("AttentionMask: window -1", { _ = AttentionMask.window(-1) }),
  ("AttentionMask: stride 0", { _ = AttentionMask.strided(0) }),
  ("AttentionMask: block 4 with 5 summary columns", { _ = AttentionMask.fixed(block: 4, summary: 5) }),
  ("AttentionMask: -1 global tokens", { _ = AttentionMask.global(-1) }),
  ("AttentionMask: modulus 0", { _ = AttentionMask.everyKey(modulo: 0) }),
  (
    "AttentionMask: length 0 with 1 random keys",
    {
      var r = Random(seed: 1)
      _ = AttentionMask.bigBird(length: 0, window: 1, global: 1, random: 1, using: &r)
    }
  ),
  (
    "attention: keys 5×3 and values 4×1 differ in number",
    { _ = linearAttention(zeros(2, 3), zeros(5, 3), zeros(4, 1), features: eluFeatures) }
  ),
  (
    "attention: queries 2×3 and keys 5×4 differ in width",
    { _ = linearAttention(zeros(2, 3), zeros(5, 4), zeros(5, 1), features: eluFeatures) }
  ),
  (
    "causalLinearAttention: queries 2×3 and keys 5×3 differ",
    { _ = causalLinearAttention(zeros(2, 3), zeros(5, 3), zeros(5, 1), features: eluFeatures) }
  ),
  (
    "LinearAttentionState: 1 features and a value of 2 against 2×2",
    {
      var s = LinearAttentionState<Double>()
      s.append(features: [1, 2], value: [1, 2])
      s.append(features: [1], value: [1, 2])
    }
  ),
  ("LinearAttentionState: no key yet", { _ = LinearAttentionState<Double>().read(features: [1]) }),
  (
    "the features of a query meet no key's", { _ = linearAttention(zeros(1, 1), zeros(1, 1), zeros(1, 1)) { _ in [0] } }
  ),
  ("Router: top 4 of 3 experts", { _ = Router(weights: zeros(3, 2)).route([1, 2], top: 4, renormalised: true) }),
  (
    "FeedForward: up 3×2 with 3 biases, down 2×4 with 2",
    {
      _ = FeedForward(up: zeros(3, 2), upBias: [0, 0, 0], down: zeros(2, 4), downBias: [0, 0], activation: .relu)
    }
  ),
  ("FeedForward: tokens 5×3 against up 3×2", { _ = expert(zeros(5, 3)) }),
  ("SwiGLU: gate 3×2, up 3×2, down 3×2", { _ = SwiGLU(gate: zeros(3, 2), up: zeros(3, 2), down: zeros(3, 2)) }),
  (
    "SwiGLU: tokens 5×3 against up 3×2",
    { _ = SwiGLU(gate: zeros(3, 2), up: zeros(3, 2), down: zeros(2, 3))(zeros(5, 3)) }
  ),
  (
    "MixtureOfExperts: router for 3, 1 experts",
    { _ = MixtureOfExperts(router: Router(weights: zeros(3, 2)), experts: [expert], active: 1) }
  ),
  (
    "MixtureOfExperts: top 2 of 1 experts",
    { _ = MixtureOfExperts(router: Router(weights: zeros(1, 2)), experts: [expert], active: 2) }
  ),
  ("switchAssignment: 0 tokens, 2 experts", { _ = switchAssignment(choices: [], experts: 2, capacityFactor: 1) }),
  ("switchAssignment: expert 2 of 2", { _ = switchAssignment(choices: [2], experts: 2, capacityFactor: 1) }),
  (
    "switchAssignment: the capacity factor must be positive",
    { _ = switchAssignment(choices: [1], experts: 2, capacityFactor: 0) }
  ),
  (
    "loadBalancingLoss: gates 2×3 and 1 choices", { _ = loadBalancingLoss(gates: zeros(2, 3), chosen: [[0]], alpha: 1) }
  ),
  (
    "loadBalancingLoss: gates 2×3 and 1 choices",
    { _ = loadBalancingGradient(gates: zeros(2, 3), chosen: [[0]], alpha: 1) }
  ),
  ("loadFractions: expert 3 of 3", { _ = loadFractions([[3]], experts: 3) }),
  ("loadFractions: no assignment", { _ = loadFractions([], experts: 3) }),
  ("normalizedLoadEntropy: 1 experts", { _ = normalizedLoadEntropy([1.0]) }),
  (
    "SoftMixtureOfExperts: 3 slots for 2 experts",
    { _ = SoftMixtureOfExperts(slots: zeros(3, 2), experts: [expert, expert]) }
  ),
  ("GroupedQueryAttention: 4 groups, 6 heads, width 12", { _ = shared(groups: 4, key: zeros(8, 12)) }),
  (
    "GroupedQueryAttention: query 12×12, key 8×12, value 8×12, output 12×12",
    { _ = shared(groups: 2, key: zeros(8, 12)) }
  ),
  (
    "GroupedQueryAttention: rotary embedding for another head dimension than 2",
    {
      _ = shared(groups: 2, key: zeros(4, 12), rotary: RotaryEmbedding(headDimension: 4))
    }
  ),
  (
    "GroupedQueryAttention: tokens 5×3 against projections 12×12",
    { _ = shared(groups: 2, key: zeros(4, 12))(zeros(5, 3)) }
  ),
  ("KeyValueCache: 0 groups of width 2", { _ = KeyValueCache<Double>(groups: 0, headDimension: 2) }),
  (
    "KeyValueCache: keys 5×3 and values 5×4 for 2 groups of width 2",
    {
      var cache = KeyValueCache<Double>(groups: 2, headDimension: 2)
      cache.append(keys: zeros(5, 3), values: zeros(5, 4))
    }
  ),
  ("stacked: widths of 2×3 and 2×4 differ", { _ = stacked(zeros(2, 3), zeros(2, 4)) }),
  (
    "expectedAttention: keys 5×3, mean of 2, variances of 3",
    { _ = expectedAttention(zeros(5, 3), mean: [1, 2], variance: [1, 2, 3]) }
  ),
  (
    "placesToKeep: keys 5×1 and values 4×1 differ",
    { _ = placesToKeep(keys: zeros(5, 1), values: zeros(4, 1), mean: [0], variance: [0], ratio: 0) }
  ),
  (
    "placesToKeep: the ratio must be in 0..<1",
    { _ = placesToKeep(keys: zeros(5, 1), values: zeros(5, 1), mean: [0], variance: [0], ratio: 1) }
  ),
  (
    "placesToKeep: 4 sinks among 3 tokens",
    { _ = placesToKeep(keys: zeros(5, 1), values: zeros(5, 1), mean: [0], variance: [0], ratio: 0.5) }
  ),
  ("weightSharingError: head 2 of 2", { _ = weightSharingError([[1.0], [2]], groups: [[0, 2]]) }),
  ("neighbouringGroups: 4 groups of 6 heads", { _ = neighbouringGroups(heads: 6, groups: 4) }),
  ("bestGrouping: 0 heads in 1 groups", { _ = bestGrouping([[Double]](), groups: 1) }),
  ("Discretization: the step is negative", { _ = Discretization.euler(1.0, step: -1) }),
  ("Discretization: the bilinear rule has no value", { _ = Discretization.bilinear(2.0, step: 1) }),
  (
    "StateSpaceModel: a of 1, b of 2, c of 1 elements",
    { _ = StateSpaceModel(a: [1.0], b: [1, 2], c: [1], skip: 0, step: 1) }
  ),
  ("ScanStep: decay of 1 and offset of 2 elements", { _ = ScanStep(decay: [1.0], offset: [1, 2]) }),
  (
    "selectiveScan: input 2×3 and steps 2×2 differ",
    {
      _ = selectiveScan(
        zeros(2, 3), delta: zeros(2, 2), a: zeros(3, 1), b: zeros(2, 1), c: zeros(2, 1), skip: [0, 0, 0])
    }
  ),
  (
    "selectiveScan: input 2×3, a 2×1, b 2×1, c 2×1, skip of 3",
    {
      _ = selectiveScan(
        zeros(2, 3), delta: zeros(2, 3), a: zeros(2, 1), b: zeros(2, 1), c: zeros(2, 1), skip: [0, 0, 0])
    }
  ),
  (
    "MambaBlock: tokens 2×3 against an input projection of 4×4",
    {
      var r = Random(seed: 1)
      _ = MambaBlock<Double>(dimension: 4, inner: 2, state: 1, using: &r)(zeros(2, 3))
    }
  ),
  ("incompleteBeta: x must be in 0...1", { _ = incompleteBeta(1.5, 1, 1) }),
  ("incompleteBeta: a and b must be positive", { _ = incompleteBeta(0.5, 0, 1) }),
  ("logGamma: the argument must be positive", { _ = logGamma(0) }),
  ("equatorProbability: dimension 1", { _ = equatorProbability(dimension: 1, within: 0.1) }),
  ("PoincareBall: lengths 1 and 2 differ", { _ = PoincareBall.add([0.1], [0.1, 0.2]) }),
  ("PoincareBall: a point is not inside the ball", { _ = PoincareBall.distance([1.0], [0.5]) }),
  ("LorentzModel: lengths 2 and 3", { _ = LorentzModel.product([1.0, 0], [1, 0, 0]) }),
  (
    "FeedForward: a token of 2 against up 3×1",
    {
      _ = FeedForward(up: zeros(3, 1), upBias: [0, 0, 0], down: zeros(1, 3), downBias: [0], activation: .relu).jacobian(
        at: [1, 2])
    }
  ),
  ("jacobianAlignment: Jacobians 1×2 and 2×1 differ", { _ = jacobianAlignment(zeros(1, 2), zeros(2, 1)) }),
  ("jacobianAlignment: a Jacobian that is zero has no direction", { _ = jacobianAlignment(zeros(1, 2), zeros(1, 2)) }),
  (
    "LorentzModel: down 2×3 and up 2×2 do not match",
    { _ = LorentzModel.lowRankUpdate([1.0, 0, 0, 0], down: zeros(2, 3), up: zeros(2, 2), alpha: 1) }
  ),
  ("LorentzModel: the point is not inside the ball", { _ = LorentzModel.fromBall([1.0]) }),
  ("fastGradientSign: 1 elements and a gradient of 2", { _ = fastGradientSign([1.0], gradient: [1, 2], epsilon: 1) }),
  ("fastGradientSign: epsilon is negative", { _ = fastGradientSign([1.0], gradient: [1], epsilon: -1) }),
  ("AttentionMemory: a query block of 0", { _ = AttentionMemory.tiledTraffic(tokens: 1, width: 1, queryBlock: 0) }),
  ("Roofline: rates must be positive", { _ = Roofline(name: "", peak: 0, bandwidth: 1) }),
  (
    "LowRankAdapter: weight 4×3, down 2×3, up 3×2",
    { _ = LowRankAdapter(weight: zeros(4, 3), down: zeros(2, 3), up: zeros(3, 2), alpha: 1) }
  ),
  ("MixtureOfDepths: capacity 0", { _ = MixtureOfDepths(router: [1.0], capacity: 0) { $0 } }),
  (
    "MixtureOfDepths: capacity 3 of tokens 2×1",
    { _ = MixtureOfDepths(router: [1.0], capacity: 3, block: { $0 })(zeros(2, 1)) }
  ),
  (
    "capturedFraction: basis 2×3 and a vector of 2 differ in width",
    { _ = capturedFraction(of: [1, 2], in: zeros(2, 3)) }
  ),
  ("capturedFraction: a zero vector has no direction", { _ = capturedFraction(of: [0, 0], in: zeros(1, 2)) }),
  ("subspaceOverlap: an empty basis", { _ = subspaceOverlap(zeros(0, 3), zeros(2, 3)) }),
]

private func shared(groups: Int, key: Matrix<Double>, rotary: RotaryEmbedding<Double>? = nil) -> GroupedQueryAttention<
  Double
> {
  GroupedQueryAttention(
    query: zeros(12, 12), key: key, value: key, output: zeros(12, 12), heads: 6, groups: groups, rotary: rotary)
}

private var expert: FeedForward<Double> {
  FeedForward(up: zeros(3, 2), upBias: [0, 0, 0], down: zeros(2, 3), downBias: [0, 0], activation: .relu)
}

@Test(arguments: refusals.indices) func refusedArgumentsStopWithTheirShapes(_ index: Int) async throws {
  let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
    refusals[index].call()
  }
  let message = String(decoding: result.standardErrorContent, as: UTF8.self)
  #expect(message.contains(refusals[index].says), "said: \(message.prefix(300))")
}

private func heads(_ key: Matrix<Double>, _ count: Int) -> MultiHeadAttention<Double> {
  MultiHeadAttention(query: zeros(4, 4), key: key, value: zeros(4, 4), output: zeros(4, 4), heads: count)
}

private func smoother(_ q: Matrix<Double>, _ k: Matrix<Double>, _ v: Matrix<Double>) -> Matrix<Double> {
  kernelSmoother(queries: q, keys: k, values: v) { _, _ in 0 }
}

private func floats(_ count: Int, _ rows: Int, _ columns: Int) -> [Matrix<Float>] {
  [Matrix<Float>](repeating: Matrix(rows: rows, columns: columns, repeating: 0), count: count)
}
