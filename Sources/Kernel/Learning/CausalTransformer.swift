/// A small causal Transformer that can be trained: learned positions, Pre-LN blocks of attention and an optional
/// feed-forward part, logits over the vocabulary.
///
/// The parameters are a plain list, so that an optimiser needs to know nothing of the model.
/// Sources: Vaswani et al. (2017); Radford et al., "Language models are unsupervised multitask learners" (2019).
public struct CausalTransformer: Sendable {
  /// How many tokens there are.
  public let vocabulary: Int
  /// The longest sequence.
  public let context: Int
  /// d.
  public let width: Int
  /// h.
  public let heads: Int
  /// The number of blocks.
  public let layers: Int
  /// Width of the hidden layer; zero leaves the feed-forward part out.
  public let hidden: Int

  /// Refused: sizes below one (hidden may be zero) or above 2³², heads that do not divide the width.
  public init(vocabulary: Int, context: Int, width: Int, heads: Int, layers: Int, hidden: Int) {
    require(
      vocabulary > 0 && context > 0 && width > 0 && heads > 0 && layers > 0 && hidden >= 0,
      "CausalTransformer: a size is not positive")
    for size in [vocabulary, context, width, heads, layers, hidden] { requireCount(size, "CausalTransformer: size") }
    require(width % heads == 0, "CausalTransformer: \(heads) heads do not divide the width \(width)")
    self.vocabulary = vocabulary
    self.context = context
    self.width = width
    self.heads = heads
    self.layers = layers
    self.hidden = hidden
  }

  /// Fresh parameters: token table, position table, per layer (γ, β, W_QKV, W_O and, with a hidden layer, γ, β, W₁, b₁,
  /// W₂, b₂), last γ, β and the output table. Matrices are normal with deviation 1/√inputs, gains one, biases zero.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func parameters<T: Real>(of type: T.Type = Float.self, using generator: inout Random) -> [Matrix<T>] {
    func normal(_ rows: Int, _ columns: Int, inputs: Int) -> Matrix<T> {
      .normal(rows: rows, columns: columns, scale: 1 / T(inputs).squareRoot(), using: &generator)
    }
    func row(_ n: Int, _ value: T) -> Matrix<T> { Matrix(rows: 1, columns: n, repeating: value) }
    var list = [normal(vocabulary, width, inputs: width), normal(context, width, inputs: width)]
    for _ in 0..<layers {
      list += [
        row(width, 1), row(width, 0), normal(width, 3 * width, inputs: width), normal(width, width, inputs: width),
      ]
      if hidden > 0 {
        list += [row(width, 1), row(width, 0), normal(width, hidden, inputs: width), row(hidden, 0)]
        list += [normal(hidden, width, inputs: hidden), row(width, 0)]
      }
    }
    list += [row(width, 1), row(width, 0), normal(width, vocabulary, inputs: width)]
    return list
  }

  /// The logits of the next token at every place of every sequence, sequence after sequence.
  ///
  /// Shapes: s sequences of n tokens → s·n × vocabulary. Refused: no sequence, lengths that differ or exceed the
  /// context, a token that does not exist, another number of parameters. Cost for width d and hidden width f, in FLOP:
  /// 2snd·vocabulary, and for each layer sn(8d² + 4df) for the projections and 4sn²d for attention.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func logits<T: Real>(_ sequences: [[Int]], _ parameters: [Variable<T>]) -> Variable<T> {
    let perLayer = hidden > 0 ? 10 : 4
    require(parameters.count == 5 + layers * perLayer, "CausalTransformer: \(parameters.count) parameters")
    let n = sequences.first?.count ?? 0
    require(n > 0 && n <= context, "CausalTransformer: sequences of \(n) tokens in a context of \(context)")
    for sequence in sequences {
      require(sequence.count == n, "CausalTransformer: sequences of \(n) and \(sequence.count) tokens")
    }
    let places = sequences.flatMap { _ in Array(0..<n) }
    var x = gatherRows(parameters[0], Array(sequences.joined())) + gatherRows(parameters[1], places)
    var p = 2
    for _ in 0..<layers {
      let normed = layerNorm(x, gain: parameters[p], bias: parameters[p + 1])
      let mixed = attend(matmul(normed, parameters[p + 2]), sequences: sequences.count, length: n)
      x = x + matmul(mixed, parameters[p + 3])
      if hidden > 0 {
        let inner = layerNorm(x, gain: parameters[p + 4], bias: parameters[p + 5])
        let up = gelu(matmul(inner, parameters[p + 6]) + parameters[p + 7])
        x = x + (matmul(up, parameters[p + 8]) + parameters[p + 9])
      }
      p += perLayer
    }
    return matmul(layerNorm(x, gain: parameters[p], bias: parameters[p + 1]), parameters[p + 2])
  }

  /// Causal attention within each sequence and head. Shape: sn×3d (queries, keys, values) → sn×d.
  private func attend<T: Real>(_ qkv: Variable<T>, sequences: Int, length n: Int) -> Variable<T> {
    let d = width / heads, scale: T = 1 / T(d).squareRoot()
    var rows: [Variable<T>] = []
    for s in 0..<sequences {
      var parts: [Variable<T>] = []
      let range = s * n..<(s + 1) * n
      for h in 0..<heads {
        func part(_ which: Int) -> Variable<T> {
          let start = which * width + h * d
          return qkv.block(rows: range, columns: start..<start + d)
        }
        let weights = softmax(rows: matmul(part(0), transposed: part(1)) * scale, mask: .causal)
        parts.append(matmul(weights, part(2)))
      }
      rows.append(concatenatedColumns(parts))
    }
    return stackedRows(rows)
  }
}

/// A random segment and the same segment again: 2n tokens. From the second token of the repetition on, each token is
/// determined by what followed its predecessor before; when lengths vary, no fixed offset finds it, only content does.
///
/// Tokens of a segment are distinct. Refused: a segment longer than the vocabulary, or empty.
/// Source of the task: Olsson et al., "In-context learning and induction heads" (2022).
public func repeatedSegment(length n: Int, vocabulary: Int, using generator: inout Random) -> [Int] {
  require(n > 0 && n <= vocabulary, "repeatedSegment: \(n) distinct tokens of \(vocabulary)")
  let segment = Array(generator.permutation(vocabulary).prefix(n))
  return segment + segment
}
