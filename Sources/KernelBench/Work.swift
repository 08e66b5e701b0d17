import Kernel

/// A kind of work whose operations are counted: the same sizes in the kernel and in `peers.py`.
struct Work {
  let name: String
  let operations: Double
  /// Operations at the machine's peak that this work could do in the time of one fused multiply-add in Float.
  var peakShare = 1.0
  /// Makes the operands and returns what is timed.
  let prepare: () -> () -> Void
}

func normal(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
  var generator = Random(seed: seed)
  return .normal(rows: rows, columns: columns, using: &generator)
}

func allWork() -> [Work] {
  let n = 1024, cube = 2 * Double(n * n * n)
  func product<T: Real>(_ f: @escaping (Matrix<T>, Matrix<T>) -> Matrix<T>) -> () -> () -> Void {
    {
      var generator = Random(seed: 1)
      let a = Matrix<T>.normal(rows: n, columns: n, using: &generator)
      let b = Matrix<T>.normal(rows: n, columns: n, using: &generator)
      return { sink += Float(f(a, b)[0, 0]) }
    }
  }
  return [
    Work(name: "product-float", operations: cube, prepare: product { (a: Matrix<Float>, b) in matmul(a, b) }),
    Work(
      name: "product-float-transposed", operations: cube,
      prepare: product { (a: Matrix<Float>, b) in matmul(a, transposed: b) }),
    // Products and sums of Double are rounded apart; the peak is still that of fused ones, half of Float's.
    Work(
      name: "product-double", operations: cube, peakShare: 0.5,
      prepare: product { (a: Matrix<Double>, b) in matmul(a, b) }),
    attention(heads: 8, length: 512, causal: false), attention(heads: 8, length: 512, causal: true),
    attention(heads: 8, length: 2048, causal: false), attention(heads: 8, length: 2048, causal: true),
    attention(heads: 2, length: 8192, causal: false), attention(heads: 2, length: 8192, causal: true),
    attention(heads: 1, length: 16384, causal: false),
  ]
}

/// Half the operations are counted where half the pairs are masked.
private func attention(heads: Int, length n: Int, causal: Bool) -> Work {
  Work(
    name: "attention-\(causal ? "causal" : "plain")-\(heads)x\(n)x64",
    operations: 4 * Double(heads * n * n * 64) / (causal ? 2 : 1)
  ) {
    let make = { (seed: UInt64) in (0..<heads).map { normal(n, 64, seed: seed + UInt64($0)) } }
    let q = make(10), k = make(30), v = make(50)
    return { sink += flashAttention(heads: q, keys: k, values: v, mask: causal ? .causal : .none)[0][0, 0] }
  }
}
