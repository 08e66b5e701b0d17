import Plot
import Testing

@Test func aFigureIsAnSVGElement() {
  let svg = Figure.lines("直線", [Series("a", y: [1, 2, 3])]).svg
  #expect(svg.hasPrefix("<svg class=\"plot\"") && svg.hasSuffix("</svg>"))
}
