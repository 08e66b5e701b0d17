/// Nadaraya–Watson smoothing: f(q) = Σⱼ κ(q, kⱼ)vⱼ / Σⱼ κ(q, kⱼ).
///
/// With κ(q, k) = e^{q·k/√d} this is attention. Shapes: queries n×d, keys m×d, values m×d_v → n×d_v; zeros without a
/// key.
/// Refused: widths or heights that differ; a query whose kernel values of all keys do not sum to a positive number.
/// Cost: nm kernel values and 2nmd_v FLOP.
/// Source: Nadaraya, "On estimating regression" (1964); Watson, "Smooth regression analysis" (1964).
@specialized(where T == Double)
@specialized(where T == Float)
public func kernelSmoother<T: Real>(
  queries: Matrix<T>, keys: Matrix<T>, values: Matrix<T>, kernel: ([T], [T]) -> T
) -> Matrix<T> {
  requireSameWidth(queries, keys, "kernelSmoother: queries", "keys")
  requireSameNumber(keys, values, "kernelSmoother: keys", "values")
  let keyVectors = keys.rowVectors
  let weights = queries.mapRows(width: keys.rows) { query in
    if keyVectors.isEmpty { return [] }
    let similarities = keyVectors.map { kernel(query, $0) }
    let total = sum(similarities)
    require(!(total <= 0), "kernelSmoother: the kernel values of a query do not sum to a positive number")
    return similarities.map { $0 / total }
  }
  return matmul(weights, values)
}

/// The factors of e^{q·k} = e^{‖q‖²/2} · e^{−‖q−k‖²/2} · e^{‖k‖²/2}: what attention has beyond an RBF kernel.
public struct ExponentialKernelFactors<T: Real>: Equatable, Sendable {
  /// e^{‖q‖²/2}: softmax cancels it.
  public let query: T
  /// e^{−‖q−k‖²/2}: the RBF kernel of bandwidth 1.
  public let rbf: T
  /// e^{‖k‖²/2}: a weight of the key alone; constant when all keys have one norm.
  public let key: T
  /// e^{q·k}, also where a factor leaves the range of the type.
  public var product: T {
    let product = query * rbf * key
    return product.hasAllDigits && rbf.hasAllDigits ? product : exp(inner)
  }
  private let inner: T

  /// Shapes: d and d.
  /// Refused: lengths that differ.
  public init(query q: [T], key k: [T]) {
    query = exp(dot(q, q) / 2)
    rbf = RBFKernel(bandwidth: 1)(q, k)
    key = exp(dot(k, k) / 2)
    inner = dot(q, k)
  }
}
