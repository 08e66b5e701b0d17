/// What a stack of freshly drawn blocks does to gradients and to the residual stream, block by block.
public struct DepthProfile<T: Real>: Sendable {
  /// ‖∂L/∂W₂‖ of each block's feed-forward layer, Frobenius.
  public let gradientNorms: [T]
  /// The root mean square of the stream's elements after each block.
  public let streamSizes: [T]
}

/// Gradient norms by depth at the start of training, with normalisation before or after each part.
///
/// Blocks of one-head attention and a ReLU layer of width 4d on n random tokens, all weights normal with deviation
/// 1/√inputs, cross-entropy of d classes with random targets; with norms before, a last one stands before the logits
/// unless `finalNorm` is false. Pre-LN: the stream grows as √depth and gradients are alike in all blocks. Post-LN: the
/// stream keeps its size and gradients fall off towards the first block.
/// Refused: sizes below 1 or above 2³². Source: Xiong et al., "On layer normalization in the Transformer architecture"
/// (2020).
@specialized(where T == Double)
@specialized(where T == Float)
public func gradientByDepth<T: Real>(
  _ placement: NormPlacement, layers: Int, width d: Int, tokens n: Int, finalNorm: Bool = true,
  of type: T.Type = Double.self, using generator: inout Random
) -> DepthProfile<T> {
  require(layers >= 1 && d >= 1 && n >= 1, "gradientByDepth: \(layers) layers of width \(d), \(n) tokens")
  for size in [layers, d, n] { requireCount(size, "gradientByDepth: size") }
  func normal(_ rows: Int, _ columns: Int) -> Matrix<T> {
    .normal(rows: rows, columns: columns, scale: 1 / T(rows).squareRoot(), using: &generator)
  }
  let start = Matrix<T>.normal(rows: n, columns: d, using: &generator)
  var parameters: [Matrix<T>] = []
  for _ in 0..<layers { parameters += [normal(d, 3 * d), normal(d, d), normal(d, 4 * d), normal(4 * d, d)] }
  let head = normal(d, d), targets = (0..<n).map { _ in generator.integer(below: d) }
  var sizes: [T] = []
  let gradient = valueAndGradient(parameters) { tape, p in
    let gain = tape.constant(Matrix(rows: 1, columns: d, repeating: 1))
    let bias = tape.constant(Matrix(rows: 1, columns: d, repeating: 0))
    func norm(_ x: Variable<T>) -> Variable<T> { layerNorm(x, gain: gain, bias: bias) }
    func around(_ x: Variable<T>, _ part: (Variable<T>) -> Variable<T>) -> Variable<T> {
      switch placement {
      case .pre: x + part(norm(x))
      case .post: norm(x + part(x))
      }
    }
    var x = tape.constant(start)
    for layer in 0..<layers {
      let w = p[4 * layer..<4 * layer + 4].map { $0 }
      x = around(x) { y in
        let qkv = matmul(y, w[0])
        let scores = matmul(qkv.columns(0..<d), transposed: qkv.columns(d..<2 * d)) * (1 / T(d).squareRoot())
        return matmul(matmul(softmax(rows: scores, mask: .causal), qkv.columns(2 * d..<3 * d)), w[1])
      }
      x = around(x) { y in matmul(relu(matmul(y, w[2])), w[3]) }
      sizes.append((dot(x.value.elements, x.value.elements) / T(n * d)).squareRoot())
    }
    if placement == .pre && finalNorm { x = norm(x) }
    return crossEntropy(matmul(x, tape.constant(head)), targets)
  }.gradient
  return DepthProfile(
    gradientNorms: (0..<layers).map { Kernel.norm(gradient[4 * $0 + 3].elements) }, streamSizes: sizes)
}
