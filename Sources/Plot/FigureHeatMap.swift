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
  /// Values are `[rows][columns]`, all rows equally long; NaN and infinite ones become empty cells. There is no row
  /// label or one for each row, and likewise for columns; the titles say what rows and columns are, the legend what the
  /// colour means. With `showValues` the cells hold their values with so many decimals.
  public static func heatMap<T: Plottable>(
    _ title: String, description: String = "", _ values: [[T]], rowLabels: [String] = [], columnLabels: [String] = [],
    rowTitle: String = "", columnTitle: String = "", scale: HeatScale = .sequential, legend: String = "",
    showValues: Bool = false, decimals: Int = 2, width: Double = 360
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
    return Figure(title, description, .heatMap(map), width: width).checked
  }
}

extension HeatMap {
  var table: [[String]] {
    var rows = [[""] + values[0].indices.map { columnName($0) }]
    for (i, row) in values.enumerated() {
      rows.append([rowName(i)] + row.map { $0.isFinite ? sixDigits($0) : fixed($0, 0) })
    }
    return rows
  }

  func rowName(_ i: Int) -> String { rowLabels.isEmpty ? "\(i)" : rowLabels[i] }
  func columnName(_ j: Int) -> String { columnLabels.isEmpty ? "\(j)" : columnLabels[j] }

  var extent: Extent {
    var extent = Extent()
    for row in values { for value in row { extent.include(value) } }
    return extent
  }

  var summary: String {
    let all = extent
    let words = FigureWords.current
    var text = [words.sentence(words.heatMap(values.count, values[0].count))]
    if !rowTitle.isEmpty { text.append(words.rows(rowTitle)) }
    if !columnTitle.isEmpty { text.append(words.columns(columnTitle)) }
    var top = (0, 0)
    for (i, row) in values.enumerated() {
      for (j, value) in row.enumerated() where value == all.high && !(values[top.0][top.1] == all.high) { top = (i, j) }
    }
    text.append(
      words.extent(
        legend.isEmpty ? words.value : legend, threeDigits(all.low), threeDigits(all.high), rowName(top.0),
        columnName(top.1)))
    return words.joined(text)
  }

  var remarks: String {
    var missing = 0
    for row in values { for value in row where !value.isFinite { missing += 1 } }
    return missing > 0 ? FigureWords.current.cellsEmpty(missing) : ""
  }
}
