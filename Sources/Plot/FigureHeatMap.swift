/// How a heat map's values become colours.
public struct HeatScale: Sendable {
  enum Kind: Sendable {
    case sequential(ClosedRange<Double>?)
    case diverging(center: Double, extent: Double?)
  }
  var kind: Kind

  /// From the least value (0 where none is negative) to the greatest.
  public static let sequential = HeatScale(kind: .sequential(nil))

  /// Over a fixed range, so that figures can be compared; values beyond it take its end's colour.
  public static func sequential(_ range: ClosedRange<Double>) -> HeatScale {
    HeatScale(kind: .sequential(range))
  }

  /// Two hues on both sides of `center`; `extent` is the distance that gets the full colour, nil takes the greatest.
  public static func diverging(center: Double = 0, extent: Double? = nil) -> HeatScale {
    HeatScale(kind: .diverging(center: center, extent: extent))
  }
}

/// A matrix as coloured cells.
struct HeatMap: Sendable {
  var values: [[Double]]
  var rowLabels: [String]
  var columnLabels: [String]
  var rowTitle: String
  var columnTitle: String
  var scale: HeatScale
  var legend: String
  var decimals: Int?
}

extension Figure {
  /// A matrix as coloured cells, row 0 at the top.
  ///
  /// - Parameters:
  ///   - values: `[rows][columns]`, all rows equally long; NaN and infinite ones become empty cells.
  ///   - rowLabels, columnLabels: empty or one for each row (column). - rowTitle, columnTitle: what they are.
  ///   - legend: what the colour means. - decimals: with `showValues`, how values are written into the cells.
  public static func heatMap<T: Plottable>(
    _ title: String, description: String = "", _ values: [[T]], rowLabels: [String] = [], columnLabels: [String] = [],
    rowTitle: String = "", columnTitle: String = "", scale: HeatScale = .sequential, legend: String = "",
    showValues: Bool = false, decimals: Int = 2, width: Double = 370
  ) -> Figure {
    require(!values.isEmpty && !values[0].isEmpty, "heat map “\(title)”: no values")
    for (i, row) in values.enumerated() {
      require(
        row.count == values[0].count,
        "heat map “\(title)”: row \(i) has \(row.count) values, row 0 has \(values[0].count)")
    }
    require(
      rowLabels.isEmpty || rowLabels.count == values.count,
      "heat map “\(title)”: \(rowLabels.count) row labels for \(values.count) rows")
    require(
      columnLabels.isEmpty || columnLabels.count == values[0].count,
      "heat map “\(title)”: \(columnLabels.count) column labels for \(values[0].count) columns")
    var rows: [[Double]] = []
    for row in values { rows.append(plotted(row)) }
    let map = HeatMap(
      values: rows, rowLabels: rowLabels, columnLabels: columnLabels, rowTitle: rowTitle, columnTitle: columnTitle,
      scale: scale, legend: legend, decimals: showValues ? decimals : nil)
    let figure = Figure(title, description, .heatMap(map), width: width)
    _ = figure.draw(heading: false)
    return figure
  }
}

extension HeatMap {
  var table: [[String]] {
    var rows = [[""] + values[0].indices.map { columnName($0) }]
    for (i, row) in values.enumerated() { rows.append([rowName(i)] + row.map { $0.isFinite ? cell($0) : fixed($0, 0) }) }
    return rows
  }

  private func rowName(_ i: Int) -> String { rowLabels.isEmpty ? "\(i)" : rowLabels[i] }
  private func columnName(_ j: Int) -> String { columnLabels.isEmpty ? "\(j)" : columnLabels[j] }

  private var extent: Extent {
    var extent = Extent()
    for row in values { for value in row { extent.include(value) } }
    return extent
  }

  var summary: String {
    let all = extent
    var text = "ヒートマップ、\(values.count)行\(values[0].count)列。"
    if !rowTitle.isEmpty { text += "行は\(rowTitle)。" }
    if !columnTitle.isEmpty { text += "列は\(columnTitle)。" }
    var top = (0, 0)
    for (i, row) in values.enumerated() {
      for (j, value) in row.enumerated() where value == all.high && !(values[top.0][top.1] == all.high) { top = (i, j) }
    }
    text += "\(legend.isEmpty ? "値" : legend)は\(cell(all.low))から\(cell(all.high))、"
    return text + "最大は\(rowName(top.0))行\(columnName(top.1))列。"
  }

