#if !hasFeature(Embedded)
  import Kernel
#endif

func numericsDigest() {
  elementaryDigest()
  reductionsDigest()
  productsDigest()
  matrixDigest()
  randomDigest()
}

private func elementaryDigest() {
  func both(_ name: StaticString, _ f: (Double) -> Double, _ g: (Float) -> Float) {
    report(name) { d in
      for x in edges(Double.self) { d.add(f(x)) }
      for x in edges(Float.self) { d.add(g(x)) }
      for scale in [1e-3, 1, 30, 1e6, 1e300] {
        for x in sample(200, Double.self, seed: 1, scale: scale) { d.add(f(x)) }
      }
      for scale in [Float(1e-3), 1, 30, 1e6, 1e30] {
        for x in sample(200, Float.self, seed: 2, scale: scale) { d.add(g(x)) }
      }
    }
  }
  both("exp(_:)", { exp($0) }, { exp($0) })
  both("log(_:)", { log($0.magnitude) }, { log($0.magnitude) })
  both("sin(_:)", { sin($0) }, { sin($0) })
  both("cos(_:)", { cos($0) }, { cos($0) })
  both("tanh(_:)", { tanh($0) }, { tanh($0) })
  both("erf(_:)", { erf($0) }, { erf($0) })
  both("sqrt(_:)", { sqrt($0) }, { sqrt($0) })
  both("pow(_:_:)", { pow($0.magnitude + 0.5, 0.75) }, { pow($0.magnitude + 0.5, 0.75) })
  // Of these there is one for Double alone, and one for every type.
  let names: [StaticString] = ["exp(_:)", "log(_:)", "sin(_:)", "cos(_:)", "tanh(_:)", "erf(_:)", "pow(_:_:)"]
  for (place, name) in names.enumerated() { both(name, { anyType($0, place) }, { anyType($0, place) }) }
  both("power(_:_:)", { power($0, 5) }, { power($0, 5) })
  both("Real._mapped(_:)", { $0._mapped { $0 * 3 } }, { $0._mapped { $0 * 3 } })
  report("binomial(_:_:)") { d in
    for k in 0...20 { d.add(binomial(40, k)) }; d.add(binomial(62, 31))
  }
}

private func reductionsDigest() {
  func each<T: Real>(_ d: inout Digest, _ type: T.Type, _ f: ([T], [T]) -> T) {
    for n in [1, 7, 13, 16, 33, 100] {
      d.add(f(sample(n, type, seed: 3, scale: 10), sample(n, type, seed: 4)))
    }
  }
  report("sum(_:)") {
    each(&$0, Double.self) { x, _ in sum(x) }; each(&$0, Float.self) { x, _ in sum(x) }
  }
  report("dot(_:_:)") {
    each(&$0, Double.self) { dot($0, $1) }; each(&$0, Float.self) { dot($0, $1) }
  }
  // At both ends of the range too, where a power of two is taken out.
  func ends<T: Real>(_ d: inout Digest, _ type: T.Type, _ f: ([T]) -> T) {
    each(&d, type) { x, _ in f(x) }
    for size in [T.greatestFiniteMagnitude / 64, T.leastNormalMagnitude, T.leastNonzeroMagnitude * 4096] {
      d.add(f(sample(33, type, seed: 3).map { $0 * size }))
    }
  }
  report("norm(_:)") {
    ends(&$0, Double.self) { norm($0) }; ends(&$0, Float.self) { norm($0) }
  }
  report("mean(_:)") {
    ends(&$0, Double.self) { mean($0) }; ends(&$0, Float.self) { mean($0) }
  }
  report("variance(_:)") {
    ends(&$0, Double.self) { variance($0) }; ends(&$0, Float.self) { variance($0) }
  }
  report("maxAbsDifference(_:_:)") {
    each(&$0, Double.self) { maxAbsDifference($0, $1) }
    each(&$0, Float.self) { maxAbsDifference($0, $1) }
  }
  report("maxAbsDifference(_:_:)") { d in
    d.add(maxAbsDifference(sample(7, 3, Double.self, seed: 5), sample(7, 3, Double.self, seed: 6)))
  }
  func lanes<T: Real>(_ d: inout Digest, _ type: T.Type) {
    let x = sample(33, type, seed: 7), y = sample(33, type, seed: 8)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        d.add(T._laneSum(x)); d.add(T._laneDot(x, y))
      }
    }
  }
  report("Real._laneSum(_:)") {
    lanes(&$0, Double.self); lanes(&$0, Float.self)
  }
  report("Real._laneDot(_:_:)") {
    lanes(&$0, Float.self); lanes(&$0, Double.self)
  }
}

