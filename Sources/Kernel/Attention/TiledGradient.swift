/// What the tiled backward pass returns.
public struct TiledGradient<T: Real>: Sendable {
  /// dQ, dK and dV.
  public let gradient: AttentionGradient<T>
  /// Elements moved, counted where they move.
  public let traffic: MemoryTraffic
  /// The most scores of a tile; its P and dS stand in fast memory at the same time.
  public let largestTile: Int
}

/// The backward pass of attention in tiles: each tile's weights are computed again from the forward pass's log-sum-exp,
/// P = e^{S − lse}, so that no n×m matrix exists.
///
/// Key blocks outside, query blocks inside: dK and dV of a block are finished when it ends, dQ is read and written once
/// a tile. `output` and `logSumExp` are the forward pass's, as in `FlashResult`; `gradient` is dO.
/// Shapes: Q n×d, K m×d, V m×d_v, dO and O n×d_v, n log-sum-exps. Refused: sizes that differ, blocks below 1.
/// Cost: 2nm(3d + 2d_v) FLOP. Source: Dao et al., "FlashAttention" (2022), algorithm 4.
@specialized(where T == Double)
@specialized(where T == Float)
public func tiledAttentionGradient<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, output: Matrix<T>, logSumExp: [T], gradient: Matrix<T>,
  scale: T? = nil,
  mask: AttentionMask = .none, queryBlock: Int = 64, keyBlock: Int = 64
) -> TiledGradient<T> {
  requireAttentionShapes(q, k, v)
  require(
    gradient.rows == q.rows && gradient.columns == v.columns && output.hasShape(of: gradient)
      && logSumExp.count == q.rows,
    "tiledAttentionGradient: gradient \(gradient.shape), output \(output.shape), \(logSumExp.count) sums for "
      + "\(q.rows)×\(v.columns)")
  require(
    queryBlock >= 1 && keyBlock >= 1, "tiledAttentionGradient: blocks of \(queryBlock) queries and \(keyBlock) keys")
  let scale = scale ?? 1 / T(q.columns).squareRoot()
  var traffic = MemoryTraffic(), largest = 0
  // rowsum(dO⊙O), the paper's D and the mean of a row of dP under P: one pass over both, one number a query kept.
  let mean = (0..<q.rows).map { dot(gradient.row($0), output.row($0)) }
  traffic.read += Int64(2 * q.rows * v.columns)
  traffic.written += Int64(q.rows)
  var dq = Matrix<T>(rows: q.rows, columns: q.columns, repeating: 0)
  var dk = Matrix<T>(rows: k.rows, columns: k.columns, repeating: 0)
  var dv = Matrix<T>(rows: v.rows, columns: v.columns, repeating: 0)
  for keyStart in stride(from: 0, to: k.rows, by: keyBlock) {
    let keys = keyStart..<min(keyStart + keyBlock, k.rows)
    let kTile = k.rows(keys), vTile = v.rows(keys)
    traffic.read += Int64(keys.count * (k.columns + v.columns))
    for queryStart in stride(from: 0, to: q.rows, by: queryBlock) {
      let queries = queryStart..<min(queryStart + queryBlock, q.rows)
      let qTile = q.rows(queries), upstream = gradient.rows(queries)
      traffic.read += Int64(queries.count * (2 * q.columns + v.columns + 2))
      largest = max(largest, queries.count * keys.count)
      var p = matmul(qTile, transposed: kTile) * scale
      changeRows(&p) { i, scores in
        let query = queryStart + i, sum = logSumExp[query]
        for j in scores.indices { scores[j] = T(exponential((scores[j] - sum)._asDouble)) }
        mask.forEachForbidden(query, among: keys) { scores[$0 - keyStart] = 0 }
      }
      dv.add(matmul(transposed: p, upstream), row: keyStart)
      var towardScores = matmul(upstream, transposed: vTile)
      changeRows(&towardScores) { i, row in
        let mean = mean[queryStart + i], weights = i * keys.count
        p.elements.withUnsafeBufferPointer { p in
          for j in row.indices { row[j] = p[weights + j] * (row[j] - mean) * scale }
        }
      }
      dk.add(matmul(transposed: towardScores, qTile), row: keyStart)
      dq.add(matmul(towardScores, kTile), row: queryStart)
      traffic.written += Int64(queries.count * q.columns)
    }
    traffic.written += Int64(keys.count * (k.columns + v.columns))
  }
  return TiledGradient(gradient: AttentionGradient(q: dq, k: dk, v: dv), traffic: traffic, largestTile: largest)
}

/// Gives each row with its number, to be changed in place.
@inline(__always)
private func changeRows<T: Real>(_ m: inout Matrix<T>, _ body: (Int, UnsafeMutableBufferPointer<T>) -> Void) {
  let rows = m.rows, width = m.columns
  m.elements.withUnsafeMutableBufferPointer { elements in
    for i in 0..<rows { body(i, .init(rebasing: elements[i * width..<(i + 1) * width])) }
  }
}
