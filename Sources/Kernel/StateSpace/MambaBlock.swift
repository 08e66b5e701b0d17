/// A Mamba block: project to two streams, a short causal convolution and SiLU on one, a selective scan, the other as
/// gate.
///
/// Source: Gu and Dao, "Mamba: Linear-time sequence modeling with selective state spaces" (2023), figure 3.
public struct MambaBlock<T: Real>: Sendable {
  /// 2e×d: the scanned stream and the gate.
  public var input: Matrix<T>
  /// Taps of the depthwise convolution, k×e; the last row is the present token.
  public var convolution: Matrix<T>
  /// (1 + 2s)×e: Δ's scalar, B and C of each token.
  public var selection: Matrix<T>
  /// Δ = softplus(scalar·weight + bias), e each: the low-rank projection of the public code at rank one.
  public var stepWeight: [T]
  /// What the scalar is shifted by, e.
  public var stepBias: [T]
  /// ln(−a), e×s.
  public var logDecay: Matrix<T>
  /// D, e.
  public var skip: [T]
  /// d×e.
  public var output: Matrix<T>

  /// Weights with deviation 1/√(inputs), drawn input by input, a = −1 … −s, D = 1, steps about 0.05.
  /// Refused: a size below 1 or above 2³².
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(dimension d: Int, inner e: Int, state s: Int, taps k: Int = 4, using generator: inout Random) {
    require(d > 0 && e > 0 && s > 0 && k > 0, "MambaBlock: dimension \(d), inner \(e), state \(s), taps \(k)")
    for size in [d, e, s, k] { requireCount(size, "MambaBlock: size") }
    input = .normal(rows: d, columns: 2 * e, scale: 1 / T(d).squareRoot(), using: &generator).transposed()
    convolution = .normal(rows: k, columns: e, scale: 1 / T(k).squareRoot(), using: &generator)
    selection = .normal(rows: e, columns: 1 + 2 * s, scale: 1 / T(e).squareRoot(), using: &generator).transposed()
    stepWeight = normalVector(e, of: T.self, using: &generator)
    stepBias = [T](repeating: -3, count: e)
    logDecay = Matrix(rows: e, columns: s) { _, j in log(T(j + 1)) }
    skip = [T](repeating: 1, count: e)
    output = .normal(rows: e, columns: d, scale: 1 / T(e).squareRoot(), using: &generator).transposed()
  }

  /// Shape: n×d → n×d; causal, state e×s whatever n is. Refused: another width.
  /// Cost: 6n·d·e + 2n·e(k + 1 + 2s) FLOP, and those of `selectiveScan`.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    require(x.columns == input.columns, "MambaBlock: tokens \(x.shape) against an input projection of \(input.shape)")
    let e = skip.count, s = logDecay.columns
    let streams = matmul(x, transposed: input), scanned = streams.columns(0..<e), gate = streams.columns(e..<2 * e)
    let u = convolved(scanned).map { swish($0) }
    let chosen = matmul(u, transposed: selection)
    let delta = Matrix<T>(rows: x.rows, columns: e) { t, c in softplus(chosen[t, 0] * stepWeight[c] + stepBias[c]) }
    let y = selectiveScan(
      u, delta: delta, a: logDecay.map { -exp($0) }, b: chosen.columns(1..<1 + s), c: chosen.columns(1 + s..<1 + 2 * s),
      skip: skip)
    let gated = Matrix<T>(rows: x.rows, columns: e) { t, c in y[t, c] * swish(gate[t, c]) }
    return matmul(gated, transposed: output)
  }

  /// Each channel by its own taps, causal.
  private func convolved(_ x: Matrix<T>) -> Matrix<T> {
    let k = convolution.rows
    return Matrix(rows: x.rows, columns: x.columns) { t, c in
      var total: T = 0
      for tap in 0..<k where t - (k - 1 - tap) >= 0 { total += convolution[tap, c] * x[t - (k - 1 - tap), c] }
      return total
    }
  }
}
