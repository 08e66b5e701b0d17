#if !hasFeature(Embedded)
  import Kernel
#endif

/// Queries, keys and values of the shapes that the attention functions are digested with.
struct AttentionSample<T: Real> {
  let q, k, v: Matrix<T>

  init(_ n: Int, _ m: Int, _ d: Int, scale: T = 1) {
    q = sample(n, d, T.self, seed: 20, scale: scale)
    k = sample(m, d, T.self, seed: 21, scale: scale)
    v = sample(m, 5, T.self, seed: 22)
  }

  static var all: [AttentionSample] {
    [
      AttentionSample(7, 13, 4), AttentionSample(1, 33, 8), AttentionSample(13, 7, 16, scale: 16),
      AttentionSample(5, 1, 3),
    ]
  }
}

func attentionDigest() {
  func scored<T: Real>(_ d: inout Digest, _ type: T.Type, _ f: ([T]) -> [T]) {
    d.add(f(edges(type).filter { $0.isFinite }))
    d.add(f(edges(type)))
    d.add(f([1, 2, -.infinity, 3]))
    d.add(f([-.infinity, -.infinity]))
    for scale in [T(0.1), 1, 1000] { d.add(f(sample(33, type, seed: 23, scale: scale))) }
  }
  report("softmax(_:temperature:)") { d in
    scored(&d, Float.self) { softmax($0) }
    scored(&d, Float.self) { softmax($0, temperature: 0.7) }
  }
  report("softmax(_:temperature:)") { d in
    scored(&d, Double.self) { softmax($0) }
    scored(&d, Double.self) { softmax($0, temperature: 0.7) }
  }
  report("softmax(rows:temperature:)") { d in
    d.add(softmax(rows: sample(7, 13, Double.self, seed: 24)))
    d.add(softmax(rows: sample(7, 13, Float.self, seed: 24), temperature: 2))
  }
  func each<T: Real>(_ d: inout Digest, _ type: T.Type, _ f: (AttentionSample<T>) -> Matrix<T>) {
    for sample in AttentionSample<T>.all { d.add(f(sample)) }
  }
  report("attentionScores(_:_:scale:)") {
    each(&$0, Double.self) { attentionScores($0.q, $0.k) }
    each(&$0, Float.self) { attentionScores($0.q, $0.k, scale: 0.3) }
  }
  report("attentionWeights(_:_:scale:mask:)") {
    each(&$0, Double.self) { attentionWeights($0.q, $0.k, mask: .causal) }
    each(&$0, Float.self) { attentionWeights($0.q, $0.k, scale: 0.3) }
  }
  report("attention(_:_:_:scale:mask:)") {
    each(&$0, Double.self) { attention($0.q, $0.k, $0.v, mask: .causal) }
    each(&$0, Float.self) { attention($0.q, $0.k, $0.v, mask: .causal(offset: 2)) }
  }
  report("cosineSimilarities(_:_:)") {
    each(&$0, Double.self) { cosineSimilarities($0.q, $0.k) }
    each(&$0, Float.self) { cosineSimilarities($0.q, $0.k) }
  }
  report("cosineAttention(_:_:_:scale:mask:)") {
    each(&$0, Double.self) { cosineAttention($0.q, $0.k, $0.v, mask: .causal) }
    each(&$0, Float.self) { cosineAttention($0.q, $0.k, $0.v, scale: 10) }
  }
  report("topIndices(_:_:)") { $0.add(topIndices(sample(33, Float.self, seed: 19), 9)) }
  report("topKAttentionWeights(_:_:keep:scale:mask:)") {
    each(&$0, Double.self) { topKAttentionWeights($0.q, $0.k, keep: 1 + $0.k.rows / 3) }
    each(&$0, Float.self) { topKAttentionWeights($0.q, $0.k, keep: 1 + $0.k.rows / 3, scale: 0.3, mask: .causal) }
  }
  report("topKAttention(_:_:_:keep:scale:mask:)") {
    each(&$0, Double.self) { topKAttention($0.q, $0.k, $0.v, keep: 1) }
    each(&$0, Float.self) { topKAttention($0.q, $0.k, $0.v, keep: 1 + $0.k.rows / 2) }
  }
  report("AttentionEdge.init(query:key:)") { $0.add(AttentionEdge(query: 2, key: 3).key) }
  func graph<T: Real>(_ s: AttentionSample<T>) -> [AttentionEdge] {
    (0..<s.q.rows * s.k.rows).filter { $0 % 3 != 1 }.map { AttentionEdge(query: $0 % s.q.rows, key: $0 / s.q.rows) }
  }
  report("messagePassingAttention(_:_:_:edges:scale:)") {
    each(&$0, Double.self) { messagePassingAttention($0.q, $0.k, $0.v, edges: graph($0)) }
    each(&$0, Float.self) { messagePassingAttention($0.q, $0.k, $0.v, edges: graph($0), scale: 0.5) }
  }
  maskDigest()
  headsDigest()
  report("kernelSmoother(queries:keys:values:kernel:)") {
    each(&$0, Double.self) { kernelSmoother(queries: $0.q, keys: $0.k, values: $0.v) { exp(-norm($0) / norm($1)) } }
    each(&$0, Float.self) { kernelSmoother(queries: $0.q, keys: $0.k, values: $0.v) { exp(-norm($0) / norm($1)) } }
  }
  report("ExponentialKernelFactors.init(query:key:)") { d in
    let factors = ExponentialKernelFactors(
      query: sample(7, Double.self, seed: 25), key: sample(7, Double.self, seed: 26))
    d.add([factors.query, factors.rbf, factors.key, factors.product])
  }
  func distributed<T: Real>(_ d: inout Digest, _ type: T.Type, _ f: ([T]) -> T) {
    for n in [1, 7, 33] { d.add(f(softmax(rows: sample(1, n, type, seed: 27)).row(0))) }
    d.add(f([0, 1, 0]))
  }
  report("entropy(_:)") {
    distributed(&$0, Double.self) { entropy($0) }; distributed(&$0, Float.self) { entropy($0) }
  }
  report("effectiveCount(_:)") {
    distributed(&$0, Double.self) { effectiveCount($0) }
    distributed(&$0, Float.self) { effectiveCount($0) }
  }
  report("topMass(_:_:)") {
    distributed(&$0, Double.self) { topMass($0, $0.count / 2) }
    distributed(&$0, Float.self) { topMass($0, $0.count / 2) }
  }
}

