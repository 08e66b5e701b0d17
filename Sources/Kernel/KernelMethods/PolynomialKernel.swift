/// The polynomial kernel (x·y + c)^p. Refused: p below 1 or above 2³², c < 0, vectors of different lengths.
public struct PolynomialKernel<T: Real>: MercerKernel, Sendable {
  /// p.
  public let degree: Int
  /// c.
  public let constant: T

  /// Refused: p below 1 or above 2³², c < 0.
  public init(degree: Int, constant: T) {
    require(degree >= 1, "PolynomialKernel: degree \(degree)")
    requireCount(degree, "PolynomialKernel: degree")
    require(constant >= 0, "PolynomialKernel: the constant must not be negative")
    self.degree = degree
    self.constant = constant
  }

  /// κ(x, y). Shapes: d and d. Refused: vectors of different lengths. Cost: 2d FLOP and log₂ p products.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T], _ y: [T]) -> T {
    power(dot(x, y) + constant, degree)
  }

  /// The explicit map: φ(x)·φ(y) = (x·y + c)^p, with C(d+p, p) features.
  ///
  /// One feature for each way to share p factors among x₁ … x_d and the constant:
  /// √(p!/(a₀!a₁!…a_d!) · c^{a₀}) · x₁^{a₁}…x_d^{a_d}, in lexicographic order of (a₁, …, a_d), largest first.
  /// Shape: d → C(d+p, p).
  /// Refused: more than 2³² features.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func features(_ x: [T]) -> [T] {
    requireCount(Int(clamping: binomial(x.count + degree, degree)), "PolynomialKernel: features")
    var result: [T] = []
    func extend(_ i: Int, _ remaining: Int, _ coefficient: T, _ monomial: T) {
      if i == x.count {
        result.append((coefficient * power(constant, remaining)).squareRoot() * monomial)
        return
      }
      var a = remaining
      while a >= 0 {
        extend(i + 1, remaining - a, coefficient * T(binomial(remaining, a)), monomial * power(x[i], a))
        a -= 1
      }
    }
    extend(0, degree, 1, 1)
    return result
  }
}
