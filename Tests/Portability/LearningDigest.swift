#if !hasFeature(Embedded)
  import Kernel
#endif

func learningDigest() {
  learningDigest(Double.self)
  learningDigest(Float.self)
  report("repeatedSegment(length:vocabulary:using:)") { d in
    var generator = Random(seed: 300)
    d.add(repeatedSegment(length: 5, vocabulary: 9, using: &generator))
  }
  report("CausalTransformer.init(vocabulary:context:width:heads:layers:hidden:)") { $0.add(smallModel().hidden) }
}

private func smallModel() -> CausalTransformer {
  CausalTransformer(vocabulary: 9, context: 10, width: 8, heads: 2, layers: 2, hidden: 12)
}

/// The value of an operation and its gradients.
private func differentiate<T: Real>(
  _ name: StaticString, _ inputs: [Matrix<T>], _ operation: ([Variable<T>]) -> Variable<T>
) {
  report(name) { d in
    let result = valueAndGradient(inputs) { _, x in
      let y = operation(x)
      d.add(y.value)
      return sum(y * y)
    }
    d.add(result.value)
    d.add(result.gradient)
  }
}

private func learningDigest<T: Real>(_ type: T.Type) {
  let a = sample(4, 5, type, seed: 301), b = sample(4, 5, type, seed: 302), c = sample(5, 3, type, seed: 303)
  let row = sample(1, 5, type, seed: 304), other = sample(1, 5, type, seed: 305)
  differentiate("matmul(_:_:)", [a, c]) { matmul($0[0], $0[1]) }
  differentiate("matmul(_:transposed:)", [a, b]) { matmul($0[0], transposed: $0[1]) }
  differentiate("Variable.+(_:_:)", [a, row]) { $0[0] + $0[1] }
  differentiate("Variable.-(_:_:)", [a, b]) { $0[0] - $0[1] }
  differentiate("Variable.*(_:_:)", [a, b]) { $0[0] * $0[1] }
  differentiate("Variable.*(_:_:)", [a]) { $0[0] * 3 }
  differentiate("relu(_:)", [a]) { relu($0[0]) }
  differentiate("tanh(_:)", [a]) { tanh($0[0]) }
  differentiate("sigmoid(_:)", [a]) { sigmoid($0[0]) }
  differentiate("swish(_:)", [a]) { swish($0[0]) }
  differentiate("gelu(_:)", [a]) { gelu($0[0]) }
  differentiate("geluTanh(_:)", [a]) { geluTanh($0[0]) }
  differentiate("exp(_:)", [a]) { exp($0[0]) }
  differentiate("log(_:)", [a]) { log($0[0] * $0[0]) }
  differentiate("softmax(rows:mask:)", [a]) { softmax(rows: $0[0], mask: .causal) }
  differentiate("layerNorm(_:gain:bias:epsilon:)", [a, row, other]) { layerNorm($0[0], gain: $0[1], bias: $0[2]) }
  differentiate("rmsNorm(_:gain:epsilon:)", [a, row]) { rmsNorm($0[0], gain: $0[1]) }
  differentiate("gatherRows(_:_:)", [a]) { gatherRows($0[0], [3, 0, 3]) }
  differentiate("Variable.block(rows:columns:)", [a]) { $0[0].block(rows: 1..<3, columns: 2..<5) }
  differentiate("Variable.columns(_:)", [a]) { $0[0].columns(1..<3) }
  differentiate("Variable.rows(_:)", [a]) { $0[0].rows(1..<3) }
  differentiate("concatenatedColumns(_:)", [a, b]) { concatenatedColumns($0) }
  differentiate("stackedRows(_:)", [a, b]) { stackedRows($0) }
  differentiate("crossEntropy(_:_:)", [a]) { crossEntropy($0[0], [0, 4, 1, 1]) }
  differentiate("sum(_:)", [a]) { sum($0[0]) }
  differentiate("mean(_:)", [a]) { mean($0[0]) }
  differentiate("meanSquaredError(_:_:)", [a]) { meanSquaredError($0[0], b) }
  differentiate("loadBalancingLoss(gates:chosen:alpha:)", [a]) {
    loadBalancingLoss(gates: softmax(rows: $0[0]), chosen: [[0], [1], [1], [4]], alpha: 2)
  }
  report("Tape.init()") { d in
    let tape = Tape<T>()
    d.add(tape.constant(a).value)
  }
  report("Tape.constant(_:)") { $0.add(Tape<T>().constant(a).value) }
  report("Tape.parameter(_:)") { $0.add(Tape<T>().parameter(b).value) }
  let tape = Tape<T>()
  let x = tape.parameter(a), gradients = tape.gradients(of: sum(x * tape.constant(b)))
  report("Tape.gradients(of:)") { $0.add(gradients[x]) }
  report("Gradients.subscript(_:)") { $0.add(gradients[x]) }
  report("valueAndGradient(_:_:)") { $0.add(valueAndGradient([a]) { _, x in sum(tanh(x[0])) }.gradient) }
  report("centralDifferences(_:step:_:)") { $0.add(centralDifferences([a], step: 0.01) { _, x in sum(tanh(x[0])) }) }
  var stepped = [a, row], sgd = SGD<T>(rate: 0.1, momentum: 0.9), adam = Adam<T>(rate: 0.01)
  report("SGD.init(rate:momentum:)") { $0.add(sgd.momentum) }
  report("SGD.step(_:_:)") { d in
    for _ in 0..<3 { sgd.step(&stepped, [b, other]) }
    d.add(stepped)
  }
  report("Adam.init(rate:beta1:beta2:epsilon:)") { $0.add(adam.beta2) }
  report("Adam.step(_:_:)") { d in
    for _ in 0..<3 { adam.step(&stepped, [b, other]) }
    d.add(stepped)
  }
  trainingDigest(type)
}

private func trainingDigest<T: Real>(_ type: T.Type) {
  var generator = Random(seed: 310)
  let model = smallModel()
  var parameters: [Matrix<T>] = model.parameters(of: type, using: &generator)
  report("CausalTransformer.parameters(of:using:)") { $0.add(parameters) }
  let batch = (0..<3).map { _ in repeatedSegment(length: 5, vocabulary: 9, using: &generator) }
  report("CausalTransformer.logits(_:_:)") { d in
    var adam = Adam<T>(rate: 0.01)
    for _ in 0..<3 {
      let result = valueAndGradient(parameters) { _, p in
        crossEntropy(model.logits(batch, p), Array(batch.joined()))
      }
      d.add(result.value)
      adam.step(&parameters, result.gradient)
    }
    d.add(parameters)
  }
  report("trainExperts(experts:regimes:dimension:tokens:steps:alpha:rate:lead:using:)") { d in
    let run: ExpertTraining<T> = trainExperts(
      experts: 3, regimes: 3, dimension: 4, tokens: 12, steps: 4, alpha: 0.1, rate: 0.02, lead: 1, using: &generator)
    d.add(run.losses)
    d.add(run.balance)
    d.add(run.load)
  }
}