  var remarks: String {
    var missing = 0
    for row in values { for value in row where !value.isFinite { missing += 1 } }
    return missing > 0 ? "有限でない値\(missing)個のます目は空けてある。" : ""
  }

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
    var cellWidth = (width - left) / Double(columns)
    if cellWidth > 52 { cellWidth = 52 }
    var text: [[String]] = []
    if let decimals {
      for row in values { text.append(row.map { $0.isFinite ? fixed($0, decimals) : "" }) }
      var needed = 0.0
      for row in text { needed = Swift.max(needed, widest(row, size: smallSize) + 5) }
      if cellWidth < needed { cellWidth = needed }
    }
    let cellHeight = cellWidth > 34 ? 34 : (decimals != nil && cellWidth < 20 ? 20 : cellWidth)
    let total = left + cellWidth * Double(columns) > width ? left + cellWidth * Double(columns) : width

    let slanted = !columnLabels.isEmpty && widest(columnLabels, size: textSize) > cellWidth - 2
    if !rowTitle.isEmpty || !columnTitle.isEmpty {
      let down = rowTitle.isEmpty ? "" : rowTitle + (columnTitle.isEmpty ? "" : " ↓")
      let over = columnTitle.isEmpty ? "" : columnTitle + (rowTitle.isEmpty ? "" : " →")
      let beside = textWidth(down) + 4 <= left
      svg.label(over, at: Point(x: beside ? left : textWidth(down) + 12, y: y + 12), ink: .muted, kind: "label-x")
      svg.label(down, at: Point(x: 0, y: y + 12), ink: .muted, kind: "label-y")
      y += 20
    }
    if !columnLabels.isEmpty { y += slanted ? widest(columnLabels.map { shortened($0, to: 90) }, size: textSize) * 0.72 + 14 : 18 }
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
    svg.add("</g><g class=\"plot-cells\">")
    let gap = cellWidth > 14 ? 1.0 : (cellWidth > 7 ? 0.5 : 0)
    for i in 0..<rows {
      for j in 0..<columns {
        let value = values[i][j]
        let x = left + cellWidth * Double(j)
        let cy = top + cellHeight * Double(i)
        let place = "x=\"\(number(x))\" y=\"\(number(cy))\" width=\"\(number(cellWidth - gap))\" height=\"\(number(cellHeight - gap))\""
        let tip = "\(rowName(i)), \(columnName(j)): "
        if !value.isFinite {
          svg.element(
            "rect", "\(place) fill=\"none\" stroke=\"\(Ink.grid.css)\" stroke-dasharray=\"2 2\" class=\"empty\"",
            tooltip: tip + fixed(value, 0))
          continue
        }
        let level = level((value - low) / (high - low))
        svg.element("rect", "\(place) fill=\"\(ink(level).css)\" class=\"cell\"", tooltip: tip + cell(value))
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

  /// Legend, low end, ramp, high end; a diverging ramp has its centre marked.
  private func colourBar(
    into svg: inout SVG, left: Double, top: Double, width: Double, _ low: Double, _ high: Double
  ) {
    svg.add("<g class=\"plot-scale\">")
    let from = general(low, significant: 3)
    let to = general(high, significant: 3)
    let name = legend.isEmpty ? "" : legend
    let room = textWidth(name) + (name.isEmpty ? 0 : 10)
    var x = left
    let wanted = 110 + textWidth(from, size: smallSize) + textWidth(to, size: smallSize)
    if room + wanted > width { x = width + left - room - wanted > 0 ? width + left - room - wanted : 0 }
    svg.label(name, at: Point(x: x, y: top + 10), kind: "legend")
    x += room
    svg.label(from, at: Point(x: x, y: top + 10), ink: .muted, size: smallSize)
    x += textWidth(from, size: smallSize) + 5
    let count = 20
    let step = 5.0
    for k in 0..<count {
      let t = Double(k) / Double(count - 1)
      svg.add(
        "<rect x=\"\(number(x + step * Double(k)))\" y=\"\(number(top))\" width=\"\(number(step + 0.3))\" height=\"11\" "
          + "fill=\"\(ink(level(t)).css)\"/>")
    }
    if case .diverging(let center, _) = scale.kind {
      let middle = x + step * Double(count) / 2
      svg.line(Point(x: middle, y: top), Point(x: middle, y: top + 14), .axis)
      svg.label(general(center, significant: 3), at: Point(x: middle, y: top + 25), anchor: .middle, ink: .muted, size: smallSize)
    }
    svg.label(to, at: Point(x: x + step * Double(count) + 5, y: top + 10), ink: .muted, size: smallSize)
    svg.add("</g>")
  }
}
