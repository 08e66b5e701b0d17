import Kernel
import Testing

private func closeTo(_ own: [Double], _ expected: [Double], _ tolerance: Double = 2e-15) -> Bool {
  zip(own, expected).allSatisfy { ($0 - $1).magnitude <= tolerance * $1.magnitude + 0x1p-1073 }
}

/// Sums of squares at both ends of the range.
@Suite struct RangeTests {
  /// Fixture: mpmath with 60 digits.
  @Test func normsKeepTheirDigitsAtEverySize() {
    for item in Fixture.named("edges")["norms"].cases {
      let x = item["x"].vector, root = item["root"].number, deviation = item["deviation"].number
      #expect(closeTo([norm(x), mean(x)], [item["norm"].number, item["mean"].number]), "\(x)")
      #expect(closeTo(l2Normalize(x), item["unit"].vector), "\(x)")
      #expect(closeTo(l2NormalizeRows(Matrix([x, x])).row(1), item["unit"].vector))
      if root > 1e-307 {
        #expect(closeTo(RMSNorm(dimension: x.count, epsilon: 0.0)(x), x.map { $0 / root }), "\(x)")
        let tape = Tape<Double>(), gain = tape.constant(Matrix(rows: 1, columns: x.count, repeating: 1))
        #expect(
          closeTo(
            rmsNorm(tape.constant(Matrix([x])), gain: gain, epsilon: 0).value.elements, x.map { $0 / root }, 1e-14))
      }
      if deviation > 1e-6 * norm(x) && deviation > 1e-307 {
        let unit = x.map { ($0 - item["mean"].number) / deviation }
        expectClose(LayerNorm(dimension: x.count, epsilon: 0.0)(x), unit, within: 1e-13)
      }
    }
    #expect(norm([Double.infinity, 1]) == .infinity && norm([-Float.infinity]) == .infinity && norm([Double]()) == 0)
    #expect(norm([3e30, 4e30] as [Float]) == 5e30 && norm([3e-30, 4e-30] as [Float]) == 5e-30)
    #expect(l2Normalize([3e38, 3e38, 3e38] as [Float]).allSatisfy { ($0 - 0.57735026).magnitude < 1e-7 })
    #expect(l2Normalize([1e-45, 1e-45] as [Float]).allSatisfy { ($0 - 0.70710677).magnitude < 1e-7 })
    #expect(l2Normalize([0.0, 0]) == [0, 0])
    expectClose(variance([1e160, -1e160]), .infinity, within: 0)
    expectClose(RMSNorm<Double>(dimension: 2, epsilon: 1e-5)([1e-200, 0]), [1e-200 / sqrt(1e-5), 0], within: 1e-15)
  }

  @Test func directionsDoNotDependOnLength() {
    let x = randomMatrix(4, 6, seed: 1), y = randomMatrix(5, 6, seed: 2)
    for size in [0x1p-1000, 0x1p-600, 0x1p600, 0x1p1000] {
      #expect(cosineSimilarities(x * size, y) == cosineSimilarities(x, y))
      #expect(angle((x * size).row(0), y.row(0)) == angle(x.row(0), y.row(0)))
      #expect(jacobianAlignment(x * size, x * size) == 1 && largestCosine(x * size) == largestCosine(x))
      expectClose(
        jacobianAlignment(x * size, y.rows(0..<4) * size), Double(jacobianAlignment(x, y.rows(0..<4))), within: 1e-15)
      let basis = orthonormalBasis(y.rows(0..<2))
      #expect(orthonormalBasis(y.rows(0..<2) * size) == basis)
      expectClose(
        capturedFraction(of: (x * size).row(1), in: basis), Double(capturedFraction(of: x.row(1), in: basis)),
        within: 1e-15)
      let model = SignalInNoise(signal: 2, dimension: 6)
      expectClose(model.readOut(weights: (x * size).row(2)), model.readOut(weights: x.row(2)), within: 1e-15)
      #expect(distanceSpread(x * size).ratio == distanceSpread(x).ratio)
    }
  }

  @Test func singularValuesScaleWithTheMatrix() {
    let a = randomMatrix(5, 8, seed: 3), own = singularValues(a)
    for power in [-1000, -540, -300, 300, 531, 1000] {
      let size = Double(sign: .plus, exponent: power, significand: 1)
      #expect(singularValues(a * size) == own.map { $0 * size }, "2^\(power)")
    }
    for size in [1e160, 1e-160] { #expect(closeTo(singularValues(a * size), own.map { $0 * size }, 1e-14)) }
    let f = single(a), singles = singularValues(f)
    for power in [-120, -60, 60, 120] {
      let size = Float(sign: .plus, exponent: power, significand: 1)
      #expect(singularValues(f * size) == singles.map { $0 * size })
    }
    #expect(
      singularValues(Matrix([[1, .nan], [2, 3]])).allSatisfy { $0.isNaN }
        && singularValues(Matrix([[1, .infinity]]))[0].isNaN)
  }

  @Test func cosinesAndSharesStayWithinOne() {
    var generator = Random(seed: 4)
    for n in 1...200 {
      let x: [Double] = normalVector(n % 7 + 1, using: &generator), row = Matrix([x, x.map { -3 * $0 }])
      let cosines = cosineSimilarities(row, row)
      #expect(cosines.elements.allSatisfy { $0.magnitude <= 1 && $0.magnitude > 1 - 1e-15 }, "\(x)")
      #expect(largestCosine(row) <= 1 && jacobianAlignment(row, row) <= 1)
      let basis = orthonormalBasis(Matrix([x]))
      #expect(capturedFraction(of: x, in: basis) <= 1 && subspaceOverlap(basis, basis) <= 1)
    }
  }

  @Test func decimalsOfASharesCountAsWritten() {
    func capacity(_ factor: Double, _ tokens: Int, _ experts: Int) -> Int {
      switchAssignment(choices: [Int](repeating: 0, count: tokens), experts: experts, capacityFactor: factor).capacity
    }
    #expect(
      capacity(1.1, 10, 1) == 11 && capacity(1.1, 100, 10) == 11 && capacity(1.25, 8, 4) == 3
        && capacity(1e-20, 3, 1) == 1)
    // All hundredths of all sizes, by integers.
    for hundredths in 1...300 {
      for tokens in 1...40 {
        let factor = Double(hundredths) / 100
        #expect(capacity(factor, tokens, 3) == (hundredths * tokens + 299) / 300, "\(factor) · \(tokens) / 3")
      }
    }
    func stay(_ ratio: Double, _ m: Int) -> Int {
      let x = randomMatrix(m, 2, seed: 5)
      return placesToKeep(keys: x, values: x, mean: [0, 0], variance: [1, 1], ratio: ratio, sinks: 0).count
    }
    #expect(stay(0.29, 100) == 71 && stay(0.57, 100) == 43 && stay(0.5, 13) == 7)
    for hundredths in 0..<100 {
      for m in [1, 7, 10, 50] { #expect(stay(Double(hundredths) / 100, m) == m - hundredths * m / 100) }
    }
    var generator = Random(seed: 6)
    let classifier = DigitClassifier<Double>(parameters: [
      .normal(rows: 64, columns: 10, using: &generator), zeros(1, 10),
    ])
    // 0.07 · 640 is 44.800000000000004, 0.55 · 640 is 352.00000000000006.
    for (share, kept) in [(0.07, 44), (0.55, 352), (0.35, 224), (0, 0), (1, 640)] {
      let pruned = classifier.pruned(keeping: share, by: .magnitude).parameters[0]
      #expect(pruned.elements.count { $0 != 0 } == kept, "\(share)")
    }
  }

  @Test func gaussianKernelsHaveAnyBandwidth() {
    for size in [1e-200, 1e-160, 1.0, 1e200] {
      expectClose(RBFKernel(bandwidth: size)([size, 0], [0, 0]), 0.6065306597126334, within: 1e-15)
      #expect(RBFKernel(bandwidth: size)([size], [size]) == 1)
    }
    #expect(RBFKernel(bandwidth: 1.0)([1e300], [0]) == 0)
    let far = ExponentialKernelFactors<Float>(query: [15, 0], key: [0.1, -15])
    expectClose(far.product, exp(1.5), within: 1e-6)
    expectClose(ExponentialKernelFactors(query: [0.3, 0.4], key: [1, -0.5]).product, exp(0.1), within: 1e-15)
  }

  @Test func sharesOfOneAndChoicesByDistanceHoldAtEverySize() {
    for size in [1e-200, 1.0, 1e200] {
      #expect(nearestRow(Matrix([[9.0, 9], [3, 1], [2, 2]]) * size, to: [size, 0]) == 1)
      // Half a step of 1/7 of the largest element.
      let x = Matrix([[7.0, 3.4, -1.6, 0]]) * size, rounded = quantizedPerBlock(x, bits: 4, block: 1)
      expectClose(rounded / size, Matrix([[7.0, 3, -2, 0]]), within: 1e-14)
    }
    #expect(
      quantizedPerBlock(Matrix([[Double.leastNonzeroMagnitude, 0]]), bits: 8, block: 1).elements == [
        .leastNonzeroMagnitude, 0,
      ])
    for n in 2...60 {
      #expect(normalizedLoadEntropy([Double](repeating: 1 / Double(n), count: n)) <= 1)
      let channel = Channel(transition: Matrix(rows: n, columns: 3) { _, j in [0.1, 0.2, 0.7][j] })
      #expect((0..<1e-14).contains(channel.mutualInformation([Double](repeating: 1 / Double(n), count: n))))
      #expect((0.999...1).contains(majorityVoteAccuracy(votes: 20 * n + 1, each: 0.99)))
      #expect(
        (0...1).contains(incompleteBeta(0.9, Double(n), 1e-6)) && (0...1).contains(incompleteBeta(0.1, 1e-6, Double(n)))
      )
    }
    #expect(
      softmax([1, -.infinity, 3], temperature: .infinity) == [0.5, 0, 0.5]
        && softmax([1, .nan], temperature: .infinity)[0].isNaN)
  }

  @Test func aLayerAndItsDifferentiableTwinHaveOneDefault() {
    let x = randomMatrix(3, 5, seed: 7, scale: 1e-3), tape = Tape<Double>()
    let gain = tape.constant(Matrix(rows: 1, columns: 5, repeating: 1)), bias = tape.constant(zeros(1, 5))
    expectClose(rmsNorm(tape.constant(x), gain: gain).value, RMSNorm(dimension: 5)(x), within: 1e-15)
    expectClose(layerNorm(tape.constant(x), gain: gain, bias: bias).value, LayerNorm(dimension: 5)(x), within: 1e-15)
  }
}
