/// What stands before a name in a legend, and how a mark is drawn.
struct Swatch {
  enum Shape {
    case line, point, area, bar, paleBar
  }
  var shapes: [Shape]
  var style: Int
}

/// Names with swatches, in rows as wide as the figure.
struct Legend {
  var entries: [(name: String, swatch: Swatch)] = []
  /// Lines need length to show their dashes.
  private var swatchWidth: Double {
    entries.contains { $0.swatch.shapes.contains(.line) || $0.swatch.shapes.contains(.area) } ? 26 : 14
  }

  /// The x of each entry and its row.
  func places(width: Double) -> [(x: Double, row: Int)] {
    var result: [(x: Double, row: Int)] = []
    var x = 0.0
    var row = 0
    for entry in entries {
      let w = swatchWidth + 5 + textWidth(entry.name)
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
      entry.swatch.draw(into: &svg, x: place.x, y: y, width: swatchWidth)
      let name = shortened(entry.name, to: width - swatchWidth - 5)
      svg.label(name, at: Point(x: place.x + swatchWidth + 5, y: y + 4.4), class: "legend")
    }
    svg.add("</g>")
  }
}

extension Swatch {
  func draw(into svg: inout SVG, x: Double, y: Double, width: Double) {
    for shape in shapes {
      switch shape {
      case .line:
        svg.line(
          Point(x: x, y: y), Point(x: x + width, y: y), .series(style), width: 2, dash: dash(style))
      case .point: svg.marker(at: Point(x: x + width / 2, y: y), style: style)
      case .area:
        svg.add(
          "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(y - 5))\" width=\"\(coordinate(width))\" height=\"10\" "
            + "fill=\"\(Ink.series(style).css)\" fill-opacity=\".2\"/>")
      case .bar: svg.bar(x: x + width - 14, y: y - 6, width: 14, height: 12, style: style, tooltip: "")
      case .paleBar: svg.bar(x: x + width - 14, y: y - 6, width: 14, height: 12, style: style, pale: true, tooltip: "")
      }
    }
  }
}
