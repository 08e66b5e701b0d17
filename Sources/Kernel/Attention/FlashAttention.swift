/// Elements moved between slow and fast memory by one run of a tiled algorithm.
public struct MemoryTraffic: Equatable, Sendable {
  /// Elements read from the slow memory.
  public var read: Int64 = 0
  /// Elements written to the slow memory.
  public var written: Int64 = 0
  /// Read and written together.
  public var total: Int64 { read + written }

  /// Nothing moved yet.
  public init() {}
}

/// Which loop of the tiled algorithm runs outside.
public enum FlashLoopOrder: Sendable {
  /// Key blocks outside: each is read once, queries and partial outputs once a key block. Dao et al. (2022).
  case keysOutside
  /// Query blocks outside: each is read and its output written once, keys once a query block. Dao (2023).
  case queriesOutside
}

/// What tiled attention returns.
public struct FlashResult<T: Real>: Sendable {
  /// n×d_v.
  public let output: Matrix<T>
  /// ln Σe^{s} of each query; −∞ for one that the mask leaves without a key.
  public let logSumExp: [T]
  /// Elements moved, counted where they move.
  public let traffic: MemoryTraffic
}

/// Attention in tiles of `queryBlock`×`keyBlock` with online softmax: exact, with n(d_v + 2) elements of state and one
/// tile of scores instead of all nm. Written to be read beside the papers, and to count the traffic that they count;
/// `flashAttention(heads:keys:values:)` is the fast one.
///
/// Scores are QKᵀ·scale, with scale = 1/√d unless given. A query that the mask leaves without a key gets zeros; a mask
/// skips no tile. The key block is part of the arithmetic: another one gives other last bits, within rounding. The
/// query block and the order of the loops change the traffic only.
/// Shapes: Q n×d, K m×d, V m×d_v → n×d_v. Refused: sizes that differ, blocks below 1.
/// Cost: as `attention`, and for each query and each key block after the first 3(d_v + 1) FLOP and two exponentials.
/// Source: Dao et al., "FlashAttention" (2022); Dao, "FlashAttention-2" (2023).
@specialized(where T == Double)
@specialized(where T == Float)
public func flashAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, scale: T? = nil, mask: AttentionMask = .none, queryBlock: Int = 128,
  keyBlock: Int = 64, order: FlashLoopOrder = .queriesOutside
) -> FlashResult<T> {
  requireAttentionShapes(q, k, v)
  require(queryBlock >= 1 && keyBlock >= 1, "flashAttention: blocks of \(queryBlock) queries and \(keyBlock) keys")
  let scale = scale ?? 1 / T(q.columns).squareRoot()
  let queryTiles = blocks(of: queryBlock, in: q.rows), keyTiles = blocks(of: keyBlock, in: k.rows)
  var states = [OnlineSoftmax<T>](repeating: OnlineSoftmax(width: v.columns), count: q.rows)
  var traffic = MemoryTraffic()
  let stateSize = Int64(v.columns + 2)

  func visit(_ queries: Range<Int>, _ keys: Range<Int>) {
    let values = v.rows(keys)
    let scores = matmul(q.rows(queries), transposed: k.rows(keys)) * scale
    for i in queries {
      let row = keys.map { mask.allows(i, $0) ? scores[i - queries.lowerBound, $0 - keys.lowerBound] : -.infinity }
      states[i] = states[i].merged(with: OnlineSoftmax(scores: row, values: values))
    }
  }
  func queryElements(_ tile: Range<Int>) -> Int64 { Int64(tile.count * q.columns) }
  func keyElements(_ tile: Range<Int>) -> Int64 { Int64(tile.count * (k.columns + v.columns)) }

  switch order {
  case .queriesOutside:
    for queries in queryTiles {
      traffic.read += queryElements(queries)
      for keys in keyTiles {
        traffic.read += keyElements(keys)
        visit(queries, keys)
      }
      // The finished output and its log-sum-exp.
      traffic.written += Int64(queries.count) * (stateSize - 1)
    }
  case .keysOutside:
    for keys in keyTiles {
      traffic.read += keyElements(keys)
      for queries in queryTiles {
        traffic.read += queryElements(queries) + Int64(queries.count) * stateSize
        visit(queries, keys)
        traffic.written += Int64(queries.count) * stateSize
      }
    }
  }
  return FlashResult(
    output: Matrix(rows: q.rows, columns: v.columns, elements: states.flatMap { $0.output }),
    logSumExp: states.map { $0.logSumExp }, traffic: traffic)
}

/// 0 ..< n cut into ranges of `size`, the last one shorter.
func blocks(of size: Int, in n: Int) -> [Range<Int>] {
  stride(from: 0, to: n, by: size).map { $0..<min($0 + size, n) }
}
