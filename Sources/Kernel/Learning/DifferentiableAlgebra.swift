/// The product a·b on the tape. Gradients: g·bᵀ and aᵀ·g. Shapes: m×k, k×n → m×n. Refused: inner sizes that differ.
/// Cost: 2mkn FLOP, twice that backwards.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Variable<T>, _ b: Variable<T>) -> Variable<T> {
  let (tape, i, j) = common(a, b, "matmul"), x = a.value, y = b.value
  return tape.record(matmul(x, y), from: [i, j]) { g, gradients in
    gradients.add(matmul(g, transposed: y), to: i)
    gradients.add(matmul(transposed: x, g), to: j)
  }
}

/// The product a·bᵀ on the tape, as of queries and keys. Gradients: g·b and gᵀ·a. Shapes: m×k, n×k → m×n.
/// Refused: widths that differ. Cost: 2mkn FLOP, twice that backwards.
@specialized(where T == Double)
@specialized(where T == Float)
public func matmul<T: Real>(_ a: Variable<T>, transposed b: Variable<T>) -> Variable<T> {
  let (tape, i, j) = common(a, b, "matmul"), x = a.value, y = b.value
  return tape.record(matmul(x, transposed: y), from: [i, j]) { g, gradients in
    gradients.add(matmul(g, y), to: i)
    gradients.add(matmul(transposed: g, x), to: j)
  }
}

extension Variable {
  /// The sum, element by element; a 1×n matrix on the right is added to every row.
  /// Refused: other shapes that differ. Cost: one addition an element.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func + (a: Variable, b: Variable) -> Variable {
    let (tape, i, j) = common(a, b, "+"), x = a.value, y = b.value
    if x.hasShape(of: y) {
      return tape.record(x + y, from: [i, j]) { g, gradients in
        gradients.add(g, to: i)
        gradients.add(g, to: j)
      }
    }
    require(y.rows == 1 && y.columns == x.columns, "Variable +: shapes \(x.shape) and \(y.shape) differ")
    return tape.record(eachRow(x, y.elements) { $0 + $1 }, from: [i, j]) { g, gradients in
      gradients.add(g, to: i)
      gradients.add(columnSums(g), to: j)
    }
  }

  /// The difference, element by element. Refused: different shapes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func - (a: Variable, b: Variable) -> Variable {
    let (tape, i, j) = common(a, b, "-")
    return tape.record(a.value - b.value, from: [i, j]) { g, gradients in
      gradients.add(g, to: i)
      gradients.add(g.map { -$0 }, to: j)
    }
  }

  /// The product, element by element; a 1×n matrix on the right multiplies every row, an m×1 matrix every column.
  /// Refused: other shapes that differ. Cost: one multiplication an element.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func * (a: Variable, b: Variable) -> Variable {
    let (tape, i, j) = common(a, b, "*"), x = a.value, y = b.value
    if x.hasShape(of: y) {
      return tape.record(x * y, from: [i, j]) { g, gradients in
        gradients.add(g * y, to: i)
        gradients.add(g * x, to: j)
      }
    }
    if y.columns == 1 && y.rows == x.rows {
      return tape.record(eachColumn(x, y.elements) { $0 * $1 }, from: [i, j]) { g, gradients in
        gradients.add(eachColumn(g, y.elements) { $0 * $1 }, to: i)
        gradients.add(rowSums(g * x), to: j)
      }
    }
    require(y.rows == 1 && y.columns == x.columns, "Variable *: shapes \(x.shape) and \(y.shape) differ")
    return tape.record(eachRow(x, y.elements) { $0 * $1 }, from: [i, j]) { g, gradients in
      gradients.add(eachRow(g, y.elements) { $0 * $1 }, to: i)
      gradients.add(columnSums(g * x), to: j)
    }
  }

  /// Every element times a number that is not differentiated.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func * (a: Variable, scalar: T) -> Variable {
    let i = a.index
    return a.tape.record(a.value * scalar, from: [i]) { g, gradients in gradients.add(g * scalar, to: i) }
  }
}

func common<T: Real>(_ a: Variable<T>, _ b: Variable<T>, _ name: String) -> (Tape<T>, Int, Int) {
  require(a.tape === b.tape, "\(name): variables of two tapes")
  return (a.tape, a.index, b.index)
}
