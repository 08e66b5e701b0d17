import Foundation
import Plot
import Testing
import WeaveRender

@Test func everyKindIsWellFormedAndNamed() throws {
  for figure in Gallery.all {
    let document = try SVGDocument(figure)
    #expect(!document.pictures.isEmpty)
    for picture in document.pictures {
      #expect(picture["role"] == "img" && picture["width"] == nil && picture["height"] == nil)
      let title = document.elements.first { $0["id"] == picture["aria-labelledby"] }
      let description = document.elements.first { $0["id"] == picture["aria-describedby"] }
      #expect(title?.name == "title" && title?.label.isEmpty == false)
      #expect(description?.name == "desc" && description?.label.isEmpty == false)
    }
  }
}

@Test func idsDoNotClashOnAPage() throws {
  var ids: [String] = []
  for figure in Gallery.all { ids += try SVGDocument(figure).elements.compactMap { $0["id"] } }
  #expect(Set(ids).count == ids.count)
  let figure = Gallery.all[0]
  let twice = try [figure.svg(idPrefix: "a"), figure.svg(idPrefix: "b")].flatMap {
    try SVGDocument($0).elements.compactMap { $0["id"] }
  }
  #expect(twice == ["a-t", "a-d", "b-t", "b-d"])
}

@Test func theSameFigureGivesTheSameBytes() {
  #expect(Gallery.all.map(\.svg) == Gallery.all.map(\.svg))
  let series = [Series("a", y: [1, 2, 3]), Series("b", y: [3, 2, 1])]
  #expect(Figure.lines("t", series).svg != Figure.lines("t", series.reversed()).svg)
}

@Test func foreignTextIsEscapedEverywhere() throws {
  let nasty = "a<b>&\"c'\u{1}]]>"
  let readBack = "a<b>&\"c'\u{FFFD}]]>"
  for figure in Gallery.all(named: { _ in nasty }) {
    let document = try SVGDocument(figure)
    #expect(document.elements.contains { $0.label.contains(readBack) })
    #expect(document.named("b").isEmpty)
  }
}

/// The tool holds figures against lists of elements and attributes: what a figure is drawn with has to be in them.
@Test func everyKindIsAllowedOnAPage() throws {
  for figure in Gallery.all {
    let written = try SVGFragment(prefix: "f-").render(figure.svg)
    let document = try SVGDocument(written)
    #expect(document.pictures.count == (try SVGDocument(figure).pictures.count), "\(figure.title)")
  }
}

@Test func onlyVariablesGiveColour() throws {
  for figure in Gallery.all {
    for element in try SVGDocument(figure).elements {
      for name in ["fill", "stroke"] {
        guard let paint = element[name], paint != "none", paint != "transparent" else { continue }
        #expect(paint.hasPrefix("var(--plot-") && paint.contains(",#"), "\(paint)")
        let variable = paint.dropFirst(4).prefix { $0 != "," }
        #expect(Figure.stylesheet.contains("\(variable):"), "\(variable) is not in the style sheet")
      }
    }
  }
}

@Test func tooltipsNameTheValues() throws {
  let map = try SVGDocument(Gallery.all[0])
  let cells = map.withClass("plot-cells")[0].children("rect")
  #expect(cells.count == 36)
  #expect(cells[7].tooltip == "が, が: " + parsedRound(Gallery.weights[1][1]))
  let bars = try SVGDocument(.bars("b", ["x", "y"], [0.25, 3]))
  #expect(bars.withClass("bar").map(\.tooltip) == ["x: 0.25", "y: 3"])
}

private func parsedRound(_ x: Double) -> String { String(format: "%.4f", x) }
