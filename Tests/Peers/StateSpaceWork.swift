import Kernel

func stateSpaceWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  switch work {
  case "selective scan":
    return [
      "y": selectiveScan(
        try x.matrix("x"), delta: try x.matrix("delta"), a: try x.matrix("a"), b: try x.matrix("b"),
        c: try x.matrix("c"), skip: try x.vector("skip"))
    ]
  case "Mamba block":
    var generator = Random(seed: 1)
    let (logDecay, taps) = (try x.matrix("logDecay"), try x.matrix("convolution"))
    var block = MambaBlock<T>(
      dimension: try x.matrix("x").columns, inner: logDecay.rows, state: logDecay.columns, taps: taps.rows,
      using: &generator)
    block.input = try x.matrix("input")
    block.convolution = taps
    block.selection = try x.matrix("selection")
    block.stepWeight = try x.vector("stepWeight")
    block.stepBias = try x.vector("stepBias")
    block.logDecay = logDecay
    block.skip = try x.vector("skip")
    block.output = try x.matrix("output")
    return ["y": block(try x.matrix("x"))]
  case "RWKV":
    let k = try x.matrix("k"), v = try x.matrix("v"), w = try x.vector("decay"), u = try x.vector("bonus")
    return [
      "recurrence": wkvRecurrence(k, v, decay: w, bonus: u), "parallel": wkvParallel(k, v, decay: w, bonus: u),
    ]
  case "state space, zero-order hold": return ["y": try stateSpace(x, .zeroOrderHold)]
  case "state space, bilinear": return ["y": try stateSpace(x, .bilinear)]
  case "scan":
    let steps = zip(try x.matrix("a").rowVectors, try x.matrix("b").rowVectors).map { ScanStep(decay: $0, offset: $1) }
    return ["tree": Matrix(associativeScan(steps)), "sequence": Matrix(sequentialScan(steps))]
  default: return nil
  }
}

/// By recurrence, by convolution and by Fourier transforms, side by side.
private func stateSpace<T: Real>(_ x: Given<T>, _ rule: Discretization) throws -> Matrix<T> {
  let model = StateSpaceModel(
    a: try x.vector("a"), b: try x.vector("b"), c: try x.vector("c"), skip: try x.number("skip"),
    step: try x.number("step"), rule: rule)
  let signal = try x.vector("x")
  return concatenatedColumns([
    column(model(signal)), column(model.convolved(signal)), column(model.convolvedByFourier(signal)),
  ])
}
