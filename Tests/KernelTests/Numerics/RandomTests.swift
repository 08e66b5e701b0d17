import Kernel
import Testing

@Test func theStreamIsXoshiroFromSplitMix() {
  for item in Fixture.named("random").cases {
    let seed = UInt64(item["seed"].text)!
    var bits = Random(seed: seed), uniform = bits, normal = bits, six = bits, thousand = bits, order = bits
    for expected in item["bits"].texts { #expect(bits.next() == UInt64(expected)!) }
    for expected in item["uniform"].vector { #expect(uniform.uniform() == expected) }
    for expected in item["normal"].vector { expectClose(normal.normal(), expected, within: 1e-14) }
    for expected in item["below6"].ints { #expect(six.integer(below: 6) == expected) }
    for expected in item["below1000"].ints { #expect(thousand.integer(below: 1000) == expected) }
    #expect(order.permutation(13) == item["permutation13"].ints)
  }
}

@Test func normalMatricesAreFilledRowByRowFromTheStream() {
  var a = Random(seed: 5), b = a
  let matrix = Matrix<Double>.normal(rows: 3, columns: 7, scale: 0.5, using: &a)
  for i in 0..<3 {
    for j in 0..<7 { #expect(matrix[i, j] == 0.5 * b.normal()) }
  }
  #expect(a.next() == b.next())
  var c = Random(seed: 5)
  #expect(
    Matrix<Float>.normal(rows: 1, columns: 7, using: &c).elements
      == single(Matrix(rows: 1, columns: 7, elements: matrix.row(0).map { 2 * $0 })).elements)
}

@Test func unitVectorsAreNormalDirections() {
  var a = Random(seed: 6), b = a
  let u: [Double] = unitVector(33, using: &a), x: [Double] = normalVector(33, using: &b)
  expectClose(norm(u), 1, within: 1e-15)
  expectClose(u, x.map { $0 / norm(x) }, within: 1e-15)
}

@Test func normalDeviatesHaveTheMomentsOfTheNormalDistribution() {
  var generator = Random(seed: 7)
  let x: [Double] = normalVector(40000, using: &generator)
  // Five standard errors of each moment.
  #expect(mean(x).magnitude < 5 / 200 && (variance(x) - 1).magnitude < 5 * 1.4142 / 200)
  #expect((mean(x.map { power($0, 4) }) - 3).magnitude < 5 * 9.798 / 200)
}
