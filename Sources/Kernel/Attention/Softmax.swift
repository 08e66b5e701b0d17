/// Stable softmax: pᵢ = e^{(sᵢ−max)/τ} / Σⱼ e^{(sⱼ−max)/τ}.
///
/// A score of −∞ has weight zero, at a temperature of +∞ all others are alike; when every score is −∞ (a fully masked
/// row) all weights are zero, not NaN.
/// A NaN or +∞ among the scores makes the result NaN. Refused: a temperature that is not positive.
/// Shape: n → n.
/// Cost: n exponentials. Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
/// (1990).
@specialized(where T == Double)
@specialized(where T == Float)
public func softmax<T: Real>(_ scores: [T], temperature: T = 1) -> [T] {
  softmaxOfRow(scores, temperature)
}

/// Stable softmax of `Double` scores; literals without a type come here. Shape and refusals as there.
public func softmax(_ scores: [Double], temperature: Double = 1) -> [Double] {
  softmaxOfRow(scores, temperature)
}

/// Softmax of each row. Shape: n×m → n×m. Refused: a temperature that is not positive. Cost: nm exponentials.
@specialized(where T == Double)
@specialized(where T == Float)
public func softmax<T: Real>(rows scores: Matrix<T>, temperature: T = 1) -> Matrix<T> {
  require(temperature > 0, "softmax: the temperature must be positive")
  var weights = scores
  weights.elements.withUnsafeMutableBufferPointer { weights in
    for i in 0..<scores.rows {
      softmaxInPlace(.init(rebasing: weights[i * scores.columns..<(i + 1) * scores.columns]), temperature)
    }
  }
  return weights
}

func softmaxOfRow<T: Real>(_ scores: [T], _ temperature: T) -> [T] {
  require(temperature > 0, "softmax: the temperature must be positive")
  var weights = scores
  weights.withUnsafeMutableBufferPointer { softmaxInPlace($0, temperature) }
  return weights
}

/// Loops over a buffer, which vectorise; the operations are those of `exp` and `sum`.
@inline(__always)
private func softmaxInPlace<T: Real>(_ x: UnsafeMutableBufferPointer<T>, _ temperature: T) {
  let highest = largestNumber(UnsafeBufferPointer(x))
  if highest == -.infinity {
    let allMasked = x.allSatisfy { $0 == -.infinity }
    for i in x.indices { x[i] = allMasked ? 0 : .nan }
    return
  }
  if temperature == .infinity {
    // −∞/∞ would be NaN; x − x is what it should be of a NaN or +∞.
    for i in x.indices { x[i] = x[i] == -.infinity ? 0 : 1 + (x[i] - x[i]) }
  } else {
    for i in x.indices { x[i] = T(exponential(((x[i] - highest) / temperature)._asDouble)) }
  }
  // A NaN or +∞ among the scores is a NaN here, and so makes every weight one.
  let total = T._laneSum(UnsafeBufferPointer(x))
  for i in x.indices { x[i] /= total }
}

/// The largest element that is not NaN, −∞ where there is none, in eight lanes: the order of a maximum never shows.
@inline(__always)
private func largestNumber<T: Real>(_ x: UnsafeBufferPointer<T>) -> T {
  var lanes = InlineArray<8, T>(repeating: -.infinity)
  let whole = x.count / 8 * 8
  for i in stride(from: 0, to: whole, by: 8) {
    for l in 0..<8 { lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l] }
  }
  for i in whole..<x.count { lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0] }
  var highest = lanes[0]
  for l in 1..<8 { highest = lanes[l] > highest ? lanes[l] : highest }
  return highest
}
