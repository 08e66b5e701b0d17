#if !hasFeature(Embedded)
  import Kernel
#endif

func efficientAttentionDigest() {
  efficientAttentionDigest(Double.self)
  efficientAttentionDigest(Float.self)
  patternsDigest()
  fastAttentionDigest()
}

/// The tiled attention in Float at sizes that cut every tile and block, under each kind of mask.
private func fastAttentionDigest() {
  report("flashAttention(heads:keys:values:scale:mask:)") { d in
    for (n, m, width, valueWidth) in [(7, 13, 6, 5), (35, 131, 9, 11)] {
      let q = (0..<4).map { sample(n, width, Float.self, seed: 115 + UInt64($0), scale: 2) }
      let k = (0..<2).map { sample(m, width, Float.self, seed: 120 + UInt64($0)) }
      let v = (0..<2).map { sample(m, valueWidth, Float.self, seed: 125 + UInt64($0)) }
      for mask in [AttentionMask.none, .causal(offset: 50), .window(5)] {
        d.add(flashAttention(heads: q, keys: k, values: v, mask: mask))
      }
      d.add(flashAttention(heads: q, keys: k, values: v, scale: 3))
    }
    let broken: [Matrix<Float>] = [Matrix(rows: 1, columns: 8, elements: Array(edges(Float.self)[0..<8]))]
    d.add(flashAttention(heads: broken, keys: broken, values: broken))
  }
  report("powersOfTwo(_:)") { d in
    d.add(powersOfTwo(sample(500, Float.self, seed: 130, scale: 40).map { -$0.magnitude }))
    d.add(powersOfTwo([0, -0.0, -126, -126.6, -127, -1e30, -.infinity, .nan, -.leastNonzeroMagnitude]))
  }
}

private func efficientAttentionDigest<T: Real>(_ type: T.Type) {
  let q = sample(13, 6, type, seed: 110, scale: 3), k = sample(13, 6, type, seed: 111),
    v = sample(13, 5, type, seed: 112)
  let state = OnlineSoftmax(scores: q.column(0), values: v)
  report("OnlineSoftmax.init(width:)") { $0.add(OnlineSoftmax<T>(width: 3).output) }
  report("OnlineSoftmax.init(scores:values:)") { $0.add(state.output) }
  report("OnlineSoftmax.merged(with:)") {
    $0.add(state.merged(with: OnlineSoftmax(scores: q.column(1), values: v)).logSumExp)
  }
  report("MemoryTraffic.init()") { $0.add(MemoryTraffic().total) }
  report("flashAttention(_:_:_:scale:mask:queryBlock:keyBlock:order:)") { d in
    let a = flashAttention(q, k, v, mask: .causal, queryBlock: 4, keyBlock: 3, order: .keysOutside)
    let b = flashAttention(q, k, v, scale: 0.3)
    d.add(a.output)
    d.add(a.logSumExp)
    d.add(a.traffic.total)
    d.add(b.output)
  }
  report("attentionGradient(_:_:_:gradient:scale:mask:)") { d in
    let gradient = attentionGradient(q, k, v, gradient: v, mask: .causal)
    d.add([gradient.q, gradient.k, gradient.v])
  }
  report("eluFeatures(_:)") { $0.add(eluFeatures(q.row(0))) }
  report("linearAttention(_:_:_:features:)") { $0.add(linearAttention(q, k, v) { eluFeatures($0) }) }
  report("causalLinearAttention(_:_:_:features:)") { $0.add(causalLinearAttention(q, k, v) { eluFeatures($0) }) }
  report("LinearAttentionState.init()") { $0.add(LinearAttentionState<T>().normaliser) }
  var memory = LinearAttentionState<T>()
  memory.append(features: [1, 0.5], value: [0.1, 0.2, 0.3])
  report("LinearAttentionState.append(features:value:)") { $0.add(memory.normaliser) }
  report("LinearAttentionState.read(features:)") { $0.add(memory.read(features: [0.3, 0.1])) }
  var generator = Random(seed: 113)
  let map = PositiveRandomFeatures<T>(count: 9, dimension: 6, using: &generator)
  report("PositiveRandomFeatures.init(directions:)") { $0.add(PositiveRandomFeatures(directions: q).directions) }
  report("PositiveRandomFeatures.init(count:dimension:using:)") { $0.add(map.directions) }
  report("PositiveRandomFeatures.callAsFunction(_:)") { $0.add(map(q.row(0))) }
}

private func patternsDigest() {
  func digest(_ name: StaticString, _ mask: AttentionMask) {
    report(name) { d in for row in mask.table(queries: 20, keys: 20) { d.add(row) } }
  }
  digest("AttentionMask.window(_:)", .window(2))
  digest("AttentionMask.strided(_:)", .strided(4))
  digest("AttentionMask.fixed(block:summary:)", .fixed(block: 4, summary: 2))
  digest("AttentionMask.global(_:)", .global(2))
  digest("AttentionMask.everyKey(modulo:)", .everyKey(modulo: 3))
  digest("AttentionMask.union(_:)", AttentionMask.window(1).union(.global(1)))
  digest(
    "AttentionMask.placed(queries:keys:)", AttentionMask.window(2).placed(queries: [4, 5, 9, 1], keys: [0, 3, 4, 8]))
  digest("AttentionMask.intersection(_:)", AttentionMask.window(5).intersection(.causal))
  digest("AttentionMask.table(queries:keys:)", .causal)
  var generator = Random(seed: 114)
  digest(
    "AttentionMask.bigBird(length:window:global:random:using:)",
    .bigBird(length: 20, window: 1, global: 1, random: 2, using: &generator))
  report("AttentionMask.allowedPairs(queries:keys:)") {
    $0.add(AttentionMask.causal.allowedPairs(queries: 33, keys: 33))
  }
}
