import Kernel
import Testing

/// No tokens: every layer answers with no rows of its own width, as PyTorch does. No keys: every attention answers
/// zeros.
@Suite struct EmptyInputTests {
  private let none = zeros(0, 4)

  private func expectShape(_ m: Matrix<Double>, _ rows: Int, _ columns: Int, _ name: String) {
    #expect(m.rows == rows && m.columns == columns, "\(name): \(m.shape)")
  }

  @Test func layersKeepTheirWidth() {
    var generator = Random(seed: 1)
    let router = Router(weights: randomMatrix(3, 4, seed: 2))
    let layer = FeedForward<Double>(dimension: 4, hidden: 6, activation: .gelu, using: &generator)
    let square = randomMatrix(4, 4, seed: 3), tape = Tape<Double>(), gain = tape.constant(zeros(1, 4))
    let hybrid = HybridStack<Double>(
      dimension: 4, layers: 2, period: 2, heads: 2, groups: 1, inner: 6, state: 3, using: &generator)
    let results: [(String, Matrix<Double>, Int)] = [
      ("LayerNorm", LayerNorm(dimension: 4)(none), 4), ("RMSNorm", RMSNorm(dimension: 4)(none), 4),
      ("l2NormalizeRows", l2NormalizeRows(none), 4), ("qkNormalize", qkNormalize(none, none).q, 4),
      ("NGPTResidual", NGPTResidual(rate: 0.1, dimension: 4)(none, toward: none), 4),
      ("FeedForward", layer(none), 4), ("SwiGLU", SwiGLU(dimension: 4, hidden: 6, using: &generator)(none), 4),
      ("MultiHeadAttention", MultiHeadAttention(dimension: 4, heads: 2, using: &generator)(none), 4),
      ("GroupedQueryAttention", GroupedQueryAttention(dimension: 4, heads: 2, groups: 1, using: &generator)(none), 4),
      ("gpt2", TransformerBlock.gpt2(dimension: 4, heads: 2, using: &generator)(none), 4),
      ("modern", TransformerBlock.modern(dimension: 4, heads: 2, groups: 1, hidden: 6, using: &generator)(none), 4),
      ("MixtureOfExperts", MixtureOfExperts(router: router, experts: [layer, layer, layer], active: 2)(none), 4),
      ("SoftMixture", SoftMixtureOfExperts(slots: randomMatrix(2, 4, seed: 4), experts: [layer])(none), 4),
      ("Router.selection", router.selection(none, top: 2), 3),
      ("RecurrentCell", RecurrentCell(input: zeros(5, 4), recurrent: zeros(5, 5), bias: [0, 0, 0, 0, 0])(none), 5),
      (
        "LSTMCell", LSTMCell(input: zeros(8, 4), recurrent: zeros(8, 2), bias: [Double](repeating: 0, count: 8))(none),
        2
      ),
      ("Convolution", Convolution(taps: [zeros(5, 4)])(none), 5),
      ("SqueezeExcitation", SqueezeExcitation(squeeze: zeros(2, 4), excite: zeros(4, 2))(none), 4),
      ("MambaBlock", MambaBlock(dimension: 4, inner: 6, state: 2, using: &generator)(none), 4),
      ("HybridStack", hybrid(none), 4),
      ("RotaryEmbedding", RotaryEmbedding(headDimension: 4).rotate(none), 4),
      ("SinusoidalEncoding", SinusoidalEncoding(dimension: 4).table(0), 4),
      ("LearnedPositions", LearnedPositions(table: square)(none), 4),
      ("IncoherentRotation", IncoherentRotation(dimension: 4, using: &generator)(none), 4),
      ("quantizedPerBlock", quantizedPerBlock(none, bits: 4, block: 2), 4),
      (
        "selectiveScan",
        selectiveScan(none, delta: none, a: zeros(4, 2), b: zeros(0, 2), c: zeros(0, 2), skip: [0, 0, 0, 0]), 4
      ),
      ("wkvRecurrence", wkvRecurrence(none, none, decay: [1, 1, 1, 1], bonus: [0, 0, 0, 0]), 4),
      ("wkvParallel", wkvParallel(none, none, decay: [1, 1, 1, 1], bonus: [0, 0, 0, 0]), 4),
      ("softmax", softmax(rows: none), 4), ("mapRows", none.mapRows { $0.map { -$0 } }, 4),
      ("mapRows(width:)", none.mapRows(width: 7) { $0 }, 7),
      ("layerNorm", layerNorm(tape.constant(none), gain: gain, bias: gain).value, 4),
      ("rmsNorm", rmsNorm(tape.constant(none), gain: gain).value, 4),
      ("gelu", gelu(tape.constant(none)).value, 4), ("-", -none, 4), ("*", none * none, 4), ("/", none / 2, 4),
    ]
    for (name, result, width) in results { expectShape(result, 0, width, name) }
  }

