/// Random Fourier features: z(x)·z(y) ≈ e^{−‖x−y‖²/(2σ²)}, with error of order 1/√m.
///
/// z(x) = √(2/m)·cos(Wx + b), rows of W normal with deviation 1/σ, b uniform in [0, 2π).
/// Source: Rahimi and Recht, "Random features for large-scale kernel machines" (2007).
public struct RandomFourierFeatures<T: Real>: Sendable {
  /// W, m×d.
  public let frequencies: Matrix<T>
  /// b, m.
  public let phases: [T]

  /// Features with given W and b. Refused: another number of phases than of rows of W, or none. Shapes: m×d and m.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(frequencies: Matrix<T>, phases: [T]) {
    require(
      frequencies.rows == phases.count && !phases.isEmpty,
      "RandomFourierFeatures: \(frequencies.shape) frequencies and \(phases.count) phases")
    self.frequencies = frequencies
    self.phases = phases
  }

  /// m features of vectors of length d. Refused: m < 1, a bandwidth that is not positive.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(count m: Int, dimension d: Int, bandwidth: T, using generator: inout Random) {
    require(m > 0, "RandomFourierFeatures: \(m) features")
    require(bandwidth > 0, "RandomFourierFeatures: the bandwidth must be positive")
    let frequencies = Matrix<T>.normal(rows: m, columns: d, scale: 1 / bandwidth, using: &generator)
    var phases: [T] = []
    for _ in 0..<m { phases.append(T(twoPi * generator.uniform())) }
    self.init(frequencies: frequencies, phases: phases)
  }

  /// z(x). Shape: d → m. Refused: another length. Cost: 2md FLOP and m cosines.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T]) -> [T] {
    let scale = (2 / T(phases.count)).squareRoot()
    return zip(matmul(frequencies, x), phases).map { scale * cos($0 + $1) }
  }
}
