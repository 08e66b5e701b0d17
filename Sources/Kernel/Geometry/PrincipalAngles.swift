/// The singular values of a matrix, largest first, by one-sided Jacobi rotations.
///
/// Shape: m×n → min(m, n). All NaN where an element is NaN or infinite. Cost: some ten sweeps of 4·m·n·min(m, n) FLOP.
/// Error: about 10⁻¹⁵ of the largest (Double), at any size of the elements.
/// Source: Hestenes, "Inversion of matrices by biorthogonalization and related results" (1958).
@specialized(where T == Double)
@specialized(where T == Float)
public func singularValues<T: Real>(_ a: Matrix<T>) -> [T] {
  let largest = largestOrNaN(a.elements.map { $0.magnitude })
  if largest.isNaN || largest == .infinity { return [T](repeating: .nan, count: min(a.rows, a.columns)) }
  // Fourth powers of the elements must stay in range: far from 1 a power of two is taken out.
  let far = largest > 0 && abs(Int(largest.exponent)) > Int(T.greatestFiniteMagnitude.exponent) / 5
  let power = far ? Int(largest.exponent) : 0
  let scaled = far ? a.map { $0.times(twoTo: -power) } : a
  var rows = (a.rows <= a.columns ? scaled : scaled.transposed()).rowVectors
  // A sweep turns every pair of rows orthogonal; it ends when none was turned.
  var sweep = 0, turned = true
  while turned && sweep < 60 {
    turned = false
    sweep += 1
    for i in rows.indices {
      for j in 0..<i {
        let p = dot(rows[i], rows[i]), q = dot(rows[j], rows[j]), r = dot(rows[i], rows[j])
        if r.magnitude <= T.ulpOfOne * (p * q).squareRoot() { continue }
        turned = true
        let zeta = (q - p) / (2 * r)
        let t = (zeta >= 0 ? 1 : -1) / (zeta.magnitude + (1 + zeta * zeta).squareRoot())
        let c = 1 / (1 + t * t).squareRoot(), s = c * t
        for k in rows[i].indices {
          let x = rows[i][k], y = rows[j][k]
          rows[i][k] = c * x - s * y
          rows[j][k] = s * x + c * y
        }
      }
    }
  }
  return rows.map { norm($0) }.sorted(by: >).map { $0.times(twoTo: power) }
}

/// The principal angles of two subspaces in radians, smallest first.
///
/// Cosines are the singular values of UVᵀ; sines, those of what V has outside U, so small angles keep their digits.
/// Bases with orthonormal rows, r×d and s×d → min(r, s). Refused: widths that differ, an empty basis.
/// Source: Björck and Golub, "Numerical methods for computing angles between linear subspaces" (1973).
@specialized(where T == Double)
@specialized(where T == Float)
public func principalAngles<T: Real>(_ u: Matrix<T>, _ v: Matrix<T>) -> [T] {
  requireSameWidth(u, v, "principalAngles: basis", "basis")
  require(u.rows > 0 && v.rows > 0, "principalAngles: an empty basis")
  let (larger, smaller) = u.rows >= v.rows ? (u, v) : (v, u)
  let inside = matmul(smaller, transposed: larger)
  let cosines = singularValues(inside), sines = Array(singularValues(smaller - matmul(inside, larger)).reversed())
  return cosines.indices.map { T(arctangent(sines[$0]._asDouble, cosines[$0]._asDouble)) }
}
