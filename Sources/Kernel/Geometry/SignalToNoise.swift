/// A signal in k of d coordinates under noise of variance one a coordinate: what leaving out the others is worth
/// depends on where the noise is and on how the coordinates are read.
public struct SignalInNoise: Equatable, Sendable {
  /// k.
  public let signal: Int
  /// d.
  public let dimension: Int

  /// Refused: k outside 1…d, d above 2³².
  public init(signal: Int, dimension: Int) {
    require(signal >= 1 && signal <= dimension, "SignalInNoise: a signal in \(signal) of \(dimension) coordinates")
    requireCount(dimension, "SignalInNoise: dimension")
    self.signal = signal
    self.dimension = dimension
  }

  /// Energy of the signal over that of noise which lives in the other coordinates only: k/(d − k), infinite for k = d.
  public var energyRatioBeside: Double { Double(signal) / Double(dimension - signal) }

  /// Energy of the signal over that of noise in all coordinates: k/d.
  public var energyRatio: Double { Double(signal) / Double(dimension) }

  /// Squared mean over variance of the plain sum of all d coordinates, the signal being one in each of its own: k²/d.
  public var readOut: Double { Double(signal) * Double(signal) / Double(dimension) }

  /// The same for the sum of the k coordinates alone, or of all with matched weights: k. Pruning gains the factor d/k
  /// over a plain sum and nothing over matched weights.
  public var prunedReadOut: Double { Double(signal) }

  /// One draw: one plus noise in the first k coordinates, noise in the others.
  public func sample(using generator: inout Random) -> [Double] {
    let noise = normalVector(dimension, using: &generator)
    return noise.indices.map { ($0 < signal ? 1 : 0) + noise[$0] }
  }

  /// Squared mean over variance of w·x in closed form: (Σ_{i<k}wᵢ)²/Σwᵢ². Refused: another number of weights, all zero.
  /// Shape: d.
  public func readOut(weights w: [Double]) -> Double {
    require(w.count == dimension, "SignalInNoise: \(w.count) weights for \(dimension) coordinates")
    require(w.contains { $0 != 0 }, "SignalInNoise: all weights are zero")
    // The length of w does not count: one whose square leaves the range is rescaled.
    let w = dot(w, w).isSafeSquare ? w : rescaled(w).elements
    let noise = dot(w, w), mean = sum(Array(w.prefix(signal)))
    return mean * mean / noise
  }

  /// The same over random draws. Refused: as above, fewer than two draws. Cost: draws × d normal deviates. Shape: d.
  public func simulatedReadOut(weights w: [Double], draws: Int, using generator: inout Random) -> Double {
    require(w.count == dimension, "SignalInNoise: \(w.count) weights for \(dimension) coordinates")
    require(draws >= 2, "SignalInNoise: \(draws) draws")
    let readings = (0..<draws).map { _ in dot(w, sample(using: &generator)) }
    let average = mean(readings)
    return average * average / variance(readings)
  }
}
