/// A record of matrix operations for reverse-mode differentiation.
///
/// Every operation on a `Variable` computes its value at once and notes its pullback, the map from the gradient with
/// respect to its result to those with respect to its inputs. `gradients(of:)` walks the record backwards once.
/// Cost of the walk: for each operation about twice its forward cost; memory: every intermediate value.
/// Source: Linnainmaa, "Taylor expansion of the accumulated rounding error" (1976); Griewank and Walther (2008).
public final class Tape<T: Real> {
  typealias Pullback = (Matrix<T>, Gradients<T>) -> Void

  private var values: [Matrix<T>] = []
  private var pullbacks: [Pullback?] = []
  private var wanted: [Bool] = []

  /// An empty record.
  public init() {}

  /// A matrix with respect to which gradients are wanted. Shape: m×n.
  public func parameter(_ value: Matrix<T>) -> Variable<T> { append(value, nil, wanted: true) }

  /// A matrix without a gradient: data, or a frozen weight. What depends on constants only is never differentiated.
  /// Shape: m×n.
  public func constant(_ value: Matrix<T>) -> Variable<T> { append(value, nil, wanted: false) }

  /// The gradient of a 1×1 loss with respect to every variable it depends on.
  /// Refused: a loss of another shape, or of another tape.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func gradients(of loss: Variable<T>) -> Gradients<T> {
    require(loss.tape === self, "Tape: the loss belongs to another tape")
    let value = values[loss.index]
    require(value.rows == 1 && value.columns == 1, "Tape: a loss of shape \(value.shape)")
    let gradients = Gradients<T>(tape: self, wanted: wanted)
    gradients.add(Matrix(rows: 1, columns: 1, repeating: 1), to: loss.index)
    var i = loss.index
    while i >= 0 {
      if let pullback = pullbacks[i], let arrived = gradients.arrived(at: i) { pullback(arrived, gradients) }
      i -= 1
    }
    return gradients
  }

  func value(_ index: Int) -> Matrix<T> { values[index] }

  /// Notes a result. The pullback may hold indices and values, never a `Variable`, which would hold the tape that holds
  /// it.
  func record(_ value: Matrix<T>, from inputs: [Int], _ pullback: @escaping Pullback) -> Variable<T> {
    let depends = inputs.contains { wanted[$0] }
    return append(value, depends ? pullback : nil, wanted: depends)
  }

  private func append(_ value: Matrix<T>, _ pullback: Pullback?, wanted flag: Bool) -> Variable<T> {
    values.append(value)
    pullbacks.append(pullback)
    wanted.append(flag)
    return Variable(tape: self, index: values.count - 1)
  }
}

/// A matrix on a tape.
public struct Variable<T: Real> {
  /// The record it stands on.
  public let tape: Tape<T>
  let index: Int

  /// The matrix itself.
  public var value: Matrix<T> { tape.value(index) }

  /// The number in a 1×1 matrix, such as a loss. Refused: another shape.
  public var scalar: T {
    let value = self.value
    require(value.rows == 1 && value.columns == 1, "Variable: shape \(value.shape) is no scalar")
    return value.elements[0]
  }
}

/// The derivatives of one loss.
public final class Gradients<T: Real> {
  private let tape: Tape<T>
  private let wanted: [Bool]
  private var sums: [Matrix<T>?]

  init(tape: Tape<T>, wanted: [Bool]) {
    self.tape = tape
    self.wanted = wanted
    sums = [Matrix<T>?](repeating: nil, count: wanted.count)
  }

  /// ∂loss/∂x in the shape of x; zero where the loss does not depend on x. Refused: a constant, another tape's
  /// variable.
  public subscript(x: Variable<T>) -> Matrix<T> {
    require(x.tape === tape, "Gradients: a variable of another tape")
    require(x.index < wanted.count && wanted[x.index], "Gradients: a constant, or later than the loss, has no gradient")
    let value = x.value
    return sums[x.index] ?? Matrix(rows: value.rows, columns: value.columns, repeating: 0)
  }

  func wants(_ index: Int) -> Bool { wanted[index] }

  func arrived(at index: Int) -> Matrix<T>? { sums[index] }

  /// Adds to the gradient of a variable; nothing is computed for one whose gradient nobody wants.
  @specialized(where T == Double)
  @specialized(where T == Float)
  func add(_ gradient: @autoclosure () -> Matrix<T>, to index: Int) {
    guard wanted[index] else { return }
    let gradient = gradient()
    guard var total = sums[index] else {
      sums[index] = gradient
      return
    }
    sums[index] = nil
    total.add(gradient)
    sums[index] = total
  }

  /// Adds to the part of a gradient that begins at (row, column).
  @specialized(where T == Double)
  @specialized(where T == Float)
  func add(_ gradient: Matrix<T>, to index: Int, row: Int, column: Int) {
    change(index) { total in total.add(gradient, row: row, column: column) }
  }

  /// Changes a gradient in place, beginning from zero.
  func change(_ index: Int, _ body: (inout Matrix<T>) -> Void) {
    guard wanted[index] else { return }
    let shape = tape.value(index)
    var total = sums[index] ?? Matrix(rows: shape.rows, columns: shape.columns, repeating: 0)
    sums[index] = nil
    body(&total)
    sums[index] = total
  }
}
