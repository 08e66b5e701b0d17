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
  let sizes = [(64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048)]
  let odd = [(65, 65, 65), (100, 100, 100), (127, 127, 127), (255, 257, 259), (1000, 1000, 1000), (333, 1025, 77)]
  return (sizes + odd).flatMap { m, k, n in
    [
      product(m, k, n, Float.self), product(m, k, n, Float.self, transposed: true),
      product(m, k, n, Double.self), product(m, k, n, Double.self, transposed: true),
    ]
  } + [
    attention(heads: 8, length: 512, causal: false), attention(heads: 8, length: 512, causal: true),
    attention(heads: 8, length: 2048, causal: false), attention(heads: 8, length: 2048, causal: true),
    attention(heads: 2, length: 8192, causal: false), attention(heads: 2, length: 8192, causal: true),
    attention(heads: 1, length: 16384, causal: false), attention(heads: 1, length: 16384, causal: true),
    attentionGradient(length: 2048, causal: false), attentionGradient(length: 2048, causal: true), trainingStep(),
  ]
}

/// a·b or a·bᵀ for a m×k and n columns; small ones many times over, for a clock that tells them apart.
///
/// Products and sums of Double are rounded apart; the peak is still that of fused ones, half of Float's.
private func product<T: Real>(_ m: Int, _ k: Int, _ n: Int, _: T.Type, transposed: Bool = false) -> Work {
  let operations = 2 * Double(m * k * n), times = max(1, Int(1e8 / operations))
  return Work(
    name: "product-\(T.self == Float.self ? "float" : "double")\(transposed ? "-transposed" : "")-\(m)x\(k)x\(n)",
    operations: operations * Double(times), peakShare: T.self == Float.self ? 1 : 0.5
  ) {
    var generator = Random(seed: 1)
    let a = Matrix<T>.normal(rows: m, columns: k, using: &generator)
    let b = Matrix<T>.normal(rows: transposed ? n : k, columns: transposed ? k : n, using: &generator)
    return {
      for _ in 0..<times { sink += Float((transposed ? matmul(a, transposed: b) : matmul(a, b))[0, 0]) }
    }
  }
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

/// The backward pass from the forward pass's output and sums: five products of n×n×64, half of each where half of the
/// pairs are masked.
private func attentionGradient(length n: Int, causal: Bool) -> Work {
  Work(
    name: "attention-gradient-\(causal ? "causal" : "plain")-1x\(n)x64",
    operations: 10 * Double(n * n * 64) / (causal ? 2 : 1)
  ) {
    let q = normal(n, 64, seed: 70), k = normal(n, 64, seed: 71), v = normal(n, 64, seed: 72)
    let upstream = normal(n, 64, seed: 73), mask = causal ? AttentionMask.causal : .none
    let forward = flashAttention(q, k, v, mask: mask)
    return {
      sink +=
        tiledAttentionGradient(
          q, k, v, output: forward.output, logSumExp: forward.logSumExp, gradient: upstream, mask: mask
        ).gradient.q[0, 0]
    }
  }
}

/// Fifty steps of lecture 14's model on 16 sequences of 14 tokens: loss, gradient and Adam. Operations are those of the
/// products, three times the forward pass's.
private func trainingStep() -> Work {
  let model = CausalTransformer(vocabulary: 12, context: 24, width: 32, heads: 1, layers: 2, hidden: 0)
  let tokens = 14.0, forward = 16 * tokens * (2 * (8 * 32 * 32 + 4 * tokens * 32) + 2 * 32 * 12)
  return Work(name: "training-step", operations: 50 * 3 * forward) {
    var generator = Random(seed: 3)
    var parameters: [Matrix<Float>] = model.parameters(using: &generator)
    var adam = Adam<Float>(rate: 0.004)
    let sequences = (0..<16).map { _ in repeatedSegment(length: 7, vocabulary: 12, using: &generator) }
    let places = (0..<16).flatMap { s in (7..<13).map { s * 14 + $0 } }
    let answers = sequences.flatMap { s in (7..<13).map { s[$0 + 1] } }
    return {
      for _ in 0..<50 {
        let step = valueAndGradient(parameters) { _, p in
          crossEntropy(gatherRows(model.logits(sequences, p), places), answers)
        }
        adam.step(&parameters, step.gradient)
        sink += step.value
      }
    }
  }
}
