import Kernel
import Testing

@Suite struct CountedWorkTests {
  @Test func standardAttentionMovesWhatTheClosedFormSays() {
    for (n, d) in [(12, 5), (33, 8), (1, 3)] {
      let x = randomMatrix(n, d, seed: 1), run = countedStandardAttention(x, x, x)
      expectClose(run.output, attention(x, x, x), within: 1e-13)
      #expect(run.work.traffic.total == AttentionMemory.standardTraffic(tokens: Int64(n), width: Int64(d)))
      #expect(run.work.traffic.written == Int64(2 * n * n + n * d))
      #expect(run.work.productFlops == Int64(4 * n * n * d) && run.work.exponentials == Int64(n * n))
      #expect(run.work.scratch == 2 * AttentionMemory.scores(tokens: Int64(n), bytes: 1))
      #expect(run.work.largestResident == Int64(n * d + n))
    }
  }

  @Test func tilesMoveWhatTheClosedFormSaysAndKeepNothing() {
    for (n, d, bq, bk) in [(32, 4, 8, 4), (33, 5, 16, 7), (7, 3, 64, 64)] {
      let x = randomMatrix(n, d, seed: 2, scale: 2), run = countedTiledAttention(x, x, x, queryBlock: bq, keyBlock: bk)
      expectClose(run.output, attention(x, x, x), within: 1e-13)
      #expect(
        run.work.traffic.total == AttentionMemory.tiledTraffic(tokens: Int64(n), width: Int64(d), queryBlock: Int64(bq))
      )
      #expect(run.work.traffic.written == Int64(n * d) && run.work.scratch == 0)
      // One more exponential a query and block of keys: the rescaling.
      let keyTiles = (n + bk - 1) / bk
      #expect(run.work.productFlops == Int64(4 * n * n * d) && run.work.exponentials == Int64(n * n + n * keyTiles))
      let rows = min(bq, n), columns = min(bk, n)
      #expect(run.work.largestResident == Int64(rows * (2 * d + 2 + columns) + columns * 2 * d))
    }
    // With the small memory's size M the traffic falls as n²d²/M: doubling the query block nearly halves the reading.
    let x = randomMatrix(64, 4, seed: 3)
    func read(_ block: Int) -> Int64 {
      countedTiledAttention(x, x, x, queryBlock: block, keyBlock: 8).work.traffic.read - 64 * 4
    }
    #expect(read(8) == 2 * read(16) && read(16) == 2 * read(32))
  }

  @Test func forbiddenPairsCostNothing() {
    let n = 24, d = 3, x = randomMatrix(n, d, seed: 4)
    for mask in [AttentionMask.causal, .window(2), .strided(5), .everyKey(modulo: 4), .allowed { i, _ in i != 3 }] {
      let pairs = mask.allowedPairs(queries: n, keys: n), run = countedStandardAttention(x, x, x, mask: mask)
      #expect(run.work.productFlops == 4 * Int64(d) * pairs && run.work.exponentials == pairs)
      #expect(run.work.traffic.total == 4 * pairs + 4 * Int64(n * d))
      expectClose(run.output, attention(x, x, x, mask: mask), within: 1e-13)
      let tiled = countedTiledAttention(x, x, x, mask: mask, queryBlock: 5, keyBlock: 7)
      #expect(tiled.work.productFlops == 4 * Int64(d) * pairs)
      expectClose(tiled.output, attention(x, x, x, mask: mask), within: 1e-13)
    }
  }
}
