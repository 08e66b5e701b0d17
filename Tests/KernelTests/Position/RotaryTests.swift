import Kernel
import Testing

@Test func rotationMatchesComplexMultiplication() {
  for item in Fixture.named("rotary").cases {
    let x = item["x"].matrix, positions = item["positions"].ints, base = item["base"].number, d = x.columns
    let interleaved = RotaryEmbedding<Double>(headDimension: d, base: base)
    let split = RotaryEmbedding<Double>(headDimension: d, base: base, layout: .halfSplit)
    expectClose(interleaved.frequencies, item["frequencies"].vector, within: 1e-15, "frequencies")
    expectClose(interleaved.rotate(x, positions: positions), item["interleaved"].matrix, within: 1e-11, "interleaved")
    expectClose(split.rotate(x, positions: positions), item["halfSplit"].matrix, within: 1e-11, "half split")
    expectClose(
      interleaved.rotate(x, positions: positions.map { Double($0) / 8 }), item["interleavedAtEighths"].matrix,
      within: 1e-11, "between tokens")
    if base == 10000 { #expect(RotaryEmbedding<Double>(headDimension: d).frequencies == interleaved.frequencies) }
    expectClose(
      RotaryEmbedding<Float>(headDimension: d, base: base).rotate(single(x), positions: positions),
      item["interleaved"].matrix, within: 1e-6, "Float")
  }
}

@Test func scoresDependOnTheDifferenceOfPositions() {
  let q = randomMatrix(1, 8, seed: 1).row(0), k = randomMatrix(1, 8, seed: 2).row(0)
  for layout in [RotaryEmbedding<Double>.Layout.interleaved, .halfSplit] {
    let rope = RotaryEmbedding<Double>(headDimension: 8, layout: layout)
    func score(_ m: Int, _ n: Int) -> Double { dot(rope.rotate(q, position: m), rope.rotate(k, position: n)) }
    for shift in [1, 17, 1000] { expectClose(score(7 + shift, 3 + shift), score(7, 3), within: 1e-12) }
    #expect((score(7, 3) - score(3, 7)).magnitude > 1e-3, "the direction of the difference counts")
    expectClose(norm(rope.rotate(q, position: 12345)), norm(q), within: 1e-15)
    #expect(rope.rotate(q, position: 0) == q)
    expectClose(rope.rotate(rope.rotate(q, position: 9), position: -9), q, within: 1e-15)
  }
}

@Test func oneTurnedPairHasAClosedForm() {
  let q = [0.3, -1.1], k = [0.8, 0.5], rope = RotaryEmbedding<Double>(headDimension: 2)
  for (m, n) in [(0, 0), (5, 2), (2, 5), (100, 1)] {
    let t = Double(m - n)
    let closed = (q[0] * k[0] + q[1] * k[1]) * cos(t) + (q[0] * k[1] - q[1] * k[0]) * sin(t)
    expectClose(dot(rope.rotate(q, position: m), rope.rotate(k, position: n)), closed, within: 1e-14)
  }
}

@Test func theLayoutsAreOnePermutationApart() {
  let x = randomMatrix(7, 10, seed: 3)
  let interleaved = RotaryEmbedding<Double>(headDimension: 10)
  let split = RotaryEmbedding<Double>(headDimension: 10, layout: .halfSplit)
  let order = interleaved.halfSplitOrder
  #expect(order == [0, 2, 4, 6, 8, 1, 3, 5, 7, 9] && split.halfSplitOrder == order)
  func reordered(_ m: Matrix<Double>) -> Matrix<Double> { m.mapRows { row in order.map { row[$0] } } }
  #expect(split.rotate(reordered(x)) == reordered(interleaved.rotate(x)))
  #expect(split.rotate(x) != interleaved.rotate(x))
  #expect(interleaved.rotate(x, positions: [Int](0..<7)) == interleaved.rotate(x))
  #expect(split.pair(1) == (1, 6) && interleaved.pair(1) == (2, 3))
}
