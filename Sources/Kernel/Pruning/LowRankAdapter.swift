/// A frozen weight with a trainable low-rank update (LoRA): y = Wx + (α/r)·B·A·x.
///
/// With B = 0 the layer is W. Source: Hu et al., "LoRA: Low-rank adaptation of large language models" (2022).
public struct LowRankAdapter<T: Real>: Sendable {
  /// W, frozen, m×n.
  public let weight: Matrix<T>
  /// A, r×n.
  public var down: Matrix<T>
  /// B, m×r.
  public var up: Matrix<T>
  /// α: the update is weighted by α/r, the paper's way to change r without tuning anew.
  public let alpha: T

  /// Refused: shapes that do not match, rank zero.
  public init(weight: Matrix<T>, down: Matrix<T>, up: Matrix<T>, alpha: T) {
    require(
      down.rows > 0 && down.columns == weight.columns && up.rows == weight.rows && up.columns == down.rows,
      "LowRankAdapter: weight \(weight.shape), down \(down.shape), up \(up.shape)")
    self.weight = weight
    self.down = down
    self.up = up
    self.alpha = alpha
  }

  /// As training begins: A normal with deviation 1/√n, B zero. Refused: rank zero. Shape: W m×n.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(weight: Matrix<T>, rank r: Int, alpha: T, using generator: inout Random) {
    self.init(
      weight: weight,
      down: .normal(rows: r, columns: weight.columns, scale: 1 / T(weight.columns).squareRoot(), using: &generator),
      up: Matrix(rows: weight.rows, columns: r, repeating: 0), alpha: alpha)
  }

  /// Unmerged. Shape: n → m. Refused: another length. Cost: 2mn + 2r(m + n) FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T]) -> [T] {
    let update = matmul(up, matmul(down, x)), scale = alpha / T(down.rows)
    return zip(matmul(weight, x), update).map { $0 + scale * $1 }
  }

  /// W + (α/r)·B·A, m×n: the same map at the cost of W alone. Cost: 2rmn FLOP, once.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func merged() -> Matrix<T> { weight + matmul(up, down) * (alpha / T(down.rows)) }

  /// r(m + n): what is trained.
  public var trainableParameterCount: Int { down.rows * (weight.rows + weight.columns) }
}
