/// The plot area of a chart in user units, and the map from data to it.
struct ChartFrame {
  var left: Double
  var top: Double
  var width: Double
  var height: Double
  var x: Domain
  var y: Domain
  var right: Double { left + width }
  var bottom: Double { top + height }

  func point(_ px: Double, _ py: Double) -> Point { Point(x: at(x: px), y: at(y: py)) }
  func at(x v: Double) -> Double { left + width * x.fraction(v) }
  func at(y v: Double) -> Double { bottom - height * y.fraction(v) }

  func contains(_ p: Point) -> Bool {
    p.x >= left - 0.01 && p.x <= right + 0.01 && p.y >= top - 0.01 && p.y <= bottom + 0.01
  }

  /// The part of the segment inside the plot area; nil when there is none.
  func clipped(_ a: Point, _ b: Point) -> (Point, Point)? {
    let area = Box(left: left, top: top, right: right, bottom: bottom)
    guard let (t0, t1) = area.fractions(of: a, to: b) else { return nil }
    let dx = b.x - a.x
    let dy = b.y - a.y
    return (
      t0 == 0 ? a : Point(x: a.x + t0 * dx, y: a.y + t0 * dy),
      t1 == 1 ? b : Point(x: a.x + t1 * dx, y: a.y + t1 * dy)
    )
  }

  func clamped(_ p: Point) -> Point {
    Point(
      x: p.x < left ? left : (p.x > right ? right : p.x), y: p.y < top ? top : (p.y > bottom ? bottom : p.y))
  }
}

func requireRoom(_ width: Double) {
  require(width > 60, "the labels leave no room for the plot: shorten them or give a greater width")
}

/// Axes, ticks, grid and axis labels; what line charts, scatter plots and bars share.
extension SVG {
  mutating func yAxis(_ frame: ChartFrame, label: String, labelY: Double, grid: Bool = true) {
    add("<g class=\"plot-y\">")
    let ticks = frame.y.ticks
    if grid {
      for value in ticks.values {
        line(Point(x: frame.left, y: frame.at(y: value)), Point(x: frame.right, y: frame.at(y: value)), .grid)
      }
    }
    for value in ticks.minor {
      line(Point(x: frame.left - 3, y: frame.at(y: value)), Point(x: frame.left, y: frame.at(y: value)), .axis)
    }
    var last = Double.infinity
    for (value, text) in zip(ticks.values, ticks.labels) {
      let y = frame.at(y: value)
      if last - y < 13 { continue }
      last = y
      self.label(
        text, at: Point(x: frame.left - 6, y: y + 4.4), anchor: .end, ink: .muted, size: smallSize, class: "tick-y")
    }
    self.label(withUnit(label, ticks), at: Point(x: 0, y: labelY), ink: .text, class: "label-y")
    add("</g>")
  }

  mutating func xAxis(_ frame: ChartFrame, label: String, width: Double, grid: Bool = false) {
    add("<g class=\"plot-x\">")
    let ticks = frame.x.ticks
    for value in ticks.values {
      let x = frame.at(x: value)
      if grid { line(Point(x: x, y: frame.top), Point(x: x, y: frame.bottom), .grid) }
      line(Point(x: x, y: frame.bottom), Point(x: x, y: frame.bottom + 4), .axis)
    }
    for value in ticks.minor {
      let x = frame.at(x: value)
      line(Point(x: x, y: frame.bottom), Point(x: x, y: frame.bottom + 2.5), .axis)
    }
    var last = -Double.infinity
    for (value, text) in zip(ticks.values, ticks.labels) {
      let half = textWidth(text, size: smallSize) / 2
      var x = frame.at(x: value)
      if x + half > width { x = width - half }
      if x - half < 0 { x = half }
      if x - half < last + 5 { continue }
      last = x + half
      self.label(
        text, at: Point(x: x, y: frame.bottom + 17), anchor: .middle, ink: .muted, size: smallSize, class: "tick-x")
    }
    line(Point(x: frame.left, y: frame.bottom), Point(x: frame.right, y: frame.bottom), .axis)
    let text = withUnit(label, ticks)
    let half = textWidth(text) / 2
    var centre = frame.left + frame.width / 2
    if centre + half > width { centre = width - half }
    if centre - half < 0 { centre = half }
    self.label(text, at: Point(x: centre, y: frame.bottom + 36), anchor: .middle, class: "label-x")
    add("</g>")
  }
}

/// The axis label with the power of ten that its ticks are counted in.
func withUnit(_ label: String, _ ticks: Ticks) -> String {
  ticks.exponent == 0 ? label : FigureWords.current.withPower(label, "10" + superscript(ticks.exponent))
}

func widest(_ texts: [String], size: Double) -> Double {
  var width = 0.0
  for text in texts {
    let w = textWidth(text, size: size)
    if w > width { width = w }
  }
  return width
}

extension SVG {
  /// The rectangle that a chart is drawn in.
  mutating func plotArea(_ frame: ChartFrame) {
    add(
      "<rect class=\"plot-area\" x=\"\(coordinate(frame.left))\" y=\"\(coordinate(frame.top))\" "
        + "width=\"\(coordinate(frame.width))\" height=\"\(coordinate(frame.height))\" fill=\"none\"/>")
  }
}
