import Kernel
import Testing

/// The recurrence as it is written, one token after the other: the judge of the scan that divides channels among
/// threads.
private func plainScan(
  _ x: Matrix<Float>, delta: Matrix<Float>, a: Matrix<Float>, b: Matrix<Float>, c: Matrix<Float>, skip: [Float]
) -> Matrix<Float> {
  var h = Matrix<Float>(rows: a.rows, columns: a.columns, repeating: 0)
  var y = Matrix<Float>(rows: x.rows, columns: x.columns, repeating: 0)
  for t in 0..<x.rows {
    for channel in 0..<x.columns {
      var total: Float = 0
      for s in 0..<a.columns {
        h[channel, s] =
          exp(delta[t, channel] * a[channel, s]) * h[channel, s] + delta[t, channel] * b[t, s] * x[t, channel]
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
      #expect(
        withThreads(threads) { selectiveScan(x, delta: delta, a: a, b: b, c: c, skip: skip) } == plain,
        "\(threads) threads")
    }
  }
}

/// Along the tokens each channel is a scan of the steps (e^{Δa}, ΔBx), which the tree groups in another way.
@Test func aSelectiveScanHasTheStatesOfTheTree() {
  for (n, d, s) in [(1, 1, 1), (7, 3, 2), (33, 5, 4)] {
    let x = randomMatrix(n, d, seed: 11), delta = randomMatrix(n, d, seed: 12).map { $0 * $0 }
    let a = randomMatrix(d, s, seed: 13).map { -$0 * $0 }, b = randomMatrix(n, s, seed: 14)
    let c = randomMatrix(n, s, seed: 15), skip = randomMatrix(1, d, seed: 16).row(0)
    let y = selectiveScan(x, delta: delta, a: a, b: b, c: c, skip: skip)
    for channel in 0..<d {
      let states = associativeScan(
        (0..<n).map { t in
          ScanStep(
            decay: (0..<s).map { exp(delta[t, channel] * a[channel, $0]) },
            offset: (0..<s).map { delta[t, channel] * b[t, $0] * x[t, channel] })
        })
      let expected = (0..<n).map { dot(c.row($0), states[$0]) + skip[channel] * x[$0, channel] }
      expectClose(y.column(channel), expected, within: 1e-13)
    }
  }
}
