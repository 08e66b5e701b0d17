// Every colour of a figure is a CSS variable with its light value as the fallback.

/// A colour's variable, its value on light paper and on dark paper.
struct Colour {
  let name: String
  let light: String
  let dark: String
}

/// The colours that a page may redefine; `Figure.stylesheet` prints this table.
enum Palette {
  static let series = [
    Colour(name: "1", light: "#214bc8", dark: "#4db7fe"),
    Colour(name: "2", light: "#862a06", dark: "#fc6a42"),
    Colour(name: "3", light: "#07795a", dark: "#00d796"),
    Colour(name: "4", light: "#96107a", dark: "#fd66c5"),
    Colour(name: "5", light: "#806400", dark: "#f6b82c"),
    Colour(name: "6", light: "#5b5f66", dark: "#b4b5b8"),
  ]
  static let ink = Colour(name: "ink", light: "#1f2328", dark: "#e6e9ed")
  static let muted = Colour(name: "muted", light: "#57606a", dark: "#a3acb7")
  static let axis = Colour(name: "axis", light: "#7d8590", dark: "#77808b")
  static let grid = Colour(name: "grid", light: "#e1e4e8", dark: "#2d333b")
  static let paper = Colour(name: "paper", light: "#ffffff", dark: "#14171c")
  // The middle of each ramp has a luminance of 0.18, where black and white text contrast equally well.
  static let heatLow = Colour(name: "heat-low", light: "#f3f7fb", dark: "#1b2027")
  static let heatMid = Colour(name: "heat-mid", light: "#3579b1", dark: "#3579b1")
  static let heatHigh = Colour(name: "heat-high", light: "#0a2a52", dark: "#d9f0ff")
  static let divergeZero = Colour(name: "diverge-zero", light: "#f6f6f4", dark: "#1d2025")
  static let negativeMid = Colour(name: "negative-mid", light: "#3579b1", dark: "#3579b1")
  static let negativeHigh = Colour(name: "negative-high", light: "#0a2a52", dark: "#d9f0ff")
  static let positiveMid = Colour(name: "positive-mid", light: "#bd5a2b", dark: "#bd5a2b")
  static let positiveHigh = Colour(name: "positive-high", light: "#5a1e08", dark: "#ffe3cf")
  static let onLow = Colour(name: "on-low", light: "#000000", dark: "#ffffff")
  static let onHigh = Colour(name: "on-high", light: "#ffffff", dark: "#000000")

  static let all =
    series + [
      ink, muted, axis, grid, paper, heatLow, heatMid, heatHigh, divergeZero, negativeMid, negativeHigh,
      positiveMid, positiveHigh, onLow, onHigh,
    ]
  /// Steps from the low end of a ramp to its middle, and again to its high end.
  static let steps = 20
}

/// What a mark is painted with.
enum Ink {
  case text, muted, axis, grid, paper
  case series(Int)
  /// 0...40 along the sequential ramp.
  case heat(Int)
  /// −40...40 along the diverging ramp.
  case diverge(Int)
  case onLow, onHigh

  var css: String {
    switch self {
    case .text: return variable(Palette.ink)
    case .muted: return variable(Palette.muted)
    case .axis: return variable(Palette.axis)
    case .grid: return variable(Palette.grid)
    case .paper: return variable(Palette.paper)
    case .series(let i): return variable(Palette.series[i % Palette.series.count])
    case .onLow: return variable(Palette.onLow)
    case .onHigh: return variable(Palette.onHigh)
    case .heat(let level):
      return ramp("h\(level)", level, Palette.heatLow, Palette.heatMid, Palette.heatHigh)
    case .diverge(let level):
      return level < 0
        ? ramp("n\(-level)", -level, Palette.divergeZero, Palette.negativeMid, Palette.negativeHigh)
        : ramp("p\(level)", level, Palette.divergeZero, Palette.positiveMid, Palette.positiveHigh)
    }
  }

  private func variable(_ colour: Colour) -> String { "var(--plot-\(colour.name),\(colour.light))" }

  private func ramp(_ name: String, _ level: Int, _ low: Colour, _ mid: Colour, _ high: Colour) -> String {
    let n = Palette.steps
    let value =
      level <= n ? mixed(low.light, mid.light, level, n) : mixed(mid.light, high.light, level - n, n)
    return "var(--plot-\(name),\(value))"
  }
}

/// The colour k/n of the way from one `#rrggbb` to another, in sRGB: the fallback where no style sheet is.
func mixed(_ a: String, _ b: String, _ k: Int, _ n: Int) -> String {
  let from = channels(a)
  let to = channels(b)
  var bytes: [UInt8] = [35]
  for i in 0..<3 {
    let value = (from[i] * (n - k) + to[i] * k + n / 2) / n
    bytes.append(hexDigit(value / 16))
    bytes.append(hexDigit(value % 16))
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func channels(_ hex: String) -> [Int] {
  let digits = Array(hex.utf8).dropFirst().map { Int($0 < 58 ? $0 - 48 : $0 - 87) }
  return [digits[0] * 16 + digits[1], digits[2] * 16 + digits[3], digits[4] * 16 + digits[5]]
}

private func hexDigit(_ value: Int) -> UInt8 { UInt8(value < 10 ? 48 + value : 87 + value) }
