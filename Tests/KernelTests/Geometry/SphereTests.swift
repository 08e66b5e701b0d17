import Kernel
import Testing

@Test func incompleteBetaMatchesTheReference() {
  for item in Fixture.named("geometry")["beta"].cases {
    expectClose(
      incompleteBeta(item["x"].number, item["a"].number, item["b"].number), item["value"].number, within: 1e-12)
  }
  for item in Fixture.named("geometry")["logGamma"].cases {
    expectClose(logGamma(item["x"].number), item["value"].number, within: 1e-14)
  }
}

@Test func highDimensionsLieNearTheEquator() {
  for (d, p) in [(2, 0.0638), (3, 0.1), (10, 0.2301), (100, 0.6803), (1000, 0.9985)] {
    #expect((equatorProbability(dimension: d, within: 0.1) - p).magnitude < 5e-5, "\(d)")
  }
  var generator = Random(seed: 1)
  let near = (0..<4000).count { _ in (unitVector(10, using: &generator)[0] as Double).magnitude < 0.1 }
  #expect((Double(near) / 4000 - equatorProbability(dimension: 10, within: 0.1)).magnitude < 0.02)
}

@Test func randomDirectionsAreNearlyOrthogonal() {
  var generator = Random(seed: 2)
  for d in [2, 10, 300] {
    let products = (0..<3000).map { _ in
      dot(unitVector(d, using: &generator), unitVector(d, using: &generator) as [Double])
    }
    #expect(
      mean(products).magnitude < 4 / sqrt(3000 * Double(d)) && (variance(products) * Double(d) - 1).magnitude < 0.15)
  }
}

@Test func fastGradientSignIsTheBestBoxedStepForALinearLoss() {
  let w = [0.5, -2.0, 0.0, 1.25, -0.3], x = [1.0, 2, 3, 4, 5], moved = fastGradientSign(x, gradient: w, epsilon: 0.1)
  let rise = dot(w, moved) - dot(w, x)
  expectClose(rise, 0.1 * w.reduce(0) { $0 + $1.magnitude }, within: 1e-14)
  #expect(moved[2] == 3 && moved[1] == 1.9)
  for corner in 0..<32 {
    let other = x.indices.map { x[$0] + (corner >> $0 & 1 == 1 ? 0.1 : -0.1) }
    #expect(dot(w, other) - dot(w, x) <= rise + 1e-14)
  }
}
