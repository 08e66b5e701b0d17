import Kernel
import Testing

@Suite struct TheoryTests {
  @Test func theOptimumIsTheLowestPointOfAGrid() {
    let law = ScalingLaw(
      irreducible: 1.7, parameterFactor: 400, parameterExponent: 0.34, tokenFactor: 410, tokenExponent: 0.28)
    for c in [1e18, 1e21] {
      let best = law.optimum(flops: c), least = law.loss(parameters: best.parameters, tokens: best.tokens)
      expectClose(6 * best.parameters * best.tokens / c, 1, within: 1e-14)
      var lowest = (factor: 0.0, loss: Double.infinity)
      for step in -100...100 {
        let factor = exp(0.01 * Double(step)), n = best.parameters * factor
        let loss = law.loss(parameters: n, tokens: c / 6 / n)
        #expect(loss >= least * (1 - 1e-14))
        if loss < lowest.loss { lowest = (factor, loss) }
      }
      expectClose(lowest.factor, 1, within: 1e-9)
    }
    let ratio = law.optimum(flops: 1e22).parameters / law.optimum(flops: 1e20).parameters
    expectClose(ratio, pow(100, 0.28 / 0.62), within: 1e-12)
  }

  @Test func majorityVotesFollowTheCountOfAllOutcomes() {
    for (n, p) in [(1, 0.3), (3, 0.6), (7, 0.55), (11, 0.4)] {
      var reference = 0.0
      for outcome in 0..<(1 << n) where outcome.nonzeroBitCount > n / 2 {
        reference += power(p, outcome.nonzeroBitCount) * power(1 - p, n - outcome.nonzeroBitCount)
      }
      expectClose(majorityVoteAccuracy(votes: n, each: p), reference, within: 1e-12)
    }
    #expect(majorityVoteAccuracy(votes: 101, each: 0.6) > 0.97 && majorityVoteAccuracy(votes: 101, each: 0.4) < 0.03)
  }

  @Test func anglesGatherAroundTheRightAngle() {
    // In the plane the angle is uniform: 2δ/π of all. In space its cosine is: sin δ.
    expectClose(rightAngleProbability(dimension: 2, within: 0.3), 0.6 / 3.141592653589793, within: 1e-12)
    expectClose(rightAngleProbability(dimension: 3, within: 0.3), sin(0.3), within: 1e-12)
    var generator = Random(seed: 3), near = 0
    for _ in 0..<4000 {
      let x: [Double] = unitVector(20, using: &generator), y: [Double] = unitVector(20, using: &generator)
      if (angle(x, y) - 1.5707963267948966).magnitude < 0.17 { near += 1 }
    }
    // Four standard errors of 4000 draws are at most 0.032.
    #expect((Double(near) / 4000 - rightAngleProbability(dimension: 20, within: 0.17)).magnitude < 0.032)
  }

  @Test func readingExamplesIsOneStepOfGradientDescent() {
    let x = randomMatrix(9, 4, seed: 1), y = randomMatrix(9, 2, seed: 2), queries = randomMatrix(3, 4, seed: 3)
    let rate = 0.05, attended = unnormalizedAttention(queries, x, y, scale: rate)
    expectClose(
      attended, matmul(queries, transposed: firstGradientStep(inputs: x, targets: y, rate: rate)), within: 1e-14)
    // The step itself, by the tape: −η times the gradient of the loss at W = 0.
    let gradient = valueAndGradient([Matrix(rows: 2, columns: 4, repeating: 0.0)]) { tape, w in
      let error = matmul(tape.constant(x), transposed: w[0]) - tape.constant(y)
      return sum(error * error) * 0.5
    }.gradient[0]
    expectClose(firstGradientStep(inputs: x, targets: y, rate: rate), gradient * -rate, within: 1e-14)
    #expect(maxAbsDifference(attention(queries, x, y), attended) > 0.1)
  }
}
