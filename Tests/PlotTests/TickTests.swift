import Foundation
import Plot
import Testing

@Test func linearTicksAreRoundEvenAndCoverTheRange() throws {
  var noise = Noise(11)
  for _ in 0..<200 {
    let scale = pow(10, noise.next() * 9)
    let a = noise.next() * scale
    let b = a + abs(noise.next()) * scale + scale * 1e-3
    let figure = Figure.scatter("目盛り", [Series("", x: [a, b], y: [a, b])])
    let document = try SVGDocument(figure)
    for kind in ["tick-x", "tick-y"] {
      let labels = document.withClass(kind).map { parsed($0.label) }
      #expect(labels.count >= 2 && labels.count <= 10, "\(a)...\(b): \(labels)")
      let steps = zip(labels.dropFirst(), labels).map { $0 - $1 }
      for step in steps {
        #expect(abs(step / steps[0] - 1) < 1e-6, "\(labels)")
        let mantissa = step / pow(10, (log10(step) + 1e-9).rounded(.down))
        #expect([1, 2, 5].contains { abs(mantissa - $0) < 1e-5 }, "\(labels)")
      }
    }
  }
}

@Test func tickLabelsStandWhereTheirValuesAre() throws {
  let document = try SVGDocument(.scatter("位置", [Series("", x: [0.0, 100], y: [-3.0, 7])], x: Axis(range: 0...100)))
  let area = document.area
  for tick in document.withClass("tick-x").dropFirst().dropLast() {
    #expect(abs(tick.number("x") - (area.x + area.width * parsed(tick.label) / 100)) < 0.02)
  }
  let ys = document.withClass("tick-y").map { (parsed($0.label), $0.number("y")) }
  for (a, b) in zip(ys, ys.dropFirst()) { #expect(b.0 > a.0 && b.1 < a.1) }
}

@Test func logarithmicTicksArePowers() throws {
  let two = try SVGDocument(.lines("2", [Series("", x: [128, 8192], y: [1, 2])], x: Axis(scale: .log2)))
  #expect(two.withClass("tick-x").map(\.label) == ["128", "256", "512", "1024", "2048", "4096", "8192"])
  let ten = try SVGDocument(.lines("10", [Series("", x: [1, 2], y: [1e-6, 1e6])], y: Axis(scale: .log)))
  for tick in ten.withClass("tick-y") {
    let power = log10(parsed(tick.label))
    #expect(abs(power - power.rounded()) < 1e-9, "\(tick.label)")
  }
  let narrow = try SVGDocument(.lines("狭い", [Series("", x: [1, 2], y: [3.0, 40])], y: Axis(scale: .log)))
  #expect(narrow.withClass("tick-y").map(\.label) == ["5", "10", "20"])
}

@Test func largeValuesShareAPowerOfTenNamedAtTheAxis() throws {
  let document = try SVGDocument(.lines("大", [Series("", y: [0, 3.0e10])], y: Axis("バイト数")))
  #expect(document.withClass("label-y")[0].label == "バイト数（×10⁹）")
  #expect(document.withClass("tick-y").last?.label == "30")
}

@Test func writtenValuesAreRoundedExactly() throws {
  var noise = Noise(23)
  let values = noise.many(300) + [0.125, 0.375, 2.675, 1.005, 0.5, 1.5, -0.0004, 99.9995, 1e-9, 123456.789]
  for decimals in 0...6 {
    let cells = try SVGDocument(.heatMap("丸め", [values], showValues: true, decimals: decimals)).withClass("value")
    for (cell, value) in zip(cells, values) {
      var expected = String(format: "%.\(decimals)f", value).replacingOccurrences(of: "-", with: "−")
      // A negative number that rounds to nothing is written without its sign.
      if expected.allSatisfy({ "−0.".contains($0) }) { expected.removeAll { $0 == "−" } }
      #expect(cell.label == expected)
    }
  }
}
