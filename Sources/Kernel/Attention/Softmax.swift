/// Stable softmax: pᵢ = e^{(sᵢ−max)/τ} / Σⱼ e^{(sⱼ−max)/τ}.
///
/// A score of −∞ has weight zero; when every score is −∞ (a fully masked row) all weights are zero, not NaN.
/// A NaN or +∞ among the scores makes the result NaN. Refused: a temperature that is not positive.
/// Cost: n exponentials. Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs" (1990).
@specialized(where T == Double)
@specialized(where T == Float)
public func softmax<T: Real>(_ scores: [T], temperature: T = 1) -> [T] {
  softmaxOfRow(scores, temperature)
}

/// Stable softmax of `Double` scores; literals without a type come here.
public func softmax(_ scores: [Double], temperature: Double = 1) -> [Double] {
  softmaxOfRow(scores, temperature)
}

/// Softmax of each row. Shape: n×m → n×m.
@specialized(where T == Double)
@specialized(where T == Float)
public func softmax<T: Real>(rows scores: Matrix<T>, temperature: T = 1) -> Matrix<T> {
  scores.mapRows { softmaxOfRow($0, temperature) }
}

@specialized(where T == Double)
@specialized(where T == Float)
func softmaxOfRow<T: Real>(_ scores: [T], _ temperature: T) -> [T] {
  require(temperature > 0, "softmax: the temperature must be positive")
  var highest = -T.infinity
  for s in scores {
    if s.isNaN { return scores.map { _ in .nan } }
    if s > highest { highest = s }
  }
  if highest == -.infinity { return scores.map { _ in 0 } }
  // Loops over buffers, which vectorise; the operations are those of `exp`.
  var weights = scores
  weights.withUnsafeMutableBufferPointer { weights in
    for i in weights.indices { weights[i] = T(exponential(((weights[i] - highest) / temperature).asDouble)) }
  }
  let total = sum(weights)
  weights.withUnsafeMutableBufferPointer { weights in
    for i in weights.indices { weights[i] /= total }
  }
  return weights
}
