/// A floating-point type the kernel computes with: `Float` or `Double`.
///
/// Beyond the arithmetic of `BinaryFloatingPoint` it names the operations whose order of rounding the kernel fixes
/// (see `sum`, `dot`, `matmul`) and the elementary functions, which are the kernel's own and never the C library's.
/// What begins with an underscore is for the kernel itself, and public only because this protocol is.
public protocol Real: BinaryFloatingPoint, Sendable {
  /// The value as `Double`: exact.
  var _asDouble: Double { get }

  /// `f(self)` for a function given on `Double`, rounded once to this type.
  func _mapped(_ f: (Double) -> Double) -> Self

  /// Σᵢ x[i] over 16 lanes and a fixed tree.
  static func _laneSum(_ x: UnsafeBufferPointer<Self>) -> Self

  /// Σᵢ x[i]·y[i] over 16 lanes and a fixed tree.
  static func _laneDot(_ x: UnsafeBufferPointer<Self>, _ y: UnsafeBufferPointer<Self>) -> Self
}

extension Real {
  /// Whether it is `Float`, and not `Double`: where only one of them will do, as for vectors of fixed width.
  @inline(__always)
  static var isFloat: Bool {
    require(MemoryLayout<Self>.size == 4 || MemoryLayout<Self>.size == 8, "Real is Float or Double")
    return MemoryLayout<Self>.size == 4
  }
}

extension Double: Real {
  @inlinable public var _asDouble: Double { self }
  @inlinable public func _mapped(_ f: (Double) -> Double) -> Double { f(self) }
}

extension Float: Real {
  @inlinable public var _asDouble: Double { Double(self) }
  @inlinable public func _mapped(_ f: (Double) -> Double) -> Float { Float(f(Double(self))) }
}
