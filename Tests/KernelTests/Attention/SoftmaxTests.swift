import Kernel
import Testing

@Test func softmaxMatchesTheReference() {
  for item in Fixture.named("attention")["softmax"].cases {
    let scores = item["scores"].vector, t = item["temperature"].number, weights = item["weights"].vector
    expectClose(softmax(scores, temperature: t), weights, within: 2e-15, "\(scores)")
    expectClose(softmax(single(scores), temperature: Float(t)), weights, within: 2e-5, "\(scores) Float")
    if t == 1 {
      expectClose(softmax(scores), weights, within: 2e-15, "default temperature")
      expectClose(softmax(rows: Matrix([scores, scores])), Matrix([weights, weights]), within: 2e-15, "rows")
    }
    expectClose(softmax(rows: Matrix([scores]), temperature: t), Matrix([weights]), within: 2e-15, "rows")
  }
}

@Test func softmaxSumsToOneAndIgnoresAShift() {
  let scores = randomMatrix(13, 33, seed: 1, scale: 4)
  for row in scores.rowVectors {
    let p = softmax(row)
    expectClose(sum(p), 1, within: 1e-15)
    expectClose(softmax(row.map { $0 + 64 }), p, within: 1e-13)
    let powers = row.map { exp($0) }
    expectClose(p, powers.map { $0 / sum(powers) }, within: 1e-15)
  }
}

@Test func softmaxSurvivesLargeScoresAndEmptyRows() {
  #expect(
    softmax([1000, 1000]) == [0.5, 0.5] && softmax([-1000, 1000]) == [0, 1] && softmax([-1000, -1000]) == [0.5, 0.5])
  #expect(softmax([-.infinity, -.infinity]) == [0, 0] && softmax([Double]()) == [])
  #expect(softmax([0, .nan]).allSatisfy(\.isNaN) && softmax([0, .infinity])[1].isNaN)
  #expect(softmax([Float(88), -88])[0] == 1)
}

@Test func softmaxHasTheJacobianDiagPMinusPPT() {
  let s = [0.3, -1.2, 2.0, 0.7, -0.4, 1.1, 0.0], p = softmax(s), h = 1e-5
  for j in s.indices {
    var up = s, down = s
    up[j] += h
    down[j] -= h
    let column = zip(softmax(up), softmax(down)).map { ($0 - $1) / (2 * h) }
    expectClose(column, s.indices.map { (($0 == j) ? p[$0] : 0) - p[$0] * p[j] }, within: 1e-9, "column \(j)")
  }
}