private func maskDigest() {
  let scores = sample(5, 7, Double.self, seed: 28)
  report("AttentionMask.masked(_:)") { $0.add(AttentionMask.causal.masked(scores)) }
  report("AttentionMask.causal(offset:)") { $0.add(AttentionMask.causal(offset: 2).masked(scores)) }
  report("AttentionMask.allowed(_:)") { $0.add(AttentionMask.allowed { i, j in (i + j) % 3 == 0 }.masked(scores)) }
  report("AttentionMask.allowed(_:)") {
    $0.add(AttentionMask.allowed([[true, false, true], [false, true]]).masked(scores))
  }
}

private func headsDigest() {
  func layer<T: Real>(_ type: T.Type) -> MultiHeadAttention<T> {
    var generator = Random(seed: 29)
    return MultiHeadAttention(dimension: 12, heads: 3, using: &generator)
  }
  report("MultiHeadAttention.init(dimension:heads:using:)") { $0.add(layer(Float.self).output) }
  report("MultiHeadAttention.init(query:key:value:output:heads:)") { d in
    let w = sample(4, 4, Double.self, seed: 30)
    d.add(MultiHeadAttention(query: w, key: w, value: w, output: w, heads: 2)(sample(3, 4, Double.self, seed: 31)))
  }
  report("MultiHeadAttention.columns(ofHead:)") { $0.add(layer(Double.self).columns(ofHead: 2).lowerBound) }
  report("MultiHeadAttention.weights(_:mask:)") { d in
    d.add(layer(Double.self).weights(sample(7, 12, Double.self, seed: 32), mask: .causal))
    d.add(layer(Float.self).weights(sample(7, 12, Float.self, seed: 32)))
  }
  report("MultiHeadAttention.callAsFunction(_:mask:)") { d in
    d.add(layer(Double.self)(sample(7, 12, Double.self, seed: 33)))
    d.add(layer(Float.self)(sample(13, 12, Float.self, seed: 33), mask: .causal))
  }
}
