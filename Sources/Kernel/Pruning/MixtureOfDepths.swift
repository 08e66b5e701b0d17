/// Mixture of depths: of n tokens the k with the highest router scores pass a block, x + σ(score)·F(x); the others
/// skip it.
///
/// F sees the chosen tokens alone, as rows one below another: attention in it is among them, and it is not told where
/// they stood. How much is computed is known before the data is. Choosing the k best of a whole sequence looks at later
/// tokens: it is not causal. Source: Raposo et al., "Mixture-of-Depths" (2024), who weigh by the score itself.
public struct MixtureOfDepths<T: Real> {
  /// The router's weight vector, d.
  public let router: [T]
  /// k.
  public let capacity: Int
  /// F: what the block adds, n×d → n×d.
  public let block: (Matrix<T>) -> Matrix<T>

  /// Shape: d.
  /// Refused: a capacity below 1.
  public init(router: [T], capacity: Int, block: @escaping (Matrix<T>) -> Matrix<T>) {
    require(capacity >= 1, "MixtureOfDepths: capacity \(capacity)")
    self.router = router
    self.capacity = capacity
    self.block = block
  }

  /// The tokens that pass the block, in order. Refused: fewer tokens than the capacity, another width.
  /// Shape: n×d → k places.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func selected(_ x: Matrix<T>) -> [Int] {
    require(capacity <= x.rows, "MixtureOfDepths: capacity \(capacity) of tokens \(x.shape)")
    return topIndices(matmul(x, router), capacity).sorted()
  }

  /// Shape: n×d → n×d; all but k rows are unchanged. Refused: as `selected`. Cost: F on k rows, 4nd FLOP and a sort.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    let chosen = selected(x), scores = matmul(x, router)
    let added = block(Matrix(chosen.map { x.row($0) }))
    var y = x
    for (r, token) in chosen.enumerated() {
      let gate = sigmoid(scores[token])
      for c in 0..<x.columns { y[token, c] += gate * added[r, c] }
    }
    return y
  }
}
