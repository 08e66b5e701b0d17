import Kernel
import Testing

@Suite struct ScalingTests {
  private let planted = ScalingLaw(
    irreducible: 1.69, parameterFactor: 406.4, parameterExponent: 0.34, tokenFactor: 410.7, tokenExponent: 0.28)

  private func runs(noise: Double, seed: UInt64 = 1) -> [TrainingRun] {
    var generator = Random(seed: seed), runs: [TrainingRun] = []
    for i in 0..<7 {
      for j in 0..<7 {
        let n = 1e7 * pow(10, 0.5 * Double(i)), d = 1e9 * pow(10, 0.5 * Double(j))
        runs.append(
          TrainingRun(
            parameters: n, tokens: d, loss: planted.loss(parameters: n, tokens: d) * (1 + noise * generator.normal())))
      }
    }
    return runs
  }

  @Test func aFitRecoversPlantedConstants() {
    let law = ScalingLaw.fit(runs(noise: 0))
    expectClose([law.irreducible, law.parameterExponent, law.tokenExponent], [1.69, 0.34, 0.28], within: 1e-6)
    expectClose([law.parameterFactor / 406.4, law.tokenFactor / 410.7], [1, 1], within: 1e-5)
    // Other constants, fewer runs, no grid.
    let other = ScalingLaw(
      irreducible: 0.2, parameterFactor: 3, parameterExponent: 0.73, tokenFactor: 50, tokenExponent: 0.11)
    let few = [(1, 1), (10, 2), (100, 70), (3, 800), (40, 9), (7, 33), (900, 5)].map { n, d in
      TrainingRun(parameters: n, tokens: d, loss: other.loss(parameters: n, tokens: d))
    }
    let again = ScalingLaw.fit(few)
    expectClose([again.irreducible, again.parameterExponent, again.tokenExponent], [0.2, 0.73, 0.11], within: 1e-5)
    expectClose([again.parameterFactor, again.tokenFactor], [3, 50], within: 1e-3)
  }

  @Test func noiseOfAThousandthMovesThemLittle() {
    let law = ScalingLaw.fit(runs(noise: 1e-3))
    #expect((law.parameterExponent - 0.34).magnitude < 0.02 && (law.tokenExponent - 0.28).magnitude < 0.02)
    #expect((law.irreducible - 1.69).magnitude < 0.05)
    #expect(law.parameterExponent != 0.34)
  }

  @Test func aSmoothAccuracyMakesASharpMetric() {
    let model = EmergenceModel(scale: 1e6, exponent: 0.5)
    for n in [1e5, 1e7, 1e9] {
      let p = model.tokenAccuracy(parameters: n)
      expectClose(p, exp(-sqrt(1e6 / n)), within: 1e-13)
      expectClose(model.exactMatch(parameters: n, length: 30), power(p, 30), within: 1e-12)
      expectClose(model.wrongTokens(parameters: n, length: 30), 30 * (1 - p), within: 1e-13)
    }
    for share in [0.1, 0.5, 0.9] {
      let n = model.parameters(exactMatch: share, length: 30)
      expectClose(model.exactMatch(parameters: n, length: 30), share, within: 1e-12)
    }
    // In the decade where whole answers go from a tenth to right, the error of a token hardly moves.
    let low = model.parameters(exactMatch: 0.1, length: 30)
    #expect(
      model.exactMatch(parameters: low / 10, length: 30) < 0.001
        && model.exactMatch(parameters: 10 * low, length: 30) > 0.45)
    #expect(model.tokenAccuracy(parameters: 10 * low) - model.tokenAccuracy(parameters: low) < 0.06)
    // The slope, by differences.
    expectClose(
      exactMatchSlope(tokenAccuracy: 0.97, length: 30), (power(0.97001, 30) - power(0.96999, 30)) / 2e-5, within: 1e-6)
    #expect(exactMatchSlope(tokenAccuracy: 0.3, length: 1) == 1)
  }
}
