#if !hasFeature(Embedded)
  import Kernel
#endif

func expertsDigest() {
  expertsDigest(Double.self)
  expertsDigest(Float.self)
  report("switchAssignment(choices:experts:capacityFactor:)") { d in
    let result = switchAssignment(choices: [0, 1, 1, 1, 2, 0, 1], experts: 3, capacityFactor: 1.1)
    d.add(result.expert.map { $0 ?? -1 })
    d.add(result.droppedFraction)
  }
}

private func expertsDigest<T: Real>(_ type: T.Type) {
  let x = sample(7, 6, type, seed: 100), router = Router(weights: sample(4, 6, type, seed: 101))
  var generator = Random(seed: 102)
  let experts = (0..<4).map { _ in FeedForward<T>(dimension: 6, hidden: 8, activation: .gelu, using: &generator) }
  report("Router.init(weights:)") { $0.add(router.expertCount) }
  report("Router.logits(_:)") { $0.add(router.logits(x.row(0))) }
  report("Router.route(_:top:renormalised:)") { d in
    for flag in [true, false] {
      for choice in router.route(x.row(1), top: 3, renormalised: flag) {
        d.add(choice.expert)
        d.add(choice.gate)
      }
    }
  }
  report("Router.selection(_:top:)") { $0.add(router.selection(x, top: 2)) }
  report("ExpertChoice.init(expert:gate:)") { $0.add(ExpertChoice(expert: 1, gate: T(0.5)).gate) }
  let layer = MixtureOfExperts(router: router, experts: Array(experts[0..<4]), shared: [experts[1]], active: 2)
  report("MixtureOfExperts.init(router:experts:shared:active:renormalised:)") { $0.add(layer.active) }
  report("MixtureOfExperts.callAsFunction(_:)") { $0.add(layer(x)) }
  report("MixtureOfExperts.groups(_:)") { d in
    for group in layer.groups(x) {
      d.add(group.tokens)
      d.add(group.gates)
    }
  }
  report("FeedForward.Activation.slope(at:)") { d in
    for activation in [FeedForward<T>.Activation.relu, .gelu, .geluTanh, .swish] {
      d.add(x.row(2).map { activation.slope(at: $0) })
    }
  }
  report("FeedForward.jacobian(at:)") { $0.add(experts[0].jacobian(at: x.row(3))) }
  report("jacobianAlignment(_:_:)") {
    $0.add(jacobianAlignment(experts[0].jacobian(at: x.row(3)), experts[1].jacobian(at: x.row(3))))
  }
  let chosen = [[0, 1], [1, 2], [3, 1], [0, 2], [0, 3], [1, 0], [2, 1]],
    gates = softmax(rows: matmul(x, transposed: router.weights))
  report("loadBalancingLoss(gates:chosen:alpha:)") {
    $0.add(loadBalancingLoss(gates: gates, chosen: chosen, alpha: 0.01))
  }
  report("loadBalancingGradient(gates:chosen:alpha:)") {
    $0.add(loadBalancingGradient(gates: gates, chosen: chosen, alpha: 0.01))
  }
  report("loadFractions(_:experts:of:)") { $0.add(loadFractions(chosen, experts: 4, of: type)) }
  report("normalizedLoadEntropy(_:)") { $0.add(normalizedLoadEntropy(gates.row(0))) }
  let soft = SoftMixtureOfExperts(slots: sample(4, 6, type, seed: 103), experts: Array(experts[0..<2]))
  report("SoftMixtureOfExperts.init(slots:experts:)") { $0.add(soft.slots) }
  report("SoftMixtureOfExperts.dispatch(_:)") { $0.add(soft.dispatch(x)) }
  report("SoftMixtureOfExperts.combine(_:)") { $0.add(soft.combine(x)) }
  report("SoftMixtureOfExperts.callAsFunction(_:)") { $0.add(soft(x)) }
}
