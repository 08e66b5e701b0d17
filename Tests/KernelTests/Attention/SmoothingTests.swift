import Kernel
import Testing

@Test func kernelSmoothingMatchesTheReference() {
  for item in Fixture.named("attention")["smoothing"].cases {
    let kernel = RBFKernel(bandwidth: item["bandwidth"].number)
    let output = kernelSmoother(
      queries: item["q"].matrix, keys: item["k"].matrix, values: item["v"].matrix
    ) { kernel($0, $1) }
    expectClose(output, item["output"].matrix, within: 1e-13)
  }
}

@Test func attentionIsKernelSmoothingWithAnExponentialKernel() {
  let q = randomMatrix(7, 4, seed: 1), k = randomMatrix(13, 4, seed: 2), v = randomMatrix(13, 3, seed: 3)
  expectClose(
    kernelSmoother(queries: q, keys: k, values: v) { exp(dot($0, $1) / 2) }, attention(q, k, v), within: 1e-14)
}

@Test func theExponentialKernelFactors() {
  let q = randomMatrix(7, 5, seed: 4, scale: 0.6).rowVectors, k = randomMatrix(7, 5, seed: 5, scale: 0.6).rowVectors
  for (q, k) in zip(q, k) {
    let factors = ExponentialKernelFactors(query: q, key: k)
    expectClose(factors.product / exp(dot(q, k)), 1, within: 3e-15)
    expectClose(log(factors.query), dot(q, q) / 2, within: 1e-15)
    expectClose(log(factors.key), dot(k, k) / 2, within: 1e-15)
    #expect(factors.rbf == RBFKernel(bandwidth: 1)(q, k))
  }
}

@Test func equalKeyNormsMakeAttentionAnRBFSmoother() {
  let q = randomMatrix(7, 5, seed: 6), k = l2NormalizeRows(randomMatrix(13, 5, seed: 7)) * 1.7,
    v = randomMatrix(13, 3, seed: 8)
  let rbf = RBFKernel(bandwidth: 1.0)
  expectClose(
    kernelSmoother(queries: q, keys: k, values: v) { rbf($0, $1) }, attention(q, k, v, scale: 1), within: 1e-14)
  let uneven = randomMatrix(13, 5, seed: 7)
  #expect(
    maxAbsDifference(
      kernelSmoother(queries: q, keys: uneven, values: v) { rbf($0, $1) }, attention(q, uneven, v, scale: 1)) > 0.1)
}
