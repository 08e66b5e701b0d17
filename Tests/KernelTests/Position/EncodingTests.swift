import Kernel
import Testing

@Test func sinusoidalCodesMatchTheFormula() {
  // d = 8: frequencies 1, 0.1, 0.01, 0.001.
  let encoding = SinusoidalEncoding<Double>(dimension: 8)
  expectClose(encoding.frequencies, [1, 0.1, 0.01, 0.001], within: 1e-16)
  expectClose(encoding(0), [0, 1, 0, 1, 0, 1, 0, 1], within: 0)
  expectClose(
    encoding(3),
    [
      0.1411200080598672, -0.9899924966004454, 0.2955202066613396, 0.955336489125606, 0.02999550020249566,
      0.9995500337489875, 0.0029999955000020247, 0.9999955000033749,
    ], within: 1e-15)
  #expect(encoding.table(5).row(3) == encoding(3) && encoding.table(5).rows == 5)
  #expect(SinusoidalEncoding<Double>(dimension: 4, base: 100).frequencies[1] == pow(100, -0.5))
  expectClose(SinusoidalEncoding<Float>(dimension: 8)(3), encoding(3), within: 6e-8)
}

@Test func aShiftOfPositionIsARotation() {
  let encoding = SinusoidalEncoding<Double>(dimension: 16)
  for k in [1, 5, 100] {
    let a = encoding.shift(by: k), product = dot(encoding(3), encoding(3 + k))
    for p in [0, 7, 1000] {
      expectClose(encoding(p + k), matmul(a, encoding(p)), within: 1e-13)
      expectClose(dot(encoding(p), encoding(p + k)), product, within: 1e-12)
    }
    expectClose(matmul(a, transposed: a), .identity(16), within: 1e-15)
  }
  expectClose(norm(encoding(12345)), sqrt(8.0), within: 1e-15)
}

@Test func learnedPositionsAreALookup() {
  let table = randomMatrix(5, 3, seed: 1), positions = LearnedPositions(table: table), x = randomMatrix(2, 3, seed: 2)
  #expect(positions(x) == x + table.rows(0..<2) && positions(x, start: 3) == x + table.rows(3..<5))
  // Not invariant to a shift: inner products at the same distance differ.
  #expect((dot(table.row(0), table.row(1)) - dot(table.row(1), table.row(2))).magnitude > 0.01)
}

@Test func linearBiasesHaveThePapersSlopes() {
  expectClose(LinearBias<Double>(heads: 8).slopes, (1...8).map { 1 / Double(1 << $0) }, within: 1e-16)
  expectClose(LinearBias<Double>(heads: 16).slopes, (1...16).map { sqrt(1 / Double(1 << $0)) }, within: 1e-15)
  let bias = LinearBias<Double>(heads: 8)(head: 1, queries: 4, keys: 6)
  expectClose(bias, Matrix(rows: 4, columns: 6) { i, j in -0.25 * Double(abs(i - j)) }, within: 1e-16)
}

@Test func aCausalLinearBiasIsARisingRampUpToAConstant() {
  let q = randomMatrix(7, 4, seed: 3), k = randomMatrix(7, 4, seed: 4), v = randomMatrix(7, 3, seed: 5)
  let linear = LinearBias<Double>(heads: 8), m = linear.slopes[2]
  let ramp = Matrix(rows: 7, columns: 7) { _, j in m * Double(j) }
  let biased = attention(q, k, v, bias: linear(head: 2, queries: 7, keys: 7), mask: .causal)
  expectClose(biased, attention(q, k, v, bias: ramp, mask: .causal), within: 1e-14)
  #expect(attention(q, k, v, bias: ramp * 0, scale: 0.7) == attention(q, k, v, scale: 0.7))
  // Equal scores: the weight has fallen below 10⁻³ of the diagonal's at distance ln(1000)/m.
  let flat = attentionWeights(q * 0, k, mask: .none)
  let decayed = softmax((0..<200).map { -m * Double($0) })
  let reach = Int(log(1000.0) / m)
  #expect(flat[0, 0] == flat[0, 6] && decayed[reach + 1] < 1e-3 * decayed[0] && decayed[reach] > 1e-3 * decayed[0])
}

@Test func interpolationKeepsAnglesInTheTrainedRange() {
  let trained = 64, rope = RotaryEmbedding<Double>(headDimension: 16)
  let positions = interpolatedPositions(256, trainedLength: trained)
  #expect(positions.max()! < Double(trained) && positions[255] == 255.0 / 4 && positions[0] == 0)
  #expect(interpolatedPositions(10, trainedLength: trained) == (0..<10).map { Double($0) })
  expectClose(
    zip(rope.periods, rope.frequencies).map { $0 * $1 }, [Double](repeating: 6.283185307179586, count: 8), within: 1e-15
  )
  // Exactly the pairs whose period exceeds the trained length meet angles, modulo a turn, that training never showed.
  func largestAngle(_ pair: Int, _ n: Int) -> Double { Double(n - 1) * rope.frequencies[pair] }
  for pair in 0..<8 {
    let unseen = rope.pairsWithoutFullTurn(trainedLength: trained).contains(pair)
    #expect(unseen == (Double(trained) * rope.frequencies[pair] < 6.283185307179586))
    #expect(largestAngle(pair, 256) > largestAngle(pair, trained))
    #expect(positions.max()! * rope.frequencies[pair] <= Double(trained) * rope.frequencies[pair])
  }
}

/// Both rules of ALiBi. Fixture: the paper's formula, and the slopes as the published code computes them.
@Test func slopesFollowThePaperOrTheCode() {
  for item in Fixture.named("edges")["slopes"].cases {
    let heads = item["heads"].int, paper = item["paper"].vector, code = item["code"].vector
    expectClose(LinearBias<Double>(heads: heads).slopes, paper, within: 1e-15)
    expectClose(LinearBias<Double>(heads: heads, slopes: .paper).slopes, paper, within: 1e-15)
    expectClose(LinearBias<Double>(heads: heads, slopes: .authorsCode).slopes, code, within: 1e-15)
    #expect((maxAbsDifference(paper, code) < 1e-15) == (heads & (heads - 1) == 0))
  }
  let three = LinearBias<Double>(heads: 3, slopes: .authorsCode).slopes
  expectClose(three, [0.0625, 0.00390625, 0.25], within: 1e-16)
}
