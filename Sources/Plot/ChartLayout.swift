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
      y, ys, widening: equalAspect ? .margin(0.08) : .ticks, tickCount: Int(height / 38))
    let left = widest(yDomain.ticks.labels, size: smallSize) + 10
    // The last tick label may stand out by half its width: leave room, then choose ticks for what is left.
    var xDomain = Domain(x, xs, widening: xWidening, tickCount: 6)
    let spill = widest(Array(xDomain.ticks.labels.suffix(1)), size: smallSize) / 2
    let right = directWidth > spill ? directWidth : spill
    let plotWidth = width - left - right
    require(plotWidth > 60, "the labels leave no room for the plot: shorten them or give a greater width")
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
      var shapes = mark.swatch
      for j in (i + 1)..<(marks.count > i ? marks.count : i + 1) where twin(of: j) == i { shapes += marks[j].swatch }
      legend.entries.append((mark.label, Swatch(shapes: shapes, style: styles[i])))
    }
    return legend.entries.count < 2 ? Legend() : legend
  }

  func directLabels(_ layout: Layout, _ styles: [Int], into svg: inout SVG, _ placer: inout LabelPlacer) {
    if layout.direct.isEmpty { return }
    let frame = layout.frame
    var ends: [Point] = []
    for i in layout.direct {
      guard case .line(let s) = marks[i].kind else { continue }
      var end = frame.clamped(frame.point(s.x[s.x.count - 1], s.y[s.y.count - 1]))
      for k in s.x.indices where s.isFinite(k) && frame.contains(frame.point(s.x[k], s.y[k])) {
        end = frame.point(s.x[k], s.y[k])
      }
      ends.append(end)
    }
    let places = spread(ends.map { $0.y }, gap: 14.5, low: frame.top, high: frame.bottom - 2)
    for (k, i) in layout.direct.enumerated() {
      let at = Point(x: frame.right + 11, y: places[k])
      if ends[k].x < frame.right - 2 || at.y - ends[k].y > 5 || ends[k].y - at.y > 5 {
        svg.line(Point(x: ends[k].x + 3, y: ends[k].y), Point(x: at.x - 2, y: at.y), .series(styles[i]), width: 0.8)
      }
      svg.label(
        marks[i].label, at: Point(x: at.x, y: at.y + 4.5), ink: .series(styles[i]), halo: true, kind: "direct")
      placer.taken.append(
        Box(left: at.x, top: at.y - 7, right: at.x + textWidth(marks[i].label), bottom: at.y + 7))
    }
  }

  /// Names of reference lines, arrows, angles, notes and single points.
  func label(_ mark: Mark, _ style: Int, _ frame: ChartFrame, into svg: inout SVG, _ placer: inout LabelPlacer) {
    switch mark.kind {
    case .points(let s):
      for i in s.labels.indices where s.isFinite(i) {
        let p = frame.point(s.x[i], s.y[i])
        if frame.contains(p) { put(s.labels[i], p, gap: 7, away: nil, .text, into: &svg, &placer) }
      }
    case .horizontal(let v):
      let p = Point(x: frame.right, y: frame.at(y: v))
      edge(mark.label, p, towards: Point(x: frame.left, y: p.y), into: &svg, &placer)
    case .vertical(let v):
      let p = Point(x: frame.at(x: v), y: frame.top + 6)
      put(mark.label, p, gap: 5, away: nil, .muted, into: &svg, &placer)
    case .segment(let x0, let y0, let x1, let y1, let arrow):
      let a = frame.point(x0, y0)
      let b = frame.clamped(frame.point(x1, y1))
      if arrow {
        put(mark.label, b, gap: 5, away: Point(x: b.x - a.x, y: b.y - a.y), .series(style), into: &svg, &placer)
      } else {
        let ink = mark.style == nil ? Ink.muted : .series(style)
        put(mark.label, Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2), gap: 5, away: nil, ink, into: &svg, &placer)
      }
    case .angle(let vx, let vy, let from, let to):
      let (a, b) = (unit(from), unit(to))
      let c = frame.point(vx, vy)
      var middle = (a.0 + b.0, a.1 + b.1)
      if middle.0 * middle.0 + middle.1 * middle.1 < 1e-12 { middle = (-a.1, a.0) }
      let m = unit(middle)
      let r = arcRadius(frame)
      put(
        mark.label, Point(x: c.x + r * m.0, y: c.y - r * m.1), gap: 3, away: Point(x: m.0, y: -m.1), .text, into: &svg,
        &placer)
    case .note(let nx, let ny):
      put(mark.label, frame.point(nx, ny), gap: 6, away: nil, .text, into: &svg, &placer)
    case .line, .band, .steps, .circle, .polygon: break
    }
  }

  private func put(
    _ text: String, _ p: Point, gap: Double, away: Point?, _ ink: Ink, into svg: inout SVG, _ placer: inout LabelPlacer
  ) {
    if text.isEmpty { return }
    let place = placer.place(text, near: p, gap: gap, away: away)
    svg.label(text, at: place.at, anchor: place.anchor, ink: ink, halo: true, kind: "placed")
  }

  /// A label above or below a horizontal line, where along it least is covered.
  private func edge(
    _ text: String, _ p: Point, towards q: Point, into svg: inout SVG, _ placer: inout LabelPlacer
  ) {
    if text.isEmpty { return }
    let place = placer.along(text, from: q, to: p)
    svg.label(text, at: place, anchor: .start, ink: .muted, halo: true, kind: "placed")
  }
}

extension Mark {
  var swatch: [Swatch.Shape] {
    switch kind {
    case .line(let s): return s.x.count <= 16 ? [.line, .point] : [.line]
    case .points: return [.point]
    case .band, .polygon: return [.area]
    case .steps: return [.bar]
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

extension LabelPlacer {
  /// The start of a label's baseline just above or below the horizontal line from `a` to `b`.
  mutating func along(_ text: String, from a: Point, to b: Point) -> Point {
    let w = textWidth(text)
    var best = Point(x: b.x - w, y: b.y - 4)
    var bestBox = Box(left: 0, top: 0, right: 0, bottom: 0)
    var bestCost = Double.infinity
    for below in [false, true] {
      for step in 0...6 {
        let left = b.x - w - 2 - (b.x - a.x - w - 4) * Double(step) / 6
        let baseline = below ? b.y + 14 : b.y - 4
        let box = Box(left: left, top: baseline - 10, right: left + w, bottom: baseline + 2)
        let cost = weight(of: box) + Double(step) + (below ? 2 : 0)
        if cost < bestCost {
          bestCost = cost
          bestBox = box
          best = Point(x: left, y: baseline)
        }
      }
    }
    taken.append(bestBox)
    return best
  }
}
