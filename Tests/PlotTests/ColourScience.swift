import Foundation

/// A colour in linear sRGB.
struct Colour {
  var rgb: [Double]

  init(_ rgb: [Double]) { self.rgb = rgb }

  init(hex: some StringProtocol) {
    let value = Int(hex.dropFirst(), radix: 16)!
    rgb = [value >> 16, value >> 8 & 255, value & 255].map {
      let c = Double($0) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
  }

  var luminance: Double { 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] }
}

/// Contrast ratio of WCAG 2.
func contrast(_ a: Colour, _ b: Colour) -> Double {
  (max(a.luminance, b.luminance) + 0.05) / (min(a.luminance, b.luminance) + 0.05)
}

private func times(_ m: [[Double]], _ v: [Double]) -> [Double] {
  m.map { row in zip(row, v).map(*).reduce(0, +) }
}

/// What is seen without one kind of cone (Viénot, Brettel and Mollon 1999).
enum Vision: CaseIterable {
  case normal, protanopia, deuteranopia

  func seen(_ colour: Colour) -> Colour {
    var lms = times(
      [[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]], colour.rgb)
    switch self {
    case .normal: return colour
    case .protanopia: lms[0] = 2.02344 * lms[1] - 2.52581 * lms[2]
    case .deuteranopia: lms[1] = 0.494207 * lms[0] + 1.24827 * lms[2]
    }
    let back = times(
      [
        [0.0809444479, -0.130504409, 0.116721066], [-0.0102485335, 0.0540193266, -0.113614708],
        [-0.000365296938, -0.00412161469, 0.693511405],
      ], lms)
    return Colour(back.map { min(max($0, 0), 1) })
  }
}

/// CIE L*a*b* under D65.
func lab(_ colour: Colour) -> [Double] {
  let xyz = times(
    [
      [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041],
    ], colour.rgb)
  let f = zip(xyz, [0.95047, 1, 1.08883]).map { x, white in
    x / white > 0.008856 ? cbrt(x / white) : 7.787 * x / white + 16.0 / 116
  }
  return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
}

/// CIEDE2000.
func difference(_ first: Colour, _ second: Colour) -> Double {
  let (p, q) = (lab(first), lab(second))
  let mean = (hypot(p[1], p[2]) + hypot(q[1], q[2])) / 2
  let g = 0.5 * (1 - sqrt(pow(mean, 7) / (pow(mean, 7) + pow(25, 7))))
  func polar(_ c: [Double]) -> (chroma: Double, hue: Double) {
    let a = c[1] * (1 + g)
    let hue = atan2(c[2], a) * 180 / .pi
    return (hypot(a, c[2]), hue < 0 ? hue + 360 : hue)
  }
  let (a, b) = (polar(p), polar(q))
  var turn = b.hue - a.hue
  if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
  if a.chroma * b.chroma == 0 { turn = 0 }
  func cosine(_ degrees: Double) -> Double { cos(degrees * .pi / 180) }
  let dL = q[0] - p[0]
  let dC = b.chroma - a.chroma
  let dH = 2 * sqrt(a.chroma * b.chroma) * sin(turn / 2 * .pi / 180)
  let l = (p[0] + q[0]) / 2
  let c = (a.chroma + b.chroma) / 2
  let h = a.hue + turn / 2 < 0 ? a.hue + turn / 2 + 360 : a.hue + turn / 2
  let t =
    1 - 0.17 * cosine(h - 30) + 0.24 * cosine(2 * h) + 0.32 * cosine(3 * h + 6) - 0.2 * cosine(4 * h - 63)
  let sL = 1 + 0.015 * (l - 50) * (l - 50) / sqrt(20 + (l - 50) * (l - 50))
  let sC = 1 + 0.045 * c
  let sH = 1 + 0.015 * c * t
  let spread = 30 * exp(-pow((h - 275) / 25, 2))
  let rotation = -2 * sqrt(pow(c, 7) / (pow(c, 7) + pow(25, 7))) * sin(2 * spread * .pi / 180)
  return sqrt(
    pow(dL / sL, 2) + pow(dC / sC, 2) + pow(dH / sH, 2) + rotation * (dC / sC) * (dH / sH))
}

/// What CSS's `color-mix(in oklab, to share, from)` gives.
func mixed(_ from: Colour, _ to: Colour, _ share: Double) -> Colour {
  func oklab(_ c: Colour) -> [Double] {
    let lms = times(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], c.rgb
    ).map { cbrt($0) }
    return times(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], lms)
  }
  let middle = zip(oklab(from), oklab(to)).map { $0 + share * ($1 - $0) }
  let lms = times(
    [
      [1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480],
    ], middle
  ).map { $0 * $0 * $0 }
  return Colour(
    times(
      [
        [4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
      ], lms
    ).map { min(max($0, 0), 1) })
}
