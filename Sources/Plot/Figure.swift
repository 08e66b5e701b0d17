/// A figure: a chart as a value, drawn as SVG when asked for.
///
/// The same figure gives the same bytes on every machine. Colours are CSS variables; a page that shows figures
/// needs `Figure.stylesheet`.
public struct Figure: Sendable {
  /// The accessible name, and the heading of a panel in a row.
  public var title: String
  /// The text alternative as given; empty makes one from the data.
  public var alternative: String
  var content: Content
  /// The width of the drawing in user units (text is 12.5 of them high).
  public var width: Double
  /// What the description says at its end of how the data were counted: a histogram's values outside its range.
  var note = ""

  enum Content: Sendable {
    case chart(Chart)
    case bars(BarChart)
    case heatMap(HeatMap)
    case row([Figure])
  }

  init(_ title: String, _ description: String, _ content: Content, width: Double) {
    require(!title.isEmpty, "a figure needs a title: it is its name for readers who cannot see it")
    require(width >= 200 && width <= 2000, "a figure's width must lie in 200...2000, not \(general(width))")
    self.title = title
    alternative = description
    self.content = content
    self.width = width
  }

  /// The whole text alternative: what the author wrote, or a description made from the data, and what was left out.
  public var description: String {
    let written = alternative.isEmpty ? summary : alternative
    return FigureWords.current.joined([written, remarks, note])
  }

  /// The figure as an SVG element (a row: a `div` of them, which stack on narrow screens), with ids made from its
  /// contents. Where the same figure stands twice on a page, use `svg(idPrefix:)`.
  public var svg: String { svg(idPrefix: "plot-" + digest(draw(heading: false).text + title + description)) }

  /// - Parameter idPrefix: ids become `<idPrefix>-t`, `<idPrefix>-d`; letters, digits, `-` and `_` only.
  public func svg(idPrefix: String) -> String {
    for byte in idPrefix.utf8 {
      require(
        (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || (byte >= 48 && byte <= 57) || byte == 45
          || byte == 95, "an id prefix holds letters, digits, - and _ only: “\(idPrefix)”")
    }
    return rendered(idPrefix, heading: false)
  }

  private func rendered(_ id: String, heading: Bool) -> String {
    switch content {
    case .row(let panels):
      var text = "<div class=\"plot-row\" role=\"group\" aria-label=\"\(escaped(title))\">"
      for (i, panel) in panels.enumerated() { text += panel.rendered("\(id)-\(i + 1)", heading: true) }
      return text + "</div>"
    case .chart, .bars, .heatMap:
      let drawing = draw(heading: heading)
      var text =
        "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 -\(coordinate(overhead)) "
      text += "\(coordinate(drawing.width)) \(coordinate(drawing.height + overhead))\" "
      text += "style=\"--plot-width:\(coordinate(drawing.width))\" "
      text += "aria-labelledby=\"\(id)-t\" aria-describedby=\"\(id)-d\" font-size=\"\(coordinate(textSize))\">"
      text += "<title id=\"\(id)-t\">\(escaped(title))</title><desc id=\"\(id)-d\">\(escaped(description))</desc>"
      return text + drawing.text + "</svg>"
    }
  }

  /// The figure, drawn once: what only drawing finds wrong (an axis without a finite value, labels that leave no room)
  /// stops the program where the figure is made, and not where it is shown.
  var checked: Figure {
    _ = draw(heading: false)
    return self
  }

  func draw(heading: Bool) -> Drawing {
    let title = heading ? self.title : ""
    switch content {
    case .chart(let chart): return chart.drawing(width: width, heading: title)
    case .bars(let bars): return bars.drawing(width: width, heading: title)
    case .heatMap(let map): return map.drawing(width: width, heading: title)
    case .row(let panels):
      var all = Drawing(width: 0, height: 0, text: "")
      for panel in panels { all.text += panel.draw(heading: true).text }
      return all
    }
  }

  /// The data after the figure: a header and rows of equal length.
  public var data: [[String]] {
    switch content {
    case .chart(let chart): return chart.table
    case .bars(let bars): return bars.table
    case .heatMap(let map): return map.table
    case .row(let panels): return joined(panels)
    }
  }

  private func joined(_ panels: [Figure]) -> [[String]] {
    var rows: [[String]] = []
    var columns = 0
    for panel in panels {
      for row in panel.data where row.count > columns { columns = row.count }
    }
    for panel in panels {
      for (i, row) in panel.data.enumerated() {
        var padded = [i == 0 ? panel.title : ""] + row
        while padded.count < columns + 1 { padded.append("") }
        rows.append(padded)
      }
    }
    return rows
  }

  private var summary: String {
    switch content {
    case .chart(let chart): return chart.summary
    case .bars(let bars): return bars.summary
    case .heatMap(let map): return map.summary
    case .row(let panels):
      let words = FigureWords.current
      return words.joined(panels.map { words.named($0.title, $0.description) })
    }
  }

  private var remarks: String {
    switch content {
    case .chart(let chart): return chart.remarks
    case .bars(let bars): return bars.remarks
    case .heatMap(let map): return map.remarks
    case .row: return ""
    }
  }

  /// Several figures side by side, each under its own title; they stack where the page is narrow.
  public static func row(_ title: String, description: String = "", _ panels: [Figure]) -> Figure {
    require(!panels.isEmpty, "row “\(title)”: no panels")
    for panel in panels {
      switch panel.content {
      case .row: stop("row “\(title)”: a row cannot hold a row")
      case .chart, .bars, .heatMap: break
      }
    }
    return Figure(title, description, .row(panels), width: 360)
  }
}

/// What letters may stand out above their line, at the top of a drawing.
let overhead = 3.0

/// What a kind of figure draws: the inside of an SVG element.
struct Drawing {
  var width: Double
  var height: Double
  var text: String
}

/// A plot area lower than this shows nothing, and one higher is on no screen.
func requireHeight(_ height: Double, _ name: String) {
  require(height >= 60 && height <= 2000, "\(name): the height must lie in 60...2000")
}

/// FNV-1a, 64 bits, in base 36.
func digest(_ text: String) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  var digits: [UInt8] = []
  while hash > 0 {
    let d = UInt8(truncatingIfNeeded: hash % 36)
    digits.append(d < 10 ? 48 + d : 87 + d)
    hash /= 36
  }
  return String(decoding: digits, as: UTF8.self)
}
