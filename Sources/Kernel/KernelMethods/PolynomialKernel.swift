/// The polynomial kernel (x·y + c)^p. Refused: p below 1 or above 2³², c < 0, vectors of different lengths.
public struct PolynomialKernel<T: Real>: MercerKernel, Sendable {
  public let degree: Int
  public let constant: T

  public init(degree: Int, constant: T) {
    require(degree >= 1, "PolynomialKernel: degree \(degree)")
    requireCount(degree, "PolynomialKernel: degree")
    require(constant >= 0, "PolynomialKernel: the constant must not be negative")
    self.degree = degree
    self.constant = constant
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T], _ y: [T]) -> T {
    power(dot(x, y) + constant, degree)
  }

  /// The explicit map: φ(x)·φ(y) = (x·y + c)^p, with C(d+p, p) features.
  ///
  /// One feature for each way to share p factors among x₁ … x_d and the constant:
  /// √(p!/(a₀!a₁!…a_d!) · c^{a₀}) · x₁^{a₁}…x_d^{a_d}, in lexicographic order of (a₁, …, a_d), largest first.
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

/// The integer power xⁿ by repeated squaring. Refused: n < 0. Cost: about 2 log₂ n products.
@specialized(where T == Double)
@specialized(where T == Float)
public func power<T: Real>(_ x: T, _ n: Int) -> T {
  require(n >= 0, "power: exponent \(n)")
  var result: T = 1, base = x, n = n
  while n > 0 {
    if n & 1 == 1 { result *= base }
    base *= base
    n >>= 1
  }
  return result
}

/// The binomial coefficient C(n, k), exact in 64 bits. Refused: k outside 0…n, a value beyond Int64.
public func binomial(_ n: Int, _ k: Int) -> Int64 {
  require(k >= 0 && k <= n, "binomial: \(k) of \(n)")
  var result: Int64 = 1
  let smaller = min(k, n - k)
  for i in 0..<smaller {
    // C(n, i+1) = C(n, i)·(n−i)/(i+1). What is common to C(n, i) and i+1 goes first; the rest of i+1 then divides n−i,
    // so that no product is larger than the result.
    let common = greatestCommonDivisor(result, Int64(i + 1))
    let product = (result / common).multipliedReportingOverflow(by: Int64(n - i) / (Int64(i + 1) / common))
    require(!product.overflow, "binomial: \(k) of \(n) is beyond 64 bits")
    result = product.partialValue
  }
  return result
}

/// Of two positive numbers, by Euclid's algorithm.
private func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
  var (a, b) = (a, b)
  while b > 0 { (a, b) = (b, a % b) }
  return a
}
