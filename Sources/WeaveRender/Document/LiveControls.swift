import Foundation
import WeaveModel
import WeaveSupport

/// By what a reader moves a live figure. Where no script runs the style sheet hides it.
struct LiveControls {
  let figure: LiveFigure
  let words: Words

  var html: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let live = Live(name: figure.name, links: figure.links.map(Link.init))
    let json = String(decoding: (try? encoder.encode(live)) ?? Data(), as: UTF8.self)
    let inputs = figure.parameters.map(control).joined()
    return "<div class=\"live-controls\" role=\"group\" aria-label=\"\(escaped(words.code.moveFigure))\" "
      + "data-live=\"\(escaped(json))\">\n\(inputs)"
      + "<button type=\"button\">\(escaped(words.code.resetFigure))</button>\n"
      + "<samp class=\"live-message\" hidden></samp>\n<p role=\"status\"></p>\n</div>\n"
  }

  /// What a browser remembers of a form would not be what the figure shows.
  private func control(_ parameter: LiveParameter) -> String {
    let attributes = "autocomplete=\"off\" data-printed=\"\(parameter.printed)\""
    let name = "<span class=\"name\">\(escaped(parameter.name))</span>"
    switch parameter.kind {
    case .slider:
      let text = escaped(parameter.text)
      return "<label class=\"slider\">\(name)<span class=\"value\" aria-hidden=\"true\">\(text)</span>"
        + "<input type=\"range\" min=\"0\" max=\"\(parameter.steps - 1)\" value=\"\(parameter.printed)\" "
        + "aria-valuetext=\"\(text)\" \(attributes)></label>\n"
    case .toggle:
      return "<label class=\"toggle\"><input type=\"checkbox\"\(parameter.printed == 1 ? " checked" : "") "
        + "\(attributes)>\(name)</label>\n"
    case .choice:
      let options = parameter.choices.enumerated().map { place, choice in
        "<option value=\"\(place)\"\(place == parameter.printed ? " selected" : "")>\(escaped(choice))</option>"
      }
      return "<label class=\"choice\">\(name)<select \(attributes)>\(options.joined())</select></label>\n"
    }
  }

  // What the script reads.
  private struct Live: Encodable {
    var name: String
    var links: [Link]
  }

  private struct Link: Encodable {
    var link: Int
    var id: String
    var kind: String
    var message: [String]
    var printed: String?
    var decimals: Int?
    var power: Int?
    var tolerance: Double?
    var isRelative: Bool?

    init(_ live: LiveLink) {
      link = live.link
      id = Anchor.number(live.link)
      message = live.message
      switch live.kind {
      case .claim: kind = "claim"
      case .text(let text): (kind, printed) = ("text", text)
      case .number(let digits, let places, let ten, let allowed):
        kind = "number"
        (printed, decimals, power) = (digits, places, ten)
        switch allowed {
        case .absolute(let bound): tolerance = bound
        case .relative(let bound): (tolerance, isRelative) = (bound, true)
        case nil: break
        }
      }
    }
  }
}
