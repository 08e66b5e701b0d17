/// Keys and values of many requests, in pages of equal size that any request may list in any order.
/// Source: Kwon et al., "Efficient memory management for large language model serving with PagedAttention" (2023).
public struct PagedKeyValues<T: Real>: Sendable {
  /// Keys a page.
  public let pageSize: Int
  /// (pages·pageSize)×d.
  public let keys: Matrix<T>
  /// (pages·pageSize)×d_v.
  public let values: Matrix<T>

  /// Shapes: m×d and m×d_v.
  /// Refused: a page size below 1, keys that are no whole number of pages, another number of values.
  public init(pageSize: Int, keys: Matrix<T>, values: Matrix<T>) {
    require(
      pageSize >= 1 && keys.rows % pageSize == 0 && values.rows == keys.rows,
      "PagedKeyValues: keys \(keys.shape), values \(values.shape) in pages of \(pageSize)")
    self.pageSize = pageSize
    self.keys = keys
    self.values = values
  }

  /// How many pages there are.
  public var pageCount: Int { keys.rows / pageSize }
}

/// One request of a ragged batch: the pages of its keys in order, how many keys they hold, and how many queries it has.
public struct PagedRequest: Equatable, Sendable {
  /// The pages that hold the keys, in order.
  public let pages: [Int]
  /// Keys; the last page may be part full.
  public let length: Int
  /// Queries, those of the last tokens.
  public let queries: Int

  /// A request as it is; `pagedAttention` checks it.
  public init(pages: [Int], length: Int, queries: Int) {
    self.pages = pages
    self.length = length
    self.queries = queries
  }
}

/// Consecutive entries of one request's list of pages.
public struct PageSpan: Equatable, Sendable {
  /// The place of the request in the batch.
  public let request: Int
  /// The entries of its list of pages.
  public let pages: Range<Int>

  /// Some pages of one request.
  public init(request: Int, pages: Range<Int>) {
    self.request = request
    self.pages = pages
  }
}

/// Cuts the pages of all requests into one contiguous share a worker; any two shares differ by at most one page.
///
/// Shape: pages of each request → `workers` lists of spans. Refused: no worker, a negative count, more than 2³² of
/// either.
/// Source: Ye et al., "FlashInfer: Efficient and customizable attention engine for LLM inference serving" (2025),
/// section 3.3.
public func balancedSpans(pages counts: [Int], workers: Int) -> [[PageSpan]] {
  require(workers >= 1, "balancedSpans: \(workers) workers")
  requireCount(workers, from: 1, "balancedSpans: workers")
  var total = 0
  for count in counts {
    require(count >= 0, "balancedSpans: a request of \(count) pages")
    requireCount(count, "balancedSpans: pages")
    total += count
    requireCount(total, "balancedSpans: pages in all")
  }
  return (0..<workers).map { worker in
    // Σ⌊⌋ of (worker + 1)·total/workers without the product, which might overflow where Int has 32 bits.
    func bound(_ w: Int) -> Int { total / workers * w + total % workers * w / workers }
    let share = bound(worker)..<bound(worker + 1)
    var spans: [PageSpan] = [], start = 0
    for (request, count) in counts.enumerated() {
      let own = max(share.lowerBound, start) - start, end = min(share.upperBound, start + count) - start
      if own < end { spans.append(PageSpan(request: request, pages: own..<end)) }
      start += count
    }
    return spans
  }
}

/// Attention of a ragged batch over paged keys: each worker passes its pages once with online softmax, and the partial
/// states of a query merge in the order of the workers. Only listed pages are read, so a list is also a block-sparse
/// mask.
///
/// `causal` lets query i of t in a request of length n see keys 0…n − t + i; otherwise it sees all n. The number of
/// workers changes last bits only. Shapes: Q (Σqueries)×d → (Σqueries)×d_v. Refused: widths or counts that differ, a
/// page that does not exist, a list of another length than the keys need, more queries than keys in a causal request.
/// Cost: 2(d + d_v) FLOP for each query and key of its request.
@specialized(where T == Double)
@specialized(where T == Float)
public func pagedAttention<T: Real>(
  _ q: Matrix<T>, _ store: PagedKeyValues<T>, _ requests: [PagedRequest], causal: Bool = true, workers: Int = 1,
  scale: T? = nil
) -> Matrix<T> {
  requireComparable(q, store.keys)
  var starts: [Int] = [], rows = 0
  for request in requests {
    let needed = request.length / store.pageSize + (request.length % store.pageSize > 0 ? 1 : 0)
    require(
      request.length >= 0 && request.pages.count == needed,
      "pagedAttention: \(request.pages.count) pages of \(store.pageSize) for \(request.length) keys")
    for page in request.pages {
      require(page >= 0 && page < store.pageCount, "pagedAttention: page \(page) of \(store.pageCount)")
    }
    require(
      request.queries >= 0 && (!causal || request.queries <= request.length),
      "pagedAttention: \(request.queries) queries after \(request.length) keys")
    requireCount(request.queries, "pagedAttention: queries")
    starts.append(rows)
    rows += request.queries
  }
  require(rows == q.rows, "pagedAttention: queries \(q.shape) for requests of \(rows)")
  let scale = scale ?? 1 / T(q.columns).squareRoot()
  var states = [OnlineSoftmax<T>](repeating: OnlineSoftmax(width: store.values.columns), count: rows)
  for spans in balancedSpans(pages: requests.map { $0.pages.count }, workers: workers) {
    for span in spans {
      let request = requests[span.request], start = starts[span.request]
      var partial = [OnlineSoftmax<T>](repeating: OnlineSoftmax(width: store.values.columns), count: request.queries)
      for place in span.pages {
        let first = place * store.pageSize, held = min(store.pageSize, request.length - first)
        let page = request.pages[place] * store.pageSize..<request.pages[place] * store.pageSize + held
        let keys = store.keys.rows(page), values = store.values.rows(page)
        for i in 0..<request.queries {
          let last = causal ? request.length - request.queries + i : request.length - 1
          let scores = (0..<held).map { j -> T in
            first + j <= last ? dot(q.row(start + i), keys.row(j)) * scale : -.infinity
          }
          partial[i] = partial[i].merged(with: OnlineSoftmax(scores: scores, values: values))
        }
      }
      for i in 0..<request.queries { states[start + i] = states[start + i].merged(with: partial[i]) }
    }
  }
  return Matrix(rows: rows, columns: store.values.columns, elements: states.flatMap { $0.output })
}
