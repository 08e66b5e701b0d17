/// A fixed choice of weights to keep: it does not depend on any input.
public struct PruningMask: Equatable, Sendable {
  /// Whether each weight stays.
  public let keeps: [Bool]

  /// A mask that keeps the weights marked true.
  public init(keeps: [Bool]) { self.keeps = keeps }

  /// The weights, those pruned set to zero. Refused: another number of weights. Shape: n → n.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction<T: Real>(_ weights: [T]) -> [T] {
    require(weights.count == keeps.count, "PruningMask: \(weights.count) weights against \(keeps.count)")
    return weights.indices.map { keeps[$0] ? weights[$0] : 0 }
  }

  /// The matrix, weights in row-major order. Shape: m×n → m×n. Refused: another number of weights.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction<T: Real>(_ weights: Matrix<T>) -> Matrix<T> {
    Matrix(rows: weights.rows, columns: weights.columns, elements: self(weights.elements))
  }

  /// The mask that keeps the highest saliencies; of equal ones the earlier. Refused: a number outside 0…n. Shape: n.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func keeping<T: Real>(_ count: Int, highest saliencies: [T]) -> PruningMask {
    var keeps = [Bool](repeating: false, count: saliencies.count)
    for i in topIndices(saliencies, count) { keeps[i] = true }
    return PruningMask(keeps: keeps)
  }
}

/// |w|: magnitude pruning's measure. Source: Han et al., "Learning both weights and connections" (2015).
/// Shape: n → n.
@specialized(where T == Double)
@specialized(where T == Float)
public func magnitudeSaliencies<T: Real>(_ weights: [T]) -> [T] { weights.map { $0.magnitude } }

/// ½·h_kk·w_k²: the rise of the loss when w_k goes to zero, for weights at the minimum (no gradient) of a quadratic
/// loss with diagonal Hessian h.
///
/// Shapes: n weights and n second derivatives → n. One round: the paper trains on after each and ranks anew.
/// `DigitClassifier.hessianDiagonal` finds h for a trained network. Refused: lengths that differ.
/// Source: LeCun, Denker and Solla, "Optimal brain damage" (1990).
@specialized(where T == Double)
@specialized(where T == Float)
public func optimalBrainDamageSaliencies<T: Real>(_ weights: [T], hessianDiagonal h: [T]) -> [T] {
  require(weights.count == h.count, "optimalBrainDamage: \(weights.count) weights and \(h.count) second derivatives")
  return weights.indices.map { h[$0] * weights[$0] * weights[$0] / 2 }
}
