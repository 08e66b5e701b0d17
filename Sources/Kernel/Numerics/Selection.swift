/// The indices of the k largest values, largest first; among equal values the earlier index. NaN counts as −∞ (see
/// NotANumber.swift).
/// Shape: n → k.
/// Refused: k outside 0…n. Cost: n log n comparisons.
@specialized(where T == Double)
@specialized(where T == Float)
public func topIndices<T: Real>(_ x: [T], _ k: Int) -> [Int] {
  require(k >= 0 && k <= x.count, "topIndices: \(k) of \(x.count) values")
  func key(_ i: Int) -> T { x[i].isNaN ? -.infinity : x[i] }
  let order = x.indices.sorted { a, b in
    let left = key(a), right = key(b)
    return left == right ? a < b : left > right
  }
  return Array(order.prefix(k))
}
