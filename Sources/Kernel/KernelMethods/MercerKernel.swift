/// A positive definite kernel κ(x, y) = φ(x)·φ(y): a fixed map φ, whatever the other inputs are.
public protocol MercerKernel {
  /// The type of the coordinates.
  associatedtype T: Real
  /// κ(x, y). Shapes: d and d. Refused: vectors of different lengths.
  func callAsFunction(_ x: [T], _ y: [T]) -> T
}

extension MercerKernel {
  /// The Gram matrix κ(xᵢ, xⱼ): symmetric and positive semidefinite. Shape: n points → n×n.
  public func gram(_ points: [[T]]) -> Matrix<T> {
    Matrix(rows: points.count, columns: points.count) { i, j in self(points[i], points[j]) }
  }

  /// The Gram matrix of the rows of `points`. Shape: n×d → n×n.
  public func gram(_ points: Matrix<T>) -> Matrix<T> { gram(points.rowVectors) }
}

/// The Gaussian kernel e^{−‖x−y‖²/(2σ²)}. Refused: a bandwidth σ that is not positive; vectors of different lengths.
public struct RBFKernel<T: Real>: MercerKernel, Sendable {
  /// σ.
  public let bandwidth: T

  /// Refused: a bandwidth that is not positive.
  public init(bandwidth: T) {
    require(bandwidth > 0, "RBFKernel: the bandwidth must be positive")
    self.bandwidth = bandwidth
  }

  /// κ(x, y). Shapes: d and d. Refused: vectors of different lengths. Cost: 3d FLOP and an exponential.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T], _ y: [T]) -> T {
    requireSameLength(x, y, "RBFKernel")
    let difference = zip(x, y).map { $0 - $1 }, square = dot(difference, difference), width = 2 * bandwidth * bandwidth
    if width.hasAllDigits && (square.isSafeSquare || square == 0) { return exp(-square / width) }
    let relative = norm(difference) / bandwidth
    return exp(-relative * relative / 2)
  }
}
