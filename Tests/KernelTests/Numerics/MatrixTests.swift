import Kernel
import Testing

@Test func aMatrixIsRowMajor() {
  var m = Matrix([[1, 2, 3], [4, 5, 6]])
  #expect(m.rows == 2 && m.columns == 3 && m[1, 0] == 4 && m.elements == [1, 2, 3, 4, 5, 6] && m.shape == "2×3")
  #expect(m.row(1) == [4, 5, 6] && m.column(2) == [3, 6] && m.rowVectors == [[1, 2, 3], [4, 5, 6]])
  #expect(m.transposed() == Matrix([[1, 4], [2, 5], [3, 6]]) && m.transposed().transposed() == m)
  #expect(m.rows(1..<2) == Matrix([[4, 5, 6]]) && m.columns(1..<3) == Matrix([[2, 3], [5, 6]]))
  #expect(Matrix(rows: 2, columns: 3) { i, j in Double(3 * i + j + 1) } == m)
  #expect(concatenatedColumns([m, m.columns(0..<1)]) == Matrix([[1, 2, 3, 1], [4, 5, 6, 4]]))
  #expect(Matrix<Float>.identity(2) == Matrix([[1, 0], [0, 1]]))
  m[1, 2] = -6
  #expect(m.row(1) == [4, 5, -6])
}

@Test func matrixArithmeticIsElementwise() {
  let a = Matrix([[1, 2], [3, 4]]), b = Matrix([[5, 7], [9, 11]])
  #expect(a + b == Matrix([[6, 9], [12, 15]]) && b - a == Matrix([[4, 5], [6, 7]]))
  #expect(a * 3 == Matrix([[3, 6], [9, 12]]) && 3 * a == a * 3)
  #expect(
    a * b == Matrix([[5, 14], [27, 44]]) && b / a == Matrix([[5, 3.5], [3, 2.75]])
      && -a == Matrix([[-1, -2], [-3, -4]]))
  // Each element divided, not multiplied by the rounded inverse.
  #expect(
    a / 2 == Matrix([[0.5, 1], [1.5, 2]]) && (a / 49)[1, 0] == 3.0 / 49 && (a / 3).elements == a.elements.map { $0 / 3 }
  )
  #expect(a.map { $0 * $0 } == Matrix([[1, 4], [9, 16]]))
  #expect(a.mapRows { [$0[1], $0[0], 0] } == Matrix([[2, 1, 0], [4, 3, 0]]))
}

@Test func numbersAreRoundedFromTheirExactValue() {
  #expect(fixed(2.0 / 3) == "0.6667" && fixed(-0.00004) == "0.0000" && fixed(-0.00006) == "-0.0001")
  // Ties that are exact in binary go to even; 2.675 lies below its tie.
  #expect(fixed(0.125, decimals: 2) == "0.12" && fixed(0.375, decimals: 2) == "0.38")
  #expect(fixed(2.675, decimals: 2) == "2.67" && fixed(1e15, decimals: 1) == "1000000000000000.0")
  #expect(
    fixed(2.5, decimals: 0) == "2" && fixed(3.5, decimals: 0) == "4"
      && fixed(Double.leastNonzeroMagnitude, decimals: 15) == "0.000000000000000")
  #expect(fixed(Double.infinity) == "inf" && fixed(-Double.infinity) == "-inf" && fixed(Double.nan) == "nan")
  #expect(fixed([0.5, Float(0.25)], decimals: 1) == "[0.5, 0.2]")
}

@Test func aMatrixPrintsInAlignedColumns() {
  #expect("\(Matrix([[1, -10.5], [0.33333, 2]]))" == "[1.0000  -10.5000]\n[0.3333    2.0000]")
}
