import CVector

/// A generator of pseudo-random numbers with an explicit seed: xoshiro256**, its state filled by SplitMix64.
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021).
public struct Random: RandomNumberGenerator, Sendable {
  private var s0, s1, s2, s3: UInt64

  /// The same seed gives the same numbers on every machine. A process whose environment has a number in
  /// `WEAVE_SEED_SHIFT` has every seed shifted by it: what then comes out otherwise rested on the seed.
  public init(seed: UInt64) {
    var state = seed &+ seedShift
    func splitMix() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
    (s0, s1, s2, s3) = (splitMix(), splitMix(), splitMix(), splitMix())
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let result = rotate(s1 &* 5, 7) &* 9
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = rotate(s3, 45)
    return result
  }

  /// A uniform deviate in [0, 1): the upper 53 bits times 2⁻⁵³.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A standard normal deviate √(−2 ln u)·cos 2πv (Box and Muller, 1958), from two uniform ones.
  public mutating func normal() -> Double {
    let radius = (-2 * logarithm(1 - uniform())).squareRoot()
    return radius * circular(twoPi * uniform(), quarterTurns: 1)
  }

  /// A uniform integer in 0..<n, without bias. Refused: n < 1.
  public mutating func integer(below n: Int) -> Int {
    require(n > 0, "Random: no integer below \(n)")
    let n = UInt64(n)
    let limit = UInt64.max - UInt64.max % n
    var bits = next()
    while bits >= limit { bits = next() }
    return Int(bits % n)
  }

  /// A uniform permutation of 0..<n (Fisher and Yates). Refused: n negative or above 2³².
  public mutating func permutation(_ n: Int) -> [Int] {
    requireCount(n, "Random: permutation")
    var order = Array(0..<n)
    var i = n - 1
    while i > 0 {
      order.swapAt(i, integer(below: i + 1))
      i -= 1
    }
    return order
  }
}

private let seedShift = seed_shift()

private func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }

extension Matrix {
  /// A matrix of independent normal deviates with standard deviation `scale`, filled row after row.
  /// Refused: a negative size, more than 2³² elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func normal(rows: Int, columns: Int, scale: T = 1, using generator: inout Random) -> Matrix {
    let elements = normalVector(elementCount(rows, columns), of: T.self, using: &generator)
    return Matrix(rows: rows, columns: columns, elements: elements) * scale
  }
}

/// n independent standard normal deviates. Refused: n negative or above 2³².
public func normalVector<T: Real>(_ n: Int, of type: T.Type = Double.self, using generator: inout Random) -> [T] {
  requireCount(n, "normalVector")
  var vector: [T] = []
  vector.reserveCapacity(n)
  for _ in 0..<n { vector.append(T(generator.normal())) }
  return vector
}
