import Kernel
import Testing

@Test func statisticsMatchExactSums() {
  for item in Fixture.named("numerics")["vectors"].cases {
    let x = item["x"].vector, y = item["y"].vector, p = item["p"].vector
    expectClose(sum(x), item["sum"].number, within: 1e-14, "sum")
    expectClose(dot(x, y), item["dot"].number, within: 1e-13, "dot")
    expectClose(norm(x), item["norm"].number, within: 1e-14, "norm")
    expectClose(mean(x), item["mean"].number, within: 1e-14, "mean")
    expectClose(variance(x), item["variance"].number, within: 1e-13, "variance")
    expectClose(maxAbsDifference(x, y), item["difference"].number, within: 0, "maxAbsDifference")
    expectClose(entropy(p), item["entropy"].number, within: 1e-14, "entropy")
    expectClose(effectiveCount(p), item["effective"].number, within: 1e-13, "effectiveCount")
    for (k, mass) in item["topMass"].vector.enumerated() {
      expectClose(topMass(p, k), mass, within: 1e-14, "topMass \(k)")
    }
    expectClose(sum(single(x)), item["sum"].number, within: 1e-6, "sum Float")
    expectClose(dot(single(x), single(y)), item["dot"].number, within: 1e-5, "dot Float")
  }
}

/// The contract: element i joins lane i mod 16; lanes meet 8, 4, 2 and 1 apart.
@Test func reductionsHaveTheBitsOfSixteenLanesAndATree() {
  func tree<T: Real>(_ x: [T], _ join: (T, Int) -> T) -> T {
    var lanes = [T](repeating: 0, count: 16)
    for i in x.indices { lanes[i % 16] = join(lanes[i % 16], i) }
    for apart in [8, 4, 2, 1] {
      for i in 0..<apart { lanes[i] += lanes[i + apart] }
    }
    return lanes[0]
  }
  var generator = Random(seed: 12)
  for n in [0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 100, 1000] {
    let x: [Double] = normalVector(n, using: &generator), y: [Double] = normalVector(n, using: &generator)
    let a = single(x), b = single(y)
    #expect(sum(x) == tree(x) { $0 + x[$1] } && sum(a) == tree(a) { $0 + a[$1] })
    #expect(dot(x, y) == tree(x) { $0 + x[$1] * y[$1] })
    #expect(dot(a, b) == tree(a) { $0.addingProduct(a[$1], b[$1]) })
  }
}

@Test func maxAbsDifferenceSeesNaNAndEqualInfinities() {
  #expect(maxAbsDifference([1, .infinity], [1.5, .infinity]) == 0.5)
  #expect(maxAbsDifference([1.0, .nan], [1, 2]).isNaN)
  #expect(maxAbsDifference(Matrix([[1, 2]]), Matrix([[1, -2]])) == 4)
}

@Test func concentrationOfKnownDistributions() {
  let uniform = [Double](repeating: 0.125, count: 8)
  expectClose(effectiveCount(uniform), 8, within: 1e-14)
  #expect(effectiveCount([0.0, 1, 0]) == 1 && entropy([1.0]) == 0)
  expectClose(entropy([0.5, 0.25, 0.25]), 1.0397207708399179, within: 1e-15)
  #expect(topMass([0.125, 0.5, 0.375], 2) == 0.875)
}
