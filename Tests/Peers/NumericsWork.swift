import Kernel

func numericsWork<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  func each(_ f: (T) -> T) throws -> [String: Matrix<T>] { ["y": try x.matrix("x").map(f)] }
  func eachRow(_ f: ([T]) -> T) throws -> [String: Matrix<T>] { ["y": column(try x.matrix("x").rowVectors.map(f))] }
  switch work {
  case "matmul": return ["y": matmul(try x.matrix("a"), try x.matrix("b"))]
  case "matmul of a transposed right": return ["y": matmul(try x.matrix("a"), transposed: try x.matrix("b"))]
  case "matmul of a transposed left": return ["y": matmul(transposed: try x.matrix("a"), try x.matrix("b"))]
  case "matmul of a vector": return ["y": column(matmul(try x.matrix("a"), try x.vector("v")))]
  case "norm": return try eachRow { norm($0) }
  case "mean": return try eachRow { mean($0) }
  case "variance": return try eachRow { variance($0) }
  case "entropy": return try eachRow { entropy($0) }
  case "top indices":
    return ["y": above(try x.matrix("x").rowVectors.map { column(topIndices($0, try x.integer("k"))) })]
  case "exp": return try each { Kernel.exp($0) }
  case "log": return try each { Kernel.log($0) }
  case "tanh": return try each { Kernel.tanh($0) }
  case "sin": return try each { Kernel.sin($0) }
  case "cos": return try each { Kernel.cos($0) }
  case "erf": return try each { Kernel.erf($0) }
  case "sigmoid": return try each { sigmoid($0) }
  case "softplus": return try each { softplus($0) }
  case "relu": return try each { relu($0) }
  case "gelu": return try each { gelu($0) }
  case "geluTanh": return try each { geluTanh($0) }
  case "swish": return try each { swish($0) }
  case "pow": return ["y": column(zip(try x.vector("x"), try x.vector("y")).map { Kernel.pow($0, $1) })]
  case "Fourier transform":
    let (re, im) = fourierTransform(
      real: try x.vector("re"), imaginary: try x.vector("im"), inverse: x.has("inverse"))
    return ["re": column(re), "im": column(im)]
  case "singular values": return ["y": column(singularValues(try x.matrix("a")))]
  case "principal angles": return ["y": column(principalAngles(try x.matrix("u"), try x.matrix("v")))]
  default: return try specialFunction(work, x)
  }
}

/// Functions that are for `Double` alone; other types have no case of them.
private func specialFunction<T: Real>(_ work: String, _ x: Given<T>) throws -> [String: Matrix<T>]? {
  func points() throws -> [[Double]] { try x.matrix("x").rowVectors.map { $0.map { Double($0) } } }
  func each(_ f: ([Double]) -> Double) throws -> [String: Matrix<T>] { ["y": column(try points().map { T(f($0)) })] }
  switch work {
  case "logGamma": return try each { logGamma($0[0]) }
  case "incompleteBeta": return try each { incompleteBeta($0[0], $0[1], $0[2]) }
  case "equatorProbability": return try each { equatorProbability(dimension: Int($0[0]), within: $0[1]) }
  case "binomial":
    let values = try points().map { binomial(Int($0[0]), Int($0[1])) }
    // Beyond 53 bits a Double does not hold them, but halves of them.
    return ["high": column(values.map { T($0 >> 32) }), "low": column(values.map { T($0 & 0xffff_ffff) })]
  default: return nil
  }
}
