import Kernel
import Testing

@Test func aBasisIsOrthonormalAndSpansTheRows() {
  let rows = randomMatrix(5, 13, seed: 1), basis = orthonormalBasis(rows)
  expectClose(matmul(basis, transposed: basis), .identity(5), within: 1e-14)
  for row in rows.rowVectors { expectClose(capturedFraction(of: row, in: basis), 1, within: 1e-14) }
  let dependent = stacked(rows, Matrix([zip(rows.row(0), rows.row(3)).map { $0 - 2 * $1 }]))
  #expect(orthonormalBasis(dependent).rows == 5 && orthonormalBasis(Matrix([[0, 0]])).rows == 0)
}

@Test func expertsOverlapAsTheirSubspacesDo() {
  let u = orthonormalBasis(randomMatrix(3, 8, seed: 2))
  expectClose(subspaceOverlap(u, u), 1, within: 1e-14)
  expectClose(subspaceOverlap(u.rows(0..<1), u.rows(1..<3)), 0, within: 1e-15)
  expectClose(subspaceOverlap(u.rows(0..<2), u), 1, within: 1e-14)
  // Random subspaces meet at r·s/(d·min(r, s)) on average.
  var generator = Random(seed: 3)
  let mean = (0..<400).reduce(0.0) { total, _ in
    let a = orthonormalBasis(Matrix<Double>.normal(rows: 3, columns: 20, using: &generator))
    let b = orthonormalBasis(Matrix<Double>.normal(rows: 5, columns: 20, using: &generator))
    return total + subspaceOverlap(a, b) / 400
  }
  #expect((mean - 0.25).magnitude < 0.01)
}

@Test func aUnionOfSubspacesCoversLittle() {
  var generator = Random(seed: 4)
  let experts = (0..<8).map { _ in orthonormalBasis(Matrix<Double>.normal(rows: 8, columns: 64, using: &generator)) }
  let captured = (0..<500).map { _ in
    let x: [Double] = unitVector(64, using: &generator)
    return experts.map { power(capturedFraction(of: x, in: $0), 2) }.max()!
  }
  #expect((mean(captured) - 0.22).magnitude < 0.015)
  // Eight orthogonal ones together hold everything.
  let whole = orthonormalBasis(randomMatrix(64, 64, seed: 5))
  expectClose(capturedFraction(of: unitVector(64, using: &generator), in: whole), 1, within: 1e-13)
}
