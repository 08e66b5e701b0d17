#if !hasFeature(Embedded)
  import Kernel
#endif

func theoryDigest() {
  let law = ScalingLaw(
    irreducible: 1.7, parameterFactor: 400, parameterExponent: 0.34, tokenFactor: 410, tokenExponent: 0.28)
  report("ScalingLaw.init(irreducible:parameterFactor:parameterExponent:tokenFactor:tokenExponent:)") {
    $0.add(law.irreducible)
  }
  report("ScalingLaw.loss(parameters:tokens:)") { $0.add(law.loss(parameters: 1e9, tokens: 2e10)) }
  report("ScalingLaw.optimum(flops:)") { d in
    let best = law.optimum(flops: 1e21)
    d.add(best.parameters)
    d.add(best.tokens)
  }
  report("majorityVoteAccuracy(votes:each:)") { $0.add(majorityVoteAccuracy(votes: 21, each: 0.6)) }
  report("rightAngleProbability(dimension:within:)") { $0.add(rightAngleProbability(dimension: 20, within: 0.17)) }
  theoryDigest(Double.self)
  theoryDigest(Float.self)
}

private func theoryDigest<T: Real>(_ type: T.Type) {
  let x = sample(9, 4, type, seed: 320), y = sample(9, 2, type, seed: 321), q = sample(3, 4, type, seed: 322)
  report("firstGradientStep(inputs:targets:rate:)") { $0.add(firstGradientStep(inputs: x, targets: y, rate: 0.1)) }
  report("unnormalizedAttention(_:_:_:scale:)") { $0.add(unnormalizedAttention(q, x, y, scale: 0.1)) }
}
