import Kernel
import Testing

@Suite struct PagedAttentionTests {
  /// Three requests over shuffled pages of three keys: lengths 7, 3 and 0 keys with 2, 3 and 0 queries, and one query
  /// for 10.
  private let requests = [
    PagedRequest(pages: [4, 0, 6], length: 7, queries: 2), PagedRequest(pages: [2], length: 3, queries: 3),
    PagedRequest(pages: [], length: 0, queries: 0), PagedRequest(pages: [7, 1, 5, 3], length: 10, queries: 1),
  ]
  private let store = PagedKeyValues(
    pageSize: 3, keys: randomMatrix(24, 5, seed: 1, scale: 2), values: randomMatrix(24, 4, seed: 2))

  private func rows(of request: PagedRequest) -> [Int] {
    (0..<request.length).map { request.pages[$0 / 3] * 3 + $0 % 3 }
  }

  @Test(arguments: [true, false]) func equalsDenseAttentionOfEachRequest(_ causal: Bool) {
    let q = randomMatrix(6, 5, seed: 3)
    var start = 0, expected: [[Double]] = []
    for request in requests where request.queries > 0 {
      let keys = permuted(store.keys, rows(of: request)), values = permuted(store.values, rows(of: request))
      let own = q.rows(start..<start + request.queries)
      let mask: AttentionMask = causal ? .causal(offset: request.length - request.queries) : .none
      expected += attention(own, keys, values, mask: mask).rowVectors
      start += request.queries
    }
    for workers in [1, 2, 3, 8, 20] {
      expectClose(
        pagedAttention(q, store, requests, causal: causal, workers: workers), Matrix(expected), within: 1e-13,
        "\(workers)")
    }
    let scaled = pagedAttention(q, store, requests, causal: causal, scale: 1 / 5.0.squareRoot())
    #expect(scaled == pagedAttention(q, store, requests, causal: causal))
    #expect(maxAbsDifference(pagedAttention(q, store, requests, causal: causal, scale: 0.1), scaled) > 1e-3)
    expectClose(
      pagedAttention(
        single(q), PagedKeyValues(pageSize: 3, keys: single(store.keys), values: single(store.values)), requests,
        causal: causal),
      Matrix(expected), within: 1e-5)
  }

  @Test func unlistedPagesAreNeverRead() {
    var spoiled = store.keys
    for row in 6..<9 { for c in 0..<5 { spoiled[row, c] = .nan } }
    // The seventh page's second and third key lie beyond the first request's length.
    for row in 19..<21 { for c in 0..<5 { spoiled[row, c] = .nan } }
    let some = [requests[0], requests[3]], q = randomMatrix(3, 5, seed: 4)
    let clean = pagedAttention(q, store, some)
    #expect(pagedAttention(q, PagedKeyValues(pageSize: 3, keys: spoiled, values: store.values), some) == clean)
    #expect(store.pageCount == 8 && clean.elements.allSatisfy(\.isFinite))
  }

  @Test func workIsSplitWithinOnePage() {
    for counts in [[3, 1, 0, 4], [1], [0, 0], [17, 2, 90, 1, 1], []] {
      for workers in [1, 2, 3, 7, 40] {
        let shares = balancedSpans(pages: counts, workers: workers)
        let sizes = shares.map { $0.reduce(0) { $0 + $1.pages.count } }
        #expect(sizes.count == workers && sizes.max()! - sizes.min()! <= 1)
        let visited = shares.joined().flatMap { span in span.pages.map { [span.request, $0] } }
        #expect(visited == counts.enumerated().flatMap { request, count in (0..<count).map { [request, $0] } })
        #expect(shares.joined().allSatisfy { !$0.pages.isEmpty })
      }
    }
    // Worker w begins at page ⌊w·total/workers⌋.
    #expect(balancedSpans(pages: [1], workers: 2) == [[], [PageSpan(request: 0, pages: 0..<1)]])
  }
}
