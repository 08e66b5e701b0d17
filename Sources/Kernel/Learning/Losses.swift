/// The mean over rows of −ln softmax(row)[target], from logits, without overflow. Gradient: (p − one-hot)/n.
///
/// Shapes: n×c, n targets → 1×1. Refused: counts that differ, no row, a class that does not exist. Cost: nc
/// exponentials.
@specialized(where T == Double)
@specialized(where T == Float)
public func crossEntropy<T: Real>(_ logits: Variable<T>, _ targets: [Int]) -> Variable<T> {
  let i = logits.index, scores = logits.value, n = scores.rows
  require(n == targets.count && n > 0, "crossEntropy: logits \(scores.shape) and \(targets.count) targets")
  var p = Matrix<T>(rows: n, columns: scores.columns, repeating: 0)
  var losses: [T] = []
  for (r, target) in targets.enumerated() {
    require(target >= 0 && target < scores.columns, "crossEntropy: class \(target) of \(scores.columns)")
    let row = scores.row(r)
    var highest = row[0]
    for s in row where s > highest { highest = s }
    let weights = row.map { exp($0 - highest) }
    let total = sum(weights)
    losses.append(log(total) + highest - row[target])
    for k in weights.indices { p.elements[r * p.columns + k] = weights[k] / total }
  }
  let probabilities = p
  return logits.tape.record(Matrix(rows: 1, columns: 1, elements: [mean(losses)]), from: [i]) { g, gradients in
    var result = probabilities
    for (r, target) in targets.enumerated() { result.elements[r * result.columns + target] -= 1 }
    gradients.add(result * (g.elements[0] / T(n)), to: i)
  }
}

/// The sum of all elements on the tape. Shape: m×n → 1×1.
@specialized(where T == Double)
@specialized(where T == Float)
public func sum<T: Real>(_ x: Variable<T>) -> Variable<T> {
  let i = x.index, value = x.value
  return x.tape.record(Matrix(rows: 1, columns: 1, elements: [sum(value.elements)]), from: [i]) { g, gradients in
    gradients.add(Matrix(rows: value.rows, columns: value.columns, repeating: g.elements[0]), to: i)
  }
}

/// The mean of all elements on the tape. Shape: m×n → 1×1. Refused: no element.
@specialized(where T == Double)
@specialized(where T == Float)
public func mean<T: Real>(_ x: Variable<T>) -> Variable<T> {
  let count = x.value.elements.count
  require(count > 0, "mean: no elements")
  return sum(x) * (1 / T(count))
}

/// The mean over all elements of (x − target)², on the tape. Refused: shapes that differ, no element.
@specialized(where T == Double)
@specialized(where T == Float)
public func meanSquaredError<T: Real>(_ x: Variable<T>, _ target: Matrix<T>) -> Variable<T> {
  let difference = x - x.tape.constant(target)
  return mean(difference * difference)
}

/// The load-balancing loss α·n·Σfᵢ·Pᵢ on the tape, its gradient through the gates only. Shapes: gates t×n, choices t×k
/// → 1×1.
/// Refused: sizes that differ, no token. Source: Fedus, Zoph and Shazeer (2022), eq. 4.
@specialized(where T == Double)
@specialized(where T == Float)
public func loadBalancingLoss<T: Real>(gates: Variable<T>, chosen: [[Int]], alpha: T) -> Variable<T> {
  let i = gates.index, value = gates.value
  let loss: T = loadBalancingLoss(gates: value, chosen: chosen, alpha: alpha)
  return gates.tape.record(Matrix(rows: 1, columns: 1, elements: [loss]), from: [i]) { g, gradients in
    gradients.add(loadBalancingGradient(gates: value, chosen: chosen, alpha: alpha) * g.elements[0], to: i)
  }
}
