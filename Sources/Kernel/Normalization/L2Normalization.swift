/// L2 normalisation x/‖x‖: the direction of x, however long or short it is. The zero vector stays zero. Cost: 3n FLOP.
/// Shape: d → d.
@specialized(where T == Double)
@specialized(where T == Float)
public func l2Normalize<T: Real>(_ x: [T]) -> [T] {
  let length = norm(x)
  if length.hasAllDigits { return x.map { $0 / length } }
  // A subnormal length has too few digits, an infinite one none.
  let (scaled, _) = rescaled(x), own = norm(scaled)
  return own == 0 ? x : scaled.map { $0 / own }
}

/// L2 normalisation of each row. Shape: n×d → n×d.
@specialized(where T == Double)
@specialized(where T == Float)
public func l2NormalizeRows<T: Real>(_ x: Matrix<T>) -> Matrix<T> {
  x.mapRows { l2Normalize($0) }
}
