/// How a continuous system h' = a·h + b·x with diagonal a becomes a recurrence h_t = ā·h_{t−1} + b̄·x_t over steps Δ.
public enum Discretization: Sendable {
  /// Exact for an input held constant over the step: ā = e^{Δa}, b̄ = (e^{Δa} − 1)/a·b.
  case zeroOrderHold
  /// The trapezoidal rule, error of order Δ²: ā = (1 + Δa/2)/(1 − Δa/2), b̄ = Δb/(1 − Δa/2).
  case bilinear
  /// Error of order Δ: ā = 1 + Δa, b̄ = Δb.
  case euler

  /// ā and b̄/b of one component; a = 0 is the limit b̄ = Δ·b. Refused: Δ < 0, and Δa = 2 for the bilinear rule.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction<T: Real>(_ a: T, step delta: T) -> (decay: T, input: T) {
    require(delta >= 0, "Discretization: the step is negative")
    let z = delta * a
    switch self {
    case .zeroOrderHold:
      // (e^z − 1)/z loses digits the nearer z is to zero.
      if z.magnitude >= 1 { return (exp(z), delta * ((exp(z) - 1) / z)) }
      let ratio = z._mapped { z in z == 0 ? 1 : exponentialMinusOne(z) / z }
      return (exp(z), delta * ratio)
    case .bilinear:
      require(z != 2, "Discretization: the bilinear rule has no value at Δa = 2")
      return ((1 + z / 2) / (1 - z / 2), delta / (1 - z / 2))
    case .euler:
      return (1 + z, delta)
    }
  }
}

/// A linear time-invariant system with diagonal state: h_t = ā⊙h_{t−1} + b̄x_t, y_t = c·h_t + D·x_t.
///
/// As a recurrence it has a state of n numbers; as a convolution its kernel is K_i = Σ c·āⁱ·b̄. Both are the same map.
/// Source: Gu, Goel and Ré, "Efficiently modeling long sequences with structured state spaces" (2022).
public struct StateSpaceModel<T: Real>: Sendable {
  /// ā, n.
  public let decay: [T]
  /// b̄, n.
  public let input: [T]
  /// c, n.
  public let output: [T]
  /// D.
  public let skip: T

  /// From continuous a, b, c and D. Refused: lengths that differ, Δ < 0. Shapes: a, b and c of one length.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(a: [T], b: [T], c: [T], skip: T, step: T, rule: Discretization = .zeroOrderHold) {
    require(
      a.count == b.count && a.count == c.count,
      "StateSpaceModel: a of \(a.count), b of \(b.count), c of \(c.count) elements")
    let discrete = a.map { rule($0, step: step) }
    decay = discrete.map { $0.decay }
    input = zip(discrete, b).map { $0.input * $1 }
    output = c
    self.skip = skip
  }

  /// By recurrence. Shape: n → n. Cost: 5n·state + 2n FLOP, one step after the other.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T]) -> [T] {
    var h = [T](repeating: 0, count: decay.count)
    return x.map { x in
      for s in h.indices { h[s] = decay[s] * h[s] + input[s] * x }
      return dot(output, h) + skip * x
    }
  }

  /// K₀ … K_{n−1}, without D. Refused: n negative or above 2³². Cost: 3n·state FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func kernel(_ n: Int) -> [T] {
    requireCount(n, "StateSpaceModel: kernel")
    var powers = input
    return (0..<n).map { _ in
      let value = dot(output, powers)
      for s in powers.indices { powers[s] *= decay[s] }
      return value
    }
  }

  /// The same map as a causal convolution with K. Shape: n → n. Cost: n² FLOP and the kernel's.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func convolved(_ x: [T]) -> [T] {
    let k = kernel(x.count)
    return x.indices.map { t in
      dot(Array(k[0...t].reversed()), Array(x[0...t])) + skip * x[t]
    }
  }
}
