import Kernel
import Testing

/// The recurrence as it is written, one token after the other: the judge of the scan that divides channels among threads.
private func plainScan(
  _ x: Matrix<Float>, delta: Matrix<Float>, a: Matrix<Float>, b: Matrix<Float>, c: Matrix<Float>, skip: [Float]
) -> Matrix<Float> {
  var h = Matrix<Float>(rows: a.rows, columns: a.columns, repeating: 0)
  var y = Matrix<Float>(rows: x.rows, columns: x.columns, repeating: 0)
  for t in 0..<x.rows {
    for channel in 0..<x.columns {
      var total: Float = 0
      for s in 0..<a.columns {
        h[channel, s] = exp(delta[t, channel] * a[channel, s]) * h[channel, s] + delta[t, channel] * b[t, s] * x[t, channel]
        total += c[t, s] * h[channel, s]
      }
      y[t, channel] = total + skip[channel] * x[t, channel]
    }
  }
  return y
}

@Test func threadsDoNotShowInASelectiveScan() {
  for (n, d, s) in [(3, 1, 2), (5, 33, 4), (700, 70, 6)] {
    let x = single(randomMatrix(n, d, seed: 1)), delta = single(randomMatrix(n, d, seed: 2)).map { $0 * $0 }
    let a = single(randomMatrix(d, s, seed: 3)).map { -$0 * $0 }, b = single(randomMatrix(n, s, seed: 4))
    let c = single(randomMatrix(n, s, seed: 5)), skip = single(randomMatrix(1, d, seed: 6)).row(0)
    let plain = plainScan(x, delta: delta, a: a, b: b, c: c, skip: skip)
    for threads in 1...3 {
      #expect(withThreads(threads) { selectiveScan(x, delta: delta, a: a, b: b, c: c, skip: skip) } == plain, "\(threads) threads")
    }
  }
}
