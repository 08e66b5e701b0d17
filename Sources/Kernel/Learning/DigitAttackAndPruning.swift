extension DigitClassifier {
  /// The gradient of each sample's own loss with respect to its pixels. Shape: n samples → n×64.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func inputGradients(_ digits: OpticalDigits<T>) -> Matrix<T> {
    let n = digits.labels.count
    let result = valueAndGradient([digits.images]) { tape, x in
      crossEntropy(Self.logits(x[0], parameters.map { tape.constant($0) }), digits.labels) * T(n)
    }
    return result.gradient[0]
  }

  /// The samples after the fast gradient sign step x + ε·sign(∇ₓL), kept within the ink's range 0…1.
  ///
  /// Refused: ε < 0. Source: Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples" (2015).
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func attacked(_ digits: OpticalDigits<T>, epsilon: T) -> OpticalDigits<T> {
    let gradients = inputGradients(digits)
    let moved = fastGradientSign(digits.images.elements, gradient: gradients.elements, epsilon: epsilon)
    let inked = moved.map { $0 < 0 ? 0 : ($0 > 1 ? 1 : $0) }
    return OpticalDigits(
      images: Matrix(rows: digits.images.rows, columns: 64, elements: inked), labels: digits.labels)
  }

  /// The diagonal of the Hessian of the mean loss, in the shapes of the parameters.
  ///
  /// A ReLU network is linear in each single parameter where no unit changes sides, so that ∂²L/∂w² = zᵀ(diag p − ppᵀ)z
  /// holds exactly with z = ∂logits/∂w: x_j²·p_c(1 − p_c) in the last layer, x_j²·1[unit k active]·(Σp_c w_kc² − (Σp_c
  /// w_kc)²) in the first of two. Refused: no sample. Cost: 2n FLOP a weight beyond the logits.
  /// Source: LeCun, Denker and Solla, "Optimal brain damage" (1990), section 2.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func hessianDiagonal(on digits: OpticalDigits<T>) -> [Matrix<T>] {
    let n = digits.labels.count
    require(n > 0, "DigitClassifier: no sample")
    let p: Matrix<T> = softmax(rows: logits(digits.images))
    let spread = p.map { $0 * (1 - $0) }
    if parameters.count == 2 { return Self.meanSquares(digits.images, spread) }
    let before = eachRow(matmul(digits.images, parameters[0]), parameters[1].elements) { $0 + $1 }
    let out = parameters[2], square = matmul(p, transposed: out.map { $0 * $0 }), first = matmul(p, transposed: out)
    var curvature = square
    for k in curvature.elements.indices {
      let mean = first.elements[k]
      curvature.elements[k] = before.elements[k] > 0 ? square.elements[k] - mean * mean : reluSlope(before.elements[k])
    }
    return Self.meanSquares(digits.images, curvature) + Self.meanSquares(before.map { relu($0) }, spread)
  }

  /// Means over the samples of input_j²·curvature_c, and of the curvature itself for the bias.
  private static func meanSquares(_ inputs: Matrix<T>, _ curvature: Matrix<T>) -> [Matrix<T>] {
    let share: T = 1 / T(inputs.rows)
    return [matmul(transposed: inputs.map { $0 * $0 }, curvature) * share, columnSums(curvature) * share]
  }

  /// What a weight is worth.
  public enum Saliency: Sendable {
    /// |w|.
    case magnitude
    /// ½·h·w² with the Hessian's diagonal on these samples.
    case optimalBrainDamage(OpticalDigits<T>)
  }

  /// The classifier with the share of its weights (not biases) that are worth most, all layers ranked together; the
  /// others are zero. Kept: the whole part of share × weights, as the share's decimals say. Refused: a share outside
  /// 0…1.
  /// Sources: Han et al. (2015) for magnitude, LeCun, Denker and Solla (1990).
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func pruned(keeping share: Double, by saliency: Saliency) -> DigitClassifier {
    require(share >= 0 && share <= 1, "DigitClassifier: a share of \(share) of the weights")
    let places = Array(stride(from: 0, to: parameters.count, by: 2))
    let weights = places.flatMap { parameters[$0].elements }
    var worth: [T]
    switch saliency {
    case .magnitude: worth = magnitudeSaliencies(weights)
    case .optimalBrainDamage(let digits):
      let h = hessianDiagonal(on: digits)
      worth = optimalBrainDamageSaliencies(weights, hessianDiagonal: places.flatMap { h[$0].elements })
    }
    let kept = PruningMask.keeping(wholePart(of: share, times: weights.count), highest: worth)(weights)
    var result = parameters, start = 0
    for place in places {
      let old = parameters[place], end = start + old.elements.count
      result[place] = Matrix(rows: old.rows, columns: old.columns, elements: Array(kept[start..<end]))
      start = end
    }
    return DigitClassifier(parameters: result)
  }
}
