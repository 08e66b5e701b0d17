import Kernel
import Testing

@Test func productsMatchExactSums() {
  for item in Fixture.named("numerics")["products"].cases {
    let a = item["a"].matrix, b = item["b"].matrix, expected = item["product"].matrix
    expectClose(matmul(a, b), expected, within: 2e-14, "\(a.shape)·\(b.shape)")
    expectClose(matmul(single(a), single(b)), expected, within: 2e-5, "\(a.shape)·\(b.shape) Float")
    expectClose(matmul(a, b.column(0)), expected.column(0), within: 2e-14, "matrix times vector")
  }
}

/// The contract: each element takes its terms in order of k, fused for Float and rounded twice for Double.
@Test func productsHaveTheBitsOfTheOrderedLoop() {
  for (m, k, n) in [
    (1, 1, 1), (6, 8, 8), (6, 16, 16), (7, 13, 33), (13, 257, 17), (5, 600, 9), (19, 3, 1), (3, 530, 50), (75, 513, 40),
  ] {
    let a = randomMatrix(m, k, seed: 1), b = randomMatrix(k, n, seed: 2)
    let double = Matrix(rows: m, columns: n) { i, j in (0..<k).reduce(0.0) { $0 + a[i, $1] * b[$1, j] } }
    #expect(matmul(a, b) == double, "\(m)×\(k)·\(k)×\(n)")
    let c = single(a), d = single(b)
    let float = Matrix<Float>(rows: m, columns: n) { i, j in
      (0..<k).reduce(Float(0)) { $0.addingProduct(c[i, $1], d[$1, j]) }
    }
    #expect(matmul(c, d) == float, "\(m)×\(k)·\(k)×\(n) Float")
    #expect(matmul(a, transposed: b.transposed()) == double && matmul(transposed: a.transposed(), b) == double)
    #expect(matmul(c, transposed: d.transposed()) == float && matmul(transposed: c.transposed(), d) == float)
  }
}

@Test func emptyProductsAreZero() {
  #expect(
    matmul(Matrix<Double>(rows: 2, columns: 0, repeating: 1), Matrix(rows: 0, columns: 3, repeating: 1))
      == Matrix(rows: 2, columns: 3, repeating: 0))
  #expect(matmul(Matrix<Float>(rows: 0, columns: 4, repeating: 1), Matrix(rows: 4, columns: 3, repeating: 1)).rows == 0)
}

@Test func productsPassNaNOn() {
  let a = Matrix([[0, 1]]), b = Matrix([[.nan], [1]])
  #expect(matmul(a, b)[0, 0].isNaN)
}

/// Blocks of every loop are cut, for one thread and for several.
@Test func threadsDoNotShowInProducts() {
  for (m, k, n) in [(130, 520, 1040), (1200, 64, 70), (70, 64, 1200), (8, 1030, 1100), (4, 600, 2050)] {
    let a = randomMatrix(m, k, seed: 3), b = randomMatrix(k, n, seed: 4), c = single(a), d = single(b)
    let double = withThreads(1) { matmul(a, b) }, float = withThreads(1) { matmul(c, d) }
    // The plain order at some elements, all of them being the work of minutes.
    for (i, j) in [(0, 0), (m - 1, n - 1), (m / 2, n / 3), (m / 3, n / 2), (0, n - 1), (m - 1, 0)] {
      #expect(double[i, j] == (0..<k).reduce(0.0) { $0 + a[i, $1] * b[$1, j] })
      #expect(float[i, j] == (0..<k).reduce(Float(0)) { $0.addingProduct(c[i, $1], d[$1, j]) })
    }
    for threads in 1...3 {
      withThreads(threads) {
        #expect(matmul(a, b) == double && matmul(a, transposed: b.transposed()) == double, "\(threads) threads")
        #expect(matmul(c, d) == float && matmul(c, transposed: d.transposed()) == float, "\(threads) threads")
        #expect(matmul(transposed: c.transposed(), d) == float, "\(threads) threads")
      }
    }
  }
}

@Test func theNumberOfThreadsIsScoped() {
  let outside = threadCount
  #expect(outside >= 1)
  withThreads(3) {
    #expect(threadCount == 3)
    #expect(withThreads(1) { threadCount } == 1)
    #expect(threadCount == 3)
  }
  struct Failure: Error {}
  #expect(throws: Failure.self) { try withThreads(2) { throw Failure() } }
  #expect(threadCount == outside)
}
