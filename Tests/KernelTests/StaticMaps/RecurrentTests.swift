import Kernel
import Testing

@Test func aRecurrentStateCarriesThePastOneStepAtATime() {
  let cell = RecurrentCell(
    input: randomMatrix(5, 3, seed: 1), recurrent: randomMatrix(5, 5, seed: 2, scale: 0.3),
    bias: randomMatrix(1, 5, seed: 3).row(0))
  let x = randomMatrix(13, 3, seed: 4), states = cell(x)
  var h = [Double](repeating: 0, count: 5)
  for t in 0..<13 {
    let previous = h
    for i in 0..<5 {
      var drive = cell.bias[i]
      for j in 0..<3 { drive += cell.input[i, j] * x[t, j] }
      for j in 0..<5 { drive += cell.recurrent[i, j] * previous[j] }
      h[i] = tanh(drive)
    }
    expectClose(states.row(t), h, within: 1e-14)
  }
  // The Jacobian of one step against central differences.
  let jacobian = cell.jacobian(at: states.row(6)), e = 1e-6
  for j in 0..<5 {
    var up = states.row(5), down = up
    up[j] += e
    down[j] -= e
    let column = zip(cell.step(x.row(6), up), cell.step(x.row(6), down)).map { ($0 - $1) / (2 * e) }
    expectClose(column, jacobian.column(j), within: 1e-9)
  }
}

@Test func gradientsThroughTimeAreProductsOfJacobians() {
  func influence(_ scale: Double) -> Double {
    let cell = RecurrentCell(
      input: randomMatrix(8, 2, seed: 5), recurrent: randomMatrix(8, 8, seed: 6, scale: scale / sqrt(8.0)),
      bias: [Double](repeating: 0, count: 8))
    let states = cell(randomMatrix(40, 2, seed: 7))
    var product = Matrix<Double>.identity(8)
    for t in 1..<40 { product = matmul(cell.jacobian(at: states.row(t)), product) }
    return norm(product.elements)
  }
  #expect(influence(0.5) < 1e-10 && influence(1) < 1e-2)
}

@Test func aForgetGateKeepsTheCell() {
  // Biases alone: input gate shut, forget gate open, output gate open.
  let zero = Matrix<Double>(rows: 8, columns: 2, repeating: 0)
  let cell = LSTMCell(input: zero, recurrent: zero, bias: [-50, -50, 50, 50, 0, 0, 50, 50])
  let next = cell.step([1, 2], hidden: [0.1, 0.2], cell: [0.7, -0.3])
  expectClose(next.cell, [0.7, -0.3], within: 1e-15)
  expectClose(next.hidden, [tanh(0.7), tanh(-0.3)], within: 1e-15)
}

@Test func anLSTMStepMatchesItsEquations() {
  let w = randomMatrix(12, 2, seed: 8), u = randomMatrix(12, 3, seed: 9), b = randomMatrix(1, 12, seed: 10).row(0)
  let cell = LSTMCell(input: w, recurrent: u, bias: b), x = randomMatrix(1, 2, seed: 11).row(0)
  let h = randomMatrix(1, 3, seed: 12).row(0), c = randomMatrix(1, 3, seed: 13).row(0)
  var z = b
  for r in 0..<12 {
    for j in 0..<2 { z[r] += w[r, j] * x[j] }
    for j in 0..<3 { z[r] += u[r, j] * h[j] }
  }
  func s(_ x: Double) -> Double { 0.5 + 0.5 * tanh(x / 2) }
  let cells = (0..<3).map { s(z[3 + $0]) * c[$0] + s(z[$0]) * tanh(z[6 + $0]) }
  let next = cell.step(x, hidden: h, cell: c)
  expectClose(next.cell, cells, within: 1e-14)
  expectClose(next.hidden, (0..<3).map { s(z[9 + $0]) * tanh(cells[$0]) }, within: 1e-14)
  let run = cell(Matrix([x, x]))
  let first = cell.step(x, hidden: [0, 0, 0], cell: [0, 0, 0])
  #expect(run.row(0) == first.hidden && run.row(1) == cell.step(x, hidden: first.hidden, cell: first.cell).hidden)
}

@Test func aTopicMixtureRecoversItsWeights() {
  let topics = softmax(rows: randomMatrix(3, 12, seed: 14, scale: 2)), model = TopicMixture(topics: topics)
  let truth = [0.6, 0.3, 0.1], words = model.words(truth)
  for w in 0..<12 {
    expectClose(words[w], 0.6 * topics[0, w] + 0.3 * topics[1, w] + 0.1 * topics[2, w], within: 1e-15)
  }
  let found = model.mixture(counts: words.map { 1000 * $0 }, steps: 3000)
  expectClose(found, truth, within: 1e-6)
  expectClose(sum(found), 1, within: 1e-14)
  #expect(model.mixture(counts: words) == model.mixture(counts: words, steps: 100))
  // The topics are the same for every document; attention's rows are not.
  #expect(model.mixture(counts: [Double](repeating: 1, count: 12), steps: 1) != truth && model.topics == topics)
}

@Test func nearestAndLargestInnerProductAgreeForEqualNorms() {
  let gates = randomMatrix(8, 32, seed: 15), unit = l2NormalizeRows(gates),
    x = randomMatrix(2000, 32, seed: 16).rowVectors
  #expect(x.allSatisfy { nearestRow(unit, to: $0) == largestInnerProductRow(unit, with: $0) })
  // Norms that differ as those of random gates do, by about an eighth, are enough to part the two.
  let agreement = Double(x.count { nearestRow(gates, to: $0) == largestInnerProductRow(gates, with: $0) }) / 2000
  #expect(agreement < 0.7 && agreement > 0.2, "\(agreement)")
  #expect(
    nearestRow(Matrix([[0, 0], [3, 4]]), to: [2, 2]) == 1
      && largestInnerProductRow(Matrix([[1, 0], [0, 2]]), with: [1.5, 1]) == 1)
  #expect(
    nearestRow(Matrix([[3, 4]]), to: [2, 2]) == 0 && largestInnerProductRow(Matrix([[3, 4]]), with: [2, 2]) == 0)
}

@Test func topicMixturesReachTheLargestLikelihood() {
  for item in Fixture.named("blocks")["topics"].cases {
    let model = TopicMixture(topics: item["topics"].matrix), counts = item["counts"].vector
    let words = model.words(model.mixture(counts: counts, steps: 20000))
    // The likelihood is flat at its top: the search is sure of it, less so of where it is.
    expectClose(-zip(counts, words).reduce(0) { $0 + $1.0 * log($1.1) }, item["loss"].number, within: 1e-9)
    expectClose(words, item["words"].vector, within: 1e-5)
  }
}
