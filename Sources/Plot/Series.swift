/// Points (x, y) under a name: a curve of a line chart, a group of a scatter plot, a set of bars.
public struct Series: Sendable {
  /// What the legend or the end of the curve says.
  public var name: String
  /// `[n]`.
  public var x: [Double]
  /// `[n]`.
  public var y: [Double]
  /// Names of single points, shown beside them in a scatter plot and in their tooltips; empty or one for each.
  public var labels: [String]
  /// Which colour, dash and shape, from 0; nil takes the place in the list of series.
  public var style: Int?

  /// Points by their coordinates. A point where either is NaN or infinite is left out, and the curve breaks there.
  /// Shapes: x and y of n, labels of n or none. Refused: other numbers.
  public init<X: Plottable, Y: Plottable>(
    _ name: String, x: [X], y: [Y], labels: [String] = [], style: Int? = nil
  ) {
    self.name = name
    self.x = plotted(x)
    self.y = plotted(y)
    self.labels = labels
    self.style = style
    require(
      x.count == y.count, "series “\(name)”: \(x.count) values of x and \(y.count) values of y")
    require(
      labels.isEmpty || labels.count == y.count,
      "series “\(name)”: \(labels.count) labels for \(y.count) points")
  }

  /// y against its index 0, 1, 2, …
  public init<Y: Plottable>(_ name: String, y: [Y], labels: [String] = [], style: Int? = nil) {
    var x: [Double] = []
    for i in 0..<y.count { x.append(Double(i)) }
    self.init(name, x: x, y: y, labels: labels, style: style)
  }

  func isFinite(_ i: Int) -> Bool { x[i].isFinite && y[i].isFinite }

  var omitted: Int {
    var count = 0
    for i in 0..<x.count where !isFinite(i) { count += 1 }
    return count
  }
}
