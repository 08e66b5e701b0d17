import Kernel

func layersWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  switch work {
  case "LayerNorm":
    return [
      "y": LayerNorm(gain: try x.vector("gain"), bias: try x.vector("bias"), epsilon: try x.number("epsilon"))(
        try x.matrix("x"))
    ]
  case "RMSNorm": return ["y": RMSNorm(gain: try x.vector("gain"), epsilon: try x.number("epsilon"))(try x.matrix("x"))]
  case "L2": return ["y": l2NormalizeRows(try x.matrix("x"))]
  case "softmax": return ["y": softmax(rows: try x.matrix("x"), temperature: try x.number("temperature"))]
  case "log-sum-exp":
    let scores = try x.matrix("x"), values = Matrix<T>(rows: scores.columns, columns: 0, elements: [])
    return ["y": column(scores.rowVectors.map { OnlineSoftmax(scores: $0, values: values).logSumExp })]
  case "feed-forward relu": return ["y": try feedForward(x, .relu)]
  case "feed-forward gelu": return ["y": try feedForward(x, .gelu)]
  case "feed-forward geluTanh": return ["y": try feedForward(x, .geluTanh)]
  case "feed-forward swish": return ["y": try feedForward(x, .swish)]
  case "SwiGLU":
    return ["y": try swiGLU(x, "")(try x.matrix("x"))]
  case "router":
    let choices = try x.matrix("x").rowVectors.map {
      Router(weights: try x.matrix("router")).route($0, top: try x.integer("active"), renormalised: true)
    }
    return [
      "gates": Matrix(choices.map { $0.map { $0.gate } }), "experts": Matrix(choices.map { $0.map { T($0.expert) } }),
    ]
  case "mixture of experts":
    let router = Router(weights: try x.matrix("router"))
    let experts = try (0..<router.expertCount).map { try swiGLU(x, ".\($0)") }
    return ["y": MixtureOfExperts(router: router, experts: experts, active: try x.integer("active"))(try x.matrix("x"))]
  case "load-balancing loss":
    let gates = softmax(rows: try x.matrix("x"))
    let chosen = gates.rowVectors.map { topIndices($0, (try? x.integer("active")) ?? 0) }
    return ["y": column([loadBalancingLoss(gates: gates, chosen: chosen, alpha: 1)])]
  case "convolution":
    return ["y": Convolution(taps: try x.matrices("taps"), dilation: try x.integer("dilation"))(try x.matrix("x"))]
  case "recurrent network":
    return [
      "y": RecurrentCell(input: try x.matrix("w"), recurrent: try x.matrix("u"), bias: try x.vector("b"))(
        try x.matrix("x"))
    ]
  case "LSTM":
    return [
      "y": LSTMCell(input: try x.matrix("w"), recurrent: try x.matrix("u"), bias: try x.vector("b"))(try x.matrix("x"))
    ]
  case "low-rank adapter":
    let adapter = LowRankAdapter(
      weight: try x.matrix("w"), down: try x.matrix("a"), up: try x.matrix("b"), alpha: try x.number("alpha"))
    return ["y": Matrix(try x.matrix("x").rowVectors.map { adapter($0) }), "merged": adapter.merged()]
  default: return try positionsWork(work, x)
  }
}

func feedForward<T: Real>(_ x: Given<T>, _ activation: FeedForward<T>.Activation) throws -> Matrix<T> {
  let layer = FeedForward(
    up: try x.matrix("up"), upBias: try x.vector("upBias"), down: try x.matrix("down"),
    downBias: try x.vector("downBias"), activation: activation)
  return layer(try x.matrix("x"))
}

func swiGLU<T: Real>(_ x: Given<T>, _ suffix: String) throws -> SwiGLU<T> {
  SwiGLU(
    gate: try x.matrix("gate\(suffix)"), up: try x.matrix("up\(suffix)"), down: try x.matrix("down\(suffix)"))
}

private func positionsWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  switch work {
  case "rotary interleaved", "rotary half-split":
    let layout: RotaryEmbedding<T>.Layout = work.hasSuffix("split") ? .halfSplit : .interleaved
    let rows = try x.matrix("x")
    let rotary = RotaryEmbedding<T>(headDimension: rows.columns, base: try x.double("base"), layout: layout)
    if x.has("positions") { return ["y": rotary.rotate(rows, positions: try x.integers("positions"))] }
    let squeezed = interpolatedPositions(rows.rows, trainedLength: try x.integer("trained"))
    return ["y": rotary.rotate(rows, positions: squeezed)]
  case "sinusoidal encoding":
    return ["y": SinusoidalEncoding<T>(dimension: try x.integer("d")).table(try x.integer("n"))]
  default: return nil
  }
}
