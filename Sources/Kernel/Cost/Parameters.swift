/// Numbers of parameters in closed form, in 64 bits on every machine. Refused: a negative size, a number beyond 64
/// bits.
public enum ParameterCount {
  /// Multi-head attention without biases: 4d².
  public static func attention(dimension d: Int64) -> Int64 { (4 * count(d) * count(d)).value }

  /// Grouped-query attention without biases: 2·d·h·d_k + 2·d·G·d_k.
  public static func groupedAttention(dimension d: Int64, heads h: Int64, groups g: Int64, headDimension k: Int64)
    -> Int64
  {
    let d = count(d), k = count(k)
    return (2 * d * count(h) * k + 2 * d * count(g) * k).value
  }

  /// A feed-forward layer's two matrices: 2·d·d_ff.
  public static func feedForward(dimension d: Int64, hidden: Int64) -> Int64 { (2 * count(d) * count(hidden)).value }

  /// SwiGLU's three matrices: 3·d·d_ff.
  public static func swiGLU(dimension d: Int64, hidden: Int64) -> Int64 { (3 * count(d) * count(hidden)).value }

  /// A GPT-2 block with its biases and norms: 12d² + 13d.
  public static func gpt2Block(dimension d: Int64) -> Int64 { (12 * count(d) * count(d) + 13 * count(d)).value }

  private static func count(_ size: Int64) -> Count { Count(size, "ParameterCount") }
}

/// A language model of blocks with SwiGLU experts, as Mixtral is: embeddings in and out, grouped-query attention,
/// RMSNorm before each part and after the last block. Refused, when counted: as `ParameterCount`.
public struct ExpertModelShape: Sendable {
  /// d, the number of blocks, h, G, d_k, d_ff, the experts of a block, those a token passes, and the number of tokens.
  public var dimension, layers, heads, groups, headDimension, hidden, experts, active, vocabulary: Int64

  /// A shape as it is; what counts refuses a negative size.
  public init(
    dimension: Int64, layers: Int64, heads: Int64, groups: Int64, headDimension: Int64, hidden: Int64, experts: Int64,
    active: Int64, vocabulary: Int64
  ) {
    self.dimension = dimension
    self.layers = layers
    self.heads = heads
    self.groups = groups
    self.headDimension = headDimension
    self.hidden = hidden
    self.experts = experts
    self.active = active
    self.vocabulary = vocabulary
  }

  /// Mixtral 8×7B. Source: Jiang et al., "Mixtral of experts" (2024), table 1.
  public static var mixtral8x7B: ExpertModelShape {
    ExpertModelShape(
      dimension: 4096, layers: 32, heads: 32, groups: 8, headDimension: 128, hidden: 14336, experts: 8, active: 2,
      vocabulary: 32000)
  }

  /// All parameters.
  public var total: Int64 { count(experts: experts) }
  /// Those a token passes.
  public var activePerToken: Int64 { count(experts: active) }

  private func count(experts held: Int64) -> Int64 {
    let attention = ParameterCount.groupedAttention(
      dimension: dimension, heads: heads, groups: groups, headDimension: headDimension)
    func count(_ size: Int64) -> Count { Count(size, "ExpertModelShape") }
    let d = count(dimension), expert = count(ParameterCount.swiGLU(dimension: dimension, hidden: hidden))
    let layer = count(attention) + count(held) * expert + d * count(experts) + 2 * d
    return (count(layers) * layer + 2 * count(vocabulary) * d + d).value
  }
}
