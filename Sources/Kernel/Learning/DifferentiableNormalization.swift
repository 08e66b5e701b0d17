/// Softmax of each row on the tape, over the keys that `mask` allows. Gradient: p⊙(g − Σⱼpⱼgⱼ).
///
/// A row without an allowed key is zero and has gradient zero. Shape: n×m → n×m. Cost: nm exponentials.
@specialized(where T == Double)
@specialized(where T == Float)
public func softmax<T: Real>(rows scores: Variable<T>, mask: AttentionMask = .none) -> Variable<T> {
  let i = scores.index, p: Matrix<T> = softmax(rows: mask.masked(scores.value))
  return scores.tape.record(p, from: [i]) { g, gradients in
    var result = g
    for r in 0..<p.rows {
      let start = r * p.columns, mean = dot(p.row(r), g.row(r))
      for k in start..<start + p.columns { result.elements[k] = p.elements[k] * (g.elements[k] - mean) }
    }
    gradients.add(result, to: i)
  }
}

/// Layer normalisation of each row on the tape: γ⊙x̂ + β with x̂ = (x − μ)/√(σ² + ε).
///
/// Gradient with h = g⊙γ: (h − mean h − x̂·mean(h⊙x̂))/√(σ² + ε). Shapes: n×d, γ and β 1×d → n×d.
/// Refused: a gain or bias of another shape. Source: Ba, Kiros and Hinton (2016).
@specialized(where T == Double)
@specialized(where T == Float)
public func layerNorm<T: Real>(
  _ x: Variable<T>, gain: Variable<T>, bias: Variable<T>, epsilon: T = 1e-5
) -> Variable<T> {
  standardized(x, epsilon, centred: true, "layerNorm") * gain + bias
}

/// RMS normalisation of each row on the tape: γ⊙x/√(mean x² + ε), ε as in `RMSNorm`. Shapes: n×d, γ 1×d → n×d.
/// Refused: a gain of another shape. Source: Zhang and Sennrich, "Root mean square layer normalization" (2019).
@specialized(where T == Double)
@specialized(where T == Float)
public func rmsNorm<T: Real>(_ x: Variable<T>, gain: Variable<T>, epsilon: T = 1e-5) -> Variable<T> {
  standardized(x, epsilon, centred: false, "rmsNorm") * gain
}

/// Each row over its root mean square, after its mean is taken away where `centred` says so.
private func standardized<T: Real>(
  _ x: Variable<T>, _ epsilon: T, centred: Bool, _ name: String
) -> Variable<T> {
  let i = x.index
  var y = x.value
  let width = y.columns
  require(width > 0 && epsilon >= 0, "\(name): rows \(y.shape) with an epsilon of \(epsilon._asDouble)")
  var inverse: [T] = []
  for r in 0..<y.rows {
    var row = y.row(r)
    let centre: T = centred ? mean(row) : 0
    for k in row.indices { row[k] -= centre }
    let scale: T = 1 / rootMeanSquare(row, plus: epsilon)
    inverse.append(scale)
    for k in 0..<width { y.elements[r * width + k] = row[k] * scale }
  }
  let hat = y
  return x.tape.record(hat, from: [i]) { g, gradients in
    var result = g
    for r in 0..<hat.rows {
      let h = g.row(r), unit = hat.row(r)
      let shift: T = centred ? mean(h) : 0
      let along: T = dot(h, unit) / T(width)
      for k in 0..<width { result.elements[r * width + k] = (h[k] - shift - unit[k] * along) * inverse[r] }
    }
    gradients.add(result, to: i)
  }
}
