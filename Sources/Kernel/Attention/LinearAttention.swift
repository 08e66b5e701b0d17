/// Linear attention: φ(Q)(φ(K)ᵀV), each row divided by φ(q)·Σφ(k); never an n×m matrix.
///
/// φ maps one row to r non-negative features. Shapes: Q n×d, K m×d, V m×d_v → n×d_v; zeros without a key.
/// Refused: sizes that differ; a query whose features meet no key's. Cost: 2r(n + m)(d_v + 1) FLOP, and n + m times φ.
/// Source: Katharopoulos et al., "Transformers are RNNs" (2020).
@specialized(where T == Double)
@specialized(where T == Float)
public func linearAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, features: ([T]) -> [T]
) -> Matrix<T> {
  requireAttentionShapes(q, k, v)
  var state = LinearAttentionState<T>()
  for j in 0..<k.rows { state.append(features: features(k.row(j)), value: v.row(j)) }
  if k.rows == 0 { return Matrix(rows: q.rows, columns: v.columns, repeating: 0) }
  return q.mapRows(width: v.columns) { state.read(features: features($0)) }
}

/// Causal linear attention as a recurrence: S_t = S_{t−1} + φ(k_t)v_tᵀ, one constant-size state for the whole past.
///
/// Shapes: Q and K n×d, V n×d_v → n×d_v. Refused: as `linearAttention`. Cost: 4nr(d_v + 1) FLOP, and 2n times φ.
/// Source: Katharopoulos et al. (2020), section 3.3.
@specialized(where T == Double)
@specialized(where T == Float)
public func causalLinearAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, features: ([T]) -> [T]
) -> Matrix<T> {
  require(
    q.columns == k.columns && q.rows == k.rows,
    "causalLinearAttention: queries \(q.shape) and keys \(k.shape) differ")
  requireValues(of: k, v)
  var state = LinearAttentionState<T>()
  var t = -1
  return q.mapRows(width: v.columns) { query in
    t += 1
    state.append(features: features(k.row(t)), value: v.row(t))
    return state.read(features: features(query))
  }
}

/// The memory of linear attention: S = Σφ(k)vᵀ, r×d_v, and z = Σφ(k).
public struct LinearAttentionState<T: Real>: Sendable {
  /// S; empty before the first key.
  public private(set) var memory: [[T]] = []
  /// z.
  public private(set) var normaliser: [T] = []

  /// No key yet.
  public init() {}

  /// Adds one key's features and value. Refused: sizes other than the first ones. Shapes: r and d_v. Cost: 2r·d_v FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public mutating func append(features: [T], value: [T]) {
    require(!features.isEmpty, "LinearAttentionState: a key without features")
    if memory.isEmpty {
      memory = [[T]](repeating: [T](repeating: 0, count: value.count), count: features.count)
      normaliser = [T](repeating: 0, count: features.count)
    }
    require(
      features.count == normaliser.count && value.count == memory[0].count,
      "LinearAttentionState: \(features.count) features and a value of \(value.count) against "
        + "\(normaliser.count)×\(memory[0].count)")
    for f in features.indices {
      normaliser[f] += features[f]
      for c in value.indices { memory[f][c] += features[f] * value[c] }
    }
  }

  /// φ(q)ᵀS / φ(q)·z. Refused: no key yet, another number of features, a normaliser that is not positive.
  /// Shape: r → d_v. Cost: 2r(d_v + 1) FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func read(features: [T]) -> [T] {
    require(!memory.isEmpty, "LinearAttentionState: no key yet")
    require(
      features.count == normaliser.count, "LinearAttentionState: \(features.count) features against \(normaliser.count)"
    )
    let total = dot(features, normaliser)
    require(!(total <= 0), "LinearAttentionState: the features of a query meet no key's")
    var output = [T](repeating: 0, count: memory[0].count)
    for f in features.indices {
      for c in output.indices { output[c] += features[f] * memory[f][c] }
    }
    return output.map { $0 / total }
  }
}

/// φ(x) = elu(x) + 1, element by element: eˣ below zero, 1 + x above. Source: Katharopoulos et al. (2020).
/// Shape: d → d.
@specialized(where T == Double)
@specialized(where T == Float)
public func eluFeatures<T: Real>(_ x: [T]) -> [T] { x.map { $0 > 0 ? $0 + 1 : exp($0) } }

/// Positive random features (Performer): φ(x) = m^{−1/2}·e^{Wx − ‖x‖²/2}, so that E[φ(q)·φ(k)] = e^{q·k}.
///
/// Give q and k divided by d^{1/4} for the kernel of scaled dot-product attention, and the features to
/// `linearAttention` or `causalLinearAttention`. The directions are drawn independently, not made orthogonal as in the
/// paper's FAVOR+, and no largest exponent is subtracted, so that long vectors overflow. Unbiased; the relative
/// deviation √((e^{‖q+k‖²} − 1)/m) grows fast with the lengths.
/// Source: Choromanski et al., "Rethinking attention with Performers" (2021).
public struct PositiveRandomFeatures<T: Real>: Sendable {
  /// W, m×d; standard normal for the expectation to hold.
  public let directions: Matrix<T>

  /// Shape: m×d.
  /// Refused: no directions.
  public init(directions: Matrix<T>) {
    require(directions.rows >= 1, "PositiveRandomFeatures: \(directions.shape) directions")
    self.directions = directions
  }

  /// m features of vectors of length d. Refused: m below 1.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(count m: Int, dimension d: Int, using generator: inout Random) {
    require(m >= 1, "PositiveRandomFeatures: \(m) features")
    directions = .normal(rows: m, columns: d, using: &generator)
  }

  /// φ(x). Shape: d → m. Refused: another length. Cost: 2md FLOP and m exponentials.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: [T]) -> [T] {
    let half = dot(x, x) / 2, scale = 1 / T(directions.rows).squareRoot()
    return matmul(directions, x).map { scale * exp($0 - half) }
  }
}
