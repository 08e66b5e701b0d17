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
    let (low, high) = ends
    var svg = SVG()
    svg.heading(heading, width: width)
    let layout = Layout(self, width: width, top: heading.isEmpty ? 0 : 22)
    drawTitles(layout, into: &svg)
    svg.add("<g class=\"plot-columns\">")
    drawColumnNames(layout, into: &svg)
    svg.add("</g><g class=\"plot-rows\">")
    drawRowNames(layout, into: &svg)
    svg.add("</g><g class=\"plot-cells\" shape-rendering=\"crispEdges\">")
    for i in values.indices {
      for j in values[i].indices { drawCell(i, j, layout, low, high, into: &svg) }
    }
    svg.add("</g>")
    let total = Swift.max(
      layout.left + layout.cellWidth * Double(values[0].count) + layout.overhang,
      Swift.min(width, layout.left + barWidth(low, high)))
    let bottom = layout.top + layout.cellHeight * Double(values.count) + 12
    colourBar(into: &svg, left: layout.left, top: bottom, width: total - layout.left, low, high)
    return Drawing(width: total, height: bottom + 30, text: svg.text)
  }

  /// Where the parts of a heat map stand.
  private struct Layout {
    /// The row labels, shortened, and the place that they and the rows' title take.
    var names: [String]
    var left: Double
    var cellWidth: Double
    var cellHeight: Double
    /// What slanted column labels stand out to the right of the last column.
    var overhang = 0.0
    /// Whether the column labels are wider than their columns.
    var isSlanted: Bool
    /// Above the titles, and above the cells.
    var titleTop: Double
    var top: Double
    /// The values as the cells show them; empty where they do not.
    var texts: [[String]] = []
    var gap: Double { cellWidth > 11 ? 1 : 0 }

    init(_ map: HeatMap, width: Double, top: Double) {
      let columns = Double(map.values[0].count), labels = map.columnLabels
      names = map.rowLabels.map { shortened($0, to: width * 0.35) }
      left = names.isEmpty ? 0 : widest(names, size: textSize) + 7
      // The rows' title stands at the left of the columns' title, over the row labels.
      if !map.rowTitle.isEmpty && left < textWidth(map.rowTitle) + 7 { left = textWidth(map.rowTitle) + 7 }
      cellWidth = snapped((width - left) / columns)
      if cellWidth > 52 { cellWidth = 52 }
      if widest(labels, size: textSize) > cellWidth - 2 {
        for (j, name) in labels.enumerated() {
          let reach = textWidth(shortened(name, to: 90)) * 0.71 + 10
          overhang = Swift.max(overhang, reach - cellWidth * (columns - Double(j) - 0.5))
        }
        cellWidth = snapped(Swift.min(cellWidth, (width - left - overhang) / columns))
      }
      if let decimals = map.decimals {
        for row in map.values { texts.append(row.map { $0.isFinite ? fixed($0, decimals) : "" }) }
        var needed = 0.0
        for row in texts { needed = Swift.max(needed, widest(row, size: smallSize) + 5) }
        if cellWidth < needed { cellWidth = needed }
      }
      cellHeight = cellWidth > 34 ? 34 : (map.decimals != nil && cellWidth < 20 ? 20 : cellWidth)
      isSlanted = !labels.isEmpty && widest(labels, size: textSize) > cellWidth - 2
      titleTop = top
      self.top = top + (map.rowTitle.isEmpty && map.columnTitle.isEmpty ? 0 : 20)
      if !labels.isEmpty {
        self.top += isSlanted ? widest(labels.map { shortened($0, to: 90) }, size: textSize) * 0.71 + 12 : 18
      }
    }
  }

  private func drawTitles(_ layout: Layout, into svg: inout SVG) {
    if rowTitle.isEmpty && columnTitle.isEmpty { return }
    let down = rowTitle.isEmpty ? "" : rowTitle + (columnTitle.isEmpty ? "" : " ↓")
    let over = columnTitle.isEmpty ? "" : columnTitle + (rowTitle.isEmpty ? "" : " →")
    let left = textWidth(down) + 4 <= layout.left ? layout.left : textWidth(down) + 12
    svg.label(over, at: Point(x: left, y: layout.titleTop + 12), ink: .muted, class: "label-x")
    svg.label(down, at: Point(x: 0, y: layout.titleTop + 12), ink: .muted, class: "label-y")
  }

  /// Of slanted names only as many as keep apart.
  private func drawColumnNames(_ layout: Layout, into svg: inout SVG) {
    var lastEnd = -Double.infinity
    for (j, name) in columnLabels.enumerated() {
      let x = layout.left + layout.cellWidth * (Double(j) + 0.5)
      if layout.isSlanted {
        if x - lastEnd < 13 { continue }
        lastEnd = x
        svg.label(
          shortened(name, to: 90), at: Point(x: x + 2, y: layout.top - 5), class: "column",
          transform: "rotate(-45 \(coordinate(x + 2)) \(coordinate(layout.top - 5)))")
      } else {
        svg.label(name, at: Point(x: x, y: layout.top - 6), anchor: .middle, class: "column")
      }
    }
  }

  private func drawRowNames(_ layout: Layout, into svg: inout SVG) {
    var lastEnd = -Double.infinity
    for (i, name) in layout.names.enumerated() {
      let centre = layout.top + layout.cellHeight * (Double(i) + 0.5)
      if centre - lastEnd < 13 { continue }
      lastEnd = centre
      svg.label(name, at: Point(x: layout.left - 7, y: centre + 4.5), anchor: .end, class: "row")
    }
  }

  private func drawCell(_ i: Int, _ j: Int, _ layout: Layout, _ low: Double, _ high: Double, into svg: inout SVG) {
    let value = values[i][j]
    let x = layout.left + layout.cellWidth * Double(j), y = layout.top + layout.cellHeight * Double(i)
    let width = layout.cellWidth - layout.gap, height = layout.cellHeight - layout.gap
    let place =
      "x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" width=\"\(coordinate(width))\" height=\"\(coordinate(height))\""
    let tip = "\(rowName(i)), \(columnName(j)): "
    if !value.isFinite {
      svg.element(
        "rect", "\(place) fill=\"none\" pointer-events=\"all\" class=\"empty\"", tooltip: tip + fixed(value, 0))
      let dot = layout.cellWidth > 14 ? 1.5 : layout.cellWidth * 0.1
      svg.add(
        "<circle cx=\"\(coordinate(x + width / 2))\" cy=\"\(coordinate(y + height / 2))\" "
          + "r=\"\(coordinate(dot))\" fill=\"\(Ink.axis.css)\"/>")
      return
    }
    let level = level((value - low) / (high - low))
    svg.element("rect", "\(place) fill=\"\(ink(level).css)\"", tooltip: tip + general(value, significant: 4))
    if decimals != nil {
      let isStrong = (level < 0 ? -level : level) >= Palette.steps
      svg.label(
        layout.texts[i][j], at: Point(x: x + width / 2, y: y + height / 2 + 4), anchor: .middle,
        ink: isStrong ? .onHigh : .onLow, size: smallSize, class: "value")
    }
  }

  private func barWidth(_ low: Double, _ high: Double) -> Double {
    let ends =
      textWidth(general(low, significant: 3), size: smallSize)
      + textWidth(general(high, significant: 3), size: smallSize)
    return textWidth(legend) + (legend.isEmpty ? 0 : 10) + ends + 112
  }

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
    svg.label(name, at: Point(x: x, y: top + 10), class: "legend")
    x += room
    svg.label(from, at: Point(x: x, y: top + 10), ink: .muted, size: smallSize)
    x += textWidth(from, size: smallSize) + 5
    let count = 2 * Palette.steps + 1
    let step = 100 / Double(count)
    for k in 0..<count {
      let t = Double(k) / Double(count - 1)
      svg.add(
        "<rect x=\"\(coordinate(x + step * Double(k)))\" y=\"\(coordinate(top))\" width=\"\(coordinate(step + 0.3))\" "
          + "height=\"11\" fill=\"\(ink(level(t)).css)\"/>")
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

/// Half units, so that cells are equally wide on the screen and their coordinates short.
private func snapped(_ size: Double) -> Double { size > 4 ? Double(Int(size * 2)) / 2 : size }
