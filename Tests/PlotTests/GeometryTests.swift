import Foundation
import Plot
import Testing

@Test func marksLieInsideThePlotArea() throws {
  for figure in Gallery.all {
    for picture in try SVGDocument(figure).pictures.map({ SVGDocument($0) }) {
      // What is transparent is there to be pointed at.
      for shape in picture.shapes where shape.parent?["fill"] != "transparent" {
        #expect(shape.outline.allSatisfy(picture.viewBox.contains), "\(figure.title): <\(shape.name)> is cut off")
      }
      guard !picture.withClass("plot-area").isEmpty else { continue }
      let area = picture.area
      #expect(!picture.marks.isEmpty, "\(figure.title)")
      for mark in picture.marks {
        // The mark of a point stands out by half of its size; what has a class is drawn to scale.
        let slack = mark["class"] == nil ? 6.0 : 0
        let room = Rectangle(
          x: area.x - slack, y: area.y - slack, width: area.width + 2 * slack, height: area.height + 2 * slack)
        #expect(mark.outline.allSatisfy(room.contains), "\(figure.title): <\(mark.name)> leaves the plot area")
      }
      for bar in picture.withClass("bar") { #expect(Rectangle(bar).width >= 0 && Rectangle(bar).height >= 0) }
    }
  }
}

/// Whatever an element of a chart does not say of its place would pass for a shape that lies inside.
@Test func everyShapeSaysWhereItIs() throws {
  for figure in Gallery.all {
    for shape in try SVGDocument(figure).shapes {
      #expect(!shape.outline.isEmpty && shape.outline.allSatisfy { $0.x.isFinite && $0.y.isFinite }, "\(shape.name)")
    }
  }
}

@Test func aGivenRangeCutsCurvesAtItsEdge() throws {
  let figure = Figure.lines(
    "切る", [Series("a", x: [0.0, 10], y: [-10.0, 30])], x: Axis(range: 0...10), y: Axis(range: 0...20))
  let document = try SVGDocument(figure)
  let area = document.area
  let points = document.withClass("curve")[0].points
  #expect(points.count == 2)
  // y = 4x − 10 meets 0 at 2.5 and 20 at 7.5.
  #expect(abs(points[0].x - (area.x + 0.25 * area.width)) < 0.02 && abs(points[0].y - area.bottom) < 0.02)
  #expect(abs(points[1].x - (area.x + 0.75 * area.width)) < 0.02 && abs(points[1].y - area.y) < 0.02)
}

@Test func notFinitePointsBreakTheCurveAndAreReported() throws {
  let y = [1, 2, .nan, 3, .infinity, 4, 5]
  let figure = Figure.lines("切れ目", [Series("a", y: y)])
  let document = try SVGDocument(figure)
  let d = document.withClass("curve")[0]["d"]!
  #expect(d.filter { $0 == "M" }.count == 2)
  #expect(document.withClass("curve")[0].points.count == 4)
  #expect(figure.description.contains("有限でない点2個"))
  let map = Figure.heatMap("穴", [[1, .nan], [-.infinity, 2]] as [[Double]])
  #expect(try SVGDocument(map).withClass("empty").count == 2)
  #expect(map.description.contains("有限でない値2個"))
  let histogram = Figure.histogram("外", [0.5, 1.5, 9, .nan], bins: 2, range: 0...2)
  #expect(histogram.description.contains("2個は数えていない"))
}

@Test func barsAreProportionalToTheirValues() throws {
  let values = [128.0, 32, 4, -16]
  for horizontal in [false, true] {
    let document = try SVGDocument(.bars("比例", ["a", "b", "c", "d"], values, horizontal: horizontal))
    let lengths = document.withClass("bar").map { horizontal ? Rectangle($0).width : Rectangle($0).height }
    for (length, value) in zip(lengths, values) {
      #expect(abs(length / lengths[0] - abs(value) / values[0]) < 0.001)
    }
    let starts = document.withClass("bar").map { horizontal ? Rectangle($0).x : Rectangle($0).bottom }
    #expect(abs(starts[0] - starts[1]) < 0.02)
    let other = horizontal ? Rectangle(document.withClass("bar")[3]).right : Rectangle(document.withClass("bar")[3]).y
    #expect(abs(other - starts[0]) < 0.02, "a negative bar ends where positive ones start")
  }
}

@Test func histogramCountsAgreeWithCounting() throws {
  var noise = Noise(3)
  let values = noise.many(500) + [-1, 1]
  let document = Figure.histogram("数える", values, bins: 8, range: -1...1).data
  for k in 0..<8 {
    let low = -1 + Double(k) / 4
    let high = low + 0.25
    let count = values.filter { $0 >= low && (k == 7 ? $0 <= high : $0 < high) }.count
    #expect(document[k + 1][2] == "\(count)")
  }
  let density = Figure.histogram("面積", values, bins: 8, range: -1...1, density: true).data
  let area = density.dropFirst().map { parsed($0[2]) * 0.25 }.reduce(0, +)
  #expect(abs(area - 1) < 1e-5)
}

@Test func logarithmicPositionsAgreeWithTheLibrarysLogarithm() throws {
  var x: [Double] = []
  for k in -9...9 { for m in [1.0, 1.7, 3.3, 9.9] { x.append(m * pow(10, Double(k))) } }
  let figure = Figure.scatter(
    "対数", [Series("", x: x, y: x)], x: Axis(scale: .log, range: 1e-9...1e11), y: Axis(scale: .log))
  let document = try SVGDocument(figure)
  let area = document.area
  let circles = document.named("circle")
  #expect(circles.count == x.count)
  for (circle, value) in zip(circles, x) {
    let expected = area.x + area.width * (log10(value) + 9) / 20
    #expect(abs(circle.number("cx") - expected) < 0.011)
  }
}

@Test func equalScalesAreEqual() throws {
  let document = try SVGDocument(
    .plane("円", [.circle(radius: 2), .arrow(to: (2, 0), "a"), .arrow(to: (0, 2), "b"), .arrow(to: (1, 1), "c")]))
  let circle = document.named("circle").first { $0["fill"] == "none" }!
  let tips = document.withClass("arrow").map { arrow -> (Double, Double) in
    let head = arrow.children("path")[1].points[0]
    return (head.x - circle.number("cx"), circle.number("cy") - head.y)
  }
  let r = circle.number("r")
  let wantedTips: [(Double, Double)] = [(r, 0), (0, r), (r / 2, r / 2)]
  for (tip, wanted) in zip(tips, wantedTips) {
    #expect(abs(tip.0 - wanted.0) < 0.03 && abs(tip.1 - wanted.1) < 0.03)
  }
}

@Test func theArcTakesTheSmallerAngle() throws {
  for (from, to) in [((1.0, 0.0), (0.0, 1.0)), ((0.0, 1.0), (1.0, 0.0)), ((-1.0, 0.1), (-1.0, -0.1))] {
    let document = try SVGDocument(.plane("角", [.circle(), .angle(from: from, to: to, "θ")]))
    let d = document.named("path").compactMap { $0["d"] }.first { $0.contains("A") }!
    let flags = d.split { "MA ".contains($0) }
    let cross = from.0 * to.1 - from.1 * to.0
    // Against the clock in data coordinates is sweep 0 in SVG's downward ones.
    #expect(flags[5] == "0" && flags[6] == (cross > 0 ? "0" : "1"))
  }
}

@Test func arrowsTakeVectorsAsArrays() throws {
  let q: [Float] = [0.5, 0.25]
  #expect(
    Figure.plane("v", [.circle(), .arrow(to: q, "q")]).svg
      == Figure.plane("v", [.circle(), .arrow(to: (0.5, 0.25), "q")]).svg)
}

@Test func barsReachToTheEdgeOfAGivenRangeAndTheDescriptionSaysSo() throws {
  for horizontal in [false, true] {
    let figure = Figure.bars(
      "切る", ["a", "b", "c"], [3.0, -1, 0.5], axis: Axis(range: 0...2), horizontal: horizontal,
      references: [(1, "中"), (5, "外")])
    let document = try SVGDocument(figure)
    let area = document.area
    let bars = document.withClass("bar").map { Rectangle($0) }
    let lengths = bars.map { horizontal ? $0.width : $0.height }
    let full = horizontal ? area.width : area.height
    #expect(abs(lengths[0] - full) < 0.02 && lengths[1] == 0 && abs(lengths[2] - full / 4) < 0.02)
    #expect(figure.description.contains("棒2本は端で切ってある"))
    #expect(figure.data.map { $0[1] } == ["値", "3", "−1", "0.5"])
    #expect(document.withClass("placed").map(\.label) == ["中"])
  }
  #expect(!Figure.bars("足りる", ["a"], [2.0], axis: Axis(range: 0...2)).description.contains("切って"))
}
