import Kernel
import Testing

private func experts(_ n: Int, d: Int = 6) -> [FeedForward<Double>] {
  var generator = Random(seed: 40)
  return (0..<n).map { _ in FeedForward(dimension: d, hidden: 9, activation: .gelu, using: &generator) }
}

@Test func aRouterIgnoresAConstantAndHasConesForRegions() {
  let router = Router(weights: randomMatrix(8, 6, seed: 1)), x = randomMatrix(1, 6, seed: 2).row(0),
    gates = softmax(router.logits(x))
  #expect(router.expertCount == 8)
  for k in [1, 3, 8] {
    let full = router.route(x, top: k, renormalised: false), own = router.route(x, top: k, renormalised: true)
    #expect(full.map(\.expert) == topIndices(gates, k) && own.map(\.expert) == full.map(\.expert))
    expectClose(full.map(\.gate), full.map { gates[$0.expert] }, within: 1e-16)
    expectClose(own.map(\.gate), full.map { $0.gate / topMass(gates, k) }, within: 1e-15)
    // The same experts along the whole ray.
    for stretch in [0.01, 7] {
      #expect(router.route(x.map { $0 * stretch }, top: k, renormalised: true).map(\.expert) == own.map(\.expert))
    }
  }
  // A vector added to every row adds one constant to all logits.
  let moved = Router(weights: Matrix(router.weights.rowVectors.map { zip($0, x).map { $0 + $1 } }))
  expectClose(softmax(moved.logits(x)), gates, within: 1e-14)
  let tied = Router(weights: Matrix([[1, 0], [1, 0], [0, 1]]))
  #expect(
    tied.route([1, 0], top: 2, renormalised: true) == [
      ExpertChoice(expert: 0, gate: 0.5), ExpertChoice(expert: 1, gate: 0.5),
    ])
}

@Test func theGroupedMixtureIsThePerTokenSum() {
  let router = Router(weights: randomMatrix(5, 6, seed: 3)), x = randomMatrix(13, 6, seed: 4), experts = experts(5)
  for (k, renormalised) in [(1, false), (2, true), (2, false), (5, true)] {
    let layer = MixtureOfExperts(router: router, experts: experts, active: k, renormalised: renormalised), y = layer(x)
    for i in 0..<13 {
      var expected = [Double](repeating: 0, count: 6)
      for choice in router.route(x.row(i), top: k, renormalised: renormalised) {
        expected = zip(expected, experts[choice.expert](x.row(i))).map { $0 + choice.gate * $1 }
      }
      expectClose(y.row(i), expected, within: 1e-13)
    }
    #expect(layer.groups(x).reduce(0) { $0 + $1.tokens.count } == k * 13)
  }
}

@Test func allExpertsAreTheDenseSumAndSharedOnesAlwaysRun() {
  let router = Router(weights: randomMatrix(4, 6, seed: 5)), x = randomMatrix(7, 6, seed: 6), all = experts(6)
  let routed = MixtureOfExperts(router: router, experts: Array(all[0..<4]), active: 4, renormalised: false)
  let gates = softmax(rows: matmul(x, transposed: router.weights))
  for i in 0..<7 {
    var dense = [Double](repeating: 0, count: 6)
    for e in 0..<4 { dense = zip(dense, all[e](x.row(i))).map { $0 + gates[i, e] * $1 } }
    expectClose(routed(x).row(i), dense, within: 1e-13)
  }
  let some = MixtureOfExperts(router: router, experts: Array(all[0..<4]), active: 2)
  let shared = MixtureOfExperts(router: router, experts: Array(all[0..<4]), shared: [all[4], all[5]], active: 2)
  expectClose(shared(x) - some(x), all[4](x) + all[5](x), within: 1e-14)
  // Gates that sum to one unless asked otherwise.
  #expect(some.renormalised && (sum(some.groups(x).flatMap(\.gates)) - 7).magnitude < 1e-14)
}

@Test func theHeatMapCountsLoads() {
  let router = Router(weights: randomMatrix(5, 6, seed: 7)), x = randomMatrix(33, 6, seed: 8),
    map = router.selection(x, top: 2)
  #expect(map.rowVectors.allSatisfy { sum($0) == 2 } && map.elements.allSatisfy { $0 == 0 || $0 == 1 })
  let chosen = x.rowVectors.map { router.route($0, top: 2, renormalised: true).map(\.expert) }
  expectClose((0..<5).map { sum(map.column($0)) / 66 }, loadFractions(chosen, experts: 5), within: 1e-15)
}

