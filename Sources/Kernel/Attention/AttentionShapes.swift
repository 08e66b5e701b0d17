/// Stops unless queries and keys have one width, and every key has a value.
@inline(__always)
func requireAttentionShapes<T>(_ q: Matrix<T>, _ k: Matrix<T>, _ v: Matrix<T>) {
  requireComparable(q, k)
  requireValues(of: k, v)
}

/// Stops unless queries and keys have one width.
@inline(__always)
func requireComparable<T>(_ q: Matrix<T>, _ k: Matrix<T>) {
  requireSameWidth(q, k, "attention: queries", "keys")
}

/// Stops unless every key has a value.
@inline(__always)
func requireValues<T>(of k: Matrix<T>, _ v: Matrix<T>) {
  requireSameNumber(k, v, "attention: keys", "values")
}
