// What functions ask of the sizes of their arguments, each question with one wording.

/// Stops unless two vectors are equally long.
@inline(__always)
func requireSameLength<T>(_ x: [T], _ y: [T], _ name: String) {
  require(x.count == y.count, "\(name): lengths \(x.count) and \(y.count) differ")
}

/// Stops unless two matrices have one shape.
@inline(__always)
func requireSameShape<T>(_ a: Matrix<T>, _ b: Matrix<T>, _ name: String) {
  require(a.hasShape(of: b), "\(name): shapes \(a.shape) and \(b.shape) differ")
}

/// Stops unless two matrices have equally many columns. The names say whose they are: "attention: queries", "keys".
@inline(__always)
func requireSameWidth<T>(_ a: Matrix<T>, _ b: Matrix<T>, _ first: String, _ second: String) {
  require(a.columns == b.columns, "\(first) \(a.shape) and \(second) \(b.shape) differ in width")
}

/// Stops unless a matrix has as many columns as a vector has elements.
@inline(__always)
func requireSameWidth<T>(_ a: Matrix<T>, _ x: [T], _ first: String, _ second: String) {
  require(a.columns == x.count, "\(first) \(a.shape) and \(second) of \(x.count) differ in width")
}

/// Stops unless two matrices have equally many rows.
@inline(__always)
func requireSameNumber<T>(_ a: Matrix<T>, _ b: Matrix<T>, _ first: String, _ second: String) {
  require(a.rows == b.rows, "\(first) \(a.shape) and \(second) \(b.shape) differ in number")
}
