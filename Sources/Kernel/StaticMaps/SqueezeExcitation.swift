/// Squeeze-and-excitation: each channel times a gate that depends on the input, y_c = x_c·σ(W₂·relu(W₁·mean x))_c.
///
/// Source: Hu, Shen and Sun, "Squeeze-and-excitation networks" (2018).
public struct SqueezeExcitation<T: Real>: Sendable {
  /// W₁, (C/r)×C.
  public let squeeze: Matrix<T>
  /// W₂, C×(C/r).
  public let excite: Matrix<T>

  /// Refused: matrices that are not each other's transposed shape.
  public init(squeeze: Matrix<T>, excite: Matrix<T>) {
    require(
      squeeze.rows == excite.columns && squeeze.columns == excite.rows,
      "SqueezeExcitation: squeeze \(squeeze.shape) and excite \(excite.shape) do not match")
    self.squeeze = squeeze
    self.excite = excite
  }

  /// The gates, one in (0, 1) a channel. Shape: n×C → C. Refused: another number of channels, no position.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func gate(_ x: Matrix<T>) -> [T] {
    require(x.columns == squeeze.columns, "SqueezeExcitation: signal \(x.shape) against squeeze \(squeeze.shape)")
    let pooled = (0..<x.columns).map { mean(x.column($0)) }
    return matmul(excite, matmul(squeeze, pooled).map { relu($0) }).map { sigmoid($0) }
  }

  /// Shape: n×C → n×C. Cost: 2nC FLOP, and 4C²/r for the gate. Refused: another number of channels.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    require(x.columns == squeeze.columns, "SqueezeExcitation: signal \(x.shape) against squeeze \(squeeze.shape)")
    if x.rows == 0 { return x }
    let gates = gate(x)
    return x.mapRows { row in row.indices.map { row[$0] * gates[$0] } }
  }

  /// 2C²/r.
  public var parameterCount: Int { 2 * squeeze.rows * squeeze.columns }
}
