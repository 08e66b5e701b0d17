import Kernel

func attentionWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  func read() throws -> (Matrix<T>, Matrix<T>, Matrix<T>) { (try x.matrix("q"), try x.matrix("k"), try x.matrix("v")) }
  switch work {
  case "attention":
    let (q, k, v) = try read(), scale = try x.numberIfAny("scale"), mask = try x.mask()
    if x.has("bias") { return ["y": attention(q, k, v, bias: try x.matrix("bias"), scale: scale, mask: mask)] }
    return ["y": attention(q, k, v, scale: scale, mask: mask)]
  case "attention in tiles":
    let (q, k, v) = try read()
    let result = flashAttention(q, k, v, mask: try x.mask(), queryBlock: 4, keyBlock: 3)
    return ["y": result.output, "logSumExp": column(result.logSumExp)]
  case "attention over pages":
    let (q, k, v) = try read()
    let request = PagedRequest(pages: try x.integers("pages"), length: try x.integer("length"), queries: q.rows)
    let store = PagedKeyValues(pageSize: try x.integer("pageSize"), keys: k, values: v)
    return ["y": pagedAttention(q, store, [request], workers: 2)]
  case "multi-head attention":
    let layer = MultiHeadAttention(
      query: try x.matrix("wq"), key: try x.matrix("wk"), value: try x.matrix("wv"), output: try x.matrix("wo"),
      heads: try x.integer("heads"))
    let rows = try x.matrix("x"), mask = try x.mask()
    return ["y": layer(rows, mask: mask), "weights": above(layer.weights(rows, mask: mask))]
  case "cosine attention":
    let (q, k, v) = try read()
    return ["y": cosineAttention(q, k, v, scale: try x.number("scale"), mask: try x.mask())]
  case "top-k attention":
    let (q, k, v) = try read()
    return ["y": topKAttention(q, k, v, keep: try x.integer("keep"))]
  case "message passing":
    let (q, k, v) = try read()
    let edges = zip(try x.integers("receivers"), try x.integers("senders")).map { AttentionEdge(query: $0, key: $1) }
    return ["y": messagePassingAttention(q, k, v, edges: edges)]
  case "linear attention":
    let (q, k, v) = try read()
    return ["y": linearAttention(q, k, v, features: eluFeatures)]
  case "causal linear attention":
    let (q, k, v) = try read()
    return ["y": causalLinearAttention(q, k, v, features: eluFeatures)]
  case "linear biases":
    let (q, k, v) = try read()
    let bias = LinearBias<T>(heads: try x.integer("heads"), slopes: x.has("paper") ? .paper : .authorsCode)
    let heads = bias.slopes.indices.map { head in
      attention(q, k, v, bias: bias(head: head, queries: q.rows, keys: k.rows), mask: .causal)
    }
    return ["y": above(heads), "slopes": column(bias.slopes)]
  case "gradient of attention":
    let (q, k, v) = try read()
    let result = attentionGradient(q, k, v, gradient: try x.matrix("g"), mask: try x.mask())
    return ["q": result.q, "k": result.k, "v": result.v]
  case "gradient of attention in tiles":
    let (q, k, v) = try read(), mask = try x.mask(), forward = flashAttention(q, k, v, mask: mask)
    let result = tiledAttentionGradient(
      q, k, v, output: forward.output, logSumExp: forward.logSumExp, gradient: try x.matrix("g"), mask: mask,
      queryBlock: 4, keyBlock: 3
    ).gradient
    return ["q": result.q, "k": result.k, "v": result.v]
  default: return nil
  }
}

/// The fast attention, which is for `Float` alone.
func attentionInFloat<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  guard work == "attention of heads", let x = x as? Given<Float> else { return nil }
  let outputs = flashAttention(
    heads: try x.matrices("q"), keys: try x.matrices("k"), values: try x.matrices("v"), mask: try x.mask())
  return ["y": above(outputs) as! Matrix<T>]
}
