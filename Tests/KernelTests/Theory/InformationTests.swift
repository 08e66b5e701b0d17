import Kernel
import Testing

@Suite struct InformationTests {
  @Test func channelsMatchTheReferenceAndLoseInformation() {
    for item in Fixture.named("information")["channels"].cases {
      let first = Channel(transition: item["first"].matrix), second = Channel(transition: item["second"].matrix),
        p = item["input"].vector
      expectClose(entropyBits(p), item["entropy"].number, within: 1e-14)
      expectClose(first.output(p), item["output"].vector, within: 1e-15)
      expectClose(first.mutualInformation(p), item["information"].number, within: 1e-13)
      let both = first.then(second).mutualInformation(p)
      expectClose(both, item["afterBoth"].number, within: 1e-13)
      #expect(both <= first.mutualInformation(p) + 1e-14 && first.mutualInformation(p) <= entropyBits(p) + 1e-14)
    }
  }

  @Test func aToyChannelObeysDataProcessing() {
    // One bit through a channel that errs once in ten: 1 − H(0.1) bits arrive, and fewer after every further one.
    let noisy = Channel.symmetric(symbols: 2, error: 0.1)
    expectClose(noisy.mutualInformation([0.5, 0.5]), 1 - entropyBits([0.1, 0.9]), within: 1e-14)
    expectClose(noisy.mutualInformation([0.5, 0.5]), 0.5310044064107188, within: 1e-12)
    var chain = noisy, last = noisy.mutualInformation([0.5, 0.5])
    for _ in 0..<5 {
      chain = chain.then(noisy)
      #expect(chain.mutualInformation([0.5, 0.5]) < last)
      last = chain.mutualInformation([0.5, 0.5])
    }
    // Four symbols, of which pairs are merged: half the bits; merged along the signal's own line nothing is lost.
    let four = Channel.symmetric(symbols: 4, error: 0), merged = Channel.deterministic([0, 0, 1, 1], outputs: 2)
    let uniform = [0.25, 0.25, 0.25, 0.25]
    expectClose(
      [four.mutualInformation(uniform), four.then(merged).mutualInformation(uniform)], [2, 1], within: 1e-14)
    expectClose(
      four.then(merged).mutualInformation([0.5, 0, 0.5, 0]), four.mutualInformation([0.5, 0, 0.5, 0]), within: 1e-14)
    expectClose(Channel.symmetric(symbols: 4, error: 0.3).transition.row(1), [0.1, 0.7, 0.1, 0.1], within: 1e-15)
  }

  @Test func attentionRowsHaveBitsBetweenNoneAndAll() {
    let uniform = attentionWeights(randomMatrix(3, 4, seed: 1, scale: 0), randomMatrix(8, 4, seed: 2))
    expectClose(attentionBits(uniform), [3, 3, 3], within: 1e-14)
    #expect(attentionBits(Matrix([[0.0, 1, 0]])) == [0])
    let sharp = attentionWeights(randomMatrix(3, 4, seed: 1, scale: 9), randomMatrix(8, 4, seed: 2))
    for bits in attentionBits(sharp) { #expect(bits > 0 && bits < 2) }
  }

  @Test func searchesMatchAFullSort() {
    for item in Fixture.named("information")["searches"].cases {
      let store = item["store"].matrix, query = item["query"].vector, indices = item["indices"].ints
      let result = largestInnerProducts(store, query, top: indices.count)
      #expect(result.found.map(\.index) == indices && result.products == Int64(store.rows))
      expectClose(result.found.map(\.score), item["scores"].vector, within: 1e-14)
    }
  }

  @Test func anIndexTradesRecallForProducts() {
    // Documents around forty topics, and queries near documents.
    var generator = Random(seed: 9)
    let topics = (0..<40).map { _ in unitVector(16, of: Double.self, using: &generator) }
    let store = Matrix(
      (0..<1000).map { i in l2Normalize(zip(topics[i % 40], normalVector(16, using: &generator)).map { $0 + 0.1 * $1 })
      })
    let index = InvertedIndex(store, cells: 32, using: &generator)
    #expect(index.cells.joined().sorted() == Array(0..<1000) && index.centres.rows == 32)
    for (c, members) in index.cells.enumerated() {
      for i in members.prefix(3) { #expect(nearestRow(index.centres, to: store.row(i)) == c) }
    }
    var recalls: [Double] = [], products: [Double] = []
    let queries = (0..<50).map { i in zip(store.row(17 * i), normalVector(16, using: &generator)).map { $0 + 0.05 * $1 }
    }
    for probes in [1, 2, 4, 8, 32] {
      let results = queries.map {
        (index.search($0, top: 10, probes: probes), largestInnerProducts(store, $0, top: 10))
      }
      recalls.append(mean(results.map { recall($0.0, of: $0.1) }))
      products.append(mean(results.map { Double($0.0.products) }))
      if probes == 32 {
        for (approximate, exact) in results { #expect(approximate.found.map(\.index) == exact.found.map(\.index)) }
      }
    }
    for i in 1..<5 { #expect(recalls[i] >= recalls[i - 1] && products[i] > products[i - 1]) }
    #expect(recalls[0] > 0.5 && recalls[0] < 1 && recalls[2] > 0.9 && recalls[4] == 1, "\(recalls)")
    #expect(products[0] < 150 && products[4] == 1032, "\(products)")
    let few = index.search(queries[0], top: 1000, probes: 1)
    #expect(Int64(few.found.count) + 32 == few.products)
  }
}
