/// How values lie along an axis.
public enum AxisScale: Sendable {
  /// Equal steps are equally long.
  case linear
  /// Logarithmic with ticks at powers of ten.
  case log
  /// Logarithmic with ticks at powers of two: sequence lengths, widths.
  case log2
}

/// One axis of a chart: its label and, where the data should not decide, its range and ticks.
public struct Axis: Sendable {
  /// Name and unit.
  public var label: String
  /// How values lie along it.
  public var scale: AxisScale
  /// What it shows; nil takes it from the data.
  public var range: ClosedRange<Double>?
  /// Where ticks stand; nil chooses round values.
  public var ticks: [Double]?
  /// Whether a range taken from the data reaches to 0.
  public var includesZero: Bool

  /// - Parameters:
  ///   - label: name and unit, shown at the axis.
  ///   - scale: how values lie along it.
  ///   - range: what the axis shows; nil takes it from the data. Of a given one, in every kind of figure: curves, areas
  ///     and bars that reach beyond it are cut off at its edge; points and reference lines outside are left out. The
  ///     table has all of the data, and the description says how many points were left out, and how many bars of a bar
  ///     chart were cut off.
  ///   - ticks: where ticks stand; nil chooses round values.
  ///   - includesZero: extends a range taken from the data to 0 (linear only).
  public init(
    _ label: String = "", scale: AxisScale = .linear, range: ClosedRange<Double>? = nil,
    ticks: [Double]? = nil, includesZero: Bool = false
  ) {
    self.label = label
    self.scale = scale
    self.range = range
    self.ticks = ticks
    self.includesZero = includesZero
    if let range {
      require(
        range.lowerBound.isFinite && range.upperBound.isFinite && range.lowerBound < range.upperBound,
        "axis “\(label)”: the range must be finite and not empty")
      require(
        isLinear || range.lowerBound > 0,
        "axis “\(label)”: a logarithmic range must be positive, not from \(general(range.lowerBound))")
    }
  }

  var isLinear: Bool {
    switch scale {
    case .linear: return true
    case .log, .log2: return false
    }
  }
}

/// The least and the greatest of the finite values seen.
struct Extent {
  var low = Double.infinity
  var high = -Double.infinity
  var isEmpty: Bool { low > high }

  mutating func include(_ value: Double) {
    if !value.isFinite { return }
    if value < low { low = value }
    if value > high { high = value }
  }
}

/// How a range taken from the data is widened.
enum Widening {
  case none
  /// By a fraction of its length on each side.
  case margin(Double)
  /// To the next ticks.
  case ticks
}

/// An axis whose range is settled.
struct Domain {
  let low: Double
  let high: Double
  let scale: AxisScale
  let ticks: Ticks

  init(_ axis: Axis, _ extent: Extent, widening: Widening, tickCount: Int) {
    var low = extent.low
    var high = extent.high
    scale = axis.scale
    if let range = axis.range {
      low = range.lowerBound
      high = range.upperBound
    } else if axis.isLinear {
      require(!extent.isEmpty, "axis “\(axis.label)”: there is no finite value to show")
      // A small gap to zero would exaggerate differences: close it.
      if axis.includesZero || (low > 0 && low < 0.4 * high && Self.closesGap(widening)) { low = low < 0 ? low : 0 }
      if axis.includesZero && high < 0 { high = 0 }
      if low == high {
        let half = low == 0 ? 1 : (low < 0 ? -low : low) / 2
        low -= half
        high += half
      }
      switch widening {
      case .none: break
      case .margin(let share):
        let pad = (high - low) * share
        low -= pad
        high += pad
      case .ticks:
        let step = TickStep(low: low, high: high, count: tickCount)
        low = step.value(at: step.index(below: low))
        high = step.value(at: step.index(above: high))
      }
    } else {
      require(!extent.isEmpty, "axis “\(axis.label)”: there is no finite value to show")
      require(
        low > 0, "axis “\(axis.label)”: a logarithmic axis cannot show \(general(low)), which is not above 0")
      if low == high {
        low /= 2
        high *= 2
      }
      var pad = 1.0
      switch widening {
      case .none: break
      case .margin, .ticks: pad = high / low > 100 ? 1.6 : 1.15
      }
      low /= pad
      high *= pad
    }
    self.low = low
    self.high = high
    ticks = Ticks(axis, low: low, high: high, count: tickCount)
  }

  private static func closesGap(_ widening: Widening) -> Bool {
    switch widening {
    case .ticks: return true
    case .none, .margin: return false
    }
  }

  func contains(_ v: Double) -> Bool { v >= low && v <= high }

  /// Where `v` lies: 0 at the low end, 1 at the high end.
  func fraction(_ v: Double) -> Double {
    switch scale {
    case .linear: return (v - low) / (high - low)
    case .log, .log2: return log10(v / low) / log10(high / low)
    }
  }
}
