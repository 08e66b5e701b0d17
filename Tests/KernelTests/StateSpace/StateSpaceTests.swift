import Kernel
import Testing

private let a = [-0.5, -2.0, 0.0, -0.001], b = [1.0, -0.5, 0.3, 2.0], c = [0.7, 1.1, -0.4, 0.2]

@Test func aHeldInputIsSolvedExactly() {
  for rate in a {
    // The held solution over one step, in many small Euler steps.
    let (decay, input) = Discretization.zeroOrderHold(rate, step: 0.4)
    var h = 1.0, forced = 0.0
    let steps = 400_000
    for _ in 0..<steps {
      h += 0.4 / Double(steps) * rate * h
      forced += 0.4 / Double(steps) * (rate * forced + 1)
    }
    expectClose(decay, h, within: 3e-6)
    expectClose(input, forced, within: 3e-6)
  }
  #expect(
    Discretization.zeroOrderHold(0.0, step: 0.4) == (1, 0.4) && Discretization.euler(-1.0, step: 0.5) == (0.5, 0.5))
  expectClose(
    Discretization.zeroOrderHold(-0.02500001, step: 0.4).input,
    Discretization.zeroOrderHold(-0.02499999, step: 0.4).input, within: 1e-8)
  expectClose(Discretization.bilinear(-1.0, step: 0.5).decay, 0.6, within: 1e-16)
  expectClose(Discretization.bilinear(-1.0, step: 0.5).input, 0.4, within: 1e-16)
}

@Test func rulesHaveTheirOrders() {
  func error(_ rule: Discretization, _ delta: Double) -> Double {
    var h = 1.0
    for _ in 0..<Int(1 / delta + 0.5) { h *= rule(-1.0, step: delta).decay }
    return (h - exp(-1.0)).magnitude
  }
  #expect((error(.euler, 0.01) / error(.euler, 0.005) - 2).magnitude < 0.05)
  #expect((error(.bilinear, 0.01) / error(.bilinear, 0.005) - 4).magnitude < 0.05)
  #expect(error(.zeroOrderHold, 0.1) < 1e-15)
}

@Test func theRecurrenceIsAConvolution() {
  let x = randomMatrix(1, 33, seed: 1).row(0)
  for rule in [Discretization.zeroOrderHold, .bilinear, .euler] {
    let model = StateSpaceModel(a: a, b: b, c: c, skip: 0.5, step: 0.1, rule: rule), y = model(x)
    expectClose(model.convolved(x), y, within: 1e-13)
    for t in [0, 6, 32] {
      var total = 0.5 * x[t]
      for s in 0...t {
        for i in 0..<4 { total += c[i] * power(model.decay[i], t - s) * model.input[i] * x[s] }
      }
      expectClose(y[t], total, within: 1e-12)
    }
    expectClose(model.input, zip(a, b).map { rule($0, step: 0.1).input * $1 }, within: 1e-16)
  }
  #expect(StateSpaceModel(a: a, b: b, c: c, skip: 0, step: 0.1).decay == a.map { exp($0 * 0.1) })
}

@Test func scanStepsComposeInAnyGrouping() {
  let steps = (0..<13).map {
    ScanStep(
      decay: randomMatrix(1, 3, seed: UInt64($0)).row(0), offset: randomMatrix(1, 3, seed: 50 + UInt64($0)).row(0))
  }
  let left = steps[0].then(steps[1]).then(steps[2]), right = steps[0].then(steps[1].then(steps[2]))
  expectClose(left.offset, right.offset, within: 1e-14)
  expectClose(left.decay, right.decay, within: 1e-14)
  for (tree, loop) in zip(associativeScan(steps), sequentialScan(steps)) { expectClose(tree, loop, within: 1e-12) }
  #expect(associativeScan(steps).count == 13 && sequentialScan([ScanStep<Double>]()).isEmpty)
}

@Test func constantParametersMakeTheSelectiveScanTimeInvariant() {
  let x = randomMatrix(13, 2, seed: 2), rates = Matrix([[-0.5, -2], [-1, -0.1]]), rowB = [0.3, -0.7], rowC = [1.1, 0.4]
  let y = selectiveScan(
    x, delta: Matrix(rows: 13, columns: 2, repeating: 0.2), a: rates,
    b: Matrix(rows: 13, columns: 2) { _, s in rowB[s] },
    c: Matrix(rows: 13, columns: 2) { _, s in rowC[s] }, skip: [0.5, -1])
  for channel in 0..<2 {
    // Decay by zero-order hold, input by Euler's rule.
    var h = [0.0, 0.0]
    for t in 0..<13 {
      for s in 0..<2 { h[s] = exp(0.2 * rates[channel, s]) * h[s] + 0.2 * rowB[s] * x[t, channel] }
      expectClose(y[t, channel], dot(rowC, h) + [0.5, -1][channel] * x[t, channel], within: 1e-14)
    }
  }
}

