/// Numbers of parameters in closed form, in 64 bits on every machine.
public enum ParameterCount {
  /// Multi-head attention without biases: 4d².
  public static func attention(dimension d: Int64) -> Int64 { 4 * d * d }

  /// Grouped-query attention without biases: 2·d·h·d_k + 2·d·G·d_k.
  public static func groupedAttention(dimension d: Int64, heads h: Int64, groups g: Int64, headDimension k: Int64) -> Int64 {
    2 * d * h * k + 2 * d * g * k
  }

  /// A feed-forward layer's two matrices: 2·d·d_ff.
  public static func feedForward(dimension d: Int64, hidden: Int64) -> Int64 { 2 * d * hidden }

  /// SwiGLU's three matrices: 3·d·d_ff.
  public static func swiGLU(dimension d: Int64, hidden: Int64) -> Int64 { 3 * d * hidden }

  /// A GPT-2 block with its biases and norms: 12d² + 13d.
  public static func gpt2Block(dimension d: Int64) -> Int64 { 12 * d * d + 13 * d }
}

/// A language model of blocks with SwiGLU experts, as Mixtral is: embeddings in and out, grouped-query attention,
/// RMSNorm before each part and after the last block.
public struct ExpertModelShape: Sendable {
  public var dimension, layers, heads, groups, headDimension, hidden, experts, active, vocabulary: Int64

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
    let router = dimension * experts
    let layer = attention + held * ParameterCount.swiGLU(dimension: dimension, hidden: hidden) + router + 2 * dimension
    return layers * layer + 2 * vocabulary * dimension + dimension
  }
}
