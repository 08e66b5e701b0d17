extension FigureWords {
  static let english = FigureWords(
    language: "en",
    chart: "Chart",
    lineChart: "Line chart",
    scatterPlot: "Scatter plot",
    plane: "Drawing in the plane",
    histogram: "Histogram",
    barChart: "Bar chart",
    heatMap: { "Heat map of \(counted($0, "row", "rows")) and \(counted($1, "column", "columns"))" },
    count: "Count",
    density: "Density",
    name: "Name",
    series: "Series",
    item: "Item",
    value: "Value",
    circle: "Circle",
    withRadius: { "\($0) (radius \($1))" },
    withPower: { $0.isEmpty ? "×\($1)" : "\($0) (×\($1))" },
    atY: { $0.isEmpty ? "y = \($1)" : "\($0): y = \($1)" },
    atX: { $0.isEmpty ? "x = \($1)" : "\($0): x = \($1)" },
    space: " ",
    comma: ", ",
    sentence: { "\($0)." },
    xAxis: { "The horizontal axis is \($0)." },
    yAxis: { "The vertical axis is \($0)." },
    logarithmic: { "\($0) (logarithmic)" },
    values: { "The values are \($0)." },
    rows: { "The rows are \($0)." },
    columns: { "The columns are \($0)." },
    points: { "\(counted($0, "point", "points")), y from \($1) to \($2)." },
    named: { "“\($0)”: \($1)" },
    group: { "“\($0)”: \($1)" },
    arrow: { $0.isEmpty ? "An arrow ends at \($1)." : "The arrow “\($0)” ends at \($1)." },
    horizontal: { $0.isEmpty ? "A horizontal line at \($1)." : "The horizontal line “\($0)” is at \($1)." },
    vertical: { $0.isEmpty ? "A vertical line at \($1)." : "The vertical line “\($0)” is at \($1)." },
    extent: { "\($0) from \($1) to \($2); the greatest is in row “\($3)”, column “\($4)”." },
    pointsNotFinite: { "\(counted($0, "point that is", "points that are")) not finite \(drawn($0))." },
    pointsOutside: { "\(counted($0, "point", "points")) outside the range \(drawn($0))." },
    valuesNotFinite: { "\(counted($0, "value that is", "values that are")) not finite \(drawn($0))." },
    barsCutOff: { "\(counted($0, "bar is", "bars are")) cut off at the edge of the range." },
    valuesNotCounted: {
      "\(counted($0, "value", "values")) not finite or outside the range \($0 == 1 ? "is" : "are") not counted."
    },
    cellsEmpty: {
      "\(counted($0, "cell is", "cells are")) empty: \($0 == 1 ? "its value is" : "their values are") not finite."
    })

  private static func counted(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }

  private static func drawn(_ number: Int) -> String { number == 1 ? "is not drawn" : "are not drawn" }
}
