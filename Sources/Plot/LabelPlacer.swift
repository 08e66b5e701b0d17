/// Rectangles that labels keep clear of.
struct Box {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  func overlap(_ other: Box) -> Double {
    let w = (right < other.right ? right : other.right) - (left > other.left ? left : other.left)
    let h = (bottom < other.bottom ? bottom : other.bottom) - (top > other.top ? top : other.top)
    return w > 0 && h > 0 ? w * h : 0
  }

  /// Where the way from `a` to `b` enters and leaves the rectangle, as fractions of it (Liang and Barsky); nil where it
  /// passes by.
  func fractions(of a: Point, to b: Point) -> (enters: Double, leaves: Double)? {
    let dx = b.x - a.x
    let dy = b.y - a.y
    var t0 = 0.0
    var t1 = 1.0
    for (p, q) in [(-dx, a.x - left), (dx, right - a.x), (-dy, a.y - top), (dy, bottom - a.y)] {
      if p == 0 {
        if q < 0 { return nil }
      } else if p < 0 {
        if q / p > t0 { t0 = q / p }
      } else if q / p < t1 {
        t1 = q / p
      }
    }
    return t0 <= t1 ? (t0, t1) : nil
  }
}

/// Finds places for labels near points: of 24 candidates around each the one that covers least.
struct LabelPlacer {
  let bounds: Box
  var taken: [Box] = []
  /// Lines, and what it costs to lie on one.
  var segments: [(Point, Point, Double)] = []

  /// - Parameters:
  ///   - away: the direction in which a place is preferred, `pull` how much.
  mutating func place(
    _ text: String, near points: [Point], gap: Double, away: Point? = nil, pull: Double = 10,
    size: Double = textSize
  ) -> (at: Point, anchor: Anchor) {
    let w = textWidth(text, size: size)
    let h = size
    var best = (at: points[0], anchor: Anchor.start)
    var bestBox = Box(left: 0, top: 0, right: 0, bottom: 0)
    var bestCost = Double.infinity
    let directions: [(Double, Double)] = [
      (1, 0), (0.75, -0.8), (0, -1), (0.75, 0.8), (-1, 0), (-0.75, -0.8), (0, 1), (-0.75, 0.8),
    ]
    let reaches = [gap, gap + 9, gap + 20]
    for k in 0..<(points.count * reaches.count) {
      let p = points[k / reaches.count]
      let ring = k % reaches.count
      let reach = reaches[ring]
      for (rank, d) in directions.enumerated() {
        let c = Point(x: p.x + d.0 * reach, y: p.y + d.1 * (reach + h / 2))
        let left = d.0 > 0.1 ? c.x : (d.0 < -0.1 ? c.x - w : c.x - w / 2)
        let box = Box(left: left, top: c.y - h / 2, right: left + w, bottom: c.y + h / 2)
        var cost = Double(rank) * 0.5 + Double(ring) * 6 + 4 * Double(k / reaches.count)
        if let away {
          let length = (away.x * away.x + away.y * away.y).squareRoot()
          if length > 0 { cost += pull * (1 - (away.x * d.0 + away.y * d.1) / length) }
        }
        cost += weight(of: box)
        if cost < bestCost {
          bestCost = cost
          bestBox = box
          best = (
            Point(x: d.0 > 0.1 ? box.left : (d.0 < -0.1 ? box.right : c.x), y: c.y + h * 0.36),
            d.0 > 0.1 ? .start : (d.0 < -0.1 ? .end : .middle)
          )
        }
      }
    }
    taken.append(bestBox)
    return best
  }

  func weight(of box: Box) -> Double {
    var cost = 0.0
    if box.left < bounds.left || box.right > bounds.right || box.top < bounds.top || box.bottom > bounds.bottom {
      cost += 1000
    }
    for other in taken {
      let area = box.overlap(other)
      if area > 0 { cost += 40 + area }
    }
    for (a, b, price) in segments where box.fractions(of: a, to: b) != nil { cost += price }
    return cost
  }
}

/// Moves the wanted positions apart so that neighbours keep `gap` and all stay between `low` and `high`.
func spread(_ wanted: [Double], gap: Double, low: Double, high: Double) -> [Double] {
  let order = wanted.indices.sorted { wanted[$0] == wanted[$1] ? $0 < $1 : wanted[$0] < wanted[$1] }
  var y = order.map { wanted[$0] }
  // Neighbours that collide form a block around the mean of what they want.
  var blocks: [(first: Int, count: Int, sum: Double)] = []
  for i in y.indices {
    blocks.append((i, 1, y[i]))
    while blocks.count > 1 {
      let b = blocks[blocks.count - 1]
      let a = blocks[blocks.count - 2]
      let top = b.sum / Double(b.count) - gap * Double(b.count - 1) / 2
      let bottom = a.sum / Double(a.count) + gap * Double(a.count - 1) / 2
      if top - bottom >= gap - 1e-9 { break }
      blocks.removeLast(2)
      blocks.append((a.first, a.count + b.count, a.sum + b.sum))
    }
  }
  for block in blocks {
    let start = block.sum / Double(block.count) - gap * Double(block.count - 1) / 2
    for i in 0..<block.count { y[block.first + i] = start + gap * Double(i) }
  }
  var floor = low
  for i in y.indices {
    if y[i] < floor { y[i] = floor }
    floor = y[i] + gap
  }
  var ceiling = high
  for i in y.indices.reversed() {
    if y[i] > ceiling { y[i] = ceiling }
    ceiling = y[i] - gap
  }
  var result = wanted
  for (place, i) in order.enumerated() { result[i] = y[place] }
  return result
}
