import Kernel
import Testing

@Suite struct SpaceTests {
  @Test func singularValuesAndPrincipalAnglesMatchTheReference() {
    for item in Fixture.named("spaces")["subspaces"].cases {
      expectClose(singularValues(item["a"].matrix), item["values"].vector, within: 1e-13)
      expectClose(singularValues(item["a"].matrix.transposed()), item["values"].vector, within: 1e-13)
      let u = item["u"].matrix, v = item["v"].matrix, angles = item["angles"].vector
      expectClose(principalAngles(u, v), angles, within: 1e-12)
      expectClose(principalAngles(v, u), angles, within: 1e-12)
      // Angles of 10⁻⁷, whose cosines are one to the last digit but two.
      for (own, reference) in zip(principalAngles(u, item["tilted"].matrix), item["tiltedAngles"].vector) {
        #expect((own / reference - 1).magnitude < 1e-6, "\(own) \(reference)")
      }
      expectClose(subspaceOverlap(u, v), mean(angles.map { cos($0) * cos($0) }), within: 1e-12)
    }
    #expect(singularValues(Matrix([[0.0, 0], [0, 0]])) == [0, 0])
    let same = orthonormalBasis(randomMatrix(3, 7, seed: 1))
    for angle in principalAngles(same, same) { #expect(angle < 1e-7) }
  }

  @Test func curvedDistancesMatchTheChordFormula() {
    for item in Fixture.named("spaces")["curved"].cases {
      let space = ConstantCurvatureSpace(curvature: item["curvature"].number), x = item["x"].vector,
        y = item["y"].vector
      expectClose(space.distance(x, y), item["distance"].number, within: 1e-12)
      expectClose(space.distance(y, x), item["distance"].number, within: 1e-12)
      expectClose(space.distance(single(x), single(y)), item["distance"].number, within: 1e-5)
      expectClose(space.add(x.map { -$0 }, space.add(x, y)), y, within: 1e-12)
    }
    let x = [0.3, -0.2], y = [-0.1, 0.4]
    #expect(ConstantCurvatureSpace(curvature: -1).add(x, y) == PoincareBall.add(x, y))
    expectClose(ConstantCurvatureSpace(curvature: -1).distance(x, y), PoincareBall.distance(x, y), within: 1e-15)
  }

  @Test func aProductAddsSquaresAndFlattensToEuclid() {
    let x = [0.3, -0.2, 0.1, 0.25, 0.4], y = [-0.1, 0.4, 0.2, -0.3, 0.1], dimensions = [2, 1, 2]
    let mixed = ProductSpace(curvatures: [-1, 0, 1], dimensions: dimensions)
    let parts = [0..<2, 2..<3, 3..<5].enumerated().map { mixed.factors[$0].distance(Array(x[$1]), Array(y[$1])) }
    expectClose(mixed.distances(x, y), parts, within: 1e-15)
    expectClose(mixed.distance(x, y), sqrt(parts.reduce(0) { $0 + $1 * $1 }), within: 1e-15)
    let flat = 2 * norm(zip(x, y).map { $0 - $1 })
    expectClose(ProductSpace(curvatures: [0, 0, 0], dimensions: dimensions).distance(x, y), flat, within: 1e-15)
    var last = Double.infinity
    for k in [1.0, 0.1, 1e-3, 1e-6] {
      let apart = (ProductSpace(curvatures: [-k, k, -k], dimensions: dimensions).distance(x, y) - flat).magnitude
      #expect(apart < last && apart < k)
      last = apart
    }
  }

  @Test func hyperbolicAdaptersMatchTheReferenceAndTheNaiveOneCancels() {
    for item in Fixture.named("spaces")["adapters"].cases {
      let x = item["x"].vector, a = item["down"].matrix, b = item["up"].matrix, alpha = item["alpha"].number
      expectClose(LorentzModel.cancellingAdapter(x, down: a, up: b, alpha: alpha), item["linear"].vector, within: 1e-12)
      expectClose(
        LorentzModel.hyperbolicAdapter(x, down: a, up: b, alpha: alpha), item["hyperbolic"].vector, within: 1e-12)
      let point = LorentzModel.exponentialMap(x)
      expectClose(
        LorentzModel.product(point, point) / max(1, point[0] * point[0]), -1 / max(1, point[0] * point[0]),
        within: 1e-14)
      expectClose(LorentzModel.logarithmicMap(point), x, within: 1e-13)
      expectClose(LorentzModel.distance(LorentzModel.lifted(x.map { _ in 0 }), point), norm(x), within: 1e-13)
      if norm(x) > 1 {
        #expect(maxAbsDifference(item["linear"].vector, item["hyperbolic"].vector) > 0.1)
        let doubled = LorentzModel.hyperbolicAdapter(x.map { 2 * $0 }, down: a, up: b, alpha: alpha)
        #expect(maxAbsDifference(doubled, item["hyperbolic"].vector.map { 2 * $0 }) > 0.1, "not in proportion")
      }
    }
    #expect(
      LorentzModel.exponentialMap([0.0, 0]) == [1, 0, 0] && LorentzModel.logarithmicMap([1.0, 0, 0]) == [0, 0])
  }

