#if !hasFeature(Embedded)
  import Kernel
#endif

func normalizationDigest() {
  normalizationDigest(Double.self)
  normalizationDigest(Float.self)
}

private func normalizationDigest<T: Real>(_ type: T.Type) {
  let x = sample(7, 13, type, seed: 50, scale: 3), y = sample(7, 13, type, seed: 51)
  let gain = sample(13, type, seed: 52), bias = sample(13, type, seed: 53)
  report("l2Normalize(_:)") { d in
    d.add(l2Normalize(x.row(0)))
    d.add(l2Normalize([T](repeating: 0, count: 3)))
  }
  report("l2NormalizeRows(_:)") { $0.add(l2NormalizeRows(x)) }
  report("LayerNorm.init(gain:bias:epsilon:)") { $0.add(LayerNorm(gain: gain, bias: bias).epsilon) }
  report("LayerNorm.init(dimension:epsilon:)") { $0.add(LayerNorm<T>(dimension: 13).epsilon) }
  report("LayerNorm.callAsFunction(_:)") { $0.add(LayerNorm(gain: gain, bias: bias)(x)) }
  report("LayerNorm.callAsFunction(_:)") { $0.add(LayerNorm(dimension: 13, epsilon: 0.1)(x.row(1))) }
  report("RMSNorm.init(gain:epsilon:)") { $0.add(RMSNorm(gain: gain).epsilon) }
  report("RMSNorm.init(dimension:epsilon:)") { $0.add(RMSNorm<T>(dimension: 13).epsilon) }
  report("RMSNorm.callAsFunction(_:)") { $0.add(RMSNorm(gain: gain)(x)) }
  report("RMSNorm.callAsFunction(_:)") { $0.add(RMSNorm(dimension: 13, epsilon: 0.1)(x.row(1))) }
  report("qkNormalize(_:_:_:)") { d in
    let unit = qkNormalize(x, y), rms = qkNormalize(x, y, .rms(epsilon: 0.01))
    d.add([unit.q, unit.k, rms.q, rms.k])
  }
  let step = NGPTResidual(rate: gain)
  report("NGPTResidual.init(rate:)") { $0.add(step.rate) }
  report("NGPTResidual.init(rate:dimension:)") { $0.add(NGPTResidual(rate: T(0.1), dimension: 3).rate) }
  report("NGPTResidual.callAsFunction(_:toward:)") { $0.add(step(l2NormalizeRows(x), toward: y)) }
  report("NGPTResidual.callAsFunction(_:toward:)") { $0.add(step(l2Normalize(x.row(2)), toward: y.row(2))) }
  report("nGPTAttention(_:_:_:gain:mask:)") { $0.add(nGPTAttention(x, y, y, gain: gain, mask: .causal)) }
  report("angle(_:_:)") { d in for i in 0..<7 { d.add(angle(x.row(i), y.row(i))) } }
  report("slerp(_:_:_:)") { d in
    for t in [T(0), 0.3, 1] { d.add(slerp(l2Normalize(x.row(0)), l2Normalize(y.row(0)), t)) }
  }
}
