// The shapes of marks.

func dash(_ style: Int) -> String {
  let dashes = ["", "7 3", "2 2.5", "9 3 2 3", "14 4", "4 2 1 2 1 2"]
  return dashes[style % dashes.count]
}

extension SVG {
  /// A point's mark: a shape for each style.
  mutating func marker(at p: Point, style: Int, tooltip: String = "", scale: Double = 1) {
    let s = 4 * scale
    let ink = Ink.series(style).css
    let edge = " stroke=\"\(Ink.paper.css)\" stroke-width=\"1\""
    let (x, y) = (p.x, p.y)
    switch style % 6 {
    case 0:
      element(
        "circle", "cx=\"\(coordinate(x))\" cy=\"\(coordinate(y))\" r=\"\(coordinate(s))\" fill=\"\(ink)\"\(edge)",
        tooltip: tooltip)
    case 1:
      element(
        "rect",
        "x=\"\(coordinate(x - s * 0.9))\" y=\"\(coordinate(y - s * 0.9))\" width=\"\(coordinate(s * 1.8))\" "
          + "height=\"\(coordinate(s * 1.8))\" fill=\"\(ink)\"\(edge)",
        tooltip: tooltip)
    case 2:
      path([(0, -1.25), (1.2, 0.9), (-1.2, 0.9)], p, s, "fill=\"\(ink)\"\(edge)", tooltip)
    case 3: path([(0, -1.4), (1.2, 0), (0, 1.4), (-1.2, 0)], p, s, "fill=\"\(ink)\"\(edge)", tooltip)
    case 4:
      let down = "M\(pair(Point(x: x - s, y: y - s)))L\(pair(Point(x: x + s, y: y + s)))"
      let d = down + "M\(pair(Point(x: x - s, y: y + s)))L\(pair(Point(x: x + s, y: y - s)))"
      element("path", "d=\"\(d)\" stroke=\"\(ink)\" stroke-width=\"2\" fill=\"none\"", tooltip: tooltip)
    default: path([(0, 1.25), (1.2, -0.9), (-1.2, -0.9)], p, s, "fill=\"\(ink)\"\(edge)", tooltip)
    }
  }

  private mutating func path(
    _ corners: [(Double, Double)], _ p: Point, _ s: Double, _ attributes: String, _ tooltip: String
  ) {
    var d = ""
    for (i, c) in corners.enumerated() {
      d += (i == 0 ? "M" : "L") + pair(Point(x: p.x + s * c.0, y: p.y + s * c.1))
    }
    element("path", "d=\"\(d)Z\" \(attributes)", tooltip: tooltip)
  }

  /// A bar: full, pale, striped across or striped along by its style.
  mutating func bar(
    x: Double, y: Double, width: Double, height: Double, style: Int, pale: Bool = false, tooltip: String,
    class name: String = ""
  ) {
    let ink = Ink.series(style).css
    let place =
      "x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" width=\"\(coordinate(width))\" height=\"\(coordinate(height))\""
    let name = name.isEmpty ? "" : " class=\"\(name)\""
    if style % 4 == 0 || pale {
      let paint = pale ? " fill-opacity=\".3\" stroke=\"\(ink)\" stroke-width=\".8\"" : ""
      element("rect", "\(place) fill=\"\(ink)\"\(paint)\(name)", tooltip: tooltip)
      return
    }
    element(
      "rect", "\(place) fill=\"\(ink)\" fill-opacity=\"\(style % 4 == 1 ? ".25" : ".08")\" stroke=\"\(ink)\"\(name)",
      tooltip: tooltip)
    if style % 4 == 1 { return }
    var d = ""
    var t = 3.0
    while t < (style % 4 == 2 ? height : width) {
      d +=
        style % 4 == 2
        ? "M\(coordinate(x)) \(coordinate(y + height - t))h\(coordinate(width))"
        : "M\(coordinate(x + t)) \(coordinate(y))v\(coordinate(height))"
      t += 4
    }
    if !d.isEmpty { add("<path d=\"\(d)\" stroke=\"\(ink)\" stroke-width=\"1.2\" pointer-events=\"none\"/>") }
  }
}

extension SVG {
  mutating func arrow(_ a: Point, _ b: Point, _ ink: Ink, dash: String, head: Bool, tooltip: String) {
    let dx = b.x - a.x
    let dy = b.y - a.y
    let length = (dx * dx + dy * dy).squareRoot()
    if length < 0.01 { return }
    let size = length < 18 ? length * 0.5 : 9.0
    let (ux, uy) = (dx / length, dy / length)
    let neck = head ? Point(x: b.x - ux * size * 0.8, y: b.y - uy * size * 0.8) : b
    add("<g class=\"arrow\">")
    if !tooltip.isEmpty { add("<title>\(escaped(tooltip))</title>") }
    line(a, neck, ink, width: 2.2, dash: dash)
    if head {
      let back = Point(x: b.x - ux * size, y: b.y - uy * size)
      let w = size * 0.42
      let corners = [
        b, Point(x: back.x - uy * w, y: back.y + ux * w), Point(x: back.x + uy * w, y: back.y - ux * w),
      ]
      add("<path d=\"\(outline(corners))Z\" fill=\"\(ink.css)\"/>")
    }
    add("</g>")
  }

  /// The arc around `c` between two directions given in data coordinates (y upwards).
  mutating func arc(_ c: Point, _ from: (Double, Double), _ to: (Double, Double), radius r: Double) {
    let a = unit(from)
    let b = unit(to)
    let start = Point(x: c.x + r * a.0, y: c.y - r * a.1)
    let end = Point(x: c.x + r * b.0, y: c.y - r * b.1)
    let sweep = a.0 * b.1 - a.1 * b.0 > 0 ? 0 : 1
    add(
      "<path d=\"M\(pair(start))A\(coordinate(r)) \(coordinate(r)) 0 0 \(sweep) \(pair(end))\" fill=\"none\" "
        + "stroke=\"\(Ink.text.css)\" stroke-width=\"1.4\"/>")
  }
}

func unit(_ v: (Double, Double)) -> (Double, Double) {
  let length = (v.0 * v.0 + v.1 * v.1).squareRoot()
  return (v.0 / length, v.1 / length)
}
