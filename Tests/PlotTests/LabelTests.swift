import Foundation
import Plot
import Testing

/// Helvetica's advance widths of U+0020…U+007E in thousandths of an em.
private let helvetica: [Double] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
]

/// A text's box by the metrics of a common font; what is not ASCII is 1 em wide from U+2E80 on, else 0.56.
private struct LabelBox {
  let text: String
  let box: Rectangle

  init?(_ element: Element) {
    guard element["transform"] == nil else { return nil }
    let size = element["font-size"].flatMap(Double.init) ?? 12.5
    text = element.label
    var width = 0.0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20...0x7E: width += size * helvetica[Int(scalar.value) - 0x20] / 1000
      case 0x2E80...: width += size
      default: width += size * 0.56
      }
    }
    let x = element.number("x")
    let left = element["text-anchor"] == "middle" ? x - width / 2 : element["text-anchor"] == "end" ? x - width : x
    box = Rectangle(x: left, y: element.number("y") - size * 0.8, width: width, height: size * 0.9)
  }

  func overlaps(_ other: LabelBox) -> Bool {
    min(box.right, other.box.right) - max(box.x, other.box.x) > 0.5
      && min(box.bottom, other.box.bottom) - max(box.y, other.box.y) > 1
  }
}

@Test func labelsKeepClearOfEachOtherAndOfTheEdge() throws {
  for figure in Gallery.all {
    for inner in try SVGDocument(figure).pictures.map({ SVGDocument($0) }) {
      let view = inner.viewBox
      let labels = inner.named("text").compactMap(LabelBox.init)
      #expect(!labels.isEmpty)
      for (i, label) in labels.enumerated() {
        #expect(
          label.box.x >= -0.5 && label.box.right <= view.right + 0.5 && label.box.y >= view.y - 0.5
            && label.box.bottom <= view.bottom + 0.5, "\(figure.title): “\(label.text)” is cut off")
        for other in labels[..<i] {
          #expect(!label.overlaps(other), "\(figure.title): “\(label.text)” lies on “\(other.text)”")
        }
      }
    }
  }
}

@Test func curvesThatEndTogetherKeepTheirNamesApart() throws {
  let document = try SVGDocument(
    .lines("同じ終わり", (0..<6).map { Series("系列\($0)", y: [Double($0), 1]) }, y: Axis(range: 0...5)))
  let y = document.withClass("direct").map { $0.number("y") }.sorted()
  #expect(y.count == 6)
  for (a, b) in zip(y, y.dropFirst()) { #expect(b - a >= 14) }
}

@Test func manyOrLongNamesGoIntoALegend() throws {
  let long = String(repeating: "とても長い名前", count: 3)
  let document = try SVGDocument(.lines("凡例", [Series(long, y: [1, 2]), Series("短い", y: [2, 1])]))
  #expect(document.withClass("direct").isEmpty)
  #expect(document.withClass("legend").map(\.label) == [long, "短い"])
}

@Test func seriesDifferByMoreThanColour() throws {
  let lines = try SVGDocument(.lines("線", (0..<6).map { k in Series("s\(k)", y: (0..<30).map { Double($0 * k) }) }))
  let dashes = lines.withClass("curve").map { $0["stroke-dasharray"] ?? "" }
  #expect(Set(dashes).count == 6)
  let points = try SVGDocument(.scatter("点", (0..<4).map { Series("s\($0)", x: [$0], y: [$0]) }))
  let marks = points.withClass("plot-marks")[0].children
  // A circle, a square, a triangle of three corners and a diamond of four.
  #expect(marks.map { $0.name + "\($0.points.count)" } == ["circle0", "rect0", "path3", "path4"])
}

@Test func cellTextTakesTheInkOfItsBackground() throws {
  let document = try SVGDocument(.heatMap("字", [[0.0, 0.48, 0.52, 1]], scale: .sequential(0...1), showValues: true))
  #expect(document.withClass("value").map { $0["fill"]!.contains("on-high") } == [false, false, true, true])
}
