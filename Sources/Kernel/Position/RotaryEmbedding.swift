/// Rotary position embedding: pair i of a query or key is turned by the angle position·θᵢ, θᵢ = base^{−2i/d}.
///
/// The score of a turned query and key depends on the difference of their positions only.
/// Source: Su et al., "RoFormer: Enhanced Transformer with rotary position embedding" (2021).
public struct RotaryEmbedding<T: Real>: Sendable {
  /// Which coordinates form pair i.
  public enum Layout: Sendable {
    /// (2i, 2i+1), as in the paper.
    case interleaved
    /// (i, i + d/2), as in GPT-NeoX and in Hugging Face's Llama, for which the weights are permuted: Meta's own code
    /// interleaves.
    case halfSplit
  }

  /// d, even.
  public let headDimension: Int
  /// Which coordinates form a pair.
  public let layout: Layout
  /// θᵢ for i in 0 ..< d/2, in radians per position.
  public let frequencies: [Double]

  /// Refused: a head dimension that is odd, not positive or above 2³², a base that is not positive.
  public init(headDimension d: Int, base: Double = 10000, layout: Layout = .interleaved) {
    require(d > 0 && d % 2 == 0, "RotaryEmbedding: head dimension \(d) is not even and positive")
    require(base > 0, "RotaryEmbedding: the base must be positive")
    requireCount(d, "RotaryEmbedding: head dimension")
    headDimension = d
    self.layout = layout
    frequencies = (0..<d / 2).map { pow(base, -2 * Double($0) / Double(d)) }
  }

  /// The coordinates of pair i. Refused: a pair that does not exist.
  public func pair(_ i: Int) -> (Int, Int) {
    require(i >= 0 && i < headDimension / 2, "RotaryEmbedding: pair \(i) of \(headDimension / 2)")
    return switch layout {
    case .interleaved: (2 * i, 2 * i + 1)
    case .halfSplit: (i, i + headDimension / 2)
    }
  }

  /// x turned to a position, which may lie between tokens. Shape: d → d. Refused: another length. Cost: 3d FLOP, d
  /// sines and cosines.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func rotate(_ x: [T], position: Double) -> [T] {
    require(
      x.count == headDimension, "RotaryEmbedding: \(x.count) elements against a head dimension of \(headDimension)")
    var turned = x
    for i in frequencies.indices {
      let (a, b) = pair(i)
      let c = T(cos(position * frequencies[i])), s = T(sin(position * frequencies[i]))
      turned[a] = x[a] * c - x[b] * s
      turned[b] = x[a] * s + x[b] * c
    }
    return turned
  }

  /// x turned to the position of a token. Shape: d → d. Refused: another length.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func rotate(_ x: [T], position: Int) -> [T] { rotate(x, position: Double(position)) }

  /// Each row turned to its position, which may lie between tokens. Shape: n×d → n×d.
  /// Refused: another number of positions than of rows, another width. Cost: that of n vectors.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func rotate(_ x: Matrix<T>, positions: [Double]) -> Matrix<T> {
    require(positions.count == x.rows, "RotaryEmbedding: \(positions.count) positions for \(x.shape)")
    return Matrix(
      rows: x.rows, columns: x.columns,
      elements: (0..<x.rows).flatMap { rotate(x.row($0), position: positions[$0]) })
  }

  /// Each row turned to its token's position; row i stands at position i unless positions are given.
  /// Shapes and refusals as for positions between tokens.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func rotate(_ x: Matrix<T>, positions: [Int]? = nil) -> Matrix<T> {
    rotate(x, positions: (positions ?? Array(0..<x.rows)).map { Double($0) })
  }

  /// The order in which an interleaved vector's coordinates stand in a half-split one:
  /// `halfSplit[i] = interleaved[halfSplitOrder[i]]`.
  public var halfSplitOrder: [Int] {
    let half = headDimension / 2
    return (0..<headDimension).map { $0 < half ? 2 * $0 : 2 * ($0 - half) + 1 }
  }
}
