import Kernel
import Testing

@Test func blocksHoldTheParametersOfTheirFormulas() {
  var generator = Random(seed: 1)
  let small = TransformerBlock<Float>.gpt2(dimension: 48, heads: 4, using: &generator)
  #expect(
    Int64(small.parameterCount) == ParameterCount.gpt2Block(dimension: 48)
      && ParameterCount.gpt2Block(dimension: 768) == 7_087_872)
  let modern = TransformerBlock<Float>.modern(dimension: 48, heads: 4, groups: 2, hidden: 96, using: &generator)
  let parts =
    ParameterCount.groupedAttention(dimension: 48, heads: 4, groups: 2, headDimension: 12)
    + ParameterCount.swiGLU(dimension: 48, hidden: 96)
  #expect(Int64(modern.parameterCount) == parts + 96)
}

@Test func aGPT2BlockIsItsSlowLoop() {
  let d = 8, n = 7
  var generator = Random(seed: 2), copy = generator
  let block = TransformerBlock<Double>.gpt2(dimension: d, heads: 2, using: &generator), x = randomMatrix(n, d, seed: 3)
  let heads = MultiHeadAttention<Double>(dimension: d, heads: 2, using: &copy)
  let layer = FeedForward<Double>(dimension: d, hidden: 4 * d, activation: .geluTanh, using: &copy)
  func normed(_ row: [Double]) -> [Double] {
    let m = mean(row), s = sqrt(variance(row) + 1e-5)
    return row.map { ($0 - m) / s }
  }
  let h = Matrix(x.rowVectors.map(normed))
  var mixed = x
  for i in 0..<n {
    var joined: [Double] = []
    for head in 0..<2 {
      let own = heads.columns(ofHead: head)
      func part(_ w: Matrix<Double>, _ t: Int) -> [Double] { own.map { dot(h.row(t), w.row($0)) } }
      let weights = softmax((0...i).map { dot(part(heads.query, i), part(heads.key, $0)) / 2 })
      for c in 0..<4 {
        var total = 0.0
        for t in 0...i { total += weights[t] * part(heads.value, t)[c] }
        joined.append(total)
      }
    }
    for c in 0..<d { mixed[i, c] += dot(joined, heads.output.row(c)) }
  }
  let expected = Matrix(mixed.rowVectors.map { row in zip(row, layer(normed(row))).map { $0 + $1 } })
  expectClose(block(x), expected, within: 1e-13)
}

@Test func biasesJoinTheirProjections() {
  var generator = Random(seed: 4)
  let heads = MultiHeadAttention<Double>(dimension: 6, heads: 2, using: &generator), x = randomMatrix(5, 6, seed: 5)
  let b = (0..<4).map { randomMatrix(1, 6, seed: 10 + UInt64($0)).row(0) }
  let biased = GroupedQueryAttention(
    query: heads.query, key: heads.key, value: heads.value, output: heads.output, heads: 2, groups: 2, queryBias: b[2],
    keyBias: b[3], valueBias: b[1], outputBias: b[0])
  // A constant input column carries each bias as one more row of the weights.
  func projected(_ w: Matrix<Double>, _ bias: [Double]) -> Matrix<Double> {
    matmul(
      concatenatedColumns([x, Matrix(rows: 5, columns: 1, repeating: 1)]), stacked(w.transposed(), Matrix([bias])))
  }
  let q = projected(heads.query, b[2]), k = projected(heads.key, b[3]), v = projected(heads.value, b[1])
  let outputs = concatenatedColumns(
    (0..<2).map {
      attention(q.columns(3 * $0..<3 * $0 + 3), k.columns(3 * $0..<3 * $0 + 3), v.columns(3 * $0..<3 * $0 + 3))
    })
  let expected = matmul(
    concatenatedColumns([outputs, Matrix(rows: 5, columns: 1, repeating: 1)]),
    stacked(heads.output.transposed(), Matrix([b[0]])))
  expectClose(biased(x, mask: .none), expected, within: 1e-14)
  #expect(biased.parameterCount == 4 * 36 + 24)
}

@Test func blocksAreCausal() {
  var generator = Random(seed: 6)
  let x = randomMatrix(9, 8, seed: 7), y = stacked(x.rows(0..<5), randomMatrix(4, 8, seed: 8))
  for block in [
    TransformerBlock<Double>.gpt2(dimension: 8, heads: 2, using: &generator),
    .modern(dimension: 8, heads: 2, groups: 1, hidden: 20, using: &generator),
  ] {
    #expect(block(x).rows(0..<5) == block(y).rows(0..<5) && block(x).row(5) != block(y).row(5))
  }
}

@Test func theModernBlockIsItsParts() {
  var generator = Random(seed: 9), copy = generator
  let block = TransformerBlock<Double>.modern(dimension: 8, heads: 2, groups: 1, hidden: 20, using: &generator),
    x = randomMatrix(7, 8, seed: 10)
  let attention = GroupedQueryAttention<Double>(
    dimension: 8, heads: 2, groups: 1, rotary: RotaryEmbedding(headDimension: 4, layout: .halfSplit), using: &copy)
  let layer = SwiGLU<Double>(dimension: 8, hidden: 20, using: &copy), norm = RMSNorm<Double>(dimension: 8)
  let mixed = x + attention(norm(x))
  #expect(block(x) == mixed + layer(norm(mixed)))
}

@Test func placementDecidesWhatTheResidualPathCarries() {
  func block(_ placement: NormPlacement) -> TransformerBlock<Double> {
    let norm = LayerNorm<Double>(dimension: 16, epsilon: 0)
    return TransformerBlock(
      mixer: { $0.map { 3 * $0 } }, mixerNorm: { norm($0) }, feedForward: { $0 * 0 }, feedForwardNorm: { norm($0) },
      placement: placement, parameterCount: 0)
  }
  let x = randomMatrix(3, 16, seed: 11), unit = LayerNorm<Double>(dimension: 16, epsilon: 0)
  expectClose(block(.pre)(x), x + unit(x) * 3, within: 1e-14)
  expectClose(block(.post)(x), unit(x), within: 1e-14)
  // The residual norm grows only where it is not normalised.
  var before = x, after = x
  for _ in 0..<6 {
    before = block(.pre)(before)
    after = block(.post)(after)
  }
  #expect(norm(before.elements) > 3 * norm(x.elements))
  expectClose(norm(after.elements), sqrt(48.0), within: 1e-13)
}
