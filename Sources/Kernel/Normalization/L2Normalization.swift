/// L2 normalisation x/‖x‖: the direction of x. The zero vector stays zero. Cost: 3n FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func l2Normalize<T: Real>(_ x: [T]) -> [T] {
  let length = norm(x)
  return length > 0 ? x.map { $0 / length } : x
}

/// L2 normalisation of each row. Shape: n×d → n×d.
@specialized(where T == Double)
@specialized(where T == Float)
public func l2NormalizeRows<T: Real>(_ x: Matrix<T>) -> Matrix<T> {
  x.mapRows { l2Normalize($0) }
}
