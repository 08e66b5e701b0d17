extension Chart {
  func drawing(width: Double, heading: String) -> Drawing {
    let styles = self.styles
    let layout = layout(width: width, heading: heading, styles: styles)
    let frame = layout.frame
    var svg = SVG()
    svg.heading(heading, width: width)
    layout.legend.draw(into: &svg, top: layout.legendTop, width: width)
    svg.yAxis(frame, label: y.label, labelY: frame.top - 10)
    svg.xAxis(frame, label: x.label, width: width, grid: verticalGrid)
    svg.plotArea(frame)
    if verticalGrid { zeroLines(frame, into: &svg) }

    var placer = LabelPlacer(bounds: Box(left: 0, top: frame.top - 6, right: width, bottom: frame.bottom))
    svg.add("<g class=\"plot-marks\" stroke-linejoin=\"round\" stroke-linecap=\"butt\">")
    for layer in 0..<4 {
      for (mark, style) in zip(marks, styles) where mark.layer == layer {
        draw(mark, style, frame, into: &svg, &placer)
      }
    }
    svg.add("</g><g class=\"plot-labels\">")
    directLabels(layout, styles, into: &svg, &placer)
    for (mark, style) in zip(marks, styles) { label(mark, style, frame, into: &svg, &placer) }
    svg.add("</g>")
    let below = x.label.isEmpty && frame.x.ticks.exponent == 0 ? 22.0 : 42.0
    return Drawing(width: width, height: frame.bottom + below, text: svg.text)
  }

  private func zeroLines(_ frame: ChartFrame, into svg: inout SVG) {
    if frame.x.scale == .linear && frame.x.contains(0) {
      svg.line(frame.point(0, frame.y.low), frame.point(0, frame.y.high), .axis)
    }
    if frame.y.scale == .linear && frame.y.contains(0) {
      svg.line(frame.point(frame.x.low, 0), frame.point(frame.x.high, 0), .axis)
    }
  }

  private func draw(
    _ mark: Mark, _ style: Int, _ frame: ChartFrame, into svg: inout SVG, _ placer: inout LabelPlacer
  ) {
    let ink = Ink.series(style)
    switch mark.kind {
    case .line(let s): drawLine(s, style, frame, into: &svg, &placer)
    case .points(let s):
      for i in 0..<s.x.count where s.isFinite(i) {
        let p = frame.point(s.x[i], s.y[i])
        if !frame.contains(p) { continue }
        svg.marker(at: p, style: style, tooltip: tooltip(s, i), scale: s.x.count > 150 ? 0.65 : 1)
        placer.taken.append(Box(left: p.x - 3, top: p.y - 3, right: p.x + 3, bottom: p.y + 3))
      }
    case .band(let s, let upper):
      var runs: [[Int]] = [[]]
      for i in 0..<s.x.count {
        if s.isFinite(i) && upper[i].isFinite {
          runs[runs.count - 1].append(i)
        } else {
          runs.append([])
        }
      }
      for run in runs where run.count > 1 {
        var corners: [Point] = []
        for i in run { corners.append(frame.clamped(frame.point(s.x[i], s.y[i]))) }
        for i in run.reversed() { corners.append(frame.clamped(frame.point(s.x[i], upper[i]))) }
        svg.element("path", "d=\"\(outline(corners))Z\" fill=\"\(ink.css)\" fill-opacity=\".2\"", tooltip: mark.label)
      }
    case .steps(_, let edges, let heights):
      for i in heights.indices {
        let a = frame.clamped(frame.point(edges[i], heights[i]))
        let b = frame.clamped(frame.point(edges[i + 1], 0))
        if b.x - a.x <= 0 || b.y - a.y <= 0 { continue }
        let gap = b.x - a.x > 5 ? 1.0 : 0.0
        svg.bar(
          x: a.x, y: a.y, width: b.x - a.x - gap, height: b.y - a.y, style: style, pale: hasCurves,
          tooltip: "\(general(edges[i]))–\(general(edges[i + 1])): \(general(heights[i]))", class: "bar")
      }
    case .horizontal(let v):
      guard let (a, b) = frame.clipped(frame.point(frame.x.low, v), frame.point(frame.x.high, v)) else { return }
      svg.line(a, b, .muted, width: 1.2, dash: "4 3")
      placer.segments.append((a, b, 12))
    case .vertical(let v):
      guard let (a, b) = frame.clipped(frame.point(v, frame.y.low), frame.point(v, frame.y.high)) else { return }
      svg.line(a, b, .muted, width: 1.2, dash: "4 3")
      placer.segments.append((a, b, 12))
    case .segment(let x0, let y0, let x1, let y1, let arrow):
      let (from, to) = (frame.point(x0, y0), frame.point(x1, y1))
      guard let (a, b) = frame.clipped(from, to) else { return }
      placer.segments.append((a, b, arrow ? 30 : 12))
      if arrow {
        svg.arrow(a, b, ink, dash: mark.dashed ? "5 3" : "", head: b.x == to.x && b.y == to.y, tooltip: arrowTip(mark))
      } else {
        svg.line(a, b, mark.style == nil ? .muted : ink, width: 1.4, dash: mark.dashed ? "4 3" : "")
      }
    case .circle(let cx, let cy, let r):
      let c = frame.point(cx, cy)
      let radius = frame.at(x: cx + r) - c.x
      svg.element(
        "circle",
        "cx=\"\(coordinate(c.x))\" cy=\"\(coordinate(c.y))\" r=\"\(coordinate(radius))\" fill=\"none\" "
          + "stroke=\"\(Ink.axis.css)\" stroke-width=\"1.2\"",
        tooltip: mark.label)
    case .angle(let vx, let vy, let from, let to):
      svg.arc(frame.point(vx, vy), from, to, radius: arcRadius(frame))
    case .polygon(let px, let py):
      var corners: [Point] = []
      for i in px.indices { corners.append(frame.clamped(frame.point(px[i], py[i]))) }
      svg.element(
        "path", "d=\"\(outline(corners))Z\" fill=\"\(ink.css)\" fill-opacity=\".2\" stroke=\"\(ink.css)\"",
        tooltip: mark.label)
    case .note(let nx, let ny):
      let p = frame.point(nx, ny)
      placer.taken.append(Box(left: p.x - 3, top: p.y - 3, right: p.x + 3, bottom: p.y + 3))
    }
  }

  /// Bars under a curve are pale, so that it shows.
  var hasCurves: Bool {
    marks.contains {
      if case .line = $0.kind { return true }
      return false
    }
  }

  private func drawLine(
    _ s: Series, _ style: Int, _ frame: ChartFrame, into svg: inout SVG, _ placer: inout LabelPlacer
  ) {
    var d = ""
    var last: Point?
    var shown: [Int] = []
    for i in 0..<s.x.count {
      guard s.isFinite(i) else {
        last = nil
        continue
      }
      let p = frame.point(s.x[i], s.y[i])
      if frame.contains(p) { shown.append(i) }
      if let q = last, let (a, b) = frame.clipped(q, p) {
        if d.isEmpty || a.x != q.x || a.y != q.y || needsMove(s, i, frame) { d += "M" + pair(a) }
        d += "L" + pair(b)
        if s.x.count <= 400 { placer.segments.append((a, b, 12)) }
      }
      last = p
    }
    if !d.isEmpty {
      svg.element(
        "path",
        "d=\"\(d)\" fill=\"none\" stroke=\"\(Ink.series(style).css)\" stroke-width=\"2\""
          + (dash(style).isEmpty ? "" : " stroke-dasharray=\"\(dash(style))\"") + " class=\"curve\"",
        tooltip: s.name)
    }
    if shown.count <= 16 {
      for i in shown { svg.marker(at: frame.point(s.x[i], s.y[i]), style: style, tooltip: tooltip(s, i), scale: 0.85) }
    } else if shown.count <= 120 {
      // Places to point at, so that every value can be read.
      svg.add("<g fill=\"transparent\">")
      for i in shown {
        let p = frame.point(s.x[i], s.y[i])
        svg.element("circle", "cx=\"\(coordinate(p.x))\" cy=\"\(coordinate(p.y))\" r=\"5\"", tooltip: tooltip(s, i))
      }
      svg.add("</g>")
    }
  }

  /// Whether the curve starts afresh at the segment that ends in point i.
  private func needsMove(_ s: Series, _ i: Int, _ frame: ChartFrame) -> Bool {
    if i < 2 || !s.isFinite(i - 2) { return true }
    return !frame.contains(frame.point(s.x[i - 1], s.y[i - 1]))
  }

  func tooltip(_ s: Series, _ i: Int) -> String {
    var text = s.name
    if !s.labels.isEmpty { text += (text.isEmpty ? "" : " ") + s.labels[i] }
    return (text.isEmpty ? "" : text + ": ") + "\(general(s.x[i], significant: 4)), \(general(s.y[i], significant: 4))"
  }

  private func arrowTip(_ mark: Mark) -> String {
    guard case .segment(let x0, let y0, let x1, let y1, _) = mark.kind else { return "" }
    let tip = "(\(general(x1 - x0, significant: 4)), \(general(y1 - y0, significant: 4)))"
    return mark.label.isEmpty ? tip : mark.label + " = " + tip
  }

  func arcRadius(_ frame: ChartFrame) -> Double {
    let side = frame.width < frame.height ? frame.width : frame.height
    return side * 0.11
  }
}

func outline(_ corners: [Point]) -> String {
  var d = ""
  for (i, p) in corners.enumerated() { d += (i == 0 ? "M" : "L") + pair(p) }
  return d
}

extension Mark {
  /// What is drawn first: areas, then reference lines, curves, points and arrows.
  var layer: Int {
    switch kind {
    case .band, .steps, .polygon: return 0
    case .horizontal, .vertical, .circle, .note: return 1
    case .line, .angle: return 2
    case .points, .segment: return 3
    }
  }
}