@Test func capacityDropsWhatTheFormulaSays() {
  let small = switchAssignment(choices: [0, 0, 0, 1, 0], experts: 2, capacityFactor: 1)
  #expect(small.capacity == 3 && small.expert == [0, 0, 0, 1, nil] && small.droppedFraction == 0.2)
  #expect(switchAssignment(choices: [0, 0, 0, 0], experts: 2, capacityFactor: 1).capacity == 2)
  #expect(switchAssignment(choices: [Int](repeating: 3, count: 40), experts: 8, capacityFactor: 8).droppedFraction == 0)
  // Uniform routing of 1024 tokens to 8 experts at capacity factor 1 drops 3.3 %.
  var generator = Random(seed: 9)
  let dropped = (0..<200).map { _ in
    switchAssignment(choices: (0..<1024).map { _ in generator.integer(below: 8) }, experts: 8, capacityFactor: 1)
      .droppedFraction
  }
  #expect((mean(dropped) - 0.033).magnitude < 0.001)
}

@Test func theBalancingLossHasItsKnownValues() {
  func loss(_ f: [Int], _ gates: [Double], alpha: Double = 1) -> Double {
    loadBalancingLoss(gates: Matrix(f.map { _ in gates }), chosen: f.map { [$0] }, alpha: alpha)
  }
  expectClose(loss([0, 1, 2, 3], [0.25, 0.25, 0.25, 0.25], alpha: 0.01), 0.01, within: 1e-16)
  expectClose(loss([2, 2, 2], [0, 0, 1, 0], alpha: 0.01), 0.04, within: 1e-16)
  // Top 2 of 4, evenly: still α.
  let even = Matrix<Double>(rows: 2, columns: 4, repeating: 0.25)
  expectClose(loadBalancingLoss(gates: even, chosen: [[0, 1], [2, 3]], alpha: 0.5), 0.5, within: 1e-16)
  // A lower value than the uniform pair's: choices and gates that avoid each other.
  expectClose(loss([0, 0, 1], [0.25, 0.75]), 5.0 / 6, within: 1e-15)
  let gates = softmax(rows: randomMatrix(7, 4, seed: 10)), chosen = [[0], [1], [1], [3], [0], [1], [2]]
  let gradient = loadBalancingGradient(gates: gates, chosen: chosen, alpha: 0.3)
  for (i, j) in [(0, 0), (3, 1), (6, 3)] {
    var up = gates, down = gates
    up[i, j] += 1e-6
    down[i, j] -= 1e-6
    let above = loadBalancingLoss(gates: up, chosen: chosen, alpha: 0.3)
    let below = loadBalancingLoss(gates: down, chosen: chosen, alpha: 0.3)
    expectClose(gradient[i, j], (above - below) / 2e-6, within: 1e-9)
  }
  #expect(normalizedLoadEntropy([0.25, 0.25, 0.25, 0.25]) == 1 && normalizedLoadEntropy([1.0, 0]) == 0)
}

@Test func softMixturesDropNothingAndAreNotCausal() {
  let layer = SoftMixtureOfExperts(slots: randomMatrix(4, 6, seed: 11), experts: experts(2)),
    x = randomMatrix(7, 6, seed: 12)
  let d = layer.dispatch(x), c = layer.combine(x)
  for s in 0..<4 { expectClose(sum(d.column(s)), 1, within: 1e-15) }
  for i in 0..<7 { expectClose(sum(c.row(i)), 1, within: 1e-15) }
  // Slot by slot: slots 0 and 1 belong to the first expert.
  var slots: [[Double]] = []
  for s in 0..<4 {
    let input = (0..<6).map { dot(d.column(s), x.column($0)) }
    slots.append(layer.experts[s / 2](input))
  }
  expectClose(layer(x), matmul(c, Matrix(slots)), within: 1e-13)
  let order = [3, 1, 4, 0, 6, 2, 5]
  expectClose(layer(permuted(x, order)), permuted(layer(x), order), within: 1e-14)
  let changed = Matrix(x.rowVectors.dropLast() + [[9, 9, 9, 9, 9, 9]])
  #expect(maxAbsDifference(layer(changed).row(0), layer(x).row(0)) > 1e-3, "the past sees the future")
}
