/// How series are told apart.
public enum SeriesNames: Sendable {
  /// At the curves' right ends where they fit, else in a legend.
  case automatic
  /// In a legend.
  case legend
  /// Not at all.
  case none
}

/// Marks on two axes: line charts, scatter plots, histograms, vectors.
struct Chart: Sendable {
  /// What the description calls it: 折れ線グラフ, Line chart.
  var spokenName: String
  var marks: [Mark]
  var x: Axis
  var y: Axis
  /// One unit is equally long on both axes.
  var equalAspect = false
  var names = SeriesNames.automatic
  var height = 200.0
  var verticalGrid = false
  var tightX = true

  /// Colour, dash and shape of each mark; marks of one name share theirs.
  var styles: [Int] {
    var result: [Int] = []
    var next = 0
    for (i, mark) in marks.enumerated() {
      if let style = mark.style {
        result.append(style)
        if style >= next { next = style + 1 }
      } else if let twin = twin(of: i) {
        result.append(result[twin])
      } else if case .band = mark.kind {
        result.append(next)  // A band lies around the curve that follows it.
      } else if mark.isStyled {
        result.append(next)
        next += 1
      } else {
        result.append(0)
      }
    }
    return result
  }

  /// An earlier mark with the same name.
  func twin(of i: Int) -> Int? {
    if marks[i].label.isEmpty || !marks[i].isNamed { return nil }
    for j in 0..<i where marks[j].isNamed && same(marks[j].label, marks[i].label) { return j }
    return nil
  }

  /// What the x axis must show; y only counts points whose x is in range, and the other way round.
  func extents() -> (x: Extent, y: Extent) {
    var xs = Extent()
    var ys = Extent()
    func add(_ px: Double, _ py: Double) {
      if !px.isFinite || !py.isFinite { return }
      let inX = x.range.map { $0.contains(px) } ?? true
      let inY = y.range.map { $0.contains(py) } ?? true
      if inY { xs.include(px) }
      if inX { ys.include(py) }
    }
    for mark in marks {
      switch mark.kind {
      case .line(let s), .points(let s): for i in 0..<s.x.count { add(s.x[i], s.y[i]) }
      case .band(let s, let upper):
        for i in 0..<s.x.count {
          add(s.x[i], s.y[i])
          add(s.x[i], upper[i])
        }
      case .steps(_, let edges, let heights):
        for i in 0..<heights.count {
          add(edges[i], heights[i])
          add(edges[i + 1], 0)
        }
      case .horizontal(let v): ys.include(v)
      case .vertical(let v): xs.include(v)
      case .segment(let x0, let y0, let x1, let y1, _):
        add(x0, y0)
        add(x1, y1)
      case .circle(let cx, let cy, let r):
        add(cx - r, cy)
        add(cx + r, cy)
        add(cx, cy - r)
        add(cx, cy + r)
      case .angle(let vx, let vy, _, _): add(vx, vy)
      case .polygon(let px, let py): for i in 0..<px.count { add(px[i], py[i]) }
      case .note(let nx, let ny): add(nx, ny)
      }
    }
    return (xs, ys)
  }
}

/// Equality of the encoded text, without Unicode's tables.
func same(_ a: String, _ b: String) -> Bool { Array(a.utf8) == Array(b.utf8) }

extension Mark {
  /// Takes the next colour.
  var isStyled: Bool {
    switch kind {
    case .line, .points, .band, .steps, .polygon: return true
    case .segment(_, _, _, _, let arrow): return arrow
    case .horizontal, .vertical, .circle, .angle, .note: return false
    }
  }

  /// Its name belongs in a legend.
  var isNamed: Bool {
    switch kind {
    case .line, .points, .band, .steps, .polygon: return true
    case .horizontal, .vertical, .segment, .circle, .angle, .note: return false
    }
  }

  var series: Series? {
    switch kind {
    case .line(let s), .points(let s), .band(let s, _): return s
    case .steps, .horizontal, .vertical, .segment, .circle, .angle, .polygon, .note: return nil
    }
  }
}
