/// Shannon entropy in bits, H/ln 2. Refused: a negative weight. Shape: n.
@specialized(where T == Double)
@specialized(where T == Float)
public func entropyBits<T: Real>(_ p: [T]) -> T { entropy(p) * T(1.4426950408889634) }

/// The entropy of each query's weights in bits: log₂ n when it looks at n keys alike, 0 when at one. Shape: n×m → n.
@specialized(where T == Double)
@specialized(where T == Float)
public func attentionBits<T: Real>(_ weights: Matrix<T>) -> [T] { weights.rowVectors.map { entropyBits($0) } }

/// A channel without memory: given input i the output is j with probability `transition[i, j]`.
///
/// Whatever is computed from its output knows no more of the input than the output does (data processing).
/// Source: Cover and Thomas, "Elements of information theory" (2006), chapters 2 and 7.
public struct Channel: Equatable, Sendable {
  /// Inputs × outputs; each row a distribution.
  public let transition: Matrix<Double>

  /// Shape: inputs × outputs.
  /// Refused: a negative probability, a row that does not sum to one within 10⁻⁹.
  public init(transition: Matrix<Double>) {
    for row in transition.rowVectors {
      for p in row { require(p >= 0, "Channel: a probability is negative") }
      require((sum(row) - 1).magnitude < 1e-9, "Channel: a row of \(transition.shape) is no distribution")
    }
    self.transition = transition
  }

  /// Every one of n symbols stays with probability 1 − e and else becomes one of the others at random.
  /// Refused: fewer than two symbols, e outside [0, 1].
  public static func symmetric(symbols n: Int, error e: Double) -> Channel {
    require(n >= 2 && e >= 0 && e <= 1, "Channel: \(n) symbols, or an error outside [0, 1]")
    return Channel(transition: Matrix(rows: n, columns: n) { i, j in i == j ? 1 - e : e / Double(n - 1) })
  }

  /// A function of the input: symbol i becomes `map[i]`, one of `outputs`. Merging symbols discards information.
  /// Refused: a value outside 0..<outputs.
  public static func deterministic(_ map: [Int], outputs: Int) -> Channel {
    for value in map { require(value >= 0 && value < outputs, "Channel: symbol \(value) of \(outputs)") }
    return Channel(transition: Matrix(rows: map.count, columns: outputs) { i, j in map[i] == j ? 1 : 0 })
  }

  /// This channel, then another. Refused: outputs that are not the other's inputs.
  public func then(_ next: Channel) -> Channel {
    require(
      transition.columns == next.transition.rows,
      "Channel: outputs of \(transition.shape) and inputs of \(next.transition.shape) differ")
    return Channel(transition: matmul(transition, next.transition))
  }

  /// The distribution of the output. Refused: a distribution over another number of inputs. Shape: inputs → outputs.
  public func output(_ input: [Double]) -> [Double] {
    require(input.count == transition.rows, "Channel: \(input.count) probabilities for inputs of \(transition.shape)")
    return matmul(Matrix(rows: 1, columns: input.count, elements: input), transition).elements
  }

  /// I(X; Y) = H(Y) − H(Y|X) in bits. Refused: a distribution over another number of inputs. Shape: inputs.
  public func mutualInformation(_ input: [Double]) -> Double {
    let conditional = dot(input, transition.rowVectors.map { entropyBits($0) })
    let shared = entropyBits(output(input)) - conditional
    // Never below zero but by rounding.
    return shared < 0 ? 0 : shared
  }
}
