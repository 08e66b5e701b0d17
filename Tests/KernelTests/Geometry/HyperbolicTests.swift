import Kernel
import Testing

private let points = (0..<12).map { i in
  l2Normalize(randomMatrix(1, 3, seed: UInt64(i)).row(0)).map { $0 * (0.05 + 0.078 * Double(i)) }
}

@Test func twoDistanceFormulasAgree() {
  for x in points {
    for y in points where x != y {
      let apart = zip(x, y).map { $0 - $1 }, ratio = dot(apart, apart) / ((1 - dot(x, x)) * (1 - dot(y, y)))
      let z = 1 + 2 * ratio, arcosh = log(z + sqrt(z * z - 1)), d = PoincareBall.distance(x, y)
      expectClose(d, arcosh, within: 1e-12)
      expectClose(LorentzModel.distance(LorentzModel.fromBall(x), LorentzModel.fromBall(y)), d, within: 1e-12)
      for w in points { #expect(d <= PoincareBall.distance(x, w) + PoincareBall.distance(w, y) + 1e-13) }
    }
  }
}

@Test func moebiusAdditionCancelsOnTheLeft() {
  for x in points {
    for y in points {
      expectClose(PoincareBall.add(x.map { -$0 }, PoincareBall.add(x, y)), y, within: 1e-12)
    }
    #expect(PoincareBall.add([0, 0, 0], x) == x)
  }
}

@Test func exponentialAndLogarithmicMapsAreInverse() {
  for x in points {
    expectClose(PoincareBall.exponentialMap(PoincareBall.logarithmicMap(x)), x, within: 1e-14)
    expectClose(PoincareBall.distance([0, 0, 0], PoincareBall.exponentialMap(x)), 2 * norm(x), within: 1e-14)
  }
  // Near the origin distances are twice the Euclidean ones.
  let u = [1e-4, 2e-4, 0], v = [-1e-4, 0, 1e-4]
  expectClose(PoincareBall.distance(u, v) / (2 * norm(zip(u, v).map { $0 - $1 })), 1, within: 1e-6)
  #expect(PoincareBall.exponentialMap([0.0, 0]) == [0, 0] && PoincareBall.logarithmicMap([0.0, 0]) == [0, 0])
}

@Test func lorentzPointsStayOnTheHyperboloid() {
  let a = randomMatrix(2, 3, seed: 20), b = randomMatrix(3, 2, seed: 21)
  for x in points {
    let p = LorentzModel.fromBall(x)
    expectClose(LorentzModel.product(p, p), -1, within: 1e-10)
    expectClose(LorentzModel.lifted(Array(p.dropFirst())), p, within: 1e-14)
    let moved = LorentzModel.lowRankUpdate(p, down: a, up: b, alpha: 4)
    expectClose(LorentzModel.product(moved, moved) / moved[0] / moved[0], -1 / moved[0] / moved[0], within: 1e-14)
    let v = Array(p.dropFirst()), w = zip(v, matmul(b, matmul(a, v))).map { $0 + 2 * $1 }
    expectClose(Array(moved.dropFirst()), w, within: 1e-13)
  }
  let near = LorentzModel.lifted([1e-9, 0]), origin = LorentzModel.lifted([0.0, 0])
  expectClose(LorentzModel.distance(near, origin) / 1e-9, 1, within: 1e-9)
}

/// Near each other, far from each other, far from the origin: mpmath with 80 digits.
@Test func lorentzDistancesKeepTheirDigits() {
  for item in Fixture.named("spaces")["sheets"].cases {
    let v = item["v"].vector, w = item["w"].vector, expected = item["distance"].number
    let distance = LorentzModel.distance(LorentzModel.lifted(v), LorentzModel.lifted(w))
    expectClose(distance / expected, 1, within: 1e-13, "\(v) to \(w)")
  }
  // In Float, where −2⟨x, y⟩ itself overflows.
  let far: Float = 0x1p63
  expectClose(
    LorentzModel.distance(LorentzModel.lifted([far]), LorentzModel.lifted([-far])), 2 * 64 * 0.6931471805599453,
    within: 1e-6)
}
