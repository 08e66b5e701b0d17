#if !hasFeature(Embedded)
  import Kernel
#endif

func stateSpaceDigest() {
  stateSpaceDigest(Double.self)
  stateSpaceDigest(Float.self)
}

private func stateSpaceDigest<T: Real>(_ type: T.Type) {
  let x = sample(13, 4, type, seed: 130), rates: [T] = [-0.5, -2, 0, -0.001]
  let rules = [Discretization.zeroOrderHold, .bilinear, .euler]
  report("Discretization.callAsFunction(_:step:)") { d in
    for rule in rules {
      for rate in rates {
        d.add(rule(rate, step: 0.3).decay)
        d.add(rule(rate, step: 0.3).input)
      }
    }
  }
  let model = StateSpaceModel(a: rates, b: x.row(0), c: x.row(1), skip: 0.5, step: 0.1)
  report("StateSpaceModel.init(a:b:c:skip:step:rule:)") { $0.add(model.input) }
  report("StateSpaceModel.callAsFunction(_:)") { $0.add(model(x.column(0))) }
  report("StateSpaceModel.kernel(_:)") { $0.add(model.kernel(20)) }
  report("StateSpaceModel.convolved(_:)") { $0.add(model.convolved(x.column(0))) }
  let steps = (0..<12).map { ScanStep(decay: x.row($0), offset: x.row($0 + 1)) }
  report("ScanStep.init(decay:offset:)") { $0.add(steps[0].offset) }
  report("ScanStep.then(_:)") { $0.add(steps[0].then(steps[1]).offset) }
  report("associativeScan(_:)") { d in for state in associativeScan(steps) { d.add(state) } }
  report("sequentialScan(_:)") { d in for state in sequentialScan(steps) { d.add(state) } }
  report("selectiveScan(_:delta:a:b:c:skip:)") { d in
    let b = sample(13, 3, type, seed: 131), c = sample(13, 3, type, seed: 132),
      a = sample(4, 3, type, seed: 133).map { -$0.magnitude }
    d.add(selectiveScan(x, delta: x.map { $0.magnitude }, a: a, b: b, c: c, skip: x.row(2)))
  }
  var generator = Random(seed: 134)
  let block = MambaBlock<T>(dimension: 4, inner: 6, state: 3, using: &generator)
  report("MambaBlock.init(dimension:inner:state:taps:using:)") { $0.add(block.selection) }
  report("MambaBlock.callAsFunction(_:)") { $0.add(block(x)) }
}
