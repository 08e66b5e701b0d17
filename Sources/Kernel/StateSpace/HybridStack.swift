/// A stack of layers of which one in `period` is attention and the others are Mamba blocks, each x + F(RMSNorm(x)).
///
/// Only attention keeps keys and values for every token: with period 8 the cache has an eighth of the bytes.
/// Source: Lieber et al., "Jamba: A hybrid Transformer–Mamba language model" (2024), section 3.
public struct HybridStack<T: Real>: Sendable {
  /// One layer: the part that mixes tokens.
  public enum Layer: Sendable {
    /// Attention with a cache.
    case attention(GroupedQueryAttention<T>)
    /// A selective state space.
    case mamba(MambaBlock<T>)
  }

  /// The layers, the first one first.
  public let layers: [Layer]
  private let norm: RMSNorm<T>

  /// `count` layers, the middle one of each period attention. Refused: no layer, more than 2³², no period, as the
  /// parts.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(
    dimension d: Int, layers count: Int, period: Int, heads: Int, groups: Int, inner: Int, state: Int,
    using generator: inout Random
  ) {
    require(count > 0 && period > 0, "HybridStack: \(count) layers with a period of \(period)")
    requireCount(count, "HybridStack: layers")
    var layers: [Layer] = []
    for l in 0..<count {
      if l % period == period / 2 {
        layers.append(.attention(GroupedQueryAttention(dimension: d, heads: heads, groups: groups, using: &generator)))
      } else {
        layers.append(.mamba(MambaBlock(dimension: d, inner: inner, state: state, using: &generator)))
      }
    }
    self.layers = layers
    norm = RMSNorm(dimension: d)
  }

  /// Shape: n×d → n×d; causal.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> { run(x).output }

  /// The output and what has to be kept to go on: elements of keys and values, counted in the caches as they are
  /// filled, and of the Mamba layers' states and last inputs of their convolutions, which do not grow.
  /// Shape: n×d → n×d. Refused: another width.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func run(_ x: Matrix<T>) -> (output: Matrix<T>, cacheElements: Int64, stateElements: Int64) {
    var y = x, cached: Int64 = 0, states: Int64 = 0
    for layer in layers {
      switch layer {
      case .attention(let attention):
        var cache = KeyValueCache<T>(groups: attention.groups, headDimension: attention.headDimension)
        y = y + attention.step(norm(y), cache: &cache)
        cached += Int64(cache.elementCount)
      case .mamba(let block):
        y = y + block(norm(y))
        states += Int64(block.logDecay.elements.count + (block.convolution.rows - 1) * block.convolution.columns)
      }
    }
    return (y, cached, states)
  }
}
