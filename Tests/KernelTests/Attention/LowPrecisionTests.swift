import Kernel
import Testing

@Suite struct LowPrecisionTests {
  @Test func roundsTurnsAndAttendsAsTheReference() {
    for item in Fixture.named("precision").cases {
      let q = item["q"].matrix, k = item["k"].matrix, v = item["v"].matrix, bits = item["bits"].int,
        block = item["block"].int
      expectClose(quantizedPerBlock(q, bits: bits, block: block), item["roundedQ"].matrix, within: 1e-14)
      expectClose(quantizedPerBlock(v, bits: bits, block: block), item["roundedV"].matrix, within: 1e-14)
      expectClose(lowPrecisionAttention(q, k, v, bits: bits, block: block), item["output"].matrix, within: 1e-12)
    }
  }

  @Test func aRotationKeepsEveryScore() {
    for d in [1, 2, 16, 64] {
      var generator = Random(seed: 5)
      let rotation = IncoherentRotation<Double>(dimension: d, using: &generator)
      let q = randomMatrix(5, d, seed: 6), k = randomMatrix(7, d, seed: 7)
      expectClose(matmul(rotation(q), transposed: rotation(k)), matmul(q, transposed: k), within: 1e-12)
      #expect(rotation.signs.allSatisfy { $0.magnitude == 1 } && rotation.signs.count == d)
      // The rotation is H·diag(signs)/√d: its first output coordinate is the signed sum over √d.
      expectClose(
        rotation(q).column(0), q.rowVectors.map { dot($0, rotation.signs) / Double(d).squareRoot() }, within: 1e-14)
    }
    var generator = Random(seed: 5)
    let signs = IncoherentRotation<Double>(dimension: 64, using: &generator).signs
    #expect((20...44).contains(signs.count { $0 < 0 }))
  }

  @Test func eachBitHalvesTheErrorAndRotationTamesOutliers() {
    var q = randomMatrix(40, 64, seed: 8), k = randomMatrix(50, 64, seed: 9)
    let v = randomMatrix(50, 8, seed: 10)
    for i in 0..<40 { q[i, 3] *= 20 }
    for j in 0..<50 { k[j, 3] *= 0.05 }
    for j in 0..<50 { k[j, 9] *= 20 }
    for i in 0..<40 { q[i, 9] *= 0.05 }
    let exact = attention(q, k, v)
    var generator = Random(seed: 11)
    let rotation = IncoherentRotation<Double>(dimension: 64, using: &generator)
    func error(_ bits: Int, _ rotation: IncoherentRotation<Double>?) -> Double {
      let difference = lowPrecisionAttention(q, k, v, bits: bits, rotation: rotation) - exact
      return norm(difference.elements) / norm(exact.elements)
    }
    // Six bits more: a factor of 64, give or take what one draw gives.
    let gain = error(6, nil) / error(12, nil)
    #expect((12...100).contains(gain), "\(gain)")
    for bits in [6, 8, 10] {
      #expect(error(bits + 2, nil) < 0.6 * error(bits, nil))
      #expect(error(bits, rotation) < 0.6 * error(bits, nil), "\(bits): \(error(bits, rotation)) \(error(bits, nil))")
    }
    // Half a level is the most that any element moves.
    let x = randomMatrix(9, 7, seed: 12), rounded = quantizedPerBlock(x, bits: 5, block: 4)
    for start in [0, 4, 8] {
      let rows = start..<min(start + 4, 9), largest = x.rows(rows).elements.map(\.magnitude).max()!
      #expect(maxAbsDifference(x.rows(rows), rounded.rows(rows)) <= largest / 15 / 2 * 1.0000001)
      expectClose(rounded.rows(rows).elements.map(\.magnitude).max()!, largest, within: 1e-15)
    }
    #expect(quantizedPerBlock(Matrix([[0.0, 0]]), bits: 8, block: 1) == Matrix([[0, 0]]))
  }
}
