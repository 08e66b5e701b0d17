/// A number that a figure can show: `Double`, `Float` and the integers.
///
/// Figures compute in Double; an integer beyond 2⁵³ is rounded.
public protocol Plottable: Sendable {
  /// The number as `Double`.
  var plotted: Double { get }
}

extension Double: Plottable {
  /// The number as `Double`.
  public var plotted: Double { self }
}

extension Float: Plottable {
  /// The number as `Double`.
  public var plotted: Double { Double(self) }
}

extension Int: Plottable {
  /// The number as `Double`.
  public var plotted: Double { Double(self) }
}

extension Int32: Plottable {
  /// The number as `Double`.
  public var plotted: Double { Double(self) }
}

extension Int64: Plottable {
  /// The number as `Double`.
  public var plotted: Double { Double(self) }
}

extension UInt8: Plottable {
  /// The number as `Double`.
  public var plotted: Double { Double(self) }
}

extension UInt32: Plottable {
  /// The number as `Double`.
  public var plotted: Double { Double(self) }
}

extension UInt64: Plottable {
  /// The number as `Double`.
  public var plotted: Double { Double(self) }
}

func plotted<T: Plottable>(_ values: [T]) -> [Double] {
  var result: [Double] = []
  result.reserveCapacity(values.count)
  for value in values { result.append(value.plotted) }
  return result
}
