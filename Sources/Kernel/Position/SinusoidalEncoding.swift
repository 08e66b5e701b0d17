/// Sinusoidal position encoding: PE(p, 2i) = sin(p·ωᵢ), PE(p, 2i+1) = cos(p·ωᵢ), ωᵢ = base^{−2i/d}.
///
/// A shift of the position is a rotation: PE(p+k) = A(k)·PE(p). Source: Vaswani et al. (2017), section 3.5.
public struct SinusoidalEncoding<T: Real>: Sendable {
  /// d, even.
  public let dimension: Int
  /// ωᵢ, d/2 of them.
  public let frequencies: [Double]

  /// Refused: a dimension that is odd, not positive or above 2³², a base that is not positive.
  public init(dimension d: Int, base: Double = 10000) {
    require(d > 0 && d % 2 == 0, "SinusoidalEncoding: dimension \(d) is not even and positive")
    require(base > 0, "SinusoidalEncoding: the base must be positive")
    requireCount(d, "SinusoidalEncoding: dimension")
    dimension = d
    frequencies = (0..<d / 2).map { pow(base, -2 * Double($0) / Double(d)) }
  }

  /// The code of a position, of length d and norm √(d/2).
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ position: Int) -> [T] {
    frequencies.flatMap { frequency in
      let angle = Double(position) * frequency
      return [T(sin(angle)), T(cos(angle))]
    }
  }

  /// The codes of positions 0 ..< n. Shape: n×d. Refused: n < 0, more than 2³² elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func table(_ n: Int) -> Matrix<T> {
    _ = elementCount(n, dimension)
    return Matrix(rows: n, columns: dimension, elements: (0..<n).flatMap { self($0) })
  }

  /// A(k), d×d: the block rotation with PE(p+k) = A(k)·PE(p) at every position p.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func shift(by k: Int) -> Matrix<T> {
    var a = Matrix<T>(rows: dimension, columns: dimension, repeating: 0)
    for (i, frequency) in frequencies.enumerated() {
      let c = T(cos(Double(k) * frequency)), s = T(sin(Double(k) * frequency))
      a[2 * i, 2 * i] = c
      a[2 * i, 2 * i + 1] = s
      a[2 * i + 1, 2 * i] = -s
      a[2 * i + 1, 2 * i + 1] = c
    }
    return a
  }
}

/// Learned absolute positions: row p of a table is added to the token at position p. There is nothing beyond its end.
///
/// Source: Gehring et al., "Convolutional sequence to sequence learning" (2017); used by BERT, GPT-2 and GPT-3.
public struct LearnedPositions<T: Real>: Sendable {
  /// One row a position, n×d.
  public var table: Matrix<T>

  /// Positions with a given table. Shape: n×d.
  public init(table: Matrix<T>) { self.table = table }

  /// Tokens plus the codes of their positions, the first at `start`. Shape: n×d → n×d.
  /// Refused: another width, a position beyond the table.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>, start: Int = 0) -> Matrix<T> {
    require(
      x.columns == table.columns && start >= 0 && start <= table.rows && x.rows <= table.rows - start,
      "LearnedPositions: tokens \(x.shape) from position \(start) against a table of \(table.shape)")
    return x + table.rows(start..<start + x.rows)
  }
}
