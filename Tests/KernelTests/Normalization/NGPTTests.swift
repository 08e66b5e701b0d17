import Kernel
import Testing

@Test func theNGPTStepStaysOnTheSphere() {
  let h = l2NormalizeRows(randomMatrix(13, 7, seed: 1)), y = randomMatrix(13, 7, seed: 2, scale: 20)
  let moved = NGPTResidual(rate: 0.3, dimension: 7)(h, toward: y)
  for (i, row) in moved.rowVectors.enumerated() {
    expectClose(norm(row), 1, within: 5e-16)
    #expect(angle(row, y.row(i)) < angle(h.row(i), y.row(i)))
    #expect(row == NGPTResidual(rate: 0.3, dimension: 7)(h.row(i), toward: y.row(i)))
  }
}

@Test func theNGPTStepAndSlerpFollowOneArcAtDifferentSpeeds() {
  var generator = Random(seed: 3)
  for _ in 0..<20 {
    let u: [Double] = unitVector(7, using: &generator), v: [Double] = unitVector(7, using: &generator),
      omega = angle(u, v)
    for rate in [0.1, 0.25, 0.5, 0.8] {
      let step = NGPTResidual(rate: rate, dimension: 7)(u, toward: v)
      // The chord point (1−α)u + αv lies at tan φ = α sin Ω/(1 − α + α cos Ω) from u; slerp goes by αΩ.
      let moved = angle(u, step)
      expectClose(sin(moved) * (1 - rate + rate * cos(omega)), cos(moved) * rate * sin(omega), within: 1e-14)
      expectClose(angle(u, slerp(u, v, rate)), rate * omega, within: 1e-14)
      expectClose(slerp(u, v, moved / omega), step, within: 1e-14, "the same arc")
      #expect(rate < 0.5 ? moved < rate * omega : moved > rate * omega * (1 - 1e-15))
    }
    expectClose(NGPTResidual(rate: 0.5, dimension: 7)(u, toward: v), slerp(u, v, 0.5), within: 1e-14, "the middle")
  }
}

@Test func slerpMatchesTheReference() {
  for item in Fixture.named("normalization")["arcs"].cases {
    let u = item["u"].vector, v = item["v"].vector
    expectClose(slerp(u, v, item["t"].number), item["point"].vector, within: 1e-14)
    expectClose(angle(u, v) / item["angle"].number, 1, within: 2e-8)
    expectClose(angle(u, v), item["angle"].number, within: 1e-14)
  }
  expectClose(angle([1.0, 0], [-3, 0]), 3.141592653589793, within: 0)
  expectClose(angle([2.0, 0], [0, 5]), 1.5707963267948966, within: 5e-16)
  #expect(slerp([1.0, 0], [1, 0], 0.7) == [1, 0])
}

@Test func nGPTLogitsAreRootDTimesGainSquaredCosine() {
  let q = randomMatrix(7, 16, seed: 4, scale: 9), k = randomMatrix(13, 16, seed: 5, scale: 9),
    v = randomMatrix(13, 5, seed: 6)
  let output = nGPTAttention(q, k, v, gain: [Double](repeating: 1.5, count: 16))
  expectClose(output, cosineAttention(q, k, v, scale: 4 * 2.25), within: 1e-13)
  let causal = nGPTAttention(q, k, v, gain: [Double](repeating: 1, count: 16), mask: .causal)
  expectClose(causal.row(0), v.row(0), within: 1e-15)
  // A mean of unit values is shorter than one until it is normalised again.
  let unit = nGPTAttention(q, k, l2NormalizeRows(v), gain: [Double](repeating: 1, count: 16))
  for row in unit.rowVectors { #expect(norm(row) < 1) }
}
