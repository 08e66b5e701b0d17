import Kernel
import Testing

/// The Poincaré ball near its edge.
@Suite struct BallTests {
  /// Fixture: mpmath, arcosh with 120 digits, from the coordinates themselves.
  @Test func distancesHaveAllDigitsUpToTheEdge() {
    for item in Fixture.named("edges")["balls"].cases {
      let x = item["x"].vector, y = item["y"].vector, k = item["k"].number, expected = item["distance"].number
      let space = ConstantCurvatureSpace(curvature: k)
      for own in [space.distance(x, y), space.distance(y, x)] + (k == -1 ? [PoincareBall.distance(x, y)] : []) {
        #expect((own - expected).magnitude <= 1e-14 * expected, "κ = \(k), \(x) to \(y): \(own), expected \(expected)")
      }
    }
    for item in Fixture.named("edges")["singles"].cases {
      let x = single(item["x"].vector), y = single(item["y"].vector), expected = Float(item["distance"].number)
      for own in [PoincareBall.distance(x, y), ConstantCurvatureSpace(curvature: -1).distance(x, y)] {
        #expect((own - expected).magnitude <= expected.ulp, "\(x) to \(y): \(own), expected \(expected)")
      }
    }
  }

  @Test func figuresThatWereWrong() {
    let near: Float = 0.9999
    expectClose(PoincareBall.distance([near, 0], [near, 0.0001] as [Float]), 0.962, within: 1e-3)
    expectClose(PoincareBall.distance([near, 0], [-near, 0]), 19.81, within: 1e-3)
    let r = 1 - 1e-9
    expectClose(PoincareBall.distance([r, 0], [r * cos(1e-6), r * sin(1e-6)]), 13.8155, within: 1e-5)
    expectClose(PoincareBall.distance([r, 0], [-r, 0]), 42.83, within: 1e-3)
  }

  @Test func resultsStayInsideWhereverTheyLead() {
    func checkInside<T: Real>(_ x: [T], _ label: String) {
      // Both refuse a point that is not inside.
      #expect(PoincareBall.logarithmicMap(x).allSatisfy { $0.isFinite }, "\(label)")
      #expect(PoincareBall.distance(x, x.map { -$0 }).isFinite && norm(x) <= 1, "\(label)")
    }
    for v in [[20.0], [40, 30], [1e300, 1], [1e308, 1e308, 1e308], [19, 19, 1], [-700], [0.3, 25, 1e-9]] {
      checkInside(PoincareBall.exponentialMap(v), "exp \(v)")
      checkInside(PoincareBall.exponentialMap(single(v).map { min(max($0, -3e38), 3e38) }), "exp \(v) in Float")
      let far = PoincareBall.exponentialMap(v)
      checkInside(PoincareBall.add(far, far), "twice \(v)")
      checkInside(PoincareBall.add(far.map { 0.999 * $0 }, far), "beside \(v)")
    }
    var generator = Random(seed: 1)
    for _ in 0..<300 {
      let x = unitVector(3, of: Float.self, using: &generator), y = unitVector(3, of: Float.self, using: &generator)
      let a = PoincareBall.exponentialMap(x.map { $0 * Float(20 * generator.uniform()) })
      let b = PoincareBall.exponentialMap(y.map { $0 * Float(20 * generator.uniform()) })
      checkInside(PoincareBall.add(a, b), "\(a) ⊕ \(b)")
      checkInside(ConstantCurvatureSpace(curvature: -1).add(a, b), "\(a) ⊕ \(b)")
    }
    #expect(
      PoincareBall.exponentialMap([Double.nan, 0]).contains { $0.isNaN } && PoincareBall.distance([.nan], [0.5]).isNaN)
  }

  @Test func theLogarithmUndoesTheExponentialUntilTheCoordinatesEnd() {
    for length in [1e-300, 1e-9, 0.01, 1, 5, 9] {
      let v = [0.6 * length, -0.8 * length], back = PoincareBall.logarithmicMap(PoincareBall.exponentialMap(v))
      // Near the edge a coordinate's last digit is worth e^{2·length} of one.
      let tolerance = 4e-16 * max(1, exp(2 * length) / 4)
      #expect(zip(back, v).allSatisfy { ($0 - $1).magnitude <= tolerance * $1.magnitude }, "\(length): \(back)")
    }
    // artanh from mpmath.
    expectClose(PoincareBall.logarithmicMap([1 - 0x1p-53]), [18.714973875118524], within: 1e-15)
    expectClose(PoincareBall.logarithmicMap([1 - 0x1p-24] as [Float]), [8.664339742098155], within: 1e-7)
  }

  @Test func oppositePointsOfTheSphereAreHalfATurnApart() {
    for k in [1.0, 0.25, 9] {
      let space = ConstantCurvatureSpace(curvature: k), root = sqrt(k)
      // The antipode of x is −x/(κ‖x‖²).
      let x = [0.3, -0.4], antipode = x.map { -$0 / (k * 0.25) }
      expectClose(space.distance(x, antipode), 3.141592653589793 / root, within: 1e-14)
      expectClose(space.distance([0, 0], [1 / root, 0]), 3.141592653589793 / 2 / root, within: 1e-14)
      expectClose(space.distance(x, antipode.map { $0 * (1 + 1e-9) }), 3.141592653589793 / root, within: 1e-8)
    }
  }

  @Test func theLorentzModelReachesAsFarAsCosh() {
    for length in [1.0, 355, 356, 500, 709, 710.4] {
      let point = LorentzModel.exponentialMap([0.6 * length, 0, 0.8 * length])
      #expect(point.allSatisfy { $0.isFinite }, "\(length)")
      #expect(
        maxAbsDifference(LorentzModel.logarithmicMap(point), [0.6 * length, 0, 0.8 * length]) <= 1e-13 * length,
        "\(length)")
      expectClose(LorentzModel.distance(LorentzModel.lifted([0, 0, 0]), point), length, within: 1e-14)
      let other = LorentzModel.exponentialMap([-0.6 * length, 0, -0.8 * length])
      expectClose(LorentzModel.distance(point, other), 2 * length, within: 1e-14)
    }
    // cosh 710.4 and sinh 710.4, mpmath.
    let point = LorentzModel.exponentialMap([710.4])
    expectClose(point[0] / 1.6663642832806496e308, 1, within: 2e-13)
    let single = LorentzModel.exponentialMap([Float(88), 0])
    #expect(single.allSatisfy { $0.isFinite })
    expectClose(LorentzModel.distance(LorentzModel.lifted([Float(0), 0]), single), 88, within: 1e-6)
    // −x₀y₀ + x·y of near points far out, where both products are beyond the range.
    let far = LorentzModel.lifted([1e160, 0])
    #expect(
      !LorentzModel.product(far, far).isNaN
        && LorentzModel.product(far, LorentzModel.lifted([-1e160, 0])) == -.infinity)
    expectClose(
      LorentzModel.product(LorentzModel.lifted([1e200]), LorentzModel.lifted([1e-200])), -1e200, within: 1e-15)
  }

  @Test func pointsOfTheBallGoToTheSheetWithTheirDigits() {
    let near: Float = 1 - 0x1p-20, exact = Double(near), p = LorentzModel.fromBall([near])
    expectClose(
      p, [(1 + exact * exact) / ((1 - exact) * (1 + exact)), 2 * exact / ((1 - exact) * (1 + exact))], within: 1e-7)
  }
}
