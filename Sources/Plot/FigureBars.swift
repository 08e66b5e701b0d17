/// Bars for categories: one of each series beside the others.
struct BarChart: Sendable {
  var categories: [String]
  var series: [(name: String, values: [Double])]
  var axis: Axis
  var categoryLabel: String
  var horizontal: Bool
  var decimals: Int?
  var height: Double
  var references: [(value: Double, label: String)]
}

extension Figure {
  /// One bar for each category, its length proportional to the value from 0.
  ///
  /// Shapes: n categories and n values, of which those that are not finite are left out. `horizontal` draws bars to the
  /// right, for long names; `decimals` writes each value at its bar. Refused: other numbers, none, a logarithmic axis,
  /// a range without 0, a reference that is not finite, a height outside 60…2000, too little room for the bars.
  public static func bars<T: Plottable>(
    _ title: String, description: String = "", _ categories: [String], _ values: [T], axis: Axis = Axis(),
    categoryLabel: String = "", horizontal: Bool = false, decimals: Int? = nil,
    references: [(value: Double, label: String)] = [], width: Double = 360, height: Double = 180
  ) -> Figure {
    bars(
      title, description: description, categories, groups: [(axis.label, values)], axis: axis,
      categoryLabel: categoryLabel, horizontal: horizontal, decimals: decimals, references: references, width: width,
      height: height)
  }

  /// Several bars side by side for each category; each group's `values` are `[n]` for `n` categories.
  /// Refused: as above.
  public static func bars<T: Plottable>(
    _ title: String, description: String = "", _ categories: [String], groups: [(name: String, values: [T])],
    axis: Axis = Axis(), categoryLabel: String = "", horizontal: Bool = false, decimals: Int? = nil,
    references: [(value: Double, label: String)] = [], width: Double = 360, height: Double = 180
  ) -> Figure {
    require(!categories.isEmpty && !groups.isEmpty, "bars “\(title)”: no categories or no groups")
    require(axis.isLinear, "bars “\(title)”: a bar's length starts at 0, which a logarithmic axis does not have")
    require(
      axis.range.map { $0.lowerBound <= 0 && $0.upperBound >= 0 } ?? true, "bars “\(title)”: the range must contain 0")
    requireHeight(height, "bars “\(title)”")
    for reference in references {
      require(
        reference.value.isFinite,
        "bars “\(title)”: the reference “\(reference.label)” is at \(fixed(reference.value, 0))")
    }
    for group in groups {
      require(
        group.values.count == categories.count,
        "bars “\(title)”: \(group.values.count) values in “\(group.name)” for \(categories.count) categories")
    }
    var series: [(name: String, values: [Double])] = []
    for group in groups { series.append((group.name, plotted(group.values))) }
    let chart = BarChart(
      categories: categories, series: series, axis: axis, categoryLabel: categoryLabel, horizontal: horizontal,
      decimals: decimals, height: height, references: references)
    return Figure(title, description, .bars(chart), width: width).checked
  }
}

extension BarChart {
  var table: [[String]] {
    var header = [categoryLabel.isEmpty ? FigureWords.current.item : categoryLabel]
    for one in series { header.append(one.name.isEmpty ? FigureWords.current.value : one.name) }
    var rows = [header]
    for (i, category) in categories.enumerated() { rows.append([category] + series.map { sixDigits($0.values[i]) }) }
    return rows
  }

  var summary: String {
    let words = FigureWords.current
    var text = [words.sentence(words.barChart)]
    if !axis.label.isEmpty { text.append(words.values(axis.label)) }
    for one in series {
      var items = ""
      for (i, category) in categories.enumerated() {
        items += (i == 0 ? "" : words.comma) + "\(category) \(threeDigits(one.values[i]))"
      }
      text.append(words.sentence(series.count > 1 ? words.group(one.name, items) : items))
    }
    return words.joined(text)
  }

  /// What was left out, and what was cut off.
  var remarks: String {
    var missing = 0
    var cut = 0
    for one in series {
      for value in one.values {
        if !value.isFinite { missing += 1 } else if axis.range?.contains(value) == false { cut += 1 }
      }
    }
    let words = FigureWords.current
    return words.joined([
      missing > 0 ? words.valuesNotFinite(missing) : "", cut > 0 ? words.barsCutOff(cut) : "",
    ])
  }
}
