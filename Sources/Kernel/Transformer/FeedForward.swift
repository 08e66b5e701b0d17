/// A layer that takes each token by itself: what an expert may be.
public protocol TokenwiseLayer: Sendable {
  /// The type of its numbers.
  associatedtype Scalar: Real

  /// Shape: n×d → n×d.
  func callAsFunction(_ x: Matrix<Scalar>) -> Matrix<Scalar>

  /// The number of its weights.
  var parameterCount: Int { get }
}

/// A feed-forward layer, token by token: W₂·act(W₁x + b₁) + b₂. Source: Vaswani et al. (2017), section 3.3.
public struct FeedForward<T: Real>: TokenwiseLayer {
  /// What stands between the two matrices.
  public enum Activation: Sendable {
    /// max(x, 0), xΦ(x), its tanh form, xσ(x).
    case relu, gelu, geluTanh, swish

    /// The activation of one number.
    @specialized(where T == Double)
    @specialized(where T == Float)
    public func callAsFunction(_ x: T) -> T {
      switch self {
      case .relu: Kernel.relu(x)
      case .gelu: Kernel.gelu(x)
      case .geluTanh: Kernel.geluTanh(x)
      case .swish: Kernel.swish(x)
      }
    }
  }

  /// W₁, d_ff×d.
  public var up: Matrix<T>
  /// b₁, d_ff.
  public var upBias: [T]
  /// W₂, d×d_ff.
  public var down: Matrix<T>
  /// b₂, d.
  public var downBias: [T]
  /// act.
  public let activation: Activation

  /// Refused: shapes that do not match.
  public init(up: Matrix<T>, upBias: [T], down: Matrix<T>, downBias: [T], activation: Activation) {
    require(
      up.rows == down.columns && up.columns == down.rows && upBias.count == up.rows && downBias.count == down.rows,
      "FeedForward: up \(up.shape) with \(upBias.count) biases, down \(down.shape) with \(downBias.count)")
    self.up = up
    self.upBias = upBias
    self.down = down
    self.downBias = downBias
    self.activation = activation
  }

  /// Weights with deviation 1/√(inputs), zero biases.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(dimension d: Int, hidden: Int, activation: Activation, using generator: inout Random) {
    self.init(
      up: .normal(rows: hidden, columns: d, scale: 1 / T(d).squareRoot(), using: &generator),
      upBias: [T](repeating: 0, count: hidden),
      down: .normal(rows: d, columns: hidden, scale: 1 / T(hidden).squareRoot(), using: &generator),
      downBias: [T](repeating: 0, count: d), activation: activation)
  }

  /// Shape: n×d → n×d. Refused: another width. Cost: 4n·d·d_ff FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    require(x.columns == up.columns, "FeedForward: tokens \(x.shape) against up \(up.shape)")
    var hidden = matmul(x, transposed: up)
    hidden.addToRows(upBias)
    // A loop each, which vectorises.
    switch activation {
    case .relu: hidden.apply { Kernel.relu($0) }
    case .gelu: hidden.apply { Kernel.gelu($0) }
    case .geluTanh: hidden.apply { Kernel.geluTanh($0) }
    case .swish: hidden.apply { Kernel.swish($0) }
    }
    var y = matmul(hidden, transposed: down)
    y.addToRows(downBias)
    return y
  }

  /// One token. Shape: d → d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T]) -> [T] { self(Matrix(rows: 1, columns: x.count, elements: x)).elements }

  /// 2·d·d_ff + d_ff + d.
  public var parameterCount: Int { 2 * up.rows * up.columns + upBias.count + downBias.count }
}

/// The gated feed-forward layer SwiGLU: W₂(swish(Wx)⊙Vx), without biases.
/// Source: Shazeer, "GLU variants improve Transformer" (2020).
public struct SwiGLU<T: Real>: TokenwiseLayer {
  /// W, d_ff×d.
  public var gate: Matrix<T>
  /// V, d_ff×d.
  public var up: Matrix<T>
  /// W₂, d×d_ff.
  public var down: Matrix<T>

  /// Refused: shapes that do not match.
  public init(gate: Matrix<T>, up: Matrix<T>, down: Matrix<T>) {
    require(
      gate.hasShape(of: up) && up.rows == down.columns && up.columns == down.rows,
      "SwiGLU: gate \(gate.shape), up \(up.shape), down \(down.shape)")
    self.gate = gate
    self.up = up
    self.down = down
  }

  /// Weights with deviation 1/√(inputs).
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(dimension d: Int, hidden: Int, using generator: inout Random) {
    self.init(
      gate: .normal(rows: hidden, columns: d, scale: 1 / T(d).squareRoot(), using: &generator),
      up: .normal(rows: hidden, columns: d, scale: 1 / T(d).squareRoot(), using: &generator),
      down: .normal(rows: d, columns: hidden, scale: 1 / T(hidden).squareRoot(), using: &generator))
  }

  /// Shape: n×d → n×d. Refused: another width. Cost: 6n·d·d_ff FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    require(x.columns == up.columns, "SwiGLU: tokens \(x.shape) against up \(up.shape)")
    let gates = matmul(x, transposed: gate), values = matmul(x, transposed: up)
    let hidden = Matrix<T>(
      rows: x.rows, columns: up.rows,
      elements: gates.elements.indices.map { swish(gates.elements[$0]) * values.elements[$0] })
    return matmul(hidden, transposed: down)
  }

  /// 3·d·d_ff.
  public var parameterCount: Int { 3 * up.rows * up.columns }
}