  /// n queries and m keys, either of them none.
  private func attentions(_ q: Matrix<Double>, _ k: Matrix<Double>, _ v: Matrix<Double>) -> [(String, Matrix<Double>)] {
    var generator = Random(seed: 5)
    let features = PositiveRandomFeatures<Double>(count: 6, dimension: 4, using: &generator)
    let paged = PagedKeyValues(pageSize: 1, keys: k, values: v)
    return [
      ("attention", attention(q, k, v)), ("cosineAttention", cosineAttention(q, k, v)),
      ("topKAttention", topKAttention(q, k, v, keep: 1)), ("flashAttention", flashAttention(q, k, v).output),
      (
        "flashAttention(heads:)",
        Matrix(
          rows: q.rows, columns: v.columns,
          elements: flashAttention(heads: [single(q)], keys: [single(k)], values: [single(v)])[0].elements.map {
            Double($0)
          })
      ),
      ("attention(bias:)", attention(q, k, v, bias: zeros(q.rows, k.rows))),
      ("nGPTAttention", nGPTAttention(q, k, v, gain: [1, 1, 1, 1])),
      ("messagePassing", messagePassingAttention(q, k, v, edges: [])),
      ("kernelSmoother", kernelSmoother(queries: q, keys: k, values: v) { exp(dot($0, $1)) }),
      ("linearAttention", linearAttention(q, k, v) { features($0) }),
      ("lowPrecision", lowPrecisionAttention(q, k, v, bits: 8)),
      (
        "paged",
        pagedAttention(
          q, paged, [PagedRequest(pages: Array(0..<k.rows), length: k.rows, queries: q.rows)], causal: false)
      ),
      ("counted", countedStandardAttention(q, k, v).output),
      ("tiled", countedTiledAttention(q, k, v, queryBlock: 2, keyBlock: 2).output),
    ]
  }

  @Test func noQueriesAreNoRowsAndNoKeysAreZeros() {
    let some = randomMatrix(3, 4, seed: 6), values = randomMatrix(3, 5, seed: 7)
    for (name, result) in attentions(none, some, values) where name != "messagePassing" {
      expectShape(result, 0, 5, name)
    }
    for (name, result) in attentions(some, none, zeros(0, 5)) {
      #expect(result == zeros(3, 5), "\(name): \(result.shape)")
    }
    for (name, result) in attentions(none, none, zeros(0, 5)) { expectShape(result, 0, 5, name) }
    expectShape(causalLinearAttention(none, none, zeros(0, 5)) { eluFeatures($0) }, 0, 5, "causalLinearAttention")
    #expect(
      expectedAttention(none, mean: [1, 1, 1, 1], variance: [1, 1, 1, 1]).isEmpty && topIndices([Double](), 0).isEmpty)
    #expect(
      softmax([Double]()).isEmpty && sum([Double]()) == 0 && norm([Double]()) == 0 && singularValues(none).isEmpty)
    let gradient = attentionGradient(none, some, values, gradient: zeros(0, 5))
    #expect(gradient.k == zeros(3, 4) && gradient.v == zeros(3, 5) && gradient.q == none)
  }
}
