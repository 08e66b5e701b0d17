import Foundation
import Plot
import Testing

@Test(arguments: [false, true]) func coloursContrastWithThePaper(dark: Bool) throws {
  let colours = try declared(dark: dark)
  let paper = try #require(colours["paper"])
  // Series colour also names of curves, so it must do as text.
  for name in ["1", "2", "3", "4", "5", "6", "ink", "muted"] {
    let ratio = contrast(try #require(colours[name]), paper)
    #expect(ratio >= 4.5, "--plot-\(name): \(ratio)")
  }
  #expect(contrast(try #require(colours["axis"]), paper) >= 3)
}

@Test(arguments: [false, true]) func seriesStayApartForColourBlindReaders(dark: Bool) throws {
  let colours = try declared(dark: dark)
  let series = try (1...6).map { try #require(colours["\($0)"]) }
  for vision in Vision.allCases {
    for i in 0..<6 {
      for j in 0..<i {
        let distance = difference(vision.seen(series[i]), vision.seen(series[j]))
        #expect(distance >= (i < 3 ? 15 : 9), "\(vision): \(i + 1) and \(j + 1) differ by \(distance)")
      }
    }
    let sides = difference(vision.seen(colours["negative-mid"]!), vision.seen(colours["positive-mid"]!))
    #expect(sides >= 20, "\(vision): the sides of the diverging scale differ by \(sides)")
  }
}

@Test(arguments: [false, true]) func scalesRunEvenlyAndTheirTextIsReadable(dark: Bool) throws {
  let c = try declared(dark: dark)
  for (low, mid, high) in [
    ("heat-low", "heat-mid", "heat-high"), ("diverge-zero", "negative-mid", "negative-high"),
    ("diverge-zero", "positive-mid", "positive-high"),
  ] {
    let ramp = (0...40).map { k in
      k <= 20 ? mixed(c[low]!, c[mid]!, Double(k) / 20) : mixed(c[mid]!, c[high]!, Double(k - 20) / 20)
    }
    for (k, colour) in ramp.enumerated() {
      let ink = c[k >= 20 ? "on-high" : "on-low"]!
      #expect(contrast(colour, ink) >= 4.5, "\(mid), step \(k): \(contrast(colour, ink))")
    }
    let lightness = ramp.map { lab($0)[0] }
    for (a, b) in zip(lightness, lightness.dropFirst()) {
      #expect(dark ? b > a : b < a, "\(mid) is not monotone")
      #expect(abs(b - a) < 4, "\(mid) has a jump of \(abs(b - a))")
    }
  }
}

@Test func theStyleSheetMixesTheStepsThatAreTested() {
  let css = Figure.stylesheet
  #expect(css.contains("--plot-h5:color-mix(in oklab,var(--plot-heat-mid) 25%,var(--plot-heat-low));"))
  #expect(css.contains("--plot-n40:color-mix(in oklab,var(--plot-negative-high) 100%,var(--plot-negative-mid));"))
  #expect(css.filter { $0 == "{" }.count == css.filter { $0 == "}" }.count)
}

/// The variables that the style sheet declares, from its text.
private func declared(dark: Bool) throws -> [String: Colour] {
  let start = dark ? ":root[data-theme=\"dark\"]{" : ":root{"
  let range = try #require(Figure.stylesheet.range(of: start))
  var result: [String: Colour] = [:]
  for declaration in Figure.stylesheet[range.upperBound...].prefix(while: { $0 != "}" }).split(separator: ";") {
    let parts = declaration.split(separator: ":")
    if parts[0].hasPrefix("--plot-") { result[String(parts[0].dropFirst(7))] = Colour(hex: parts[1]) }
  }
  return result
}
