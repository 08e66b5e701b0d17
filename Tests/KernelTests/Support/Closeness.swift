import Kernel
import Testing

/// Every |actual − expected| ≤ tolerance·max(1, |expected|); infinities and NaN must be the same.
func expectClose<T: Real>(
  _ actual: [T], _ expected: [Double], within tolerance: Double, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, "\(label) length", sourceLocation: sourceLocation)
  guard actual.count == expected.count else { return }
  for (i, (a, e)) in zip(actual, expected).enumerated() {
    let a = Double(a)
    let close = a == e || (a.isNaN && e.isNaN) || (a - e).magnitude <= tolerance * max(1, e.magnitude)
    if !close {
      Issue.record("\(label)[\(i)]: \(a), expected \(e), apart \(a - e)", sourceLocation: sourceLocation)
      return
    }
  }
}

func expectClose<T: Real>(
  _ actual: T, _ expected: Double, within tolerance: Double, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose([actual], [expected], within: tolerance, label, sourceLocation: sourceLocation)
}

func expectClose<T: Real>(
  _ actual: Matrix<T>, _ expected: Matrix<Double>, within tolerance: Double, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    actual.rows == expected.rows && actual.columns == expected.columns, "\(label) shape",
    sourceLocation: sourceLocation)
  expectClose(actual.elements, expected.elements, within: tolerance, label, sourceLocation: sourceLocation)
}

/// The same numbers as `Float`.
func single(_ x: [Double]) -> [Float] { x.map { Float($0) } }
func single(_ m: Matrix<Double>) -> Matrix<Float> {
  Matrix(rows: m.rows, columns: m.columns, elements: single(m.elements))
}

/// Matrices for property tests, from a seed.
func randomMatrix(_ rows: Int, _ columns: Int, seed: UInt64, scale: Double = 1) -> Matrix<Double> {
  var generator = Random(seed: seed)
  return .normal(rows: rows, columns: columns, scale: scale, using: &generator)
}

/// The rows of m in the given order.
func permuted(_ m: Matrix<Double>, _ order: [Int]) -> Matrix<Double> { Matrix(order.map { m.row($0) }) }
