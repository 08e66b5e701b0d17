/// One training run: N parameters, D tokens, and the loss reached.
public struct TrainingRun: Equatable, Sendable {
  /// N.
  public let parameters: Double
  /// D.
  public let tokens: Double
  /// L.
  public let loss: Double

  /// A run as it was; `ScalingLaw.fit` checks it.
  public init(parameters: Double, tokens: Double, loss: Double) {
    self.parameters = parameters
    self.tokens = tokens
    self.loss = loss
  }
}

extension ScalingLaw {
  /// The law of least squared error over training runs.
  ///
  /// For given exponents the loss is linear in E, A and B, which least squares gives at once; the two exponents are
  /// found by a pattern search from a grid over [0.05, 1.2]². Refused: fewer than five runs, N or D that is not
  /// positive, a best fit whose factors are not positive. Cost: some thousand linear fits, 30 FLOP a run each.
  /// Sources: Hoffmann et al. (2022), approach 3; Golub and Pereyra, "Separable nonlinear least squares" (1973).
  public static func fit(_ runs: [TrainingRun]) -> ScalingLaw {
    require(runs.count >= 5, "ScalingLaw: \(runs.count) runs for five constants")
    for run in runs { require(run.parameters > 0 && run.tokens > 0, "ScalingLaw: a run without parameters or tokens") }
    // Sizes relative to their geometric means: the columns below stay near one.
    let n = centredLogarithms(runs.map { $0.parameters }), d = centredLogarithms(runs.map { $0.tokens })
    let losses = runs.map { $0.loss }
    func solve(_ a: Double, _ b: Double) -> LinearFit {
      LinearFit(columns: [n.values.map { exp(-a * $0) }, d.values.map { exp(-b * $0) }], target: losses)
    }
    var best = (a: 0.05, b: 0.05), least = Double.infinity
    for i in 1...24 {
      for j in 1...24 {
        let error = solve(0.05 * Double(i), 0.05 * Double(j)).squaredError
        if error < least { (best, least) = ((0.05 * Double(i), 0.05 * Double(j)), error) }
      }
    }
    var reach = 0.025
    while reach > 1e-10 {
      var moved = false
      for (x, y) in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)] as [(Double, Double)] {
        let a = best.a + x * reach, b = best.b + y * reach
        if a <= 0 || b <= 0 { continue }
        let error = solve(a, b).squaredError
        if error < least { (best, least, moved) = ((a, b), error, true) }
      }
      if !moved { reach /= 2 }
    }
    let factors = solve(best.a, best.b).coefficients
    return ScalingLaw(
      irreducible: factors[0], parameterFactor: factors[1] * exp(best.a * n.mean), parameterExponent: best.a,
      tokenFactor: factors[2] * exp(best.b * d.mean), tokenExponent: best.b)
  }
}

private func centredLogarithms(_ x: [Double]) -> (values: [Double], mean: Double) {
  let logs = x.map { log($0) }, average = mean(logs)
  return (logs.map { $0 - average }, average)
}

/// Least squares for a constant and the given columns, by Gram–Schmidt.
private struct LinearFit {
  let coefficients: [Double]
  let squaredError: Double

  init(columns: [[Double]], target: [Double]) {
    let all = [[Double](repeating: 1, count: target.count)] + columns
    var basis: [[Double]] = [], triangle: [[Double]] = []
    for column in all {
      var rest = column
      var along = [Double](repeating: 0, count: all.count)
      for _ in 0..<2 {
        for (k, direction) in basis.enumerated() {
          let part = dot(direction, rest)
          along[k] += part
          for i in rest.indices { rest[i] -= part * direction[i] }
        }
      }
      let length = max(norm(rest), 1e-300)
      along[basis.count] = length
      basis.append(rest.map { $0 / length })
      triangle.append(along)
    }
    var rest = target, projected: [Double] = []
    for direction in basis {
      let part = dot(direction, rest)
      projected.append(part)
      for i in rest.indices { rest[i] -= part * direction[i] }
    }
    var solution = [Double](repeating: 0, count: all.count)
    for k in (0..<all.count).reversed() {
      var value = projected[k]
      for later in k + 1..<max(all.count, k + 1) { value -= triangle[later][k] * solution[later] }
      solution[k] = value / triangle[k][k]
    }
    coefficients = solution
    squaredError = dot(rest, rest)
  }
}
