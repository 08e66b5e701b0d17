/// A plain recurrent network: h_t = tanh(W x_t + U h_{t−1} + b). Source: Elman, "Finding structure in time" (1990).
public struct RecurrentCell<T: Real>: Sendable {
  /// W, h×d.
  public let input: Matrix<T>
  /// U, h×h.
  public let recurrent: Matrix<T>
  /// b, h.
  public let bias: [T]

  /// Refused: shapes that do not match.
  public init(input: Matrix<T>, recurrent: Matrix<T>, bias: [T]) {
    require(
      recurrent.rows == recurrent.columns && input.rows == recurrent.rows && bias.count == recurrent.rows,
      "RecurrentCell: input \(input.shape), recurrent \(recurrent.shape), bias of \(bias.count) elements")
    self.input = input
    self.recurrent = recurrent
    self.bias = bias
  }

  /// The next state. Cost: 2h(d + h) FLOP, after every step before it. Shapes: d and h → h. Refused: other lengths.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func step(_ x: [T], _ h: [T]) -> [T] {
    let fromInput = matmul(input, x), fromState = matmul(recurrent, h)
    return bias.indices.map { tanh(fromInput[$0] + fromState[$0] + bias[$0]) }
  }

  /// The states after each row of x, from the zero state. Shape: n×d → n×h.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    var h = [T](repeating: 0, count: bias.count)
    return x.mapRows(width: bias.count) { row in
      h = step(row, h)
      return h
    }
  }

  /// ∂h_t/∂h_{t−1} = diag(1 − h_t²)·U at the state h_t. Shape: h → h×h. Refused: another length.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func jacobian(at h: [T]) -> Matrix<T> {
    require(h.count == bias.count, "RecurrentCell: state of \(h.count) against \(bias.count) units")
    return Matrix(rows: h.count, columns: h.count) { i, j in (1 - h[i] * h[i]) * recurrent[i, j] }
  }
}

/// A long short-term memory: c' = f⊙c + i⊙g, h' = o⊙tanh c', gates σ and candidate tanh of W x + U h + b.
///
/// Rows of W (4h×d), U (4h×h) and b (4h) stand in the order i, f, g, o.
/// Source: Hochreiter and Schmidhuber (1997); forget gate: Gers et al. (2000).
public struct LSTMCell<T: Real>: Sendable {
  /// W, 4h×d.
  public let input: Matrix<T>
  /// U, 4h×h.
  public let recurrent: Matrix<T>
  /// b, 4h.
  public let bias: [T]

  /// Refused: shapes that do not match.
  public init(input: Matrix<T>, recurrent: Matrix<T>, bias: [T]) {
    require(
      recurrent.rows == 4 * recurrent.columns && input.rows == recurrent.rows && bias.count == recurrent.rows,
      "LSTMCell: input \(input.shape), recurrent \(recurrent.shape), bias of \(bias.count) elements")
    self.input = input
    self.recurrent = recurrent
    self.bias = bias
  }

  /// The next hidden and cell state. Cost: 8h(d + h) FLOP. Shapes: d, h and h → h and h. Refused: other lengths.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func step(_ x: [T], hidden: [T], cell: [T]) -> (hidden: [T], cell: [T]) {
    let width = recurrent.columns
    require(
      hidden.count == width && cell.count == width,
      "LSTMCell: states of \(hidden.count) and \(cell.count) against \(width) units")
    let fromInput = matmul(input, x), fromState = matmul(recurrent, hidden)
    func drive(_ gate: Int, _ u: Int) -> T {
      let r = gate * width + u
      return fromInput[r] + fromState[r] + bias[r]
    }
    let next = (0..<width).map { u in
      sigmoid(drive(1, u)) * cell[u] + sigmoid(drive(0, u)) * tanh(drive(2, u))
    }
    return ((0..<width).map { u in sigmoid(drive(3, u)) * tanh(next[u]) }, next)
  }

  /// The hidden states after each row of x, from zero states. Shape: n×d → n×h.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    var state = (hidden: [T](repeating: 0, count: recurrent.columns), cell: [T](repeating: 0, count: recurrent.columns))
    return x.mapRows(width: recurrent.columns) { row in
      state = step(row, hidden: state.hidden, cell: state.cell)
      return state.hidden
    }
  }
}
