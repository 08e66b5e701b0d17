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
      rows.append(hasLabels ? [FigureWords.current.name] + header : header)
      for i in first.x.indices {
        var row = hasLabels ? [all.first { !$0.series!.labels.isEmpty }!.series!.labels[i]] : []
        row.append(sixDigits(first.x[i]))
        for mark in all { row.append(sixDigits(mark.series!.y[i])) }
        rows.append(row)
      }
    } else if !all.isEmpty {
      rows.append([FigureWords.current.series, x.label.isEmpty ? "x" : x.label, y.label.isEmpty ? "y" : y.label])
      for mark in all {
        let s = mark.series!
        for i in s.x.indices {
          var name = mark.label
          if !s.labels.isEmpty { name += (name.isEmpty ? "" : " ") + s.labels[i] }
          var value = sixDigits(s.y[i])
          if case .band(_, let upper) = mark.kind { value += "–" + sixDigits(upper[i]) }
          rows.append([name, sixDigits(s.x[i]), value])
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
    let words = FigureWords.current
    var rows: [[String]] = []
    func add(_ name: String, _ a: String, _ b: String) { rows.append([name, a, b]) }
    for mark in marks {
      switch mark.kind {
      case .steps(let name, let edges, let heights):
        for i in heights.indices {
          add(name, sixDigits(edges[i]) + "–" + sixDigits(edges[i + 1]), sixDigits(heights[i]))
        }
      case .horizontal(let v): add(mark.label, "", sixDigits(v))
      case .vertical(let v): add(mark.label, sixDigits(v), "")
      case .segment(let x0, let y0, let x1, let y1, let arrow):
        let sign = arrow ? " → " : " – "
        add(mark.label, sixDigits(x0) + sign + sixDigits(x1), sixDigits(y0) + sign + sixDigits(y1))
      case .circle(let cx, let cy, let r):
        add(
          words.withRadius(mark.label.isEmpty ? words.circle : mark.label, sixDigits(r)), sixDigits(cx), sixDigits(cy))
      case .polygon(let px, let py): for i in px.indices { add(mark.label, sixDigits(px[i]), sixDigits(py[i])) }
      case .note(let nx, let ny): add(mark.label, sixDigits(nx), sixDigits(ny))
      case .line, .points, .band, .angle: break
      }
    }
    if rows.isEmpty || before.isEmpty || hasOtherShapes {
      if !before.isEmpty { return rows }
      return [[words.name, x.label.isEmpty ? "x" : x.label, y.label.isEmpty ? "y" : y.label]] + rows
    }
    if same(before[0][0], words.series) { return rows }
    // Reference lines below columns of series: name and value in one cell.
    return rows.map { row in
      var wide = [row[1].isEmpty ? words.atY(row[0], row[2]) : words.atX(row[0], row[1])]
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
    let words = FigureWords.current
    var text = [words.sentence(spokenName)]
    if !x.label.isEmpty { text.append(words.xAxis(x.isLinear ? x.label : words.logarithmic(x.label))) }
    if !y.label.isEmpty { text.append(words.yAxis(y.isLinear ? y.label : words.logarithmic(y.label))) }
    for (i, mark) in marks.enumerated() where twin(of: i) == nil {
      switch mark.kind {
      case .line(let s), .points(let s):
        var extent = Extent()
        for k in s.y.indices where s.isFinite(k) { extent.include(s.y[k]) }
        let points = words.points(s.y.count, threeDigits(extent.low), threeDigits(extent.high))
        text.append(mark.label.isEmpty ? points : words.named(mark.label, points))
      case .segment(_, _, let x1, let y1, true):
        text.append(words.arrow(mark.label, "(\(threeDigits(x1)), \(threeDigits(y1)))"))
      case .horizontal(let v): text.append(words.horizontal(mark.label, sixDigits(v)))
      case .vertical(let v): text.append(words.vertical(mark.label, sixDigits(v)))
      case .band, .steps, .segment, .circle, .angle, .polygon, .note: break
      }
    }
    return words.joined(text)
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
    let words = FigureWords.current
    return words.joined([
      missing > 0 ? words.pointsNotFinite(missing) : "", outside > 0 ? words.pointsOutside(outside) : "",
    ])
  }
}

/// Equal in every bit: NaN is the same as itself.
private func identical(_ a: [Double], _ b: [Double]) -> Bool {
  if a.count != b.count { return false }
  for i in a.indices where a[i].bitPattern != b[i].bitPattern { return false }
  return true
}

/// A number in a sentence: three digits.
func threeDigits(_ value: Double) -> String { general(value, significant: 3) }

/// A number in the table of the data: six digits.
func sixDigits(_ value: Double) -> String { general(value, significant: 6) }
