import Kernel
import Testing

/// Scores whose block maxima rise, fall and jump, with masked keys between.
private let hardScores: [Double] = [900, 3, -2, 5, 5, -.infinity, 1, -800, 7, 2, -.infinity, -.infinity, 6]

@Test func anySplitOfTheKeysGivesTheSameSoftmax() {
  let values = randomMatrix(13, 3, seed: 1)
  for scores in [hardScores, hardScores.reversed(), hardScores.map { $0 / 300 }] {
    let p = softmax(scores), expected = matmul(Matrix([p]), values).row(0)
    func state(_ range: Range<Int>) -> OnlineSoftmax<Double> {
      OnlineSoftmax(scores: Array(scores[range]), values: values.rows(range))
    }
    for size in 1...13 {
      var running = OnlineSoftmax<Double>(width: 3)
      for start in stride(from: 0, to: 13, by: size) {
        running = running.merged(with: state(start..<min(start + size, 13)))
      }
      expectClose(running.output, expected, within: 1e-13, "blocks of \(size)")
      expectClose(running.logSumExp, OnlineSoftmax(scores: scores, values: values).logSumExp, within: 1e-13)
    }
    let (a, b, c) = (state(0..<4), state(4..<9), state(9..<13))
    expectClose(a.merged(with: b).merged(with: c).output, a.merged(with: b.merged(with: c)).output, within: 1e-14)
    expectClose(a.merged(with: b).output, b.merged(with: a).output, within: 1e-15)
  }
  expectClose(
    OnlineSoftmax(scores: [1.0, 2], values: Matrix([[1], [1]])).logSumExp, log(exp(1.0) + exp(2.0)), within: 1e-15)
}

@Test func aMaskedBlockChangesNothing() {
  let state = OnlineSoftmax(scores: [1.0, 2], values: randomMatrix(2, 3, seed: 2))
  let masked = OnlineSoftmax<Double>(scores: [-.infinity, -.infinity], values: randomMatrix(2, 3, seed: 3))
  #expect(state.merged(with: masked) == state && masked.merged(with: state) == state)
  #expect(masked.output == [0, 0, 0] && masked.logSumExp == -.infinity && masked.merged(with: masked) == masked)
}

@Test func flashAttentionIsAttention() {
  for (n, m, d, dv) in [(7, 13, 5, 3), (33, 33, 4, 7), (1, 40, 3, 2), (130, 70, 8, 8)] {
    let q = randomMatrix(n, d, seed: 4, scale: 4), k = randomMatrix(m, d, seed: 5), v = randomMatrix(m, dv, seed: 6)
    for mask in [AttentionMask.none, .causal, .allowed { i, j in (i + 2 * j) % 5 == 1 && i != 0 }] {
      let dense = attention(q, k, v, mask: mask)
      for order in [FlashLoopOrder.keysOutside, .queriesOutside] {
        for (bq, bk) in [(128, 64), (4, 5), (1, 1)] {
          expectClose(
            flashAttention(q, k, v, mask: mask, queryBlock: bq, keyBlock: bk, order: order).output, dense, within: 1e-13
          )
        }
      }
      let scores = mask.masked(attentionScores(q, k)), result = flashAttention(q, k, v, mask: mask)
      for i in 0..<n {
        let top = scores.row(i).max()!
        if top == -.infinity { continue }
        let total = sum(scores.row(i).map { exp($0 - top) })
        expectClose(result.logSumExp[i], top + log(total), within: 1e-13)
      }
    }
    expectClose(flashAttention(q, k, v, scale: 0.2).output, attention(q, k, v, scale: 0.2), within: 1e-13)
    expectClose(flashAttention(single(q), single(k), single(v)).output, attention(q, k, v), within: 1e-4)
  }
}

@Test func theDefaultBlocksArePartOfTheArithmetic() {
  let x = randomMatrix(300, 4, seed: 13), result = flashAttention(x, x, x)
  let named = flashAttention(x, x, x, queryBlock: 128, keyBlock: 64, order: .queriesOutside)
  #expect(result.output == named.output && result.traffic == named.traffic)
  #expect(flashAttention(x, x, x, keyBlock: 32).output != named.output, "other blocks, other last bits")
  #expect(flashAttention(x, x, x, queryBlock: 100).output == named.output, "queries do not meet")
}

@Test func countedTrafficFollowsTheFormula() {
  let (n, d, bq, bk) = (96, 8, 32, 16)
  let x = randomMatrix(n, d, seed: 7)
  let outer = flashAttention(x, x, x, queryBlock: bq, keyBlock: bk, order: .queriesOutside).traffic
  let outerRead = n * d + n / bq * 2 * n * d
  #expect(outer.read == Int64(outerRead) && outer.written == Int64(n * (d + 1)))
  let inner = flashAttention(x, x, x, queryBlock: bq, keyBlock: bk, order: .keysOutside).traffic
  let innerRead = 2 * n * d + n / bk * n * (2 * d + 2)
  #expect(inner.read == Int64(innerRead) && inner.written == Int64(n / bk * n * (d + 2)))
  #expect(outer.total < inner.total && outer.total == outer.read + outer.written)
  // The last, short block counts as what it is.
  let odd = randomMatrix(33, 4, seed: 8)
  let short = flashAttention(odd, odd, odd, queryBlock: 16, keyBlock: 10).traffic
  let elements: Int64 = 33 * 4
  #expect(short.read == elements + 3 * 2 * elements)
}

@Test func theBackwardPassMatchesCentralDifferences() {
  checkGradient(mask: .none, scale: nil)
  checkGradient(mask: .allowed { i, j in j <= i + 1 && i != 3 }, scale: 0.8)
}

private func checkGradient(mask: AttentionMask, scale: Double?) {
  let q = randomMatrix(5, 3, seed: 9), k = randomMatrix(7, 3, seed: 10), v = randomMatrix(7, 2, seed: 11)
  let g = randomMatrix(5, 2, seed: 12)
  func loss(_ q: Matrix<Double>, _ k: Matrix<Double>, _ v: Matrix<Double>) -> Double {
    dot(attention(q, k, v, scale: scale, mask: mask).elements, g.elements)
  }
  func slopes(_ m: Matrix<Double>, _ f: (Matrix<Double>) -> Double) -> Matrix<Double> {
    Matrix(rows: m.rows, columns: m.columns) { i, j in
      var up = m, down = m
      up[i, j] += 1e-5
      down[i, j] -= 1e-5
      return (f(up) - f(down)) / 2e-5
    }
  }
  let gradient = attentionGradient(q, k, v, gradient: g, scale: scale, mask: mask)
  expectClose(gradient.q, slopes(q) { loss($0, k, v) }, within: 1e-9)
  expectClose(gradient.k, slopes(k) { loss(q, $0, v) }, within: 1e-9)
  expectClose(gradient.v, slopes(v) { loss(q, k, $0) }, within: 1e-9)
}
