extension Figure {
  /// Any marks on two axes.
  ///
  /// The title is the figure's accessible name, the description its text alternative; an empty one is made from the
  /// data. With `equalAspect` one unit is equally long on both axes. `width` is that of the whole figure in user units,
  /// `height` that of the plot area.
  public static func chart(
    _ title: String, description: String = "", _ marks: [Mark], x: Axis = Axis(), y: Axis = Axis(),
    equalAspect: Bool = false, names: SeriesNames = .automatic, width: Double = 360, height: Double = 200
  ) -> Figure {
    make(
      title, description,
      Chart(
        spokenName: FigureWords.current.chart, marks: marks, x: x, y: y, equalAspect: equalAspect, names: names,
        height: height,
        verticalGrid: equalAspect, tightX: false),
      width: width)
  }

  /// Curves, each with its own colour and dash, named at their right ends where that fits.
  public static func lines(
    _ title: String, description: String = "", _ series: [Series], x: Axis = Axis(), y: Axis = Axis(),
    marks: [Mark] = [], names: SeriesNames = .automatic, width: Double = 360, height: Double = 200
  ) -> Figure {
    require(!series.isEmpty, "line chart “\(title)”: no series")
    return make(
      title, description,
      Chart(
        spokenName: FigureWords.current.lineChart, marks: series.map { Mark.line($0) } + marks, x: x, y: y,
        names: names,
        height: height),
      width: width)
  }

  /// Groups of points, each with its own colour and shape; `labels` of a series stand beside its points.
  public static func scatter(
    _ title: String, description: String = "", _ series: [Series], x: Axis = Axis(), y: Axis = Axis(),
    marks: [Mark] = [], equalAspect: Bool = false, names: SeriesNames = .automatic, width: Double = 360,
    height: Double = 240
  ) -> Figure {
    require(!series.isEmpty, "scatter plot “\(title)”: no series")
    return make(
      title, description,
      Chart(
        spokenName: FigureWords.current.scatterPlot, marks: series.map { Mark.points($0) } + marks, x: x, y: y,
        equalAspect: equalAspect, names: names, height: height, verticalGrid: true, tightX: false),
      width: width)
  }

  /// Vectors, circles and angles on equal scales.
  public static func plane(
    _ title: String, description: String = "", _ marks: [Mark], x: Axis = Axis(), y: Axis = Axis(),
    width: Double = 360
  ) -> Figure {
    make(
      title, description,
      Chart(
        spokenName: FigureWords.current.plane, marks: marks, x: x, y: y, equalAspect: true, height: 320,
        verticalGrid: true,
        tightX: false),
      width: width)
  }

  /// How many of `values` fall into each of `bins` equal intervals of their range, or of `range`.
  ///
  /// The last interval includes its upper end. `density` divides by count × width, so that the area is 1 and a
  /// density curve can be laid over it.
  /// Shape: n values; NaN, infinite ones and those outside `range` are left out and counted in the description.
  /// `overlay` are curves over the same axes. Refused: bins outside 1…1000, no finite value, an empty range.
  public static func histogram<T: Plottable>(
    _ title: String, description: String = "", _ values: [T], bins: Int = 20, range: ClosedRange<Double>? = nil,
    density: Bool = false, name: String? = nil, overlay: [Series] = [], marks: [Mark] = [], x: Axis = Axis(),
    y: Axis? = nil, width: Double = 360, height: Double = 200
  ) -> Figure {
    require(bins >= 1 && bins <= 1000, "histogram “\(title)”: bins must lie in 1...1000, not \(bins)")
    let histogram = Histogram(plotted(values), bins: bins, range: range, density: density, title: title)
    let words = FigureWords.current, name = name ?? words.count
    let bars = Mark(kind: .steps(name: name, edges: histogram.edges, heights: histogram.heights), label: name)
    let yAxis = y ?? Axis(density ? words.density : words.count, includesZero: true)
    var figure = make(
      title, description,
      Chart(
        spokenName: words.histogram, marks: [bars] + overlay.map { Mark.line($0) } + marks, x: x, y: yAxis,
        names: overlay.isEmpty ? .none : .legend, height: height),
      width: width)
    if histogram.omitted > 0 { figure.note = words.valuesNotCounted(histogram.omitted) }
    return figure
  }

  /// The figure of a chart. Refused: no marks, a height that no page shows, equal scales on logarithmic axes, marks
  /// that cannot be drawn.
  private static func make(_ title: String, _ description: String, _ chart: Chart, width: Double) -> Figure {
    require(!chart.marks.isEmpty, "chart “\(title)”: no marks")
    requireHeight(chart.height, "chart “\(title)”")
    require(
      !chart.equalAspect || (chart.x.isLinear && chart.y.isLinear), "chart “\(title)”: equal scales need linear axes")
    for mark in chart.marks { chart.requireDrawable(mark, title) }
    return Figure(title, description, .chart(chart), width: width).checked
  }
}

extension Chart {
  func requireDrawable(_ mark: Mark, _ title: String) {
    guard let s = mark.series else { return }
    require(!s.x.isEmpty, "chart “\(title)”: series “\(s.name)” is empty")
    require(s.omitted < s.x.count, "chart “\(title)”: series “\(s.name)” has no finite point")
    for i in s.x.indices where s.isFinite(i) {
      require(x.isLinear || s.x[i] > 0, "chart “\(title)”: a logarithmic x axis cannot show \(general(s.x[i]))")
      require(y.isLinear || s.y[i] > 0, "chart “\(title)”: a logarithmic y axis cannot show \(general(s.y[i]))")
    }
  }
}

/// Counts of values in equal intervals.
struct Histogram {
  var edges: [Double] = []
  var heights: [Double] = []
  var omitted = 0

  init(_ values: [Double], bins: Int, range: ClosedRange<Double>?, density: Bool, title: String) {
    var extent = Extent()
    for value in values { extent.include(value) }
    require(!extent.isEmpty, "histogram “\(title)”: no finite value")
    var low = range?.lowerBound ?? extent.low
    var high = range?.upperBound ?? extent.high
    if low == high {
      low -= 0.5
      high += 0.5
    }
    require(low.isFinite && high.isFinite && low < high, "histogram “\(title)”: the range must be finite and not empty")
    for i in 0...bins { edges.append(i == bins ? high : low + (high - low) * Double(i) / Double(bins)) }
    heights = [Double](repeating: 0, count: bins)
    var counted = 0.0
    for value in values {
      if !(value >= low && value <= high) {
        omitted += 1
        continue
      }
      var bin = Int((value - low) / (high - low) * Double(bins))
      if bin >= bins { bin = bins - 1 }
      // The quotient is rounded: the edges decide.
      while bin > 0 && value < edges[bin] { bin -= 1 }
      while bin < bins - 1 && value >= edges[bin + 1] { bin += 1 }
      heights[bin] += 1
      counted += 1
    }
    if density && counted > 0 {
      for i in heights.indices { heights[i] /= counted * (edges[i + 1] - edges[i]) }
    }
  }
}
