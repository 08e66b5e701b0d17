/// A soft mixture of experts: every slot is a mean of all tokens, every output a mean of all slots. Nothing is dropped,
/// and nothing is causal.
///
/// D = softmax over tokens of XΦ, C = softmax over slots; Y = C·E(DᵀX), slots shared among the experts in order.
/// For t tokens and s = n·p slots. Without the unit rows of X and unit columns of Φ that the paper uses at scale.
/// Source: Puigcerver et al., "From sparse to soft mixtures of experts" (2024).
public struct SoftMixtureOfExperts<T: Real>: Sendable {
  /// Φᵀ, s×d: one row a slot, p of them for each of n experts, those of the first expert first.
  public var slots: Matrix<T>
  /// The n experts.
  public var experts: [FeedForward<T>]

  /// Shape: s×d.
  /// Refused: no expert, a number of slots that the experts do not divide.
  public init(slots: Matrix<T>, experts: [FeedForward<T>]) {
    require(
      !experts.isEmpty && slots.rows % experts.count == 0,
      "SoftMixtureOfExperts: \(slots.rows) slots for \(experts.count) experts")
    self.slots = slots
    self.experts = experts
  }

  /// D: each column sums to one. Shape: t×d → t×s. Refused: another width than the slots'.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func dispatch(_ x: Matrix<T>) -> Matrix<T> {
    softmax(rows: matmul(x, transposed: slots).transposed()).transposed()
  }

  /// C: each row sums to one. Shape: t×d → t×s. Refused: another width than the slots'.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func combine(_ x: Matrix<T>) -> Matrix<T> { softmax(rows: matmul(x, transposed: slots)) }

  /// Shape: t×d → t×d. Refused: another width. Cost: 8t·d·s FLOP, XΦ being computed for D and again for C, and s expert
  /// passes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    let inputs = matmul(transposed: dispatch(x), x), each = slots.rows / experts.count
    let outputs = experts.indices.flatMap { e in experts[e](inputs.rows(e * each..<(e + 1) * each)).elements }
    return matmul(combine(x), Matrix(rows: slots.rows, columns: x.columns, elements: outputs))
  }
}
