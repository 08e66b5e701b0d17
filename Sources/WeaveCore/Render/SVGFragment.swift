/// SVG made fit for a page: no prolog, no comments, no fixed size, ids under a prefix, nothing that
/// runs or fetches.
struct SVGFragment {
  struct Fault: Error { var message: String }

  private static let elements: Set<String> = [
    "svg", "g", "title", "desc", "defs", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "clipPath", "linearGradient", "radialGradient", "stop", "marker",
    "pattern", "mask", "symbol", "use", "a",
    // A row of figures.
    "div",
  ]

  /// Put before each id, so that two figures of a page do not share one.
  var prefix: String
  /// Replaces the titles and descriptions inside: what the whole says to who cannot see it.
  var name: (title: String, description: String)?
  /// Maps `fill` and `stroke`.
  var colour: (String) -> String = { $0 }

  /// The fragment; throws what is not allowed in it.
  func render(_ svg: String) throws -> String {
    var out = ""
    out.reserveCapacity(svg.utf8.count + svg.utf8.count / 8)
    var open: [String] = []
    var isRoot = true
    var isSilent = false
    for token in XMLTokens(svg) {
      switch token {
      case .text(let text):
        if !open.isEmpty, !isSilent { out += text.has(">") ? text.replacing(">", with: "&gt;") : text }
      case .start(let tag):
        guard Self.elements.contains(tag.name) else { throw Fault(message: "<\(tag.name)> is not allowed in a figure") }
        if open.isEmpty, !isRoot { throw Fault(message: "there is something behind it") }
        if !tag.isEmpty { open.append(tag.name) }
        if isSilent { continue }
        if name != nil, tag.name == "title" || tag.name == "desc" {
          isSilent = !tag.isEmpty
          continue
        }
        out += "<\(tag.name)\(attributes(tag, isRoot: isRoot))\(tag.isEmpty ? "/" : "")>"
        if isRoot, let name {
          out += "<title id=\"\(prefix)title\">\(escaped(name.title))</title>"
          out += "<desc id=\"\(prefix)desc\">\(escaped(name.description))</desc>"
        }
        isRoot = false
      case .end(let element):
        guard open.popLast() == element else { throw Fault(message: "</\(element)> closes nothing") }
        if isSilent {
          isSilent = element != "title" && element != "desc"
        } else {
          out += "</\(element)>"
        }
      case .fault(let message): throw Fault(message: message)
      }
    }
    guard open.isEmpty, !isRoot else { throw Fault(message: "it is cut short") }
    return out
  }

  private func attributes(_ tag: XMLTokens.Tag, isRoot: Bool) -> String {
    var text = ""
    for (attribute, value) in tag.attributes {
      switch attribute {
      case "xmlns:xlink", "xml:space", "font-family", "xlink:title": continue
      // The natural width becomes an upper bound: a narrow page shrinks the figure, a wide one does not blow it up.
      case "width":
        text += isRoot ? " style=\"--width:\(value.prefix { $0.isNumber || $0 == "." })\"" : " width=\"\(value)\""
      case "height": if !isRoot { text += " height=\"\(value)\"" }
      case "id": text += " id=\"\(prefix)\(quoted(value))\""
      case "role", "aria-label", "aria-labelledby", "aria-describedby":
        if isRoot, name != nil { continue }
        let isReference = attribute.hasSuffix("by")
        let ids = value.split(separator: " ").map { prefix + $0 }.joined(separator: " ")
        text += " \(attribute)=\"\(quoted(isReference ? ids : value))\""
      case "href", "xlink:href":
        if value.hasPrefix("#") { text += " href=\"#\(prefix)\(quoted(value.dropFirst()))\"" }
      case "fill", "stroke", "stop-color": text += " \(attribute)=\"\(rebased(colour(value)))\""
      default:
        if attribute.lowercased().hasPrefix("on") { continue }
        text += " \(attribute)=\"\(rebased(value))\""
      }
    }
    if isRoot, name != nil {
      text += " role=\"img\" aria-labelledby=\"\(prefix)title\" aria-describedby=\"\(prefix)desc\""
    }
    return text
  }

  /// References within the figure get the prefix; any other `url(…)` would fetch.
  private func rebased(_ value: String) -> String {
    guard value.has("url(") else { return quoted(value) }
    return value.contains("url(#") ? quoted(value.replacing("url(#", with: "url(#\(prefix)")) : "none"
  }

  /// A single-quoted value may hold what would end ours.
  private func quoted(_ value: some StringProtocol) -> String {
    guard value.has("\"") || value.has("<") else { return String(value) }
    return String(value).replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
  }
}
