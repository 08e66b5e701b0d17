import Kernel

/// A time in proportion to another one measured beside it, and what it shall not exceed.
struct Ratio {
  let name: String
  let target: Double
  /// The work and what it is compared with.
  let prepare: () -> (work: () -> Void, beside: () -> Void)
}

func allRatios() -> [Ratio] {
  [
    Ratio(name: "decode a token: 32/8 heads, d=128, 4096 cached / reading the cache", target: 2, prepare: decoding),
    Ratio(name: "mixture, 2 of 8 experts / (a quarter of all 8, and the router)", target: 1.15, prepare: mixture),
    Ratio(name: "causal linear attention, 2048 / 1024 tokens", target: 2.2, prepare: linear),
    Ratio(name: "selective scan, 2048 / 1024 tokens", target: 2.2, prepare: scan),
    Ratio(name: "associative scan, 2048 / 1024 steps", target: 2.2, prepare: tree),
  ]
}

private func decoding() -> (() -> Void, () -> Void) {
  var cache = KeyValueCache<Float>(groups: 8, headDimension: 128)
  for block in 0..<8 {
    cache.append(keys: normal(512, 1024, seed: UInt64(block)), values: normal(512, 1024, seed: 100 + UInt64(block)))
  }
  let q = normal(1, 4096, seed: 7), held = cache
  let parts = held.keys + held.values
  return (
    { sink += held.attend(q, heads: 32)[0, 0] },
    {
      // Each thread reads its share.
      let count = threadCount
      onThreads(count, parts.count) { part in sink += parts[part].elements.withUnsafeBufferPointer { Memory.read($0) } }
    }
  )
}

private func mixture() -> (() -> Void, () -> Void) {
  var generator = Random(seed: 3)
  let experts = (0..<8).map { _ in
    FeedForward<Float>(dimension: 256, hidden: 1024, activation: .relu, using: &generator)
  }
  let router = Router(weights: normal(8, 256, seed: 4)), x = normal(1024, 256, seed: 5)
  let layer = MixtureOfExperts(router: router, experts: experts, active: 2)
  return (
    { sink += layer(x)[0, 0] },
    {
      // Two of eight experts over all tokens are a quarter of the dense layer.
      for expert in experts[0..<2] { sink += expert(x)[0, 0] }
      for i in 0..<x.rows { sink += router.route(x.row(i), top: 2, renormalised: true)[0].gate }
    }
  )
}

private func linear() -> (() -> Void, () -> Void) {
  let work = { (n: Int) in
    let q = normal(n, 64, seed: 8), k = normal(n, 64, seed: 9), v = normal(n, 64, seed: 10)
    return { sink += causalLinearAttention(q, k, v) { eluFeatures($0) }[n - 1, 0] }
  }
  return (work(2048), work(1024))
}

private func scan() -> (() -> Void, () -> Void) {
  let work = { (n: Int) in
    let x = normal(n, 256, seed: 11), delta = normal(n, 256, seed: 12).map { $0 * $0 }
    let a = normal(256, 16, seed: 13).map { -$0 * $0 }, b = normal(n, 16, seed: 14), c = normal(n, 16, seed: 15)
    let skip = [Float](repeating: 1, count: 256)
    return { sink += selectiveScan(x, delta: delta, a: a, b: b, c: c, skip: skip)[n - 1, 0] }
  }
  return (work(2048), work(1024))
}

private func tree() -> (() -> Void, () -> Void) {
  let work = { (n: Int) in
    let decay = normal(n, 16, seed: 16).rowVectors, offset = normal(n, 16, seed: 17).rowVectors
    let steps = zip(decay, offset).map { ScanStep(decay: $0, offset: $1) }
    return { sink += associativeScan(steps)[n - 1][0] }
  }
  return (work(2048), work(1024))
}
