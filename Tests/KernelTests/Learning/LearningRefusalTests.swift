import Kernel
import Testing

private typealias Tape64 = Tape<Double>

/// Two variables of the given shapes on one tape.
private func pair(_ a: (Int, Int), _ b: (Int, Int)) -> (Variable<Double>, Variable<Double>) {
  let tape = Tape64()
  return (tape.parameter(zeros(a.0, a.1)), tape.parameter(zeros(b.0, b.1)))
}
private func one(_ rows: Int, _ columns: Int) -> Variable<Double> { Tape64().parameter(zeros(rows, columns)) }
private var model: CausalTransformer {
  CausalTransformer(vocabulary: 5, context: 4, width: 4, heads: 2, layers: 1, hidden: 0)
}
private func logits(_ sequences: [[Int]]) {
  var generator = Random(seed: 1)
  let tape = Tape64()
  _ = model.logits(sequences, model.parameters(of: Double.self, using: &generator).map { tape.constant($0) })
}
private func experts(_ n: Int, steps: Int) {
  var generator = Random(seed: 1)
  let _: ExpertTraining<Double> = trainExperts(
    experts: n, regimes: 2, dimension: 2, tokens: 4, steps: steps, alpha: 0, rate: 0.1, lead: 0, using: &generator)
}
private var digits: OpticalDigits<Double> { OpticalDigits(images: zeros(3, 64), labels: [0, 1, 2]) }
private var nothing: OpticalDigits<Double> { OpticalDigits(images: zeros(0, 64), labels: []) }
private var reader: DigitClassifier<Double> { DigitClassifier(parameters: [zeros(64, 10), zeros(1, 10)]) }
private func train(hidden: Int = 0, epochs: Int = 1, batch: Int = 1) {
  var generator = Random(seed: 1)
  _ = DigitClassifier.train(on: digits, hidden: hidden, epochs: epochs, batch: batch, using: &generator)
}
private func adapter() -> LowRankAdapter<Double> {
  LowRankAdapter(weight: zeros(4, 3), down: zeros(2, 3), up: zeros(4, 2), alpha: 1)
}

