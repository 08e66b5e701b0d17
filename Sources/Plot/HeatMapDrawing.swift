extension HeatMap {
  /// The values at the two ends of the colour bar.
  private var ends: (low: Double, high: Double) {
    let all = extent
    require(!all.isEmpty, "heat map: there is no finite value to show")
    switch scale.kind {
    case .sequential(let range):
      if let range {
        require(range.lowerBound < range.upperBound, "heat map: the colour range is empty")
        return (range.lowerBound, range.upperBound)
      }
      let low = all.low > 0 ? 0 : all.low
      return (low, all.high > low ? all.high : low + 1)
    case .diverging(let center, let given):
      var extent = given ?? (all.high - center > center - all.low ? all.high - center : center - all.low)
      require(given == nil || extent > 0, "heat map: the extent must be positive")
      if extent <= 0 { extent = 1 }
      return (center - extent, center + extent)
    }
  }

  private func level(_ fraction: Double) -> Int {
    let n = Double(2 * Palette.steps)
    let t = fraction < 0 ? 0 : (fraction > 1 ? 1 : fraction)
    switch scale.kind {
    case .sequential: return Int(t * n + 0.5)
    case .diverging: return Int(2 * t * n + 0.5) - 2 * Palette.steps
    }
  }

  private func ink(_ level: Int) -> Ink {
    switch scale.kind {
    case .sequential: return .heat(level)
    case .diverging: return .diverge(level)
    }
  }

  func drawing(width: Double, heading: String) -> Drawing {
    let (rows, columns) = (values.count, values[0].count)
    let (low, high) = ends
    var svg = SVG()
    if !heading.isEmpty {
      svg.label(shortened(heading, to: width), at: Point(x: 0, y: 13), bold: true, kind: "heading")
    }
    var y = heading.isEmpty ? 0 : 22.0

    let names = rowLabels.map { shortened($0, to: width * 0.35) }
    var left = names.isEmpty ? 0 : widest(names, size: textSize) + 7
    // The rows' title stands at the left of the columns' title, over the row labels.
    if !rowTitle.isEmpty && left < textWidth(rowTitle) + 7 { left = textWidth(rowTitle) + 7 }
    var cellWidth = snapped((width - left) / Double(columns))
    if cellWidth > 52 { cellWidth = 52 }
    // Slanted names stand out to the right of their columns.
    var overhang = 0.0
    if widest(columnLabels, size: textSize) > cellWidth - 2 {
      for (j, name) in columnLabels.enumerated() {
        let reach = textWidth(shortened(name, to: 90)) * 0.71 + 10
        overhang = Swift.max(overhang, reach - cellWidth * (Double(columns - j) - 0.5))
      }
      cellWidth = snapped(Swift.min(cellWidth, (width - left - overhang) / Double(columns)))
    }
    var text: [[String]] = []
    if let decimals {
      for row in values { text.append(row.map { $0.isFinite ? fixed($0, decimals) : "" }) }
      var needed = 0.0
      for row in text { needed = Swift.max(needed, widest(row, size: smallSize) + 5) }
      if cellWidth < needed { cellWidth = needed }
    }
    let cellHeight = cellWidth > 34 ? 34 : (decimals != nil && cellWidth < 20 ? 20 : cellWidth)
    let matrix = left + cellWidth * Double(columns)
    let total = Swift.max(matrix + overhang, Swift.min(width, left + barWidth(low, high)))

    let slanted = !columnLabels.isEmpty && widest(columnLabels, size: textSize) > cellWidth - 2
    if !rowTitle.isEmpty || !columnTitle.isEmpty {
      let down = rowTitle.isEmpty ? "" : rowTitle + (columnTitle.isEmpty ? "" : " ↓")
      let over = columnTitle.isEmpty ? "" : columnTitle + (rowTitle.isEmpty ? "" : " →")
      let beside = textWidth(down) + 4 <= left
      svg.label(over, at: Point(x: beside ? left : textWidth(down) + 12, y: y + 12), ink: .muted, kind: "label-x")
      svg.label(down, at: Point(x: 0, y: y + 12), ink: .muted, kind: "label-y")
      y += 20
    }
    if !columnLabels.isEmpty {
      y += slanted ? widest(columnLabels.map { shortened($0, to: 90) }, size: textSize) * 0.71 + 12 : 18
    }
    let top = y
    svg.add("<g class=\"plot-columns\">")
    var lastEnd = -Double.infinity
    for (j, name) in columnLabels.enumerated() {
      let x = left + cellWidth * (Double(j) + 0.5)
      if slanted {
        if x - lastEnd < 13 { continue }
        lastEnd = x
        svg.label(
          shortened(name, to: 90), at: Point(x: x + 2, y: top - 5), kind: "column",
          transform: "rotate(-45 \(number(x + 2)) \(number(top - 5)))")
      } else {
        svg.label(name, at: Point(x: x, y: top - 6), anchor: .middle, kind: "column")
      }
    }
    svg.add("</g><g class=\"plot-rows\">")
    lastEnd = -Double.infinity
    for (i, name) in names.enumerated() {
      let centre = top + cellHeight * (Double(i) + 0.5)
      if centre - lastEnd < 13 { continue }
      lastEnd = centre
      svg.label(name, at: Point(x: left - 7, y: centre + 4.5), anchor: .end, kind: "row")
    }
    svg.add("</g><g class=\"plot-cells\" shape-rendering=\"crispEdges\">")
    let gap = cellWidth > 11 ? 1.0 : 0
    for i in 0..<rows {
      for j in 0..<columns {
        let value = values[i][j]
        let x = left + cellWidth * Double(j)
        let cy = top + cellHeight * Double(i)
        let place =
          "x=\"\(number(x))\" y=\"\(number(cy))\" width=\"\(number(cellWidth - gap))\" height=\"\(number(cellHeight - gap))\""
        let tip = "\(rowName(i)), \(columnName(j)): "
        if !value.isFinite {
          svg.element(
            "rect", "\(place) fill=\"none\" pointer-events=\"all\" class=\"empty\"", tooltip: tip + fixed(value, 0))
          let dot = cellWidth > 14 ? 1.5 : cellWidth * 0.1
          svg.add(
            "<circle cx=\"\(number(x + (cellWidth - gap) / 2))\" cy=\"\(number(cy + (cellHeight - gap) / 2))\" "
              + "r=\"\(number(dot))\" fill=\"\(Ink.axis.css)\"/>")
          continue
        }
        let level = level((value - low) / (high - low))
        svg.element("rect", "\(place) fill=\"\(ink(level).css)\"", tooltip: tip + general(value, significant: 4))
        if decimals != nil {
          let strong = (level < 0 ? -level : level) >= Palette.steps
          svg.label(
            text[i][j], at: Point(x: x + (cellWidth - gap) / 2, y: cy + (cellHeight - gap) / 2 + 4), anchor: .middle,
            ink: strong ? .onHigh : .onLow, size: smallSize, kind: "value")
        }
      }
    }
    svg.add("</g>")
    let bottom = top + cellHeight * Double(rows) + 12
    colourBar(into: &svg, left: left, top: bottom, width: total - left, low, high)
    return Drawing(width: total, height: bottom + 30, text: svg.text)
  }

  private func barWidth(_ low: Double, _ high: Double) -> Double {
    let ends =
      textWidth(general(low, significant: 3), size: smallSize)
      + textWidth(general(high, significant: 3), size: smallSize)
    return textWidth(legend) + (legend.isEmpty ? 0 : 10) + ends + 112
  }

  /// Half units, so that cells are equally wide on the screen and their coordinates short.
  private func snapped(_ size: Double) -> Double { size > 4 ? Double(Int(size * 2)) / 2 : size }

  /// Legend, low end, ramp, high end; a diverging ramp has its centre marked.
  private func colourBar(
    into svg: inout SVG, left: Double, top: Double, width: Double, _ low: Double, _ high: Double
  ) {
    svg.add("<g class=\"plot-scale\" shape-rendering=\"crispEdges\">")
    let from = general(low, significant: 3)
    let to = general(high, significant: 3)
    let name = legend.isEmpty ? "" : legend
    let room = textWidth(name) + (name.isEmpty ? 0 : 10)
    var x = left
    let wanted = barWidth(low, high)
    if wanted > width { x = Swift.max(0, left + width - wanted) }
    svg.label(name, at: Point(x: x, y: top + 10), kind: "legend")
    x += room
    svg.label(from, at: Point(x: x, y: top + 10), ink: .muted, size: smallSize)
    x += textWidth(from, size: smallSize) + 5
    let count = 2 * Palette.steps + 1
    let step = 100 / Double(count)
    for k in 0..<count {
      let t = Double(k) / Double(count - 1)
      svg.add(
        "<rect x=\"\(number(x + step * Double(k)))\" y=\"\(number(top))\" width=\"\(number(step + 0.3))\" height=\"11\" "
          + "fill=\"\(ink(level(t)).css)\"/>")
    }
    if case .diverging(let center, _) = scale.kind {
      let middle = x + step * Double(count) / 2
      svg.line(Point(x: middle, y: top), Point(x: middle, y: top + 14), .axis)
      svg.label(
        general(center, significant: 3), at: Point(x: middle, y: top + 25), anchor: .middle, ink: .muted,
        size: smallSize)
    }
    svg.label(to, at: Point(x: x + step * Double(count) + 5, y: top + 10), ink: .muted, size: smallSize)
    svg.add("</g>")
  }
}
