/// How much future queries q ~ N(μ, Σ), Σ diagonal, are expected to weigh a key: E[e^{q·k/√d}] = e^{μ·k/√d +
/// kᵀΣk/(2d)}.
///
/// The expectation of the unnormalised weight, not of softmax; beyond 88 in Float and 709 in Double its exponent makes
/// it ∞, so compare keys by `logExpectedAttention`. Shapes: K m×d, μ and the variances d → m.
/// Refused: sizes that differ. Source: Devoto et al., "Expected attention" (2025).
@specialized(where T == Double)
@specialized(where T == Float)
public func expectedAttention<T: Real>(_ keys: Matrix<T>, mean: [T], variance: [T]) -> [T] {
  logExpectedAttention(keys, mean: mean, variance: variance).map { exp($0) }
}

/// The logarithm μ·k/√d + kᵀΣk/(2d) of `expectedAttention`, which has its range. Shapes and refusals as there.
@specialized(where T == Double)
@specialized(where T == Float)
public func logExpectedAttention<T: Real>(_ keys: Matrix<T>, mean: [T], variance: [T]) -> [T] {
  require(
    mean.count == keys.columns && variance.count == keys.columns,
    "expectedAttention: keys \(keys.shape), mean of \(mean.count), variances of \(variance.count)")
  let d = T(keys.columns)
  return keys.rowVectors.map { k in
    dot(mean, k) / d.squareRoot() + dot(variance, k.map { $0 * $0 }) / (2 * d)
  }
}

/// The places to keep when a fraction of the cache goes: those of the highest expected attention times ‖v‖, and the
/// first `sinks`, in order. Of m tokens ⌊ratio·m⌋ go, as the ratio's decimals say.
///
/// Compared as logarithms, so that no score leaves the range and ties with others; a key whose score is NaN goes first.
/// Shapes: keys m×d, values m×d_v, μ and the variances d → m − ⌊ratio·m⌋ places.
/// Refused: sizes that differ, a ratio outside [0, 1), more sinks than tokens that stay.
@specialized(where T == Double)
@specialized(where T == Float)
public func placesToKeep<T: Real>(
  keys: Matrix<T>, values: Matrix<T>, mean: [T], variance: [T], ratio: Double, sinks: Int = 4
) -> [Int] {
  requireSameNumber(keys, values, "placesToKeep: keys", "values")
  require(ratio >= 0 && ratio < 1, "placesToKeep: the ratio must be in 0..<1")
  let stay = keys.rows - wholePart(of: ratio, times: keys.rows)
  require(sinks >= 0 && sinks <= stay, "placesToKeep: \(sinks) sinks among \(stay) tokens")
  // In Double: beside a large score the logarithm of ‖v‖ would lose its digits in Float.
  var scores = zip(logExpectedAttention(keys, mean: mean, variance: variance), values.rowVectors).map {
    $0._asDouble + logarithm(norm($1)._asDouble)
  }
  for i in 0..<sinks { scores[i] = .infinity }
  return topIndices(scores, stay).sorted()
}