@Test func theStepChoosesBetweenKeepingAndForgetting() {
  func run(_ secondStep: Double) -> [Double] {
    selectiveScan(
      Matrix([[1], [5]]), delta: Matrix([[1], [secondStep]]), a: Matrix([[-1]]), b: Matrix([[1], [1]]),
      c: Matrix([[1], [1]]), skip: [0]
    ).column(0)
  }
  #expect(run(0) == [1, 1], "a step of zero copies the state")
  expectClose(run(60)[1], 300, within: 1e-12, "a long step forgets it")
  // The response to one impulse depends on where it stands.
  let delta = Matrix([[0.1], [2.0], [0.1], [0.5]]), ones = Matrix<Double>(rows: 4, columns: 1, repeating: 1)
  func impulse(at t: Int) -> [Double] {
    var x = Matrix<Double>(rows: 4, columns: 1, repeating: 0)
    x[t, 0] = 1
    return selectiveScan(x, delta: delta, a: Matrix([[-1]]), b: ones, c: ones, skip: [0]).column(0)
  }
  #expect((impulse(at: 0)[1] - impulse(at: 1)[2]).magnitude > 0.1)
}

@Test func aMambaBlockIsCausalAndItsParts() {
  var generator = Random(seed: 3)
  let block = MambaBlock<Double>(dimension: 6, inner: 8, state: 4, using: &generator), x = randomMatrix(13, 6, seed: 4),
    y = block(x)
  #expect(
    y.rows == 13 && y.columns == 6 && block.logDecay.rows == 8 && block.logDecay.columns == 4
      && block.convolution.rows == 4)
  let changed = stacked(x.rows(0..<7), randomMatrix(6, 6, seed: 5))
  #expect(block(changed).rows(0..<7) == y.rows(0..<7) && block(changed).row(7) != y.row(7))
  // The second token, written out.
  func s(_ v: Double) -> Double { v / (1 + exp(-v)) }
  let streams = [0, 1].map { t in (0..<16).map { dot(x.row(t), block.input.row($0)) } }
  let u = [
    (0..<8).map { s(block.convolution[3, $0] * streams[0][$0]) },
    (0..<8).map { s(block.convolution[3, $0] * streams[1][$0] + block.convolution[2, $0] * streams[0][$0]) },
  ]
  let chosen = u.map { row in (0..<9).map { dot(row, block.selection.row($0)) } }
  var gated: [Double] = []
  for channel in 0..<8 {
    var h = [Double](repeating: 0, count: 4), out = 0.0
    for t in 0..<2 {
      let delta = log(1 + exp(chosen[t][0] * block.stepWeight[channel] - 3))
      for i in 0..<4 { h[i] = exp(-delta * Double(i + 1)) * h[i] + delta * chosen[t][1 + i] * u[t][channel] }
      out = u[t][channel]
      for i in 0..<4 { out += chosen[t][5 + i] * h[i] }
    }
    gated.append(out * s(streams[1][8 + channel]))
  }
  expectClose(y.row(1), (0..<6).map { dot(gated, block.output.row($0)) }, within: 1e-12)
}

@Test func aFreshMambaBlockHasTheScaleOfItsInputs() {
  var a = Random(seed: 6), b = a
  let block = MambaBlock<Double>(dimension: 4, inner: 16, state: 3, taps: 2, using: &a)
  #expect(block.input.transposed() == .normal(rows: 4, columns: 32, scale: 0.5, using: &b))
  #expect(block.convolution == .normal(rows: 2, columns: 16, scale: 1 / sqrt(2.0), using: &b))
  #expect(block.selection.transposed() == .normal(rows: 16, columns: 7, scale: 0.25, using: &b))
  #expect(block.stepWeight == normalVector(16, using: &b))
  #expect(block.output.transposed() == .normal(rows: 16, columns: 4, scale: 0.25, using: &b))
}
