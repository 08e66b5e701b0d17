import Kernel

func learningWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  switch work {
  case "gradient of activations": return try gradient(x, ["x"]) { _, p in try activationsLoss(x, p[0]) }
  case "gradient of a network":
    return try gradient(x, ["x", "w1", "b1", "w2", "b2"]) { _, p in
      let hidden = gelu(matmul(p[0], p[1]) + p[2])
      return crossEntropy(matmul(hidden, p[3]) + p[4], try x.integers("targets"))
    }
  case "cross entropy": return try gradient(x, ["x"]) { _, p in crossEntropy(p[0], try x.integers("targets")) }
  case "gradient of LayerNorm":
    return try gradient(x, ["x", "gain", "bias"]) { tape, p in
      sum(layerNorm(p[0], gain: p[1], bias: p[2], epsilon: try x.number("epsilon")) * tape.constant(try x.matrix("g")))
    }
  case "gradient of RMSNorm":
    return try gradient(x, ["x", "gain"]) { tape, p in
      sum(rmsNorm(p[0], gain: p[1], epsilon: try x.number("epsilon")) * tape.constant(try x.matrix("g")))
    }
  case "gradient of masked attention":
    return try gradient(x, ["q", "k", "v"]) { tape, p in
      let scores = matmul(p[0], transposed: p[1]) * (1 / T(p[0].value.columns).squareRoot())
      return sum(matmul(softmax(rows: scores, mask: try x.mask()), p[2]) * tape.constant(try x.matrix("g")))
    }
  case "mean squared error":
    return try gradient(x, ["x"]) { _, p in meanSquaredError(p[0], try x.matrix("target")) }
  case "causal Transformer":
    let parameters = try x.matrices("p"), sequences = try x.matrix("sequences").rowVectors.map { $0.map { Int($0) } }
    let model = CausalTransformer(
      vocabulary: parameters[0].rows, context: parameters[1].rows, width: parameters[0].columns,
      heads: try x.integer("heads"), layers: try x.integer("layers"), hidden: try x.integer("hidden"))
    var logits: Matrix<T>?
    let result = valueAndGradient(parameters) { _, p in
      let all = model.logits(sequences.map { Array($0.dropLast()) }, p)
      logits = all.value
      return crossEntropy(all, sequences.flatMap { Array($0.dropFirst()) })
    }
    var results = ["logits": logits!, "loss": column([result.value])]
    for (place, gradient) in result.gradient.enumerated() { results["p.\(place)"] = gradient }
    return results
  case "Adam":
    var adam = Adam<T>(rate: try x.number("rate"))
    return ["x": try trained(x) { adam.step(&$0, $1) }]
  case "SGD":
    var sgd = SGD<T>(rate: try x.number("rate"), momentum: try x.number("momentum"))
    return ["x": try trained(x) { sgd.step(&$0, $1) }]
  default: return nil
  }
}

/// The loss and its gradients at the matrices of the given names.
private func gradient<T: Real>(
  _ x: Given<T>, _ names: [String], _ loss: (Tape<T>, [Variable<T>]) throws -> Variable<T>
) throws -> [String: Matrix<T>] {
  let tape = Tape<T>(), variables = try names.map { tape.parameter(try x.matrix($0)) }
  let result = try loss(tape, variables), gradients = tape.gradients(of: result)
  var results = ["loss": column([result.scalar])]
  for (name, variable) in zip(names, variables) { results[name] = gradients[variable] }
  return results
}

/// Σ g⊙f(x) over all activations, each with weights of its own.
private func activationsLoss<T: Real>(_ x: Given<T>, _ v: Variable<T>) throws -> Variable<T> {
  let all = [relu(v), tanh(v), sigmoid(v), swish(v), gelu(v), geluTanh(v), exp(v)]
  let weights = try x.matrices("g")
  let parts = zip(all, weights).map { sum($0 * v.tape.constant($1)) }
  return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
}

/// Five steps of an optimiser on Σ (a·x − b)²: the gradient of `a·x − b` is linear, so that rounding stays small.
private func trained<T: Real>(
  _ x: Given<T>, _ step: (inout [Matrix<T>], [Matrix<T>]) -> Void
) throws -> Matrix<T> {
  var parameters = [try x.matrix("x")]
  for _ in 0..<5 {
    let result = valueAndGradient(parameters) { tape, p in
      let error = matmul(tape.constant(try! x.matrix("a")), p[0]) - tape.constant(try! x.matrix("b"))
      return sum(error * error)
    }
    step(&parameters, result.gradient)
  }
  return parameters[0]
}
