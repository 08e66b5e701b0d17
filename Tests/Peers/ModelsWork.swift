import Kernel

func modelsWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  switch work {
  case "grouped-query attention": return ["y": try groupedQueryAttention(x)(try x.matrix("x"), mask: try x.mask())]
  case "grouped-query attention after an eviction":
    let layer = try groupedQueryAttention(x), tokens = try x.matrix("x")
    var cache = KeyValueCache<T>(groups: layer.groups, headDimension: layer.headDimension)
    let seen = try x.integer("seen")
    _ = layer.step(tokens.rows(0..<seen), cache: &cache)
    cache.keep(try x.integers("keep"))
    return ["y": layer.step(tokens.rows(seen..<tokens.rows), cache: &cache)]
  case "GPT-2 block":
    let block = TransformerBlock<T>(
      mixer: .attention(try groupedQueryAttention(x)), mixerNorm: .layer(try layerNorm(x, "1")),
      feedForward: .dense(
        FeedForward(
          up: try x.matrix("up"), upBias: try x.vector("upBias"), down: try x.matrix("down"),
          downBias: try x.vector("downBias"), activation: .geluTanh)),
      feedForwardNorm: .layer(try layerNorm(x, "2")))
    return ["y": block(try x.matrix("x"))]
  case "Llama block":
    let block = TransformerBlock<T>(
      mixer: .attention(try groupedQueryAttention(x)),
      mixerNorm: .rms(RMSNorm(gain: try x.vector("gain1"), epsilon: try x.number("epsilon"))),
      feedForward: .gated(try swiGLU(x, "")),
      feedForwardNorm: .rms(RMSNorm(gain: try x.vector("gain2"), epsilon: try x.number("epsilon"))))
    return ["y": block(try x.matrix("x"))]
  case "model": return ["logits": try model(x).logits(try x.integers("prompt"))]
  case "model step by step":
    let model = try model(x)
    var caches = model.emptyCaches()
    return ["logits": above(try x.integers("prompt").map { model.step([$0], caches: &caches) })]
  case "model after an eviction":
    let model = try model(x), prompt = try x.integers("prompt"), seen = try x.integer("seen")
    var caches = model.emptyCaches()
    _ = model.step(Array(prompt[..<seen]), caches: &caches)
    for layer in caches.indices { caches[layer].keep(try x.integers("keep")) }
    return ["logits": above(prompt[seen...].map { model.step([$0], caches: &caches) })]
  case "greedy tokens":
    var generator = Random(seed: 1)
    let model = try model(x)
    let tokens = model.generate(
      try x.integers("prompt"), count: try x.integer("count"), temperature: 0, using: &generator)
    return ["tokens": column(tokens)]
  default: return nil
  }
}

private func model<T: Real>(_ x: Given<T>) throws -> LanguageModel<T> {
  if x.has("base") {
    return try .llama(
      try x.model(), heads: try x.integer("heads"), groups: try x.integer("groups"), base: try x.double("base"),
      epsilon: try x.number("epsilon"), activeExperts: x.has("active") ? try x.integer("active") : 2)
  }
  return try .gpt2(try x.model(), heads: try x.integer("heads"), epsilon: try x.number("epsilon"))
}

private func layerNorm<T: Real>(_ x: Given<T>, _ suffix: String) throws -> LayerNorm<T> {
  LayerNorm(
    gain: try x.vector("gain\(suffix)"), bias: try x.vector("bias\(suffix)"), epsilon: try x.number("epsilon"))
}

/// With rotary positions where there is a base.
private func groupedQueryAttention<T: Real>(_ x: Given<T>) throws -> GroupedQueryAttention<T> {
  let query = try x.matrix("wq"), heads = try x.integer("heads")
  let rotary: RotaryEmbedding<T>? =
    x.has("base")
    ? RotaryEmbedding(headDimension: query.rows / heads, base: try x.double("base"), layout: .halfSplit) : nil
  return GroupedQueryAttention(
    query: query, key: try x.matrix("wk"), value: try x.matrix("wv"), output: try x.matrix("wo"), heads: heads,
    groups: try x.integer("groups"), rotary: rotary, queryBias: try x.vectorIfAny("bq"),
    keyBias: try x.vectorIfAny("bk"), valueBias: try x.vectorIfAny("bv"), outputBias: try x.vectorIfAny("bo"))
}
