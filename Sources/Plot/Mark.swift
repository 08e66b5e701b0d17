/// One thing drawn on a chart, in the chart's own coordinates.
///
/// Make marks with the functions below; `style` picks colour, dash and shape, from 0.
public struct Mark: Sendable {
  enum Kind: Sendable {
    case line(Series)
    case points(Series)
    case band(Series, upper: [Double])
    case steps(name: String, edges: [Double], heights: [Double])
    case horizontal(Double)
    case vertical(Double)
    case segment(Double, Double, Double, Double, arrow: Bool)
    case circle(Double, Double, radius: Double)
    case angle(Double, Double, from: (Double, Double), to: (Double, Double))
    case polygon([Double], [Double])
    case note(Double, Double)
  }
  var kind: Kind
  var label = ""
  var style: Int?
  var dashed = false

  /// A curve through the points in their order.
  public static func line(_ series: Series) -> Mark {
    Mark(kind: .line(series), label: series.name, style: series.style)
  }

  /// The points alone, with their labels.
  public static func points(_ series: Series) -> Mark {
    Mark(kind: .points(series), label: series.name, style: series.style)
  }

  /// The area between two curves over the same x: `x`, `lower` and `upper` are `[n]`.
  public static func band<X: Plottable, Y: Plottable>(
    _ name: String, x: [X], lower: [Y], upper: [Y], style: Int? = nil
  ) -> Mark {
    require(
      lower.count == upper.count, "band “\(name)”: \(lower.count) lower and \(upper.count) upper values")
    return Mark(kind: .band(Series(name, x: x, y: lower), upper: plotted(upper)), label: name, style: style)
  }

  /// A horizontal reference line.
  public static func horizontal(_ y: Double, _ label: String = "") -> Mark {
    requireFinite(y, label)
    return Mark(kind: .horizontal(y), label: label)
  }

  /// A vertical reference line.
  public static func vertical(_ x: Double, _ label: String = "") -> Mark {
    requireFinite(x, label)
    return Mark(kind: .vertical(x), label: label)
  }

  /// An arrow, by default from the origin: a vector.
  public static func arrow(
    from: (Double, Double) = (0, 0), to: (Double, Double), _ label: String = "", style: Int? = nil,
    dashed: Bool = false
  ) -> Mark {
    for v in [from.0, from.1, to.0, to.1] { requireFinite(v, label) }
    return Mark(
      kind: .segment(from.0, from.1, to.0, to.1, arrow: true), label: label, style: style, dashed: dashed)
  }

  /// An arrow to the point whose two coordinates are `to`: a vector of the plane as an array.
  public static func arrow<T: Plottable>(
    from: [T] = [], to: [T], _ label: String = "", style: Int? = nil, dashed: Bool = false
  ) -> Mark {
    require(
      to.count == 2 && (from.isEmpty || from.count == 2),
      "arrow “\(label)”: a vector of the plane has 2 coordinates, not \(to.count) (from: \(from.count))")
    let start = from.isEmpty ? (0, 0) : (from[0].plotted, from[1].plotted)
    return arrow(from: start, to: (to[0].plotted, to[1].plotted), label, style: style, dashed: dashed)
  }

  /// A straight line between two points.
  public static func segment(
    from: (Double, Double), to: (Double, Double), _ label: String = "", style: Int? = nil, dashed: Bool = true
  ) -> Mark {
    for v in [from.0, from.1, to.0, to.1] { requireFinite(v, label) }
    return Mark(
      kind: .segment(from.0, from.1, to.0, to.1, arrow: false), label: label, style: style, dashed: dashed)
  }

  /// A circle, by default the unit circle. The chart needs equal scales on both axes.
  public static func circle(
    center: (Double, Double) = (0, 0), radius: Double = 1, _ label: String = ""
  ) -> Mark {
    for v in [center.0, center.1, radius] { requireFinite(v, label) }
    require(radius > 0, "circle “\(label)”: the radius must be positive")
    return Mark(kind: .circle(center.0, center.1, radius: radius), label: label)
  }

  /// The smaller angle at `vertex` between the directions `from` and `to`. Needs equal scales on both axes.
  public static func angle(
    at vertex: (Double, Double) = (0, 0), from: (Double, Double), to: (Double, Double), _ label: String = ""
  ) -> Mark {
    for v in [vertex.0, vertex.1, from.0, from.1, to.0, to.1] { requireFinite(v, label) }
    require(
      (from.0 != 0 || from.1 != 0) && (to.0 != 0 || to.1 != 0), "angle “\(label)”: a direction is zero")
    return Mark(kind: .angle(vertex.0, vertex.1, from: from, to: to), label: label)
  }

  /// A filled outline through the points `x[i]`, `y[i]`.
  public static func polygon<X: Plottable, Y: Plottable>(
    _ name: String, x: [X], y: [Y], style: Int? = nil
  ) -> Mark {
    require(x.count == y.count, "polygon “\(name)”: \(x.count) values of x and \(y.count) values of y")
    let (xs, ys) = (plotted(x), plotted(y))
    for v in xs + ys { requireFinite(v, name) }
    return Mark(kind: .polygon(xs, ys), label: name, style: style)
  }

  /// A remark near a point, placed where it covers least.
  public static func note(_ text: String, x: Double, y: Double) -> Mark {
    requireFinite(x, text)
    requireFinite(y, text)
    return Mark(kind: .note(x, y), label: text)
  }

  private static func requireFinite(_ value: Double, _ label: String) {
    require(value.isFinite, "mark “\(label)”: a coordinate is \(fixed(value, 0))")
  }
}