private let refusals: [Refusal] = [
  ("Tape: the loss belongs to another tape", { _ = Tape64().gradients(of: one(1, 1)) }),
  (
    "Tape: a loss of shape 2×3",
    {
      let x = one(2, 3); _ = x.tape.gradients(of: x)
    }
  ),
  ("Variable: shape 2×3 is no scalar", { _ = one(2, 3).scalar }),
  (
    "Gradients: a variable of another tape",
    {
      let x = one(1, 1); _ = x.tape.gradients(of: x)[one(1, 1)]
    }
  ),
  (
    "Gradients: a constant, or later than the loss",
    {
      let x = one(1, 1); let c = x.tape.constant(zeros(1, 1)); _ = x.tape.gradients(of: x + c)[c]
    }
  ),
  (
    "Gradients: a constant, or later than the loss",
    {
      let x = one(1, 1), g = x.tape.gradients(of: x); _ = g[x * 2]
    }
  ),
  ("matmul: variables of two tapes", { _ = matmul(one(2, 3), one(3, 2)) }),
  (
    "matmul: inner sizes of 2×3 and 2×3 differ",
    {
      let (a, b) = pair((2, 3), (2, 3)); _ = matmul(a, b)
    }
  ),
  ("matmul: variables of two tapes", { _ = matmul(one(2, 3), transposed: one(2, 3)) }),
  (
    "matmul: inner sizes of 2×3 and transposed 2×4 differ",
    {
      let (a, b) = pair((2, 3), (2, 4)); _ = matmul(a, transposed: b)
    }
  ),
  ("+: variables of two tapes", { _ = one(1, 1) + one(1, 1) }),
  (
    "Variable +: shapes 2×3 and 2×1 differ",
    {
      let (a, b) = pair((2, 3), (2, 1)); _ = a + b
    }
  ),
  ("-: variables of two tapes", { _ = one(1, 1) - one(1, 1) }),
  (
    "Matrix -: shapes 2×3 and 1×3 differ",
    {
      let (a, b) = pair((2, 3), (1, 3)); _ = a - b
    }
  ),
  ("*: variables of two tapes", { _ = one(1, 1) * one(1, 1) }),
  (
    "Variable *: shapes 2×3 and 3×1 differ",
    {
      let (a, b) = pair((2, 3), (3, 1)); _ = a * b
    }
  ),
  ("gatherRows: row 4 of 4×2", { _ = gatherRows(one(4, 2), [0, 4]) }),
  ("gatherRows: row -1 of 4×2", { _ = gatherRows(one(4, 2), [-1]) }),
  ("Matrix: rows 1..<4 outside 3×2", { _ = one(3, 2).rows(1..<4) }),
  ("Matrix: columns 1..<3 outside 3×2", { _ = one(3, 2).columns(1..<3) }),
  ("concatenatedColumns: no matrix", { _ = concatenatedColumns([Variable<Double>]()) }),
  (
    "concatenatedColumns: heights of 2×3 and 3×3 differ",
    {
      let (a, b) = pair((2, 3), (3, 3)); _ = concatenatedColumns([a, b])
    }
  ),
  ("concatenatedColumns: variables of two tapes", { _ = concatenatedColumns([one(2, 3), one(2, 3)]) }),
  ("stackedRows: no matrix", { _ = stackedRows([Variable<Double>]()) }),
  (
    "stackedRows: widths of 2×3 and 2×4 differ",
    {
      let (a, b) = pair((2, 3), (2, 4)); _ = stackedRows([a, b])
    }
  ),
  ("stackedRows: variables of two tapes", { _ = stackedRows([one(2, 3), one(2, 3)]) }),
  (
    "layerNorm: rows 2×0",
    {
      let (a, b) = pair((2, 0), (1, 0)); _ = layerNorm(a, gain: b, bias: b)
    }
  ),
  (
    "layerNorm: rows 2×3 with an epsilon of -1.0",
    {
      let (a, b) = pair((2, 3), (1, 3)); _ = layerNorm(a, gain: b, bias: b, epsilon: -1)
    }
  ),
  (
    "rmsNorm: rows 2×0",
    {
      let (a, b) = pair((2, 0), (1, 0)); _ = rmsNorm(a, gain: b)
    }
  ),
  (
    "Variable *: shapes 2×3 and 1×4 differ",
    {
      let (a, b) = pair((2, 3), (1, 4)); _ = rmsNorm(a, gain: b)
    }
  ),
  ("crossEntropy: logits 2×3 and 1 targets", { _ = crossEntropy(one(2, 3), [0]) }),
  ("crossEntropy: logits 0×3 and 0 targets", { _ = crossEntropy(one(0, 3), []) }),
  ("crossEntropy: class 3 of 3", { _ = crossEntropy(one(1, 3), [3]) }),
  ("mean: no elements", { _ = mean(one(0, 3)) }),
  ("Matrix -: shapes 2×3 and 3×2 differ", { _ = meanSquaredError(one(2, 3), zeros(3, 2)) }),
  ("loadBalancingLoss: gates 2×3 and 1 choices", { _ = loadBalancingLoss(gates: one(2, 3), chosen: [[0]], alpha: 1) }),
  ("SGD: a momentum of 1.0", { _ = SGD(rate: 0.1, momentum: 1) }),
  (
    "SGD: shapes 2×3 and 3×2 differ",
    {
      var p = [zeros(2, 3)], sgd = SGD(rate: 0.1); sgd.step(&p, [zeros(3, 2)])
    }
  ),
  (
    "SGD: 1 parameters and 2 gradients",
    {
      var p = [zeros(2, 3)], sgd = SGD(rate: 0.1); sgd.step(&p, [zeros(2, 3), zeros(2, 3)])
    }
  ),
  (
    "SGD: shapes 3×2 and 2×3 differ",
    {
      var p = [zeros(2, 3)], other = [zeros(3, 2)], sgd = SGD(rate: 0.1)
      sgd.step(&p, p)
      sgd.step(&other, other)
    }
  ),
  ("Adam: decays 1.0 and 0.5", { _ = Adam(beta1: 1.0, beta2: 0.5) }),
  ("Adam: decays 0.5 and -0.5", { _ = Adam(beta1: 0.5, beta2: -0.5) }),
  ("Adam: epsilon must be positive", { _ = Adam(epsilon: 0.0) }),
  (
    "Adam: shapes 2×3 and 3×2 differ",
    {
      var p = [zeros(2, 3)], adam = Adam<Double>(); adam.step(&p, [zeros(3, 2)])
    }
  ),
  (
    "CausalTransformer: a size is not positive",
    { _ = CausalTransformer(vocabulary: 5, context: 4, width: 4, heads: 2, layers: 0, hidden: 0) }
  ),
  (
    "CausalTransformer: 3 heads do not divide the width 4",
    { _ = CausalTransformer(vocabulary: 5, context: 4, width: 4, heads: 3, layers: 1, hidden: 0) }
  ),
  ("CausalTransformer: 0 parameters", { _ = model.logits([[1]], [Variable<Double>]()) }),
  ("CausalTransformer: sequences of 5 tokens in a context of 4", { logits([[0, 1, 2, 3, 4]]) }),
  ("CausalTransformer: sequences of 0 tokens", { logits([]) }),
  ("CausalTransformer: sequences of 2 and 1 tokens", { logits([[0, 1], [2]]) }),
  ("gatherRows: row 5 of 5×4", { logits([[5]]) }),
  (
    "repeatedSegment: 6 distinct tokens of 5",
    {
      var g = Random(seed: 1); _ = repeatedSegment(length: 6, vocabulary: 5, using: &g)
    }
  ),
  ("trainExperts: 1 experts, 3 steps", { experts(1, steps: 3) }),
  ("trainExperts: 2 experts, 0 steps", { experts(2, steps: 0) }),
  ("OpticalDigits: images 2×63 and 2 labels", { _ = OpticalDigits(images: zeros(2, 63), labels: [1, 2]) }),
  ("OpticalDigits: images 2×64 and 1 labels", { _ = OpticalDigits(images: zeros(2, 64), labels: [1]) }),
  ("OpticalDigits: a label 10", { _ = OpticalDigits(images: zeros(1, 64), labels: [10]) }),
  ("Matrix: row 3 outside 3×64", { _ = digits.image(3) }),
  ("Matrix: rows 1..<4 outside 3×64", { _ = digits.samples(1..<4) }),
  ("DigitClassifier: 3 parameters", { _ = DigitClassifier(parameters: [zeros(64, 10), zeros(1, 10), zeros(10, 10)]) }),
  (
    "DigitClassifier: weight 63×10 and bias 1×10 after a width of 64",
    { _ = DigitClassifier(parameters: [zeros(63, 10), zeros(1, 10)]) }
  ),
  ("DigitClassifier: weight 64×10 and bias 2×10", { _ = DigitClassifier(parameters: [zeros(64, 10), zeros(2, 10)]) }),
  ("DigitClassifier: 9 classes", { _ = DigitClassifier(parameters: [zeros(64, 9), zeros(1, 9)]) }),
  ("DigitClassifier: 0 epochs, 0 hidden units", { train(epochs: 0) }),
  ("DigitClassifier: 1 epochs, -1 hidden units", { train(hidden: -1) }),
  ("DigitClassifier: batches of 4 from 3 samples", { train(batch: 4) }),
  ("DigitClassifier: batches of 0 from 3 samples", { train(batch: 0) }),
  ("matmul: inner sizes of 1×63 and 64×10 differ", { _ = reader.logits(zeros(1, 63)) }),
  ("DigitClassifier: no sample", { _ = reader.accuracy(on: nothing) }),
  ("crossEntropy: logits 0×10 and 0 targets", { _ = reader.loss(on: nothing) }),
  ("DigitClassifier: no sample", { _ = reader.hessianDiagonal(on: nothing) }),
  ("fastGradientSign: epsilon is negative", { _ = reader.attacked(digits, epsilon: -0.1) }),
  ("DigitClassifier: a share of 1.5 of the weights", { _ = reader.pruned(keeping: 1.5, by: .magnitude) }),
  ("DigitClassifier: a share of -0.5 of the weights", { _ = reader.pruned(keeping: -0.5, by: .magnitude) }),
  (
    "LowRankAdapter: inputs 2×4, targets 2×4 for a weight 4×3",
    { _ = adapter().trained(inputs: zeros(2, 4), targets: zeros(2, 4), steps: 1, rate: 0.1) }
  ),
  (
    "LowRankAdapter: 0 steps", { _ = adapter().trained(inputs: zeros(2, 3), targets: zeros(2, 4), steps: 0, rate: 0.1) }
  ),
  (
    "gradientByDepth: 0 layers of width 4, 3 tokens",
    {
      var g = Random(seed: 1)
      _ = gradientByDepth(.pre, layers: 0, width: 4, tokens: 3, of: Double.self, using: &g)
    }
  ),
]

@Test(arguments: refusals.indices) func refusedLearningStops(_ index: Int) async throws {
  let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
    refusals[index].call()
  }
  expectRefused(refusals[index], result)
}
