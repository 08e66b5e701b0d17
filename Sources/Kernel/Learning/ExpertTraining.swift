/// What a training run of a mixture of experts left after.
public struct ExpertTraining<T: Real>: Sendable {
  /// The mean squared error before each step: the first is the untrained mixture's.
  public let losses: [T]
  /// The entropy of the experts' loads over ln n before each step: one when balanced, zero when one expert takes all.
  public let balance: [T]
  /// The share of the assignments of each expert before the last step.
  public let load: [T]
}

/// Expert collapse and its remedy: trains a top-1 mixture of linear experts, y = g·E(x) with g the chosen gate, on data
/// from several regimes.
///
/// Each token's input is one of `regimes` centres plus noise, its target a linear map of that regime. The router begins
/// with a lead for expert 0 (`lead` on its logit's bias, learned like all else): without a balancing loss only experts
/// that are chosen improve, so few experts keep nearly all tokens (rich get richer); with `alpha` > 0 the loss
/// α·n·ΣfᵢPᵢ works against it.
/// Refused: fewer than two experts, no step, token, regime or dimension, more than 2³² of one.
/// Cost: some 4·steps·tokens·experts·d² FLOP, forwards and backwards, all experts being computed whoever is chosen.
/// Sources: Shazeer et al. (2017), section 4; Fedus, Zoph and Shazeer (2022), eq. 4.
@specialized(where T == Double)
@specialized(where T == Float)
public func trainExperts<T: Real>(
  experts n: Int, regimes: Int, dimension d: Int, tokens: Int, steps: Int, alpha: T, rate: T, lead: T,
  using generator: inout Random
) -> ExpertTraining<T> {
  require(n >= 2 && steps > 0 && tokens > 0 && regimes > 0 && d > 0, "trainExperts: \(n) experts, \(steps) steps")
  for size in [n, regimes, d, tokens] { requireCount(size, "trainExperts: size") }
  let data = regimeData(regimes: regimes, dimension: d, tokens: tokens, of: T.self, using: &generator)
  var bias = Matrix<T>(rows: 1, columns: n, repeating: 0)
  bias.elements[0] = lead
  let small: T = 1 / T(d).squareRoot()
  var parameters = [Matrix<T>.normal(rows: d, columns: n, scale: T(0.1) * small, using: &generator), bias]
  for _ in 0..<n { parameters.append(.normal(rows: d, columns: d, scale: small, using: &generator)) }
  var optimizer = Adam<T>(rate: rate)
  var losses: [T] = [], balance: [T] = [], load: [T] = []
  for _ in 0..<steps {
    var fit: T = 0
    var chosen: [[Int]] = []
    let result = valueAndGradient(parameters) { tape, p in
      let x = tape.constant(data.inputs)
      let gates = softmax(rows: matmul(x, p[0]) + p[1])
      chosen = (0..<tokens).map { topIndices(gates.value.row($0), 1) }
      var output: Variable<T>?
      for e in 0..<n {
        let mask = Matrix<T>(rows: tokens, columns: 1) { i, _ in chosen[i][0] == e ? 1 : 0 }
        let part = matmul(x, p[2 + e]) * (gates.columns(e..<e + 1) * tape.constant(mask))
        output = output.map { $0 + part } ?? part
      }
      let error = meanSquaredError(output!, data.targets)
      fit = error.scalar
      return error + loadBalancingLoss(gates: gates, chosen: chosen, alpha: alpha)
    }
    load = loadFractions(chosen, experts: n, of: T.self)
    losses.append(fit)
    balance.append(normalizedLoadEntropy(load))
    optimizer.step(&parameters, result.gradient)
  }
  return ExpertTraining(losses: losses, balance: balance, load: load)
}

/// Inputs around one centre per regime, and targets by one linear map per regime; both tokens×d.
private func regimeData<T: Real>(
  regimes: Int, dimension d: Int, tokens: Int, of type: T.Type, using generator: inout Random
) -> (inputs: Matrix<T>, targets: Matrix<T>) {
  let centres = Matrix<T>.normal(rows: regimes, columns: d, using: &generator)
  let scale: T = 1 / T(d).squareRoot()
  let maps = (0..<regimes).map { _ in Matrix<T>.normal(rows: d, columns: d, scale: scale, using: &generator) }
  var inputs: [T] = [], targets: [T] = []
  for token in 0..<tokens {
    let regime = token % regimes
    let noise: [T] = normalVector(d, of: T.self, using: &generator)
    let x = zip(centres.row(regime), noise).map { $0 + T(0.3) * $1 }
    inputs += x
    targets += matmul(maps[regime], x)
  }
  return (Matrix(rows: tokens, columns: d, elements: inputs), Matrix(rows: tokens, columns: d, elements: targets))
}
