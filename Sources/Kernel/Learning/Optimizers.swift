/// A loss and its gradient at a list of parameters: `loss` writes the computation on the tape it is given.
///
/// Shapes: the gradients are shaped as the parameters.
/// Refused: a loss that is not 1×1. Cost: about three times the forward computation.
@specialized(where T == Double)
@specialized(where T == Float)
public func valueAndGradient<T: Real>(
  _ parameters: [Matrix<T>], _ loss: (Tape<T>, [Variable<T>]) -> Variable<T>
) -> (value: T, gradient: [Matrix<T>]) {
  let tape = Tape<T>()
  let variables = parameters.map { tape.parameter($0) }
  let result = loss(tape, variables)
  let gradients = tape.gradients(of: result)
  return (result.scalar, variables.map { gradients[$0] })
}

/// The gradient by central differences (f(x + h) − f(x − h))/2h in every element: two evaluations each, for checks.
/// Shapes: as the parameters.
@specialized(where T == Double)
@specialized(where T == Float)
public func centralDifferences<T: Real>(
  _ parameters: [Matrix<T>], step h: T, _ loss: (Tape<T>, [Variable<T>]) -> Variable<T>
) -> [Matrix<T>] {
  func value(_ parameters: [Matrix<T>]) -> T {
    let tape = Tape<T>()
    return loss(tape, parameters.map { tape.constant($0) }).scalar
  }
  var gradient = parameters
  for p in parameters.indices {
    for k in parameters[p].elements.indices {
      var up = parameters, down = parameters
      up[p].elements[k] += h
      down[p].elements[k] -= h
      gradient[p].elements[k] = (value(up) - value(down)) / (2 * h)
    }
  }
  return gradient
}

/// Gradient descent with momentum: v ← μv + g, x ← x − ηv.
/// Source: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
public struct SGD<T: Real>: Sendable {
  /// η.
  public var rate: T
  /// μ in [0, 1).
  public var momentum: T
  private var velocity: [Matrix<T>] = []

  /// Refused: a momentum outside [0, 1).
  public init(rate: T, momentum: T = 0) {
    require(momentum >= 0 && momentum < 1, "SGD: a momentum of \(momentum._asDouble)")
    self.rate = rate
    self.momentum = momentum
  }

  /// One step. Refused: gradients of other shapes than the parameters.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public mutating func step(_ parameters: inout [Matrix<T>], _ gradient: [Matrix<T>]) {
    requireSameShapes(parameters, gradient, "SGD")
    if velocity.isEmpty { velocity = zeros(like: parameters) }
    requireSameShapes(parameters, velocity, "SGD")
    for p in parameters.indices {
      let momentum = momentum, rate = rate
      update(&parameters[p], gradient[p], &velocity[p]) { x, g, velocity in
        let v: T = momentum * velocity + g
        velocity = v
        x -= rate * v
      }
    }
  }
}

/// Adam: moments m and v of the gradient with decay β₁ and β₂, x ← x − η·m̂/(√v̂ + ε), m̂ and v̂ corrected for their
/// start.
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
public struct Adam<T: Real>: Sendable {
  /// η.
  public var rate: T
  /// β₁.
  public var beta1: T
  /// β₂.
  public var beta2: T
  /// ε.
  public var epsilon: T
  private var first: [Matrix<T>] = []
  private var second: [Matrix<T>] = []
  /// β₁ᵗ and β₂ᵗ in double precision: in single precision 1 − β₂ᵗ would lose the digits that β₂ᵗ shares with 1.
  private var power1 = 1.0
  private var power2 = 1.0

  /// Refused: a decay outside [0, 1), ε that is not positive.
  public init(rate: T = 0.001, beta1: T = 0.9, beta2: T = 0.999, epsilon: T = 1e-8) {
    require(
      beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1, "Adam: decays \(beta1._asDouble) and \(beta2._asDouble)")
    require(epsilon > 0, "Adam: epsilon must be positive")
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// One step. Refused: gradients of other shapes than the parameters.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public mutating func step(_ parameters: inout [Matrix<T>], _ gradient: [Matrix<T>]) {
    requireSameShapes(parameters, gradient, "Adam")
    if first.isEmpty {
      first = zeros(like: parameters)
      second = first
    }
    requireSameShapes(parameters, first, "Adam")
    power1 *= beta1._asDouble
    power2 *= beta2._asDouble
    let correction1 = T(1 / (1 - power1)), correction2 = T(1 / (1 - power2))
    let beta1 = beta1, beta2 = beta2, epsilon = epsilon, rate = rate
    for p in parameters.indices {
      second[p].elements.withUnsafeMutableBufferPointer { second in
        var k = 0
        update(&parameters[p], gradient[p], &first[p]) { x, g, first in
          let m: T = beta1 * first + (1 - beta1) * g
          let v: T = beta2 * second[k] + (1 - beta2) * g * g
          first = m
          second[k] = v
          let size: T = (v * correction2).squareRoot() + epsilon
          x -= rate * (m * correction1) / size
          k += 1
        }
      }
    }
  }
}

/// f of every parameter, its gradient and its state, in place.
@inline(__always)
private func update<T: Real>(
  _ parameter: inout Matrix<T>, _ gradient: Matrix<T>, _ state: inout Matrix<T>, _ f: (inout T, T, inout T) -> Void
) {
  parameter.elements.withUnsafeMutableBufferPointer { x in
    state.elements.withUnsafeMutableBufferPointer { state in
      gradient.elements.withUnsafeBufferPointer { g in
        for k in x.indices { f(&x[k], g[k], &state[k]) }
      }
    }
  }
}

private func zeros<T: Real>(like parameters: [Matrix<T>]) -> [Matrix<T>] {
  parameters.map { Matrix(rows: $0.rows, columns: $0.columns, repeating: 0) }
}

private func requireSameShapes<T: Real>(_ a: [Matrix<T>], _ b: [Matrix<T>], _ name: String) {
  require(a.count == b.count, "\(name): \(a.count) parameters and \(b.count) gradients")
  for (x, y) in zip(a, b) { requireSameShape(x, y, name) }
}