private func productsDigest() {
  report("withThreads(_:_:)") { d in
    // Large enough to be divided where there are threads.
    let a = sample(140, 190, Float.self, seed: 16), b = sample(190, 160, Float.self, seed: 17)
    for count in 1...3 { withThreads(count) { d.add(matmul(a, b)) } }
  }
  func each<T: Real>(_ d: inout Digest, _ type: T.Type, _ f: (Matrix<T>, Matrix<T>) -> Matrix<T>) {
    for (m, k, n) in [(1, 1, 1), (7, 13, 33), (6, 16, 16), (12, 300, 17), (33, 5, 7), (3, 530, 37)] {
      d.add(f(sample(m, k, type, seed: 9), sample(k, n, type, seed: 10, scale: 3)))
    }
  }
  report("matmul(_:_:)") {
    each(&$0, Double.self) { matmul($0, $1) }; each(&$0, Float.self) { matmul($0, $1) }
  }
  report("matmul(_:transposed:)") {
    each(&$0, Double.self) { matmul($0, transposed: $1.transposed()) }
    each(&$0, Float.self) { matmul($0, transposed: $1.transposed()) }
  }
  report("matmul(transposed:_:)") {
    each(&$0, Double.self) { matmul(transposed: $0.transposed(), $1) }
    each(&$0, Float.self) { matmul(transposed: $0.transposed(), $1) }
  }
  report("matmul(_:_:)") { d in
    d.add(matmul(sample(7, 33, Double.self, seed: 11), sample(33, Double.self, seed: 12)))
    d.add(matmul(sample(7, 33, Float.self, seed: 11), sample(33, Float.self, seed: 12)))
  }
  // One fused multiply-add at a time, over operands whose exponents differ as much as Float's can.
  report("matmul(_:_:)") { d in
    var generator = Random(seed: 13)
    func wild() -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
    for _ in 0..<20000 {
      let a = wild(), b = wild(), c = wild(), near = -a * b
      d.add(matmul(Matrix<Float>([[1, a]]), Matrix<Float>([[c], [b]])))
      d.add(matmul(Matrix<Float>([[1, a]]), Matrix<Float>([[near], [b]])))
    }
  }
}

private func matrixDigest() {
  let m = sample(7, 13, Double.self, seed: 14), other = sample(7, 13, Double.self, seed: 15)
  report("Matrix.init(rows:columns:repeating:)") { $0.add(Matrix(rows: 2, columns: 3, repeating: Float(0.1))) }
  report("Matrix.init(rows:columns:elements:)") { $0.add(Matrix(rows: 13, columns: 7, elements: m.elements)) }
  report("Matrix.init(rows:columns:_:)") { $0.add(Matrix(rows: 3, columns: 2) { i, j in Double(i) / Double(j + 3) }) }
  report("Matrix.init(_:)") { $0.add(Matrix([[0.1, 0.2], [0.3, 0.4]])) }
  report("Matrix.init(_:)") { $0.add(Matrix<Float>([[0.1, 0.2], [0.3, 0.4]])) }
  report("Matrix.identity(_:)") { $0.add(Matrix<Float>.identity(5)) }
  report("Matrix.subscript(_:_:)") { d in
    var copy = m
    copy[3, 4] = 2.5
    d.add(copy[3, 5])
    d.add(copy)
  }
  report("Matrix.row(_:)") { $0.add(m.row(3)) }
  report("Matrix.column(_:)") { $0.add(m.column(3)) }
  report("Matrix.rows(_:)") { $0.add(m.rows(2..<5)) }
  report("Matrix.columns(_:)") { $0.add(m.columns(2..<5)) }
  report("Matrix.transposed()") { $0.add(m.transposed()) }
  report("Matrix.map(_:)") { $0.add(m.map { $0 / 3 }) }
  report("Matrix.mapRows(width:_:)") { d in
    d.add(m.mapRows { [sum($0)] })
    d.add(m.rows(0..<0).mapRows(width: 1) { [sum($0)] })
  }
  report("Matrix.+(_:_:)") { $0.add(m + other) }
  report("Matrix.-(_:_:)") { $0.add(m - other) }
  report("Matrix.*(_:_:)") { $0.add(m * 0.3) }
  report("Matrix.*(_:_:)") { $0.add(0.7 * m) }
  report("Matrix.*(_:_:)") { $0.add(m * other) }
  report("Matrix./(_:_:)") { $0.add(m / other) }
  report("Matrix./(_:_:)") { $0.add(m / 0.3) }
  report("Matrix.-(_:)") { $0.add(-m) }
  report("concatenatedColumns(_:)") { $0.add(concatenatedColumns([m, other])) }
}

private func randomDigest() {
  report("Random.init(seed:)") { d in
    var generator = Random(seed: .max)
    d.add(generator.next())
  }
  report("Random.next()") { d in
    var generator = Random(seed: 1)
    for _ in 0..<1000 { d.add(generator.next()) }
  }
  report("Random.uniform()") { d in
    var generator = Random(seed: 2)
    for _ in 0..<1000 { d.add(generator.uniform()) }
  }
  report("Random.normal()") { d in
    var generator = Random(seed: 3)
    for _ in 0..<1000 { d.add(generator.normal()) }
  }
  report("Random.integer(below:)") { d in
    var generator = Random(seed: 4)
    for n in 1..<1000 { d.add(generator.integer(below: n)) }
  }
  report("Random.permutation(_:)") { d in
    var generator = Random(seed: 5)
    d.add(generator.permutation(100))
  }
  report("Matrix.normal(rows:columns:scale:using:)") { d in
    var generator = Random(seed: 6)
    d.add(Matrix<Double>.normal(rows: 7, columns: 3, scale: 0.3, using: &generator))
    d.add(Matrix<Float>.normal(rows: 7, columns: 3, scale: 0.3, using: &generator))
  }
  report("normalVector(_:of:using:)") { d in
    var generator = Random(seed: 7)
    d.add(normalVector(33, using: &generator))
    d.add(normalVector(33, of: Float.self, using: &generator))
  }
  report("unitVector(_:of:using:)") { d in
    var generator = Random(seed: 8)
    d.add(unitVector(33, using: &generator))
    d.add(unitVector(33, of: Float.self, using: &generator))
  }
}

private func anyType<T: Real>(_ x: T, _ function: Int) -> T {
  switch function {
  case 0: exp(x)
  case 1: log(x.magnitude)
  case 2: sin(x)
  case 3: cos(x)
  case 4: tanh(x)
  case 5: erf(x)
  default: pow(x.magnitude + 0.5, 0.75)
  }
}
