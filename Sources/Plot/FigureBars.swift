/// Bars for categories, in one or more groups.
struct BarChart: Sendable {
  var categories: [String]
  var groups: [(name: String, values: [Double])]
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
  /// right, for long names; `decimals` writes each value at its bar. Refused: other numbers, none, a logarithmic axis.
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
  /// Refused: other numbers, none, a logarithmic axis.
  public static func bars<T: Plottable>(
    _ title: String, description: String = "", _ categories: [String], groups: [(name: String, values: [T])],
    axis: Axis = Axis(), categoryLabel: String = "", horizontal: Bool = false, decimals: Int? = nil,
    references: [(value: Double, label: String)] = [], width: Double = 360, height: Double = 180
  ) -> Figure {
    require(!categories.isEmpty && !groups.isEmpty, "bars “\(title)”: no categories or no groups")
    require(axis.isLinear, "bars “\(title)”: a bar's length starts at 0, which a logarithmic axis does not have")
    require(
      axis.range.map { $0.lowerBound <= 0 && $0.upperBound >= 0 } ?? true, "bars “\(title)”: the range must contain 0")
    for group in groups {
      require(
        group.values.count == categories.count,
        "bars “\(title)”: \(group.values.count) values in “\(group.name)” for \(categories.count) categories")
    }
    var all: [(name: String, values: [Double])] = []
    for group in groups { all.append((group.name, plotted(group.values))) }
    let chart = BarChart(
      categories: categories, groups: all, axis: axis, categoryLabel: categoryLabel, horizontal: horizontal,
      decimals: decimals, height: height, references: references)
    let figure = Figure(title, description, .bars(chart), width: width)
    _ = figure.draw(heading: false)
    return figure
  }
}

extension BarChart {
  var table: [[String]] {
    var header = [categoryLabel.isEmpty ? FigureWords.current.item : categoryLabel]
    for group in groups { header.append(group.name.isEmpty ? FigureWords.current.value : group.name) }
    var rows = [header]
    for (i, category) in categories.enumerated() { rows.append([category] + groups.map { cell($0.values[i]) }) }
    return rows
  }

  var summary: String {
    let words = FigureWords.current
    var text = [words.sentence(words.barChart)]
    if !axis.label.isEmpty { text.append(words.values(axis.label)) }
    for group in groups {
      var items = ""
      for (i, category) in categories.enumerated() {
        items += (i == 0 ? "" : words.comma) + "\(category) \(brief(group.values[i]))"
      }
      text.append(words.sentence(groups.count > 1 ? words.group(group.name, items) : items))
    }
    return words.joined(text)
  }

  var remarks: String {
    var missing = 0
    for group in groups { for value in group.values where !value.isFinite { missing += 1 } }
    return missing > 0 ? FigureWords.current.valuesNotFinite(missing) : ""
  }
}
