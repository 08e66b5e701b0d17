#if !hasFeature(Embedded)
  import Kernel
#endif

func cacheDigest() {
  cacheDigest(Double.self)
  cacheDigest(Float.self)
  report("neighbouringGroups(heads:groups:)") { d in
    for group in neighbouringGroups(heads: 6, groups: 2) { d.add(group) }
  }
}

private func cacheDigest<T: Real>(_ type: T.Type) {
  var generator = Random(seed: 120)
  let layer = GroupedQueryAttention<T>(
    dimension: 12, heads: 6, groups: 2, rotary: RotaryEmbedding(headDimension: 2), using: &generator)
  let x = sample(9, 12, type, seed: 121)
  report("GroupedQueryAttention.init(dimension:heads:groups:headDimension:rotary:using:)") { $0.add(layer.key) }
  report(
    "GroupedQueryAttention.init(query:key:value:output:heads:groups:rotary:queryBias:keyBias:valueBias:outputBias:)"
  ) { d in
    let plain = GroupedQueryAttention(
      query: layer.query, key: layer.key, value: layer.value, output: layer.output, heads: 6, groups: 2)
    d.add(plain(x))
  }
  report("GroupedQueryAttention.callAsFunction(_:mask:)") { $0.add(layer(x)) }
  var cache = KeyValueCache<T>(groups: 2, headDimension: 2)
  report("KeyValueCache.init(groups:headDimension:)") { $0.add(cache.count) }
  report("GroupedQueryAttention.step(_:cache:position:mask:)") { d in
    d.add(layer.step(x.rows(0..<4), cache: &cache))
    d.add(layer.step(x.rows(4..<9), cache: &cache))
    var evicted = cache
    evicted.keep([0, 3, 7])
    d.add(layer.step(x.rows(0..<2), cache: &evicted, mask: .window(2)))
    d.add(evicted.positions)
  }
  report("KeyValueCache.append(keys:values:position:)") { d in
    cache.append(keys: x.columns(0..<4), values: x.columns(4..<8))
    d.add(cache.keys)
  }
  report("KeyValueCache.attend(_:heads:mask:)") { d in
    d.add(cache.attend(sample(1, 12, type, seed: 123), heads: 6))
    d.add(cache.attend(sample(3, 12, type, seed: 124), heads: 6, mask: .causal(offset: 4)))
  }
  report("KeyValueCache.keep(_:)") { d in
    cache.keep([0, 3, 5])
    d.add(cache.values)
  }
  report("stacked(_:_:)") { $0.add(stacked(x, x)) }
  let mean = x.row(0), spread = x.row(1).map { $0 * $0 }
  report("expectedAttention(_:mean:variance:)") { $0.add(expectedAttention(x, mean: mean, variance: spread)) }
  report("logExpectedAttention(_:mean:variance:)") { $0.add(logExpectedAttention(x, mean: mean, variance: spread)) }
  report("placesToKeep(keys:values:mean:variance:ratio:sinks:)") {
    $0.add(placesToKeep(keys: x, values: x, mean: mean, variance: spread, ratio: 0.4, sinks: 2))
  }
  let heads = sample(5, 4, type, seed: 122).rowVectors
  report("weightSharingError(_:groups:)") { $0.add(weightSharingError(heads, groups: [[0, 1], [2, 3, 4]])) }
  report("bestGrouping(_:groups:)") { d in for group in bestGrouping(heads, groups: 2) { d.add(group) } }
}
