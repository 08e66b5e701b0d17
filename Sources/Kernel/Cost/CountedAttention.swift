/// What a computation did, counted where it did it.
public struct Work: Equatable, Sendable {
  /// Multiplications and additions of matrix products; a fused pair is two.
  public internal(set) var productFlops: Int64 = 0
  /// Evaluations of the exponential function.
  public internal(set) var exponentials: Int64 = 0
  /// Elements read from and written to the large memory.
  public internal(set) var traffic = MemoryTraffic()
  /// The most elements that stood in the small memory at a time.
  public internal(set) var largestResident: Int64 = 0
  /// Elements of the large memory that hold neither inputs nor the output.
  public internal(set) var scratch: Int64 = 0

  /// Nothing done yet.
  public init() {}
}

/// A large memory whose every access is counted, one element at a time.
private final class CountedMemory<T: Real> {
  private var elements: [T]
  let columns: Int
  private let counter: WorkCounter

  init(_ matrix: Matrix<T>, _ counter: WorkCounter) {
    elements = matrix.elements
    columns = matrix.columns
    self.counter = counter
  }

  subscript(i: Int, j: Int) -> T {
    get {
      counter.work.traffic.read += 1
      return elements[i * columns + j]
    }
    set {
      counter.work.traffic.written += 1
      elements[i * columns + j] = newValue
    }
  }

  func row(_ i: Int) -> [T] { (0..<columns).map { self[i, $0] } }

  func matrix(rows: Int) -> Matrix<T> { Matrix(rows: rows, columns: columns, elements: elements) }
}

private final class WorkCounter {
  var work = Work()

  func product<T: Real>(_ x: [T], _ y: [T]) -> T {
    var total: T = 0
    for k in x.indices {
      total += x[k] * y[k]
      work.productFlops += 2
    }
    return total
  }

  func exponential<T: Real>(_ x: T) -> T {
    work.exponentials += 1
    return exp(x)
  }

  func resident(_ elements: Int) { work.largestResident = max(work.largestResident, Int64(elements)) }
}

/// Attention as three passes over a large memory, with S and P written out, and what it moved: each of Q, K, V, S and P
/// is read once, S, P and O are written once (a matrix product reads its operands once, as with a small memory that
/// holds them).
///
/// Forbidden pairs are neither computed nor moved. Shapes: Q n×d, K m×d, V m×d_v. Refused: as `attention`.
@specialized(where T == Double)
@specialized(where T == Float)
public func countedStandardAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, mask: AttentionMask = .none
) -> (output: Matrix<T>, work: Work) {
  requireAttentionShapes(q, k, v)
  let counter = WorkCounter(), n = q.rows, m = k.rows, scale: T = 1 / T(q.columns).squareRoot()
  func memory(_ x: Matrix<T>) -> CountedMemory<T> { CountedMemory(x, counter) }
  func scratch() -> CountedMemory<T> {
    counter.work.scratch += Int64(n * m)
    return memory(Matrix(rows: n, columns: m, repeating: 0))
  }
  let queries = memory(q), keys = memory(k), values = memory(v), s = scratch(), p = scratch()
  let output = memory(Matrix(rows: n, columns: v.columns, repeating: 0))
  let keyRows = (0..<m).map { keys.row($0) }
  for i in 0..<n {
    let row = queries.row(i)
    for j in 0..<m where mask.allows(i, j) { s[i, j] = counter.product(row, keyRows[j]) * scale }
  }
  for i in 0..<n {
    let seen = (0..<m).filter { mask.allows(i, $0) }
    let scores = seen.map { s[i, $0] }, highest = largestOrNaN(scores), subtracted = highest == -.infinity ? 0 : highest
    let weights = scores.map { counter.exponential($0 - subtracted) }, total = sum(weights)
    for (at, j) in seen.enumerated() { p[i, j] = total == 0 ? 0 : weights[at] / total }
  }
  let valueRows = (0..<m).map { values.row($0) }
  for i in 0..<n {
    let seen = (0..<m).filter { mask.allows(i, $0) }, weights = seen.map { p[i, $0] }
    for c in 0..<v.columns { output[i, c] = counter.product(weights, seen.map { valueRows[$0][c] }) }
  }
  counter.resident(max(keyRows.count * k.columns, valueRows.count * v.columns) + m)
  return (output.matrix(rows: n), counter.work)
}

/// Attention in tiles over the same counted memory: a block of queries with its sums stays in the small memory while
/// all keys and values pass; nothing but the output is written.
///
/// Shapes and refusals as `countedStandardAttention`; blocks below 1 are refused.
@specialized(where T == Double)
@specialized(where T == Float)
public func countedTiledAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, mask: AttentionMask = .none, queryBlock: Int, keyBlock: Int
) -> (output: Matrix<T>, work: Work) {
  requireAttentionShapes(q, k, v)
  require(
    queryBlock >= 1 && keyBlock >= 1, "countedTiledAttention: blocks of \(queryBlock) queries and \(keyBlock) keys")
  let counter = WorkCounter(), scale: T = 1 / T(q.columns).squareRoot()
  let queries = CountedMemory(q, counter), keys = CountedMemory(k, counter), values = CountedMemory(v, counter)
  let output = CountedMemory(Matrix<T>(rows: q.rows, columns: v.columns, repeating: 0), counter)
  for start in stride(from: 0, to: q.rows, by: queryBlock) {
    let own = start..<min(start + queryBlock, q.rows), tile = own.map { queries.row($0) }
    var highest = [T](repeating: -.infinity, count: own.count), total = [T](repeating: 0, count: own.count)
    var sums = [[T]](repeating: [T](repeating: 0, count: v.columns), count: own.count)
    for keyStart in stride(from: 0, to: k.rows, by: keyBlock) {
      let block = keyStart..<min(keyStart + keyBlock, k.rows)
      let keyRows = block.map { keys.row($0) }, valueRows = block.map { values.row($0) }
      counter.resident(own.count * (q.columns + v.columns + 2 + block.count) + block.count * (k.columns + v.columns))
      for i in own {
        let at = i - start, seen = block.filter { mask.allows(i, $0) }
        if seen.isEmpty { continue }
        let scores = seen.map { counter.product(tile[at], keyRows[$0 - keyStart]) * scale }
        let next = largestOrNaN(scores + [highest[at]]), subtracted = next == -.infinity ? 0 : next
        let kept = counter.exponential(highest[at] - subtracted)
        let weights = scores.map { counter.exponential($0 - subtracted) }
        total[at] = total[at] * kept + sum(weights)
        for c in 0..<v.columns {
          sums[at][c] = sums[at][c] * kept + counter.product(weights, seen.map { valueRows[$0 - keyStart][c] })
        }
        highest[at] = next
      }
    }
    for i in own {
      for c in 0..<v.columns { output[i, c] = total[i - start] == 0 ? 0 : sums[i - start][c] / total[i - start] }
    }
  }
  return (output.matrix(rows: q.rows), counter.work)
}
