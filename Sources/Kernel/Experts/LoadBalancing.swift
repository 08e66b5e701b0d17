/// Top-1 routing with a capacity: each of T tokens goes to its best of N experts until that has C = ⌈factor·T/N⌉
/// tokens.
public struct SwitchAssignment: Equatable, Sendable {
  /// The expert of each token; nil when it was full and the token is dropped.
  public let expert: [Int?]
  /// C.
  public let capacity: Int
  /// The fraction of tokens without an expert.
  public var droppedFraction: Double { Double(expert.count { $0 == nil }) / Double(expert.count) }
}

/// The assignment by capacity. Tokens take places in order; a dropped one passes by the residual only.
///
/// Shape: the best expert of each token → an expert or nil.
/// A factor is read as its decimals say: 1.1 times 10 is 11, though the Double nearest to 1.1 lies above it.
/// Refused: no token, no expert or more than 2³², a choice that does not exist, a factor that is not positive or makes
/// a capacity above 2³². Cost: one pass.
/// Source: Fedus, Zoph and Shazeer, "Switch Transformers" (2022), section 2.2.
public func switchAssignment(choices: [Int], experts n: Int, capacityFactor: Double) -> SwitchAssignment {
  require(!choices.isEmpty && n > 0, "switchAssignment: \(choices.count) tokens, \(n) experts")
  require(capacityFactor > 0, "switchAssignment: the capacity factor must be positive")
  requireCount(n, "switchAssignment: experts")
  let capacity = wholeNumber(capacityFactor * Double(choices.count) / Double(n), up: true)
  var load = [Int](repeating: 0, count: n)
  let assigned = choices.map { choice -> Int? in
    require(choice >= 0 && choice < n, "switchAssignment: expert \(choice) of \(n)")
    load[choice] += 1
    return load[choice] <= capacity ? choice : nil
  }
  return SwitchAssignment(expert: assigned, capacity: capacity)
}

/// The auxiliary loss α·n·Σfᵢ·Pᵢ: f the fraction of assignments to expert i, P its mean gate over the tokens.
///
/// α when both are uniform, α·n when one expert takes all. With k experts a token, f counts tokens·k assignments, so
/// that the uniform value stays α. The minimum over f and P together is not at the uniform pair: f and P that avoid
/// each other make it smaller. Shapes: gates t×n, the softmax over all experts and not the chosen k gates; chosen
/// experts t×k.
/// Refused: sizes that differ, no token, an expert that does not exist. Source: Fedus, Zoph and Shazeer (2022), eq. 4.
@specialized(where T == Double)
@specialized(where T == Float)
public func loadBalancingLoss<T: Real>(gates: Matrix<T>, chosen: [[Int]], alpha: T) -> T {
  require(
    gates.rows == chosen.count && gates.rows > 0, "loadBalancingLoss: gates \(gates.shape) and \(chosen.count) choices")
  return alpha * T(gates.columns) * dot(loadFractions(chosen, experts: gates.columns, of: T.self), meanGates(gates))
}

/// The gradient of `loadBalancingLoss` with respect to every gate, through P only, since a choice has none:
/// α·n·fᵢ/t in every row. Shapes and refusals as the loss; the result t×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func loadBalancingGradient<T: Real>(gates: Matrix<T>, chosen: [[Int]], alpha: T) -> Matrix<T> {
  require(
    gates.rows == chosen.count && gates.rows > 0, "loadBalancingLoss: gates \(gates.shape) and \(chosen.count) choices")
  let f = loadFractions(chosen, experts: gates.columns, of: T.self)
  return Matrix(rows: gates.rows, columns: gates.columns) { _, i in
    alpha * T(gates.columns) * f[i] / T(gates.rows)
  }
}

/// fᵢ: the share of all assignments that went to expert i. Refused: an expert that does not exist, no assignment, more
/// than 2³² experts.
@specialized(where T == Double)
@specialized(where T == Float)
public func loadFractions<T: Real>(_ chosen: [[Int]], experts n: Int, of type: T.Type = Double.self) -> [T] {
  requireCount(n, "loadFractions: experts")
  var load = [T](repeating: 0, count: n)
  for expert in chosen.joined() {
    require(expert >= 0 && expert < n, "loadFractions: expert \(expert) of \(n)")
    load[expert] += 1
  }
  let total = sum(load)
  require(total > 0, "loadFractions: no assignment")
  return load.map { $0 / total }
}

/// Pᵢ: the mean gate of expert i over the tokens. Shape: t×n → n.
func meanGates<T: Real>(_ gates: Matrix<T>) -> [T] { (0..<gates.columns).map { mean(gates.column($0)) } }

/// The entropy of the loads over ln n: one when all experts are used alike, zero when one takes all. Refused: n < 2.
/// Shape: n.
@specialized(where T == Double)
@specialized(where T == Float)
public func normalizedLoadEntropy<T: Real>(_ load: [T]) -> T {
  require(load.count >= 2, "normalizedLoadEntropy: \(load.count) experts")
  return withinOne(entropy(load) / log(T(load.count)))
}
