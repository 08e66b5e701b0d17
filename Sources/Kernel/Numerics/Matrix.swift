/// A dense matrix in row-major order. `m[i, j]` stands at `elements[i * columns + j]`.
public struct Matrix<T: Real>: Equatable, Sendable {
  /// The number of rows.
  public internal(set) var rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements, row after row.
  public internal(set) var elements: [T]

  /// The matrix with every element equal to `value`. Refused: a negative size, more than 2³² elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(rows: Int, columns: Int, repeating value: T) {
    elements = [T](repeating: value, count: elementCount(rows, columns))
    self.rows = rows
    self.columns = columns
  }

  /// The matrix whose elements stand in `elements` row after row. Refused: a count other than rows·columns.
  /// Shape: rows·columns elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(rows: Int, columns: Int, elements: [T]) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    require(
      rows >= 0 && columns >= 0 && !overflow && elements.count == count,
      "Matrix: \(elements.count) elements do not fill \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The matrix with elements f(i, j). Refused: a negative size, more than 2³² elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(rows: Int, columns: Int, _ f: (Int, Int) -> T) {
    let size = elementCount(rows, columns)
    self.rows = rows
    self.columns = columns
    elements = [T](unsafeUninitializedCapacity: size) { elements, count in
      for i in 0..<rows {
        for j in 0..<columns {
          elements.initializeElement(at: count, to: f(i, j))
          count += 1
        }
      }
    }
  }

  /// The matrix with the given rows; 0×0 of none. Refused: rows of different lengths. Shape: m rows of n → m×n.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(_ rows: [[T]]) {
    let columns = rows.first?.count ?? 0
    var elements: [T] = []
    elements.reserveCapacity(rows.count * columns)
    for row in rows {
      require(row.count == columns, "Matrix: a row of \(row.count) elements among rows of \(columns)")
      elements += row
    }
    self.init(rows: rows.count, columns: columns, elements: elements)
  }

  /// The n×n identity. Refused: a negative size, more than 2³² elements.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func identity(_ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { i, j in i == j ? 1 : 0 }
  }

  /// Element j of row i. Refused: a place outside.
  public subscript(i: Int, j: Int) -> T {
    get {
      require(contains(i, j), "Matrix: [\(i), \(j)] outside \(rows)×\(columns)")
      return elements[i * columns + j]
    }
    set {
      require(contains(i, j), "Matrix: [\(i), \(j)] outside \(rows)×\(columns)")
      elements[i * columns + j] = newValue
    }
  }

  func contains(_ i: Int, _ j: Int) -> Bool {
    i >= 0 && i < rows && j >= 0 && j < columns
  }

  /// Row i as a vector. Refused: a row that does not exist.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func row(_ i: Int) -> [T] {
    require(i >= 0 && i < rows, "Matrix: row \(i) outside \(rows)×\(columns)")
    return Array(elements[i * columns..<(i + 1) * columns])
  }

  /// Column j as a vector. Refused: a column that does not exist.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func column(_ j: Int) -> [T] {
    require(j >= 0 && j < columns, "Matrix: column \(j) outside \(rows)×\(columns)")
    return (0..<rows).map { elements[$0 * columns + j] }
  }

  /// The rows in `range`, as a matrix. Refused: a range outside.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func rows(_ range: Range<Int>) -> Matrix {
    require(
      range.lowerBound >= 0 && range.upperBound <= rows,
      "Matrix: rows \(range.lowerBound)..<\(range.upperBound) outside \(rows)×\(columns)")
    return Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The columns in `range`, as a matrix. Refused: a range outside.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func columns(_ range: Range<Int>) -> Matrix {
    require(
      range.lowerBound >= 0 && range.upperBound <= columns,
      "Matrix: columns \(range.lowerBound)..<\(range.upperBound) outside \(rows)×\(columns)")
    var picked: [T] = []
    picked.reserveCapacity(rows * range.count)
    for i in 0..<rows { picked += elements[i * columns + range.lowerBound..<i * columns + range.upperBound] }
    return Matrix(rows: rows, columns: range.count, elements: picked)
  }

  /// The rows as vectors.
  public var rowVectors: [[T]] { (0..<rows).map(row) }

  /// Rows and columns exchanged.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func transposed() -> Matrix {
    Matrix(rows: columns, columns: rows) { i, j in elements[j * columns + i] }
  }

  /// f applied to every element.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func map(_ f: (T) -> T) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map(f))
  }

  /// f applied to every row. Without a row there is no result to tell the width: it is `width`, or this matrix's own.
  /// Refused: results of different lengths.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func mapRows(width: Int? = nil, _ f: ([T]) -> [T]) -> Matrix {
    if rows == 0 { return Matrix(rows: 0, columns: width ?? columns, repeating: 0) }
    return Matrix(rowVectors.map(f))
  }

  /// Adds rows below, in place: n times take time in proportion to what n added. Refused: another width.
  mutating func append(rows other: Matrix) {
    require(columns == other.columns, "Matrix: rows \(other.shape) below \(shape)")
    elements += other.elements
    rows += other.rows
  }

  /// The shape as text, for messages.
  public var shape: String { "\(rows)×\(columns)" }

  func hasShape(of other: Matrix) -> Bool {
    rows == other.rows && columns == other.columns
  }
}

extension Matrix where T == Double {
  /// The matrix with the given rows; literals without a type are `Double`. Shape: m rows of n → m×n.
  /// Refused: rows of different lengths.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    for row in rows {
      require(row.count == columns, "Matrix: a row of \(row.count) elements among rows of \(columns)")
    }
    self.init(rows: rows.count, columns: columns, elements: Array(rows.joined()))
  }
}
