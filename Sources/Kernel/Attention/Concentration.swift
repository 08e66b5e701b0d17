/// Shannon entropy H(p) = −Σ pᵢ ln pᵢ in nats, with 0 ln 0 = 0. Refused: a negative weight. Shape: n.
@specialized(where T == Double)
@specialized(where T == Float)
public func entropy<T: Real>(_ p: [T]) -> T {
  -sum(
    p.map { weight in
      require(!(weight < 0), "entropy: a weight is negative")
      return weight == 0 ? 0 : weight * log(weight)
    })
}

/// The effective number of choices e^{H(p)}: n for a uniform distribution over n, 1 for a certain one.
/// Shape: n. Refused: as `entropy`.
@specialized(where T == Double)
@specialized(where T == Float)
public func effectiveCount<T: Real>(_ p: [T]) -> T { exp(entropy(p)) }

/// The mass of the k largest weights; NaN where one of all n is. Refused: k outside 0…n. Shape: n. Cost: a sort.
@specialized(where T == Double)
@specialized(where T == Float)
public func topMass<T: Real>(_ p: [T], _ k: Int) -> T {
  require(k >= 0 && k <= p.count, "topMass: \(k) of \(p.count) weights")
  if p.contains(where: { $0.isNaN }) { return .nan }
  return sum(Array(p.sorted(by: >).prefix(k)))
}
