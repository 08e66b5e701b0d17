import Kernel
import Testing

private func layer(_ item: Fixture) -> MultiHeadAttention<Double> {
  MultiHeadAttention(
    query: item["query"].matrix.transposed(), key: item["key"].matrix.transposed(),
    value: item["value"].matrix.transposed(), output: item["output"].matrix.transposed(), heads: item["heads"].int)
}

@Test func multiHeadAttentionIsTheSumOverItsHeads() {
  for item in Fixture.named("attention")["heads"].cases {
    let attention = layer(item), mask: AttentionMask = item["causal"].bool ? .causal : .none
    expectClose(attention(item["x"].matrix, mask: mask), item["result"].matrix, within: 1e-13)
    for (own, expected) in zip(attention.weights(item["x"].matrix, mask: mask), item["weights"].matrices) {
      expectClose(own, expected, within: 1e-14, "weights")
    }
  }
}

@Test func headsCostNoParameters() {
  var generator = Random(seed: 1)
  for heads in [1, 2, 3, 4, 6, 12] {
    let layer = MultiHeadAttention<Float>(dimension: 12, heads: heads, using: &generator)
    let held = [layer.query, layer.key, layer.value, layer.output].reduce(0) { $0 + $1.elements.count }
    #expect(layer.parameterCount == 576 && held == 576 && layer.headDimension == 12 / heads && layer.dimension == 12)
  }
}

@Test func freshProjectionsHaveDeviationOneOverRootD() {
  var a = Random(seed: 2), b = a
  let layer = MultiHeadAttention<Double>(dimension: 16, heads: 4, using: &a)
  for projection in [layer.query, layer.key, layer.value, layer.output] {
    #expect(projection.transposed() == .normal(rows: 16, columns: 16, scale: 0.25, using: &b))
  }
}

@Test func aHeadsScoresHaveRankAtMostDk() {
  var generator = Random(seed: 3)
  let layer = MultiHeadAttention<Double>(dimension: 12, heads: 4, using: &generator)
  let own = layer.columns(ofHead: 1)
  #expect(own == 3..<6)
  let form = matmul(transposed: layer.query.rows(own), layer.key.rows(own))
  #expect(rank(form) == 3 && rank(matmul(transposed: layer.query, layer.key)) == 12)
}

@Test func theHeadLayoutMustMatchTheWeights() {
  var generator = Random(seed: 4)
  let layer = MultiHeadAttention<Double>(dimension: 12, heads: 3, using: &generator), x = randomMatrix(7, 12, seed: 5)
  // Column c of an interleaved layout belongs to head c mod 3.
  let order = (0..<12).map { $0 / 4 + 3 * ($0 % 4) }
  var other = layer
  other.query = permuted(layer.query, order)
  other.key = permuted(layer.key, order)
  other.value = permuted(layer.value, order)
  other.output = permuted(layer.output.transposed(), order).transposed()
  #expect(maxAbsDifference(other(x), layer(x)) > 0.01)
  // With one head every order of the columns is the same map.
  let a = MultiHeadAttention(query: layer.query, key: layer.key, value: layer.value, output: layer.output, heads: 1)
  let b = MultiHeadAttention(query: other.query, key: other.key, value: other.value, output: other.output, heads: 1)
  expectClose(a(x), b(x), within: 1e-13)
}

@Test func multiHeadAttentionIsPermutationEquivariant() {
  var generator = Random(seed: 6)
  let layer = MultiHeadAttention<Double>(dimension: 8, heads: 2, using: &generator)
  let x = randomMatrix(13, 8, seed: 7), order = generator.permutation(13)
  expectClose(layer(permuted(x, order)), permuted(layer(x), order), within: 1e-14)
}
