import Kernel
import Testing

@Test func kernelsMatchTheReference() {
  for item in Fixture.named("kernels").cases {
    let x = item["x"].matrix, c = item["constant"].number, p = item["degree"].int
    let rbf = RBFKernel(bandwidth: item["bandwidth"].number), polynomial = PolynomialKernel(degree: p, constant: c)
    expectClose(rbf.gram(x), item["rbf"].matrix, within: 1e-14, "rbf")
    expectClose(polynomial.gram(x), item["polynomial"].matrix, within: 1e-12, "polynomial")
    #expect(rbf.gram(x.rowVectors) == rbf.gram(x))
    for (row, expected) in zip(x.rowVectors, item["polynomialFeatures"].cases) {
      // The order of the features is free: a kernel sees their inner product only.
      expectClose(polynomial.features(row).sorted(), expected.vector.sorted(), within: 1e-13, "features")
    }
    let fourier = RandomFourierFeatures(frequencies: item["frequencies"].matrix, phases: item["phases"].vector)
    for (row, expected) in zip(x.rowVectors, item["fourier"].cases) {
      expectClose(fourier(row), expected.vector, within: 1e-14, "fourier")
    }
  }
}

@Test func gramMatricesAreSymmetricAndPositiveSemidefinite() {
  let x = randomMatrix(13, 3, seed: 1)
  for gram in [RBFKernel(bandwidth: 0.9).gram(x), PolynomialKernel(degree: 3, constant: 1).gram(x)] {
    #expect(gram == gram.transposed())
    #expect(isPositiveDefinite(gram, shift: 1e-9))
  }
  // A similarity that is no kernel fails the same test.
  let distances = Matrix(rows: 13, columns: 13) { i, j in norm(zip(x.row(i), x.row(j)).map { $0 - $1 }) }
  #expect(!isPositiveDefinite(distances, shift: 1e-9))
}

@Test func polynomialFeaturesReproduceTheKernel() {
  let x = randomMatrix(7, 4, seed: 2).rowVectors
  for (p, count) in [(1, 5), (2, 15), (3, 35), (5, 126)] {
    let kernel = PolynomialKernel(degree: p, constant: 0.5)
    for a in x {
      #expect(kernel.features(a).count == count && Int64(count) == binomial(4 + p, p))
      for b in x { expectClose(dot(kernel.features(a), kernel.features(b)), kernel(a, b), within: 1e-12) }
    }
  }
}

@Test func featureMapsAreStaticAndAttentionIsNot() {
  // The features of a point do not depend on which other points there are; its attention output does.
  let x = randomMatrix(5, 3, seed: 3), y = Matrix(x.rowVectors.prefix(4) + [[9, 9, 9]])
  let kernel = RBFKernel(bandwidth: 1.0)
  #expect(kernel.gram(x).rows(0..<4).columns(0..<4) == kernel.gram(y).rows(0..<4).columns(0..<4))
  #expect(attention(x, x, x).row(0) != attention(y, y, y).row(0))
}

@Test func randomFourierFeaturesConvergeAsOneOverRootM() {
  let x = randomMatrix(12, 3, seed: 4), exact = RBFKernel(bandwidth: 1.3).gram(x)
  func error(_ m: Int) -> Double {
    var generator = Random(seed: 5), total = 0.0
    for _ in 0..<12 {
      let map = RandomFourierFeatures<Double>(count: m, dimension: 3, bandwidth: 1.3, using: &generator)
      let z = Matrix(x.rowVectors.map { map($0) })
      let off = (matmul(z, transposed: z) - exact).elements
      total += dot(off, off) / Double(off.count)
    }
    return sqrt(total / 12)
  }
  let coarse = error(64), fine = error(1024)
  #expect((coarse / fine - 4).magnitude < 0.8, "16 times the features, a quarter of the error")
  #expect(coarse < 1 / sqrt(64.0) && coarse > 0.3 / sqrt(64.0))
}

@Test func randomFourierFeaturesDrawFromTheSpectrum() {
  var generator = Random(seed: 6)
  let map = RandomFourierFeatures<Double>(count: 4000, dimension: 2, bandwidth: 0.5, using: &generator)
  #expect((sqrt(variance(map.frequencies.elements)) - 2).magnitude < 0.08)
  #expect(
    (mean(map.phases) - 3.14159).magnitude < 0.15 && map.phases.max()! < 6.2832 && map.phases.max()! > 6.27
      && map.phases.min()! >= 0)
}

@Test func binomialCoefficients() {
  #expect(binomial(16, 2) == 120 && binomial(64, 8) == 4_426_165_368 && binomial(5, 0) == 1 && binomial(0, 0) == 1)
  for n in 1..<40 {
    for k in 1..<max(n, 2) where k < n { #expect(binomial(n, k) == binomial(n - 1, k - 1) + binomial(n - 1, k)) }
  }
}
