/// What stands before a name in a legend, and how a mark is drawn.
struct Swatch {
  enum Shape {
    case line, point, area, bar
  }
  var shapes: [Shape]
  var style: Int
}

/// Names with swatches, in rows as wide as the figure.
struct Legend {
  var entries: [(name: String, swatch: Swatch)] = []
  static let swatchWidth = 26.0

  /// The x of each entry and its row.
  func places(width: Double) -> [(x: Double, row: Int)] {
    var result: [(x: Double, row: Int)] = []
    var x = 0.0
    var row = 0
    for entry in entries {
      let w = Self.swatchWidth + 5 + textWidth(entry.name)
      if x > 0 && x + w > width {
        x = 0
        row += 1
      }
      result.append((x, row))
      x += w + 16
    }
    return result
  }

  func height(width: Double) -> Double {
    let all = places(width: width)
    return all.isEmpty ? 0 : Double(all[all.count - 1].row + 1) * lineHeight + 5
  }

  func draw(into svg: inout SVG, top: Double, width: Double) {
    if entries.isEmpty { return }
    svg.add("<g class=\"plot-legend\">")
    for (entry, place) in zip(entries, places(width: width)) {
      let y = top + Double(place.row) * lineHeight + 8
      entry.swatch.draw(into: &svg, x: place.x, y: y)
      let name = shortened(entry.name, to: width - Self.swatchWidth - 5)
      svg.label(name, at: Point(x: place.x + Self.swatchWidth + 5, y: y + 4.4), kind: "legend")
    }
    svg.add("</g>")
  }
}

extension Swatch {
  func draw(into svg: inout SVG, x: Double, y: Double) {
    for shape in shapes {
      switch shape {
      case .line:
        svg.line(
          Point(x: x, y: y), Point(x: x + Legend.swatchWidth, y: y), .series(style), width: 2, dash: dash(style))
      case .point: svg.marker(at: Point(x: x + Legend.swatchWidth / 2, y: y), style: style)
      case .area:
        svg.add(
          "<rect x=\"\(number(x))\" y=\"\(number(y - 5))\" width=\"\(number(Legend.swatchWidth))\" height=\"10\" "
            + "fill=\"\(Ink.series(style).css)\" fill-opacity=\".2\"/>")
      case .bar:
        svg.bar(x: x + 6, y: y - 6, width: 14, height: 12, style: style, tooltip: "")
      }
    }
  }
}

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
    case 0: element("circle", "cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(s))\" fill=\"\(ink)\"\(edge)", tooltip: tooltip)
    case 1:
      element(
        "rect",
        "x=\"\(number(x - s * 0.9))\" y=\"\(number(y - s * 0.9))\" width=\"\(number(s * 1.8))\" height=\"\(number(s * 1.8))\" fill=\"\(ink)\"\(edge)",
        tooltip: tooltip)
    case 2:
      path([(0, -1.25), (1.2, 0.9), (-1.2, 0.9)], p, s, "fill=\"\(ink)\"\(edge)", tooltip)
    case 3: path([(0, -1.4), (1.2, 0), (0, 1.4), (-1.2, 0)], p, s, "fill=\"\(ink)\"\(edge)", tooltip)
    case 4:
      let d =
        "M\(pair(Point(x: x - s, y: y - s)))L\(pair(Point(x: x + s, y: y + s)))M\(pair(Point(x: x - s, y: y + s)))L\(pair(Point(x: x + s, y: y - s)))"
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
    x: Double, y: Double, width: Double, height: Double, style: Int, tooltip: String, kind: String = ""
  ) {
    let ink = Ink.series(style).css
    let place = "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
    let name = kind.isEmpty ? "" : " class=\"\(kind)\""
    if style % 4 == 0 {
      element("rect", "\(place) fill=\"\(ink)\"\(name)", tooltip: tooltip)
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
        ? "M\(number(x)) \(number(y + height - t))h\(number(width))" : "M\(number(x + t)) \(number(y))v\(number(height))"
      t += 4
    }
    if !d.isEmpty { add("<path d=\"\(d)\" stroke=\"\(ink)\" stroke-width=\"1.2\" pointer-events=\"none\"/>") }
  }
}
