#if !hasFeature(Embedded)
  import Kernel
#endif

func digitsDigest() {
  digitsDigest(Double.self)
  digitsDigest(Float.self)
}

private func digitsDigest<T: Real>(_ type: T.Type) {
  let training: OpticalDigits<T> = .training(), test: OpticalDigits<T> = .test()
  func add(_ digits: OpticalDigits<T>, _ d: inout Digest) {
    d.add(digits.images)
    d.add(digits.labels)
  }
  report("OpticalDigits.training()") { add(training, &$0) }
  report("OpticalDigits.test()") { add(test, &$0) }
  report("OpticalDigits.init(images:labels:)") {
    add(OpticalDigits(images: sample(2, 64, type, seed: 330), labels: [3, 9]), &$0)
  }
  report("OpticalDigits.image(_:)") { $0.add(test.image(6)) }
  let few = training.samples(100..<160)
  report("OpticalDigits.samples(_:)") { add(few, &$0) }
  for hidden in [0, 9] {
    var generator = Random(seed: 331)
    let model: DigitClassifier<T> = .train(on: few, hidden: hidden, epochs: 2, batch: 16, using: &generator)
    report("DigitClassifier.train(on:hidden:epochs:batch:rate:using:)") { $0.add(model.parameters) }
    report("DigitClassifier.init(parameters:)") { $0.add(DigitClassifier(parameters: model.parameters).parameters) }
    report("DigitClassifier.logits(_:)") { $0.add(model.logits(few.images)) }
    report("DigitClassifier.accuracy(on:)") { $0.add(model.accuracy(on: few)) }
    report("DigitClassifier.loss(on:)") { $0.add(model.loss(on: few)) }
    report("DigitClassifier.inputGradients(_:)") { $0.add(model.inputGradients(few)) }
    report("DigitClassifier.attacked(_:epsilon:)") { add(model.attacked(few, epsilon: 0.1), &$0) }
    report("DigitClassifier.hessianDiagonal(on:)") { $0.add(model.hessianDiagonal(on: few)) }
    report("DigitClassifier.pruned(keeping:by:)") { d in
      d.add(model.pruned(keeping: 0.3, by: .magnitude).parameters)
      d.add(model.pruned(keeping: 0.3, by: .optimalBrainDamage(few)).parameters)
    }
  }
}
