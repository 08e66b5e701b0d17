/// A floating-point type the kernel computes with: `Float` or `Double`.
///
/// Beyond the arithmetic of `BinaryFloatingPoint` it names the operations whose order of rounding the kernel fixes
/// (see `sum`, `dot`, `matmul`) and the elementary functions, which are the kernel's own and never the C library's.
public protocol Real: BinaryFloatingPoint, Sendable {
  /// The value as `Double`: exact.
  var asDouble: Double { get }

  /// `f(self)` for a function given on `Double`, rounded once to this type.
  func mapped(_ f: (Double) -> Double) -> Self

  /// Σᵢ x[i] over 16 lanes and a fixed tree.
  static func laneSum(_ x: UnsafeBufferPointer<Self>) -> Self

  /// Σᵢ x[i]·y[i] over 16 lanes and a fixed tree.
  static func laneDot(_ x: UnsafeBufferPointer<Self>, _ y: UnsafeBufferPointer<Self>) -> Self

  /// c += a·b for a (m×k), b (k×n) and row-major c (m×n); each element of c takes its terms in order of k.
  static func accumulateProduct(
    _ a: StridedMatrix<Self>, _ b: StridedMatrix<Self>, into c: UnsafeMutablePointer<Self>,
    rows m: Int, inner k: Int, columns n: Int)
}

extension Double: Real {
  @inlinable public var asDouble: Double { self }
  @inlinable public func mapped(_ f: (Double) -> Double) -> Double { f(self) }
}

extension Float: Real {
  @inlinable public var asDouble: Double { Double(self) }
  @inlinable public func mapped(_ f: (Double) -> Double) -> Float { Float(f(Double(self))) }
}