  @Test func pointSetsMatchTheReference() {
    for item in Fixture.named("spaces")["points"].cases {
      let x = item["x"].matrix, spread = distanceSpread(x)
      expectClose(
        [spread.mean, spread.smallest, spread.largest, spread.variation],
        [item["mean"].number, item["smallest"].number, item["largest"].number, item["variation"].number], within: 1e-13)
      expectClose(largestCosine(x), item["cosine"].number, within: 1e-14)
    }
  }

  @Test func farDimensionsAreNearlyEquidistant() {
    var generator = Random(seed: 5), ratio = Double.infinity
    for d in [2, 20, 200, 2000] {
      let spread = distanceSpread(Matrix<Double>.normal(rows: 60, columns: d, using: &generator))
      #expect(spread.ratio < ratio)
      ratio = spread.ratio
      if d >= 200 {
        #expect((spread.mean / sqrt(2 * Double(d)) - 1).magnitude < 0.02)
        #expect((spread.variation * sqrt(2 * Double(d)) - 1).magnitude < 0.15)
      }
    }
    #expect(ratio < 1.2)
  }

  @Test func manyDirectionsFitNearlyOrthogonally() {
    var generator = Random(seed: 6)
    let largest = largestCosine(Matrix<Float>.normal(rows: 2000, columns: 256, using: &generator))
    #expect((0.28...0.335).contains(largest), "\(largest)")
    let bound = randomPackingBound(count: 2000, dimension: 256)
    #expect(
      (bound - 0.3446).magnitude < 1e-4 && Double(largest) < bound
        && Double(largest) > welchBound(count: 2000, dimension: 256))
    // A simplex of d + 1 vectors meets Welch's bound, 1/d.
    let simplex = Matrix(rows: 5, columns: 5) { i, j in (i == j ? 1 : 0) - 0.2 }
    expectClose(largestCosine(simplex), welchBound(count: 5, dimension: 4), within: 1e-14)
    expectClose(welchBound(count: 5, dimension: 4), 0.25, within: 1e-15)
    #expect(welchBound(count: 4, dimension: 4) == 0)
    // 65 rows: one more than a strip.
    let twins = stacked(Matrix<Double>.identity(64), Matrix([Matrix<Double>.identity(64).row(3)]))
    #expect(largestCosine(twins) == 1)
  }

  @Test func readOutsFollowTheThreeModels() {
    let model = SignalInNoise(signal: 16, dimension: 512)
    expectClose(
      [model.energyRatioBeside, model.energyRatio, model.readOut, model.prunedReadOut], [16.0 / 496, 0.03125, 0.5, 16],
      within: 1e-15)
    #expect(SignalInNoise(signal: 3, dimension: 3).energyRatioBeside == .infinity)
    let plain = [Double](repeating: 1, count: 512), kept = plain.indices.map { $0 < 16 ? 1.0 : 0 }
    expectClose(model.readOut(weights: plain), model.readOut, within: 1e-14)
    expectClose(model.readOut(weights: kept), model.prunedReadOut, within: 1e-14)
    // No weights read better than the matched ones, whatever stands beside them (Cauchy and Schwarz).
    for seed in 1...5 { #expect(model.readOut(weights: randomMatrix(1, 512, seed: UInt64(seed)).row(0)) < 16) }
    let small = SignalInNoise(signal: 4, dimension: 16)
    var generator = Random(seed: 7)
    let even = [Double](repeating: 1, count: 16), matched = even.indices.map { $0 < 4 ? 2.0 : 0 }
    expectClose(small.simulatedReadOut(weights: even, draws: 20000, using: &generator), small.readOut, within: 0.03)
    expectClose(small.simulatedReadOut(weights: matched, draws: 20000, using: &generator) / 4, 1, within: 0.03)
    // Energies: the signal's k over the noise of d − k, or of all d, coordinates.
    var beside = 0.0, all = 0.0
    for _ in 0..<20000 {
      let noise = normalVector(16, using: &generator)
      beside += dot(Array(noise.suffix(12)), Array(noise.suffix(12))) / 20000
      all += dot(noise, noise) / 20000
    }
    expectClose(4 / beside / small.energyRatioBeside, 1, within: 0.03)
    expectClose(4 / all / small.energyRatio, 1, within: 0.03)
    let draw = small.sample(using: &generator)
    #expect(draw.count == 16)
  }
}
