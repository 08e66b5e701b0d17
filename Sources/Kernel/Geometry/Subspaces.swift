/// An orthonormal basis of the span of the rows, by Gram–Schmidt done twice; rows that add nothing are left out.
///
/// Shape: m×d → r×d with r the rank. Cost: 8m²d FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func orthonormalBasis<T: Real>(_ rows: Matrix<T>) -> Matrix<T> {
  var basis: [[T]] = []
  for row in rows.rowVectors {
    // A direction does not depend on its length: one outside the type's digits is rescaled.
    let row = norm(row).hasAllDigits ? row : rescaled(row).elements, length = norm(row)
    var rest = row
    for _ in 0..<2 {
      for direction in basis {
        let along = dot(direction, rest)
        rest = zip(rest, direction).map { $0 - along * $1 }
      }
    }
    // What is left of a dependent row is rounding: some thousand units in the last place of its length.
    if norm(rest) > 4096 * T.ulpOfOne * length { basis.append(l2Normalize(rest)) }
  }
  return basis.isEmpty ? Matrix(rows: 0, columns: rows.columns, repeating: 0) : Matrix(basis)
}

/// The length of the part of x inside a subspace, relative to x: 1 inside, 0 orthogonal to it, never above 1.
///
/// The basis has orthonormal rows, r×d. For x uniform on the sphere its mean square is r/d.
/// Refused: widths that differ, a zero vector.
@specialized(where T == Double)
@specialized(where T == Float)
public func capturedFraction<T: Real>(of x: [T], in basis: Matrix<T>) -> T {
  requireSameWidth(basis, x, "capturedFraction: basis", "a vector")
  require(x.contains { $0 != 0 }, "capturedFraction: a zero vector has no direction")
  let length = norm(x)
  let x = length.hasAllDigits ? x : rescaled(x).elements
  return withinOne(norm(matmul(basis, x)) / norm(x))
}

/// How much two subspaces overlap: the mean squared cosine of their principal angles, ‖UVᵀ‖²_F / min(r, s).
///
/// 1 when one lies in the other; s·r/(d·min(r, s)) on average for random ones. Bases with orthonormal rows, r×d and
/// s×d.
/// Refused: widths that differ, an empty basis. Source: Björck and Golub, "Numerical methods for computing angles
/// between linear subspaces" (1973).
@specialized(where T == Double)
@specialized(where T == Float)
public func subspaceOverlap<T: Real>(_ u: Matrix<T>, _ v: Matrix<T>) -> T {
  require(u.rows > 0 && v.rows > 0, "subspaceOverlap: an empty basis")
  let cosines = matmul(u, transposed: v)
  return withinOne(dot(cosines.elements, cosines.elements) / T(min(u.rows, v.rows)))
}
