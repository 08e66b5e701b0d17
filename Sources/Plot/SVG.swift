/// Where a text's given point lies in it.
enum Anchor {
  case start, middle, end
  var name: String {
    switch self {
    case .start: return "start"
    case .middle: return "middle"
    case .end: return "end"
    }
  }
}

/// A point of the drawing: x to the right, y downwards, in user units.
struct Point {
  var x: Double
  var y: Double
}

/// An SVG text that grows.
///
/// A page holds only the elements and attributes that the tool's lists allow: `SVGFragment` and `SVGAttribute` in
/// `WeaveRender/Typeset`. What is new here goes in there too.
struct SVG {
  var text = ""

  mutating func add(_ raw: String) { text += raw }

  /// An element with a tooltip, or an empty one.
  mutating func element(_ tag: String, _ attributes: String, tooltip: String = "") {
    if tooltip.isEmpty {
      text += "<\(tag) \(attributes)/>"
    } else {
      text += "<\(tag) \(attributes)><title>\(escaped(tooltip))</title></\(tag)>"
    }
  }

  mutating func line(_ a: Point, _ b: Point, _ ink: Ink, width: Double = 1, dash: String = "") {
    let extra = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    text += "<path d=\"M\(pair(a))L\(pair(b))\" stroke=\"\(ink.css)\" stroke-width=\"\(coordinate(width))\""
    text += " fill=\"none\"\(extra)/>"
  }

  /// The figure's title over its drawing, in a row of figures; nothing where it is empty.
  mutating func heading(_ title: String, width: Double) {
    label(shortened(title, to: width), at: Point(x: 0, y: 13), bold: true, class: "heading")
  }

  /// `y` is the baseline. A halo of paper colour keeps the text readable on marks.
  mutating func label(
    _ string: String, at p: Point, anchor: Anchor = .start, ink: Ink = .text, size: Double = textSize,
    halo: Bool = false, bold: Bool = false, class name: String = "", transform: String = ""
  ) {
    if string.isEmpty { return }
    var attributes = "x=\"\(coordinate(p.x))\" y=\"\(coordinate(p.y))\" fill=\"\(ink.css)\""
    if size != textSize { attributes += " font-size=\"\(coordinate(size))\"" }
    switch anchor {
    case .start: break
    case .middle, .end: attributes += " text-anchor=\"\(anchor.name)\""
    }
    if bold { attributes += " font-weight=\"600\"" }
    if halo {
      attributes += " stroke=\"\(Ink.paper.css)\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\""
    }
    if !name.isEmpty { attributes += " class=\"\(name)\"" }
    if !transform.isEmpty { attributes += " transform=\"\(transform)\"" }
    text += "<text \(attributes)>\(escaped(string))</text>"
  }
}

/// A coordinate or a length of the drawing: two decimals at most, and an ASCII minus.
func coordinate(_ x: Double) -> String {
  let rounded = trimmed(x < 0 ? -x : x, 2)
  return x < 0 && Array(rounded.utf8) != [48] ? "-" + rounded : rounded
}

func pair(_ p: Point) -> String { coordinate(p.x) + " " + coordinate(p.y) }

/// `text` for XML content and quoted attributes; characters that XML 1.0 forbids become U+FFFD.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x26: result += "&amp;"
    case 0x3C: result += "&lt;"
    case 0x3E: result += "&gt;"
    case 0x22: result += "&quot;"
    case 0x27: result += "&#39;"
    case 0x09, 0x0A, 0x0D: result += " "
    case 0x00...0x1F, 0xFFFE, 0xFFFF: result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
