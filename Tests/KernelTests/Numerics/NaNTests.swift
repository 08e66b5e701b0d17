import Kernel
import Testing

/// What is not a number stays visible: it reaches every result that depends on it and no other.
@Suite struct NaNTests {
  @Test func aQueryThatIsNaNSpoilsItsRowOnly() {
    var q = randomMatrix(5, 4, seed: 1)
    let k = randomMatrix(7, 4, seed: 2), v = randomMatrix(7, 3, seed: 3), clean = attention(q, k, v)
    q[2, 1] = .nan
    for output in [attention(q, k, v), flashAttention(q, k, v, queryBlock: 2, keyBlock: 3).output] {
      for i in 0..<5 { #expect(output.row(i).allSatisfy { $0.isNaN == (i == 2) }) }
      expectClose(output.row(3), clean.row(3), within: 1e-14)
    }
  }

  @Test(arguments: [0, 3, 6]) func aKeyThatIsNaNSpoilsThoseThatSeeIt(_ place: Int) {
    let q = randomMatrix(7, 4, seed: 4), v = randomMatrix(7, 3, seed: 5)
    var k = randomMatrix(7, 4, seed: 6)
    k[place, 0] = .nan
    for output in [attention(q, k, v, mask: .causal), flashAttention(q, k, v, mask: .causal, queryBlock: 3, keyBlock: 2).output] {
      for i in 0..<7 { #expect(output.row(i).allSatisfy { $0.isNaN == (i >= place) }, "row \(i)") }
    }
  }

  @Test func aMaskedKeyIsNotSeenEvenWhenItIsNaN() {
    let q = randomMatrix(3, 4, seed: 7), v = randomMatrix(5, 3, seed: 8)
    var k = randomMatrix(5, 4, seed: 9)
    k[4, 2] = .nan
    let hidden = AttentionMask.allowed { _, j in j < 4 }
    #expect(attention(q, k, v, mask: hidden).elements.allSatisfy { $0.isFinite })
    #expect(flashAttention(q, k, v, mask: hidden, keyBlock: 2).output.elements.allSatisfy { $0.isFinite })
  }

  @Test func choicesTakeNaNForTheLeast() {
    #expect(topIndices([.nan, 1, .nan, 3], 3) == [3, 1, 0])
    let found = largestInnerProducts(Matrix([[1.0], [.nan], [-5]]), [1], top: 3).found.map(\.index)
    #expect(found == [0, 2, 1])
  }

  @Test func functionsPassItOn() {
    for f in [exp, log, sqrt, tanh, sin, cos, erf, relu, sigmoid, softplus, gelu, geluTanh, swish] as [(Double) -> Double] {
      #expect(f(.nan).isNaN)
    }
    #expect(softmax([1, .nan, 2]).allSatisfy { $0.isNaN } && softmax([1, .infinity]).contains { $0.isNaN })
    #expect(sum([1, .nan]).isNaN && mean([1.0, .nan]).isNaN && norm([1.0, .nan]).isNaN)
    #expect(LayerNorm<Double>(dimension: 2)([1, .nan]).allSatisfy { $0.isNaN } && RMSNorm<Double>(dimension: 2)([1, .nan]).allSatisfy { $0.isNaN })
  }
}
