/// Every element rounded to one of 2ᵇ − 1 evenly spaced levels, symmetric about zero, with one scale for `block` rows:
/// scale·round(x/scale), scale = max|x|/(2ᵇ⁻¹ − 1), ties to even.
///
/// No element moves by more than half a scale. Shape: n×d → n×d. Refused: bits outside 2…16, a block below 1.
/// Source: Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference"
/// (2018).
@specialized(where T == Double)
@specialized(where T == Float)
public func quantizedPerBlock<T: Real>(_ x: Matrix<T>, bits: Int, block: Int) -> Matrix<T> {
  require(bits >= 2 && bits <= 16 && block >= 1, "quantizedPerBlock: \(bits) bits in blocks of \(block) rows")
  let levels = Double((1 << (bits - 1)) - 1)
  var result = x
  for start in stride(from: 0, to: x.rows, by: block) {
    let part = start * x.columns..<min(start + block, x.rows) * x.columns
    var largest = 0.0
    for k in part { largest = max(largest, x.elements[k].magnitude._asDouble) }
    if largest == 0 { continue }
    // A power of two of its own for a block whose scale would be subnormal.
    let lift = largest < 0x1p-1000 ? 0x1p60 : 1.0, scale = largest * lift / levels
    // Adding 1.5·2⁵² leaves no bit below one: the sum is rounded to an integer, ties to even.
    let shift = 0x1.8p52
    for k in part { result.elements[k] = T(((x.elements[k]._asDouble * lift / scale + shift) - shift) * scale / lift) }
  }
  return result
}

/// A random rotation x ↦ H·diag(±1)·x/√d with H the Hadamard matrix: it spreads an outlier over all coordinates and
/// keeps every inner product, so queries and keys turned alike have the same scores.
///
/// Source: Chee et al., "QuIP: 2-bit quantization of large language models with guarantees" (2023); Shah et al.,
/// "FlashAttention-3" (2024), section 3.3.
public struct IncoherentRotation<T: Real>: Sendable {
  /// ±1, d.
  public let signs: [T]

  /// Random signs. Refused: a dimension that is no power of two, or above 2³².
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(dimension d: Int, using generator: inout Random) {
    require(d > 0 && d & (d - 1) == 0, "IncoherentRotation: dimension \(d) is no power of two")
    requireCount(d, "IncoherentRotation: dimension")
    signs = (0..<d).map { _ in generator.next() >> 63 == 0 ? 1 : -1 }
  }

  /// Turns every row. Shape: n×d → n×d. Refused: another width. Cost: d·log₂d additions a row.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    let d = signs.count
    require(x.columns == d, "IncoherentRotation: rows \(x.shape) against a dimension of \(d)")
    let scale: T = 1 / T(d).squareRoot()
    return x.mapRows { row in
      var y = row.indices.map { row[$0] * signs[$0] }
      var reach = 1
      while reach < d {
        for i in 0..<d where i & reach == 0 { (y[i], y[i + reach]) = (y[i] + y[i + reach], y[i] - y[i + reach]) }
        reach *= 2
      }
      return y.map { $0 * scale }
    }
  }
}

/// Attention with queries, keys and values in b bits a block; scores and softmax stay exact. A rotation turns queries
/// and keys before they are rounded.
///
/// Shapes: Q n×d, K m×d, V m×d_v → n×d_v. Refused: as `attention`, `quantizedPerBlock` and the rotation.
/// Source: Shah et al., "FlashAttention-3" (2024), section 3.3 (there in 8-bit floating point).
@specialized(where T == Double)
@specialized(where T == Float)
public func lowPrecisionAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, bits: Int, block: Int = 64, rotation: IncoherentRotation<T>? = nil,
  mask: AttentionMask = .none
) -> Matrix<T> {
  let turnedQ = rotation.map { $0(q) } ?? q, turnedK = rotation.map { $0(k) } ?? k
  return attention(
    quantizedPerBlock(turnedQ, bits: bits, block: block), quantizedPerBlock(turnedK, bits: bits, block: block),
    quantizedPerBlock(v, bits: bits, block: block), mask: mask)
}
