import Kernel
import Testing

@Suite struct TrainingTests {
  @Test func aHiddenLayerSeparatesRingsThatALineCannot() {
    var generator = Random(seed: 1)
    let labels = (0..<200).map { $0 % 2 }
    let points = Matrix(
      labels.map { label in
        unitVector(2, using: &generator).map { $0 * (label == 0 ? 1 : 2) + 0.1 * generator.normal() }
      })
    func accuracy(_ logits: Matrix<Double>) -> Double {
      let right = labels.indices.filter { topIndices(logits.row($0), 1)[0] == labels[$0] }
      return Double(right.count) / Double(labels.count)
    }
    func network(_ tape: Tape<Double>, _ p: [Variable<Double>]) -> Variable<Double> {
      matmul(relu(matmul(tape.constant(points), p[0]) + p[1]), p[2]) + p[3]
    }
    func line(_ tape: Tape<Double>, _ p: [Variable<Double>]) -> Variable<Double> {
      matmul(tape.constant(points), p[0]) + p[1]
    }
    func trained(
      _ start: [Matrix<Double>], _ model: (Tape<Double>, [Variable<Double>]) -> Variable<Double>
    ) -> Double {
      var parameters = start, sgd = SGD(rate: 0.2, momentum: 0.9), logits = points
      for _ in 0..<200 {
        let result = valueAndGradient(parameters) { tape, p in
          let y = model(tape, p)
          logits = y.value
          return crossEntropy(y, labels)
        }
        sgd.step(&parameters, result.gradient)
      }
      return accuracy(logits)
    }
    let hidden = [
      randomMatrix(2, 16, seed: 2), randomMatrix(1, 16, seed: 3), randomMatrix(16, 2, seed: 4, scale: 0.25),
      Matrix(rows: 1, columns: 2, repeating: 0.0),
    ]
    #expect(trained(hidden, network) > 0.97)
    #expect(trained([randomMatrix(2, 2, seed: 5), Matrix(rows: 1, columns: 2, repeating: 0.0)], line) < 0.7)
  }

  @Test func anAdapterLearnsALowRankChangeWithItsWeightFrozen() {
    // The target differs from the frozen weight by a matrix of rank 2: rank 2 reaches it, rank 1 stops at the second
    // singular direction, whose share of the error no matrix of rank 1 can remove.
    let frozen = randomMatrix(6, 8, seed: 11), x = randomMatrix(40, 8, seed: 12)
    let change = matmul(randomMatrix(6, 2, seed: 13), randomMatrix(2, 8, seed: 14))
    let target = matmul(x, transposed: frozen + change)
    func trained(rank r: Int) -> (first: Double, last: Double, adapter: LowRankAdapter<Double>) {
      var generator = Random(seed: 15)
      var adapter = LowRankAdapter(weight: frozen, rank: r, alpha: Double(r), using: &generator)
      var parameters = [adapter.down, adapter.up], adam = Adam(rate: 0.03), losses: [Double] = []
      for _ in 0..<600 {
        let result = valueAndGradient(parameters) { tape, p in
          let input = tape.constant(x), base = matmul(input, transposed: tape.constant(frozen))
          return meanSquaredError(base + matmul(matmul(input, transposed: p[0]), transposed: p[1]), target)
        }
        losses.append(result.value)
        adam.step(&parameters, result.gradient)
      }
      adapter.down = parameters[0]
      adapter.up = parameters[1]
      return (losses[0], losses.last!, adapter)
    }
    let full = trained(rank: 2), half = trained(rank: 1)
    #expect(full.last < 1e-5 * full.first)
    #expect(half.last > 1e-2 * half.first)
    #expect(full.adapter.weight == frozen && rank(full.adapter.merged() - frozen) == 2)
    expectClose(full.adapter.merged(), frozen + change, within: 0.02)
  }

  @Test func aTransformerLearnsInductionAndNeedsItsAttentionForIt() {
    let model = CausalTransformer(vocabulary: 12, context: 20, width: 32, heads: 2, layers: 2, hidden: 0)
    var generator = Random(seed: 5)
    var parameters = model.parameters(of: Float.self, using: &generator)
    var adam = Adam<Float>(rate: 0.004)
    func batch(_ n: Int) -> (sequences: [[Int]], places: [Int], targets: [Int]) {
      let sequences = (0..<16).map { _ in repeatedSegment(length: n, vocabulary: 12, using: &generator) }
      var places: [Int] = [], targets: [Int] = []
      for (s, sequence) in sequences.enumerated() {
        for i in n..<2 * n - 1 {
          places.append(s * 2 * n + i)
          targets.append(sequence[i + 1])
        }
      }
      return (sequences, places, targets)
    }
    for _ in 0..<700 {
      let task = batch(4 + generator.integer(below: 7))
      let result = valueAndGradient(parameters) { _, p in
        crossEntropy(gatherRows(model.logits(task.sequences, p), task.places), task.targets)
      }
      adam.step(&parameters, result.gradient)
    }
    func accuracy(_ parameters: [Matrix<Float>]) -> Double {
      var right = 0, all = 0
      for n in 4...10 {
        let task = batch(n), tape = Tape<Float>()
        let logits = model.logits(task.sequences, parameters.map { tape.constant($0) }).value
        for (place, target) in zip(task.places, task.targets) {
          all += 1
          if topIndices(logits.row(place), 1)[0] == target { right += 1 }
        }
      }
      return Double(right) / Double(all)
    }
    #expect(accuracy(parameters) > 0.9)
    // Without the output projections of attention a token sees only itself.
    var deaf = parameters
    for index in [5, 9] { deaf[index] = Matrix(rows: 32, columns: 32, repeating: 0) }
    #expect(accuracy(deaf) < 0.3)
  }

  @Test func logitsDoNotSeeTheFuture() {
    let model = CausalTransformer(vocabulary: 7, context: 6, width: 8, heads: 2, layers: 2, hidden: 16)
    var generator = Random(seed: 8)
    let tape = Tape<Double>()
    let parameters = model.parameters(of: Double.self, using: &generator).map { tape.constant($0) }
    let a = model.logits([[1, 2, 3, 4, 5], [6, 0, 1, 2, 3]], parameters).value
    let b = model.logits([[1, 2, 3, 0, 0], [6, 0, 1, 2, 3]], parameters).value
    #expect(a.rows(0..<3) == b.rows(0..<3) && a.rows(5..<10) == b.rows(5..<10))
    #expect(a.rows(3..<5) != b.rows(3..<5))
  }

  @Test func expertsCollapseWithoutTheBalancingLossAndRecoverWithIt() {
    func balance(_ alpha: Float) -> (start: Float, end: Float, error: Float) {
      let runs = (1...4).map { seed in
        var generator = Random(seed: UInt64(seed))
        let run: ExpertTraining<Float> = trainExperts(
          experts: 4, regimes: 4, dimension: 8, tokens: 64, steps: 300, alpha: alpha, rate: 0.02, lead: 3,
          using: &generator)
        return run
      }
      return (mean(runs.map { $0.balance[0] }), mean(runs.map { $0.balance.last! }), mean(runs.map { $0.losses.last! }))
    }
    let without = balance(0), with = balance(0.1)
    #expect(without.start == 0 && with.start == 0)
    #expect(without.end < 0.5)
    #expect(with.end > 0.94)
    #expect(with.error < without.error)
  }
}
