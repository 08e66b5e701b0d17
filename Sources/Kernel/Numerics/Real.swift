import CVector

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

  /// The side of the squares that `transposeSquare` turns.
  static var squareSize: Int { get }

  /// Element c of line r, at source[r·stride + c], to target[c·width + r].
  static func transposeSquare(
    _ source: UnsafePointer<Self>, _ stride: Int, into target: UnsafeMutablePointer<Self>, _ width: Int)
}

extension Double: Real {
  @inlinable public var asDouble: Double { self }
  @inlinable public func mapped(_ f: (Double) -> Double) -> Double { f(self) }
  public static var squareSize: Int { 4 }
  public static func transposeSquare(
    _ source: UnsafePointer<Double>, _ stride: Int, into target: UnsafeMutablePointer<Double>, _ width: Int
  ) { transpose_double(source, stride, target, width) }
}

extension Float: Real {
  @inlinable public var asDouble: Double { Double(self) }
  @inlinable public func mapped(_ f: (Double) -> Double) -> Float { Float(f(Double(self))) }
  public static var squareSize: Int { 8 }
  public static func transposeSquare(
    _ source: UnsafePointer<Float>, _ stride: Int, into target: UnsafeMutablePointer<Float>, _ width: Int
  ) { transpose_float(source, stride, target, width) }
}
