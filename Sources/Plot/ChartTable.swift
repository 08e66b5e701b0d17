extension Chart {
  /// One column of y for each series where all share their x, else one row for each point.
  var table: [[String]] {
    let all = marks.filter { $0.series != nil }
    var rows: [[String]] = []
    if let first = all.first?.series, !hasOtherShapes,
      all.allSatisfy({ isPlain($0) && identical($0.series!.x, first.x) })
    {
      let hasLabels = all.contains { !$0.series!.labels.isEmpty }
      var header = [x.label.isEmpty ? "x" : x.label]
      for mark in all { header.append(mark.label.isEmpty ? (y.label.isEmpty ? "y" : y.label) : mark.label) }
      rows.append(hasLabels ? ["名前"] + header : header)
      for i in first.x.indices {
        var row = hasLabels ? [all.first { !$0.series!.labels.isEmpty }!.series!.labels[i]] : []
        row.append(cell(first.x[i]))
        for mark in all { row.append(cell(mark.series!.y[i])) }
        rows.append(row)
      }
    } else if !all.isEmpty {
      rows.append(["系列", x.label.isEmpty ? "x" : x.label, y.label.isEmpty ? "y" : y.label])
      for mark in all {
        let s = mark.series!
        for i in s.x.indices {
          var name = mark.label
          if !s.labels.isEmpty { name += (name.isEmpty ? "" : " ") + s.labels[i] }
          var value = cell(s.y[i])
          if case .band(_, let upper) = mark.kind { value += "–" + cell(upper[i]) }
          rows.append([name, cell(s.x[i]), value])
        }
      }
    }
    return rows + otherRows(rows)
  }

  private func isPlain(_ mark: Mark) -> Bool {
    if case .band = mark.kind { return false }
    return true
  }

  private func otherRows(_ before: [[String]]) -> [[String]] {
    var rows: [[String]] = []
    func add(_ name: String, _ a: String, _ b: String) { rows.append([name, a, b]) }
    for mark in marks {
      switch mark.kind {
      case .steps(let name, let edges, let heights):
        for i in heights.indices { add(name, cell(edges[i]) + "–" + cell(edges[i + 1]), cell(heights[i])) }
      case .horizontal(let v): add(mark.label, "", cell(v))
      case .vertical(let v): add(mark.label, cell(v), "")
      case .segment(let x0, let y0, let x1, let y1, let arrow):
        let sign = arrow ? " → " : " – "
        add(mark.label, cell(x0) + sign + cell(x1), cell(y0) + sign + cell(y1))
      case .circle(let cx, let cy, let r):
        add((mark.label.isEmpty ? "円" : mark.label) + "（半径\(cell(r))）", cell(cx), cell(cy))
      case .polygon(let px, let py): for i in px.indices { add(mark.label, cell(px[i]), cell(py[i])) }
      case .note(let nx, let ny): add(mark.label, cell(nx), cell(ny))
      case .line, .points, .band, .angle: break
      }
    }
    if rows.isEmpty || before.isEmpty || hasOtherShapes {
      return before.isEmpty ? [["名前", x.label.isEmpty ? "x" : x.label, y.label.isEmpty ? "y" : y.label]] + rows : rows
    }
    if same(before[0][0], "系列") { return rows }
    // Reference lines below columns of series: name and value in one cell.
    return rows.map { row in
      var wide = [row[0] + (row[1].isEmpty ? "：縦 = " + row[2] : "：横 = " + row[1])]
      while wide.count < before[0].count { wide.append("") }
      return wide
    }
  }

  /// Marks with coordinates of their own: the table has one row for each point.
  private var hasOtherShapes: Bool {
    marks.contains {
      switch $0.kind {
      case .line, .points, .band, .horizontal, .vertical, .angle: return false
      case .steps, .segment, .circle, .polygon, .note: return true
      }
    }
  }

  var summary: String {
    var text = kind + "。"
    if !x.label.isEmpty { text += "横軸は\(x.label)" + (x.isLinear ? "" : "（対数）") + "。" }
    if !y.label.isEmpty { text += "縦軸は\(y.label)" + (y.isLinear ? "" : "（対数）") + "。" }
    for (i, mark) in marks.enumerated() where twin(of: i) == nil {
      switch mark.kind {
      case .line(let s), .points(let s):
        var extent = Extent()
        for k in s.y.indices where s.isFinite(k) { extent.include(s.y[k]) }
        text +=
          (mark.label.isEmpty ? "" : "「\(mark.label)」") + "\(s.y.count)点、縦は\(brief(extent.low))から\(brief(extent.high))。"
      case .segment(_, _, let x1, let y1, true): text += "矢印「\(mark.label)」の先は(\(brief(x1)), \(brief(y1)))。"
      case .horizontal(let v): text += "水平線「\(mark.label)」は\(cell(v))。"
      case .vertical(let v): text += "垂直線「\(mark.label)」は\(cell(v))。"
      case .band, .steps, .segment, .circle, .angle, .polygon, .note: break
      }
    }
    return text
  }

  /// What was left out.
  var remarks: String {
    var missing = 0
    var outside = 0
    for (i, mark) in marks.enumerated() {
      guard let s = mark.series else { continue }
      if let twin = twin(of: i), let t = marks[twin].series, identical(t.x, s.x), identical(t.y, s.y) { continue }
      missing += s.omitted
      if case .points = mark.kind {
        for k in s.x.indices where s.isFinite(k) {
          if x.range?.contains(s.x[k]) == false || y.range?.contains(s.y[k]) == false { outside += 1 }
        }
      }
    }
    var text = ""
    if missing > 0 { text += "有限でない点\(missing)個は描いていない。" }
    if outside > 0 { text += "範囲の外の点\(outside)個は描いていない。" }
    return text
  }
}

/// Equal in every bit: NaN is the same as itself.
private func identical(_ a: [Double], _ b: [Double]) -> Bool {
  if a.count != b.count { return false }
  for i in a.indices where a[i].bitPattern != b[i].bitPattern { return false }
  return true
}

/// A number in a sentence: three digits.
func brief(_ value: Double) -> String { general(value, significant: 3) }

/// A number in the table of the data: six digits.
func cell(_ value: Double) -> String { general(value, significant: 6) }
