/// The weights W = ηΣᵢyᵢxᵢᵀ after one step of gradient descent from zero on ½Σ‖yᵢ − Wxᵢ‖².
///
/// Linear attention without normaliser, with keys xᵢ, values yᵢ and a query x, gives W·x: reading the examples is the
/// step. Softmax attention does not. Shapes: inputs n×d, targets n×m → m×d. Refused: different numbers of rows.
/// Source: von Oswald et al., "Transformers learn in-context by gradient descent" (2023), proposition 1.
@specialized(where T == Double)
@specialized(where T == Float)
public func firstGradientStep<T: Real>(inputs: Matrix<T>, targets: Matrix<T>, rate: T) -> Matrix<T> {
  requireSameNumber(inputs, targets, "firstGradientStep: inputs", "targets")
  return matmul(transposed: targets, inputs) * rate
}

/// Linear attention without feature map or normaliser: η·(QKᵀ)V. Shapes: n×d, m×d, m×e → n×e.
/// Refused: widths or numbers that differ. Cost: 2nm(d + e) FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func unnormalizedAttention<T: Real>(
  _ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>, scale: T
) -> Matrix<T> {
  matmul(matmul(q, transposed: k) * scale, v)
}
