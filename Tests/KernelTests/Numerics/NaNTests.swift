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
    for output in [
      attention(q, k, v, mask: .causal), flashAttention(q, k, v, mask: .causal, queryBlock: 3, keyBlock: 2).output,
    ] {
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
    for f in [exp, log, sqrt, tanh, sin, cos, erf, relu, sigmoid, softplus, gelu, geluTanh, swish]
      as [(Double) -> Double]
    {
      #expect(f(.nan).isNaN)
    }
    #expect(softmax([1, .nan, 2]).allSatisfy { $0.isNaN } && softmax([1, .infinity]).contains { $0.isNaN })
    #expect(sum([1, .nan]).isNaN && mean([1.0, .nan]).isNaN && norm([1.0, .nan]).isNaN)
    #expect(
      LayerNorm<Double>(dimension: 2)([1, .nan]).allSatisfy { $0.isNaN }
        && RMSNorm<Double>(dimension: 2)([1, .nan]).allSatisfy { $0.isNaN })
  }

  /// Every function that reduces: one NaN in the data is seen in what depends on it.
  @Test func reductionsShowIt() {
    let nan = Double.nan
    for place in 0..<3 {
      var x = [1.0, 2, 3]
      x[place] = nan
      let m = Matrix([x, [1, -1, 0.5]])
      let vectors: [(String, [Double])] = [
        ("sum", [sum(x), mean(x), variance(x), norm(x), dot(x, x), maxAbsDifference(x, [1, 2, 3])]),
        ("softmax", softmax(x)), ("l2Normalize", l2Normalize(x)),
        ("entropy", [entropy(x), effectiveCount(x), entropyBits(x)]),
        ("topMass", [topMass(x, 1), topMass(x, 2)]), ("layerNorm", LayerNorm(dimension: 3)(x)),
        ("rmsNorm", RMSNorm(dimension: 3)(x)),
        ("largestCosine", [largestCosine(m)]), ("jacobianAlignment", [jacobianAlignment(m, m)]),
        ("angle", [angle(x, [1, 2, 3])]),
        ("singularValues", singularValues(m)), ("capturedFraction", [capturedFraction(of: x, in: .identity(3))]),
        (
          "gates",
          Router(weights: Matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]])).route(x, top: 1, renormalised: true).map(\.gate)
        ),
        (
          "gates",
          Router(weights: Matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]])).route(x, top: 2, renormalised: false).map(\.gate)
        ),
        (
          "kernelSmoother",
          kernelSmoother(queries: Matrix([[1.0]]), keys: Matrix([[1.0], [1]]), values: Matrix([[1.0], [2]])) { _, _ in
            nan
          }.elements
        ),
        ("readOut", [SignalInNoise(signal: 1, dimension: 3).readOut(weights: x)]),
        ("RBF", [RBFKernel(bandwidth: 1)(x, [1, 2, 3])]),
        ("poincare", [PoincareBall.distance(x, [0, 0, 0.1]), LorentzModel.distance(x, [1, 0, 0])]),
        ("sphere", [ConstantCurvatureSpace(curvature: 1).distance(x, [0, 0, 0.1])]),
        ("logSumExp", [OnlineSoftmax(scores: x, values: zeros(3, 1)).logSumExp]),
        ("online", OnlineSoftmax(scores: x, values: zeros(3, 2)).output),
      ]
      for (name, results) in vectors { #expect(results.allSatisfy { $0.isNaN }, "\(name), place \(place): \(results)") }
      let spread = distanceSpread(Matrix([x, [0, 0, 0], [1, 1, 1]]))
      #expect(spread.mean.isNaN && spread.smallest.isNaN && spread.largest.isNaN && spread.variation.isNaN)
      #expect(fastGradientSign([0, 0, 0], gradient: x, epsilon: 1).map(\.isNaN) == x.map(\.isNaN))
      let tape = Tape<Double>(), logits = tape.parameter(Matrix([x])), loss = crossEntropy(logits, [0])
      #expect(loss.scalar.isNaN)
    }
  }

  @Test func attentionsShowItInItsRowOnly() {
    let v = randomMatrix(4, 2, seed: 10),
      edges = (0..<3).flatMap { i in (0..<4).map { AttentionEdge(query: i, key: $0) } }
    for alone in [false, true] {
      var q = randomMatrix(3, 2, seed: 11)
      let k = randomMatrix(4, 2, seed: 12)
      q[1, 0] = .nan
      // Alone: the only key that the mask leaves, last and first in a tile of two.
      for seen in [2, 3] {
        let mask = alone ? AttentionMask.allowed { _, j in j == seen } : .none,
          left = alone ? edges.filter { $0.key == seen } : edges
        let results: [(String, Matrix<Double>)] = [
          ("attention", attention(q, k, v, mask: mask)),
          ("flash", flashAttention(q, k, v, mask: mask, keyBlock: 2).output),
          ("flash, keys outside", flashAttention(q, k, v, mask: mask, keyBlock: 2, order: .keysOutside).output),
          ("topK", topKAttention(q, k, v, keep: 1, mask: mask)),
          ("messages", messagePassingAttention(q, k, v, edges: left)),
          ("cosine", cosineAttention(q, k, v, mask: mask)),
          ("counted", countedStandardAttention(q, k, v, mask: mask).output),
          ("tiled", countedTiledAttention(q, k, v, mask: mask, queryBlock: 2, keyBlock: 2).output),
          (
            "heads",
            Matrix(
              rows: 3, columns: 2,
              elements: flashAttention(heads: [single(q)], keys: [single(k)], values: [single(v)], mask: mask)[0]
                .elements.map { Double($0) })
          ),
        ]
        for (name, result) in results {
          for i in 0..<3 {
            #expect(result.row(i).allSatisfy { $0.isNaN == (i == 1) }, "\(name), row \(i), alone \(alone)")
          }
        }
      }
    }
    // One edge of several, in any order.
    var k = randomMatrix(4, 2, seed: 13)
    k[2, 1] = .nan
    let q = randomMatrix(3, 2, seed: 14)
    for order in [edges, edges.reversed()] {
      #expect(messagePassingAttention(q, k, v, edges: order).elements.allSatisfy { $0.isNaN })
      #expect(messagePassingAttention(q, k, v, edges: order.filter { $0.key != 2 }).elements.allSatisfy { $0.isFinite })
    }
    // Scores that are all −∞ weigh nothing, in every form.
    let far = Matrix([[-Double.infinity, 0]]), key = Matrix([[1.0, 0], [2, 0]]), value = Matrix([[1.0], [2]])
    #expect(attention(far, key, value) == zeros(1, 1) && flashAttention(far, key, value).output == zeros(1, 1))
    #expect(
      messagePassingAttention(far, key, value, edges: [0, 1].map { AttentionEdge(query: 0, key: $0) }) == zeros(1, 1))
    #expect(
      countedStandardAttention(far, key, value).output == zeros(1, 1)
        && countedTiledAttention(far, key, value, queryBlock: 1, keyBlock: 1).output == zeros(1, 1))
    let closed = Matrix([[-Double.infinity], [0.5]])
    let recurrence = wkvRecurrence(closed, Matrix([[1.0], [2]]), decay: [1], bonus: [0])
    #expect(
      recurrence == wkvParallel(closed, Matrix([[1.0], [2]]), decay: [1], bonus: [0])
        && recurrence == Matrix([[0.0], [2]]))
  }

  @Test func choicesOverItNameNumbersAndValuesShowIt() {
    let saliencies = [0.5, .nan, 2, 1]
    #expect(PruningMask.keeping(2, highest: saliencies).keeps == [false, false, true, true])
    #expect(nearestRow(Matrix([[.nan], [5.0], [1]]), to: [0]) == 2)
    let router = Router(weights: Matrix([[.nan], [1.0], [3]]))
    #expect(router.route([1], top: 2, renormalised: true).map(\.expert) == [2, 1])
    #expect(router.selection(Matrix([[1.0]]), top: 1) == Matrix([[0.0, 0, 1]]))
    let x = Matrix([[.nan, 1], [2.0, 1]])
    let deep = MixtureOfDepths<Double>(router: [1, 0], capacity: 1) { $0 }
    #expect(deep.selected(x) == [1] && deep(x)[0, 0].isNaN)
  }
}
