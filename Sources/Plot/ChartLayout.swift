extension Chart {
  struct Layout {
    var frame: ChartFrame
    var legend: Legend
    var legendTop: Double
    /// Curves that are named at their right ends.
    var direct: [Int]
  }

  func layout(width: Double, heading: String, styles: [Int]) -> Layout {
    let (xs, ys) = extents()
    var legend = Legend()
    let direct = directCandidates(width: width)
    if direct.isEmpty { legend = self.legend(styles) }
    let legendTop = heading.isEmpty ? 0 : 20.0
    let labelled = !y.label.isEmpty
    let top = legendTop + legend.height(width: width) + (labelled ? 26 : 12)
    let directWidth = direct.isEmpty ? 0 : widest(direct.map { marks[$0].label }, size: textSize) + 12

    let yDomain = Domain(
      y, ys, widening: yWidening, tickCount: Int(height / 30))
    let left = widest(yDomain.ticks.labels, size: smallSize) + 10
    // The last tick label may stand out by half its width: leave room, then choose ticks for what is left.
    var xDomain = Domain(x, xs, widening: xWidening, tickCount: 6)
    let spill = widest(Array(xDomain.ticks.labels.suffix(1)), size: smallSize) / 2
    let right = directWidth > spill ? directWidth : spill
    let plotWidth = width - left - right
    requireRoom(plotWidth)
    var count = 8
    while count > 2 {
      xDomain = Domain(x, xs, widening: xWidening, tickCount: count)
      let widthOfAll = widest(xDomain.ticks.labels, size: smallSize) + 10
      if widthOfAll * Double(xDomain.ticks.labels.count) <= plotWidth + widthOfAll { break }
      count -= 1
    }
    var frame = ChartFrame(
      left: left, top: top, width: plotWidth, height: height, x: xDomain, y: yDomain)
    if equalAspect { makeEqual(&frame, xs, ys, width: width) }
    return Layout(frame: frame, legend: legend, legendTop: legendTop, direct: direct)
  }

  private var xWidening: Widening { tightX ? .none : .margin(equalAspect ? 0.08 : 0.04) }

  private var yWidening: Widening {
    equalAspect ? .margin(0.08) : (verticalGrid ? .margin(0.05) : .ticks)
  }

  /// Equal scales: the height follows from the width; a tall plot becomes narrower instead.
  private func makeEqual(_ frame: inout ChartFrame, _ xs: Extent, _ ys: Extent, width: Double) {
    let ratio = (frame.y.high - frame.y.low) / (frame.x.high - frame.x.low)
    let limit = height > 330 ? height : 330
    frame.height = frame.width * ratio
    if frame.height > limit {
      let narrow = limit / ratio
      frame.left += (frame.width - narrow) / 2
      frame.width = narrow
      frame.height = limit
    }
    require(
      frame.height >= 20 && frame.width >= 20,
      "equal scales make this plot a thin strip: give both axes ranges of similar length")
    // Ticks at the same distances on both axes.
    let step = TickStep(
      low: 0, high: frame.x.high - frame.x.low, count: Int(frame.width / 45) > 2 ? Int(frame.width / 45) : 2)
    frame.x = Domain(frame.x, step: step)
    frame.y = Domain(frame.y, step: step)
  }

  /// The curves, when each can be named at its right end.
  private func directCandidates(width: Double) -> [Int] {
    switch names {
    case .legend, .none: return []
    case .automatic: break
    }
    var lines: [Int] = []
    for (i, mark) in marks.enumerated() where mark.isNamed && !mark.label.isEmpty && twin(of: i) == nil {
      guard case .line(let s) = mark.kind else { return [] }
      if s.y.last?.isFinite != true { return [] }
      lines.append(i)
    }
    if lines.count < 2 || Double(lines.count) * 15 > height { return [] }
    return widest(lines.map { marks[$0].label }, size: textSize) + 12 <= width * 0.36 ? lines : []
  }

  private func legend(_ styles: [Int]) -> Legend {
    var legend = Legend()
    if case .none = names { return legend }
    for (i, mark) in marks.enumerated() where mark.isNamed && !mark.label.isEmpty && twin(of: i) == nil {
      var shapes = swatch(mark)
      for j in (i + 1)..<marks.count where twin(of: j) == i { shapes += swatch(marks[j]) }
      legend.entries.append((mark.label, Swatch(shapes: shapes, style: styles[i])))
    }
    return legend.entries.count < 2 ? Legend() : legend
  }

  private func swatch(_ mark: Mark) -> [Swatch.Shape] {
    switch mark.kind {
    case .line(let s): return s.x.count <= 16 ? [.line, .point] : [.line]
    case .points: return [.point]
    case .band, .polygon: return [.area]
    case .steps: return hasCurves ? [.paleBar] : [.bar]
    case .horizontal, .vertical, .segment, .circle, .angle, .note: return []
    }
  }

}

extension Domain {
  /// The same range with ticks at a given step.
  init(_ other: Domain, step: TickStep) {
    var ticks = Ticks(Axis(ticks: []), low: other.low, high: other.high, count: 1)
    var k = step.index(above: other.low)
    while step.value(at: k) <= other.high {
      ticks.values.append(step.value(at: k))
      ticks.labels.append(fixed(step.value(at: k), step.decimals > 15 ? 15 : step.decimals))
      k += 1
    }
    self.init(low: other.low, high: other.high, scale: other.scale, ticks: ticks)
  }

  private init(low: Double, high: Double, scale: AxisScale, ticks: Ticks) {
    self.low = low
    self.high = high
    self.scale = scale
    self.ticks = ticks
  }
}
