extension Chart {
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
        marks[i].label, at: Point(x: at.x, y: at.y + 4.5), ink: .series(styles[i]), halo: true, class: "direct")
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
        let along = [0.5, 0.85, 0.15].map { Point(x: a.x + (b.x - a.x) * $0, y: a.y + (b.y - a.y) * $0) }
        put(mark.label, along, gap: 5, away: nil, ink, into: &svg, &placer)
      }
    case .angle(let vx, let vy, let from, let to):
      let (a, b) = (unit(from), unit(to))
      let c = frame.point(vx, vy)
      var middle = (a.0 + b.0, a.1 + b.1)
      if middle.0 * middle.0 + middle.1 * middle.1 < 1e-12 { middle = (-a.1, a.0) }
      let m = unit(middle)
      let r = arcRadius(frame)
      // Further out the angle is wider: there the name may have room between its sides.
      let outwards = [1.0, 1.3, 1.7].map { Point(x: c.x + r * m.0 * $0, y: c.y - r * m.1 * $0) }
      put(mark.label, outwards, gap: 3, away: Point(x: m.0, y: -m.1), pull: 40, .text, into: &svg, &placer)
    case .note(let nx, let ny):
      put(mark.label, frame.point(nx, ny), gap: 6, away: nil, .text, into: &svg, &placer)
    case .line, .band, .steps, .circle, .polygon: break
    }
  }

  private func put(
    _ text: String, _ p: Point, gap: Double, away: Point?, _ ink: Ink, into svg: inout SVG, _ placer: inout LabelPlacer
  ) {
    put(text, [p], gap: gap, away: away, ink, into: &svg, &placer)
  }

  private func put(
    _ text: String, _ points: [Point], gap: Double, away: Point?, pull: Double = 10, _ ink: Ink,
    into svg: inout SVG, _ placer: inout LabelPlacer
  ) {
    if text.isEmpty { return }
    let place = placer.place(text, near: points, gap: gap, away: away, pull: pull)
    svg.label(text, at: place.at, anchor: place.anchor, ink: ink, halo: true, class: "placed")
  }

  /// A label above or below a horizontal line, where along it least is covered.
  private func edge(
    _ text: String, _ p: Point, towards q: Point, into svg: inout SVG, _ placer: inout LabelPlacer
  ) {
    if text.isEmpty { return }
    let place = placer.along(text, from: q, to: p)
    svg.label(text, at: place, anchor: .start, ink: .muted, halo: true, class: "placed")
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
