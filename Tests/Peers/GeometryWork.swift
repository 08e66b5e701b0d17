import Kernel

/// Rows of `x` and `y` are points; what comes out is one row a pair.
func geometryWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  func pairs(_ f: ([T], [T]) -> T) throws -> [String: Matrix<T>] {
    ["y": column(zip(try x.matrix("x").rowVectors, try x.matrix("y").rowVectors).map(f))]
  }
  func points(_ f: ([T], [T]) -> [T]) throws -> [String: Matrix<T>] {
    ["y": Matrix(zip(try x.matrix("x").rowVectors, try x.matrix("y").rowVectors).map(f))]
  }
  func each(_ f: ([T]) -> [T]) throws -> [String: Matrix<T>] { ["y": Matrix(try x.matrix("x").rowVectors.map(f))] }
  switch work {
  case "Poincaré distance": return try pairs { PoincareBall.distance($0, $1) }
  case "Möbius addition": return try points { PoincareBall.add($0, $1) }
  case "Poincaré exponential map": return try each { PoincareBall.exponentialMap($0) }
  case "Poincaré logarithmic map": return try each { PoincareBall.logarithmicMap($0) }
  case "Lorentz distance": return try pairs { LorentzModel.distance(LorentzModel.lifted($0), LorentzModel.lifted($1)) }
  case "Lorentz exponential map": return try each { LorentzModel.exponentialMap($0) }
  case "Lorentz logarithmic map": return try each { LorentzModel.logarithmicMap(LorentzModel.lifted($0)) }
  case "distance at a curvature":
    let space = ConstantCurvatureSpace(curvature: try x.double("curvature"))
    return try pairs { space.distance($0, $1) }
  case "angle": return try pairs { angle($0, $1) }
  case "RBF kernel": return try pairs { RBFKernel(bandwidth: 1)($0, $1) }
  default: return nil
  }
}
