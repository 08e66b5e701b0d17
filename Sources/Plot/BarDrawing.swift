extension BarChart {
  /// That of the categories, which have no ticks.
  private static var unitAxis: Domain {
    Domain(Axis(range: 0...1, ticks: []), Extent(), widening: .none, tickCount: 1)
  }

  /// What parts the bars of one category.
  private var gap: Double { series.count > 1 ? 1.5 : 0 }

  private var extent: Extent {
    var extent = Extent()
    extent.include(0)
    for one in series { for value in one.values { extent.include(value) } }
    for reference in references { extent.include(reference.value) }
    if extent.low == 0 && extent.high == 0 { extent.high = 1 }
    return extent
  }

  func drawing(width: Double, heading: String) -> Drawing {
    var svg = SVG()
    svg.heading(heading, width: width)
    var legend = Legend()
    if series.count > 1 {
      for (i, one) in series.enumerated() { legend.entries.append((one.name, Swatch(shapes: [.bar], style: i))) }
    }
    let legendTop = heading.isEmpty ? 0 : 20.0
    legend.draw(into: &svg, top: legendTop, width: width)
    let top = legendTop + legend.height(width: width)
    return horizontal
      ? across(&svg, top: top, width: width) : upright(&svg, top: top, width: width)
  }

  private func upright(_ svg: inout SVG, top: Double, width: Double) -> Drawing {
    let y = Domain(axis, extent, widening: .ticks, tickCount: Int(height / 30))
    let left = widest(y.ticks.labels, size: smallSize) + 10
    requireRoom(width - left - 2)
    let frame = ChartFrame(
      left: left, top: top + (axis.label.isEmpty ? 16 : 26), width: width - left - 2, height: height, x: Self.unitAxis,
      y: y)
    svg.yAxis(frame, label: axis.label, labelY: frame.top - 10)
    svg.plotArea(frame)
    let slot = frame.width / Double(categories.count)
    let bar = slot * 0.72 / Double(series.count) > 44 ? 44 : slot * 0.72 / Double(series.count)
    require(bar > gap, "there is no room for so many bars side by side: give a greater width, or draw them horizontal")
    let zero = frame.at(y: 0)
    for (g, one) in series.enumerated() {
      for (i, value) in one.values.enumerated() where value.isFinite {
        let centre = frame.left + slot * (Double(i) + 0.5)
        let x = centre + bar * (Double(g) - Double(series.count) / 2)
        let end = frame.clamped(Point(x: x, y: frame.at(y: value))).y
        svg.bar(
          x: x, y: end < zero ? end : zero, width: bar - gap,
          height: end < zero ? zero - end : end - zero,
          style: g, tooltip: tip(i, g), class: "bar")
        if let decimals {
          let text = fixed(value, decimals)
          svg.label(
            text, at: Point(x: x + bar / 2, y: end < zero || value == 0 ? end - 4 : end + 13), anchor: .middle,
            size: smallSize, halo: true, class: "value")
        }
      }
    }
    svg.line(Point(x: frame.left, y: zero), Point(x: frame.right, y: zero), .axis)
    for reference in references where y.contains(reference.value) {
      let y = frame.at(y: reference.value)
      svg.line(Point(x: frame.left, y: y), Point(x: frame.right, y: y), .muted, width: 1.2, dash: "4 3")
      svg.label(
        reference.label, at: Point(x: frame.right, y: y - 4), anchor: .end, ink: .muted, halo: true, class: "placed")
    }
    let slanted = widest(categories, size: textSize) > slot - 3
    var below = 20.0
    for (i, category) in categories.enumerated() {
      let x = frame.left + slot * (Double(i) + 0.5)
      if slanted {
        let text = shortened(category, to: 96)
        svg.label(
          text, at: Point(x: x + 4, y: frame.bottom + 12), anchor: .end, class: "category",
          transform: "rotate(-40 \(coordinate(x + 4)) \(coordinate(frame.bottom + 12)))")
        let depth = textWidth(text) * 0.65 + 20
        if depth > below { below = depth }
      } else {
        svg.label(category, at: Point(x: x, y: frame.bottom + 16), anchor: .middle, class: "category")
      }
    }
    if !categoryLabel.isEmpty {
      below += 18
      svg.label(
        categoryLabel, at: Point(x: frame.left + frame.width / 2, y: frame.bottom + below - 4), anchor: .middle,
        class: "label-x")
    }
    return Drawing(width: width, height: frame.bottom + below + 2, text: svg.text)
  }

  private func across(_ svg: inout SVG, top: Double, width: Double) -> Drawing {
    let names = categories.map { folded($0, to: width * 0.45) }
    let left = widest(names.flatMap { $0 }, size: textSize) + 8
    let thickness = series.count > 1 ? 13.0 : 18.0
    let isFolded = names.contains { $0.count > 1 }
    let slot = Swift.max(thickness * Double(series.count) + 9, isFolded ? 2 * lineHeight + 3 : 0)
    var room = 4.0
    if let decimals {
      for one in series {
        room = Swift.max(room, widest(one.values.map { fixed($0, decimals) }, size: smallSize) + 8)
      }
    }
    let plain = Domain(axis, extent, widening: .ticks, tickCount: Int((width - left) / 45))
    let spill = widest(Array(plain.ticks.labels.suffix(1)), size: smallSize) / 2
    let right = room > spill ? room : spill
    requireRoom(width - left - right)
    let referenceRow = references.contains { !$0.label.isEmpty } ? 18.0 : 0
    let frame = ChartFrame(
      left: left, top: top + 4 + referenceRow, width: width - left - right, height: slot * Double(categories.count),
      x: plain,
      y: Self.unitAxis)
    svg.xAxis(frame, label: axis.label, width: width, grid: true)
    svg.plotArea(frame)
    let zero = frame.at(x: 0)
    for reference in references where plain.contains(reference.value) {
      let x = frame.at(x: reference.value)
      svg.line(Point(x: x, y: frame.top - 2), Point(x: x, y: frame.bottom), .muted, width: 1.2, dash: "4 3")
      let half = textWidth(reference.label) / 2
      let at = x + half > width ? width - half : (x - half < 0 ? half : x)
      svg.label(reference.label, at: Point(x: at, y: frame.top - 6), anchor: .middle, ink: .muted, class: "placed")
    }
    for (i, name) in names.enumerated() {
      let centre = frame.top + slot * (Double(i) + 0.5)
      for (k, line) in name.enumerated() {
        let y = centre + 4.5 + lineHeight * (Double(k) - Double(name.count - 1) / 2)
        svg.label(line, at: Point(x: left - 8, y: y), anchor: .end, class: "category")
      }
      for (g, one) in series.enumerated() where one.values[i].isFinite {
        let value = one.values[i]
        let y = centre + thickness * (Double(g) - Double(series.count) / 2)
        let end = frame.clamped(Point(x: frame.at(x: value), y: y)).x
        svg.bar(
          x: end < zero ? end : zero, y: y, width: end < zero ? zero - end : end - zero,
          height: thickness - gap, style: g, tooltip: tip(i, g), class: "bar")
        if let decimals {
          svg.label(
            fixed(value, decimals), at: Point(x: (end < zero ? zero : end) + 5, y: y + thickness / 2 + 4),
            size: smallSize, halo: true, class: "value")
        }
      }
    }
    svg.line(Point(x: zero, y: frame.top), Point(x: zero, y: frame.bottom), .axis)
    let below = axis.label.isEmpty && plain.ticks.exponent == 0 ? 22.0 : 42.0
    return Drawing(width: width, height: frame.bottom + below, text: svg.text)
  }

  private func tip(_ i: Int, _ g: Int) -> String {
    let name = series.count > 1 ? "\(categories[i]) \(series[g].name)" : categories[i]
    return "\(name): \(sixDigits(series[g].values[i]))"
  }
}
