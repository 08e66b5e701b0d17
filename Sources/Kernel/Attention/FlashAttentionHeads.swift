/// Exact attention of many heads in Float, fast: tiles of 128 queries and 64 keys with online softmax, never an n×m
/// matrix. `flashAttention(_:_:_:)` is the same algorithm to be read.
///
/// Head h reads the keys and values of group ⌊h·G/H⌋ (G = H: multi-head, G = 1: multi-query attention). Weights are
/// powers of two of scores in units of log₂ e; a query that the mask leaves without a key gets zeros. The block of 64
/// keys is part of the arithmetic; tiles, threads and the machine's vectors are not. Under a causal mask, keys after
/// the last of sixteen neighbouring queries are not read. A weight below 2^−126.5 of the largest is zero. A mask made
/// from a rule is asked on the caller's thread alone, pair by pair.
///
/// Shapes: H matrices n×d, G of m×d, G of m×d_v → H of n×d_v. Refused: sizes that differ, groups that do not divide
/// the heads, a scale that is not positive. Cost: 2Hnm(d + d_v) FLOP, Hnm powers; 4·(128·(d + d_v + 2) + 1024) bytes of
/// scratch a thread. Source: Dao, "FlashAttention-2" (2023); Ainslie et al., "GQA" (2023).
public func flashAttention(
  heads q: [Matrix<Float>], keys k: [Matrix<Float>], values v: [Matrix<Float>], scale: Float? = nil,
  mask: AttentionMask = .none
) -> [Matrix<Float>] {
  require(
    !k.isEmpty && k.count == v.count && q.count % k.count == 0,
    "flashAttention: \(q.count) heads with \(k.count) groups of keys and \(v.count) of values")
  let d = k[0].columns, dv = v[0].columns, m = k[0].rows, n = q.first?.rows ?? 0
  for head in q {
    require(head.rows == n && head.columns == d, "flashAttention: queries \(head.shape), keys \(k[0].shape)")
  }
  for group in k { require(group.hasShape(of: k[0]), "flashAttention: keys \(k[0].shape) and \(group.shape)") }
  for group in v {
    require(group.hasShape(of: v[0]) && group.rows == m, "flashAttention: keys \(k[0].shape), values \(group.shape)")
  }
  let scale = scale ?? 1 / Float(d).squareRoot()
  require(scale > 0, "flashAttention: a scale of \(scale)")

  var outputs = [Float](repeating: 0, count: q.count * n * dv)
  let cost = mask.isRule ? 0 : 2 * Int64(q.count * n) * Int64(m) * Int64(d + dv)
  let tasks = (n + flashQueryBlock - 1) / flashQueryBlock, size = n * dv, perGroup = q.count / k.count
  outputs.withUnsafeMutableBufferPointer { outputs in
    let target = outputs
    parallel(q.count * tasks, cost: cost) { task in
      let h = task / tasks, scratch = FlashScratch(width: d, valueWidth: dv)
      defer { scratch.deallocate() }
      q[h].elements.withUnsafeBufferPointer { q in
        k[h / perGroup].elements.withUnsafeBufferPointer { k in
          v[h / perGroup].elements.withUnsafeBufferPointer { v in
            guard let q = q.baseAddress, let k = k.baseAddress, let v = v.baseAddress else { return }
            let head = FlashHead(
              q: q, k: k, v: v, output: target.baseAddress! + h * size, queries: n, keys: m, width: d, valueWidth: dv,
              scale: scale * 0x1.715476p0, mask: mask)
            attendTask(head, from: task % tasks * flashQueryBlock, scratch)
          }
        }
      }
    }
  }
  return q.indices.map { Matrix(rows: n, columns: dv, elements: Array(outputs[$0 * size..<($0 + 1) * size])) }
}
