/// SVG text made fit for a page: no prolog, no comments, no fixed size, ids under a prefix, nothing
/// that runs or fetches.
struct SVGFragment {
  struct Fault: Error { var message: String }

  private static let elements: Set<String> = [
    "svg", "g", "title", "desc", "defs", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "clipPath", "linearGradient", "radialGradient", "stop", "marker",
    "pattern", "mask", "symbol", "use", "a", "style",
  ]

  /// Put before each id, so that two figures of a page do not share one.
  var prefix: String
  /// What the root element says to a screen reader, when the SVG has no words of its own.
  var title: String?
  /// Maps `fill` and `stroke`.
  var colour: (String) -> String = { $0 }
  /// Graphviz's element titles repeat the node's name; the page wants the diagram's only.
  var dropsTitles = false

  /// The fragment, or what is not allowed in it.
  func render(_ svg: String) throws -> String {
    var out = ""
    var rest = Substring(svg)
    var open: [String] = []
    var isRoot = true
    var skipping = false
    while let start = rest.firstIndex(of: "<") {
      if !open.isEmpty, !skipping { out += rest[..<start] }
      rest = rest[start...]
      if rest.hasPrefix("<!--") {
        rest = try after("-->", in: rest)
      } else if rest.hasPrefix("<?") {
        rest = try after("?>", in: rest)
      } else if rest.hasPrefix("<!") {
        rest = try after(">", in: rest)
      } else {
        let tag = try XMLTag(consuming: &rest)
        guard Self.elements.contains(tag.name) else { throw Fault(message: "<\(tag.name)> is not allowed in a figure") }
        if tag.closes {
          guard open.popLast() == tag.name else { throw Fault(message: "</\(tag.name)> closes nothing") }
          if skipping { skipping = tag.name != "title" } else { out += "</\(tag.name)>" }
          continue
        }
        if !tag.isEmpty { open.append(tag.name) }
        if skipping { continue }
        if dropsTitles, tag.name == "title" {
          skipping = !tag.isEmpty
          continue
        }
        out += isRoot ? root(tag) : "<\(tag.name)\(attributes(tag))\(tag.isEmpty ? "/" : "")>"
        isRoot = false
      }
    }
    guard open.isEmpty, !isRoot else { throw Fault(message: "the SVG is cut short") }
    return out
  }

  private func root(_ tag: XMLTag) -> String {
    var text = "<svg\(attributes(tag, isRoot: true))"
    if !tag.attributes.contains(where: { $0.name == "role" }) { text += " role=\"img\"" }
    if let title { text += " aria-label=\"\(escaped(title))\"" }
    return text + (tag.isEmpty ? "/>" : ">")
  }

  private func attributes(_ tag: XMLTag, isRoot: Bool = false) -> String {
    var text = ""
    for (name, value) in tag.attributes {
      switch name {
      case "width" where isRoot:
        // The natural width is an upper bound: narrow pages shrink the figure, wide ones do not blow it up.
        text += " style=\"--width:\(value.prefix { $0.isNumber || $0 == "." })\""
      case "xmlns:xlink", "xml:space": continue
      case "height" where isRoot: continue
      case "style" where isRoot: continue
      case "id": text += " id=\"\(prefix)\(value)\""
      case "aria-labelledby", "aria-describedby":
        if isRoot, title != nil, name == "aria-labelledby" { continue }
        text += " \(name)=\"\(value.split(separator: " ").map { prefix + $0 }.joined(separator: " "))\""
      case "aria-label" where isRoot && title != nil: continue
      case "href", "xlink:href":
        if value.hasPrefix("#") { text += " href=\"#\(prefix)\(value.dropFirst())\"" }
      case "fill", "stroke", "stop-color": text += " \(name)=\"\(colour(rebased(value)))\""
      case "font-family": continue
      default:
        if name.lowercased().hasPrefix("on") || value.lowercased().contains("javascript:") { continue }
        text += " \(name)=\"\(rebased(value))\""
      }
    }
    return text
  }

  /// `url(#x)` with the prefix.
  private func rebased(_ value: String) -> String {
    guard let range = value.range(of: "url(#") else { return value }
    return value[..<range.upperBound] + prefix + value[range.upperBound...]
  }

  private func after(_ end: String, in rest: Substring) throws -> Substring {
    guard let range = rest.range(of: end) else { throw Fault(message: "the SVG is cut short") }
    return rest[range.upperBound...]
  }
}

/// A start or end tag.
struct XMLTag {
  var name: String
  var attributes: [(name: String, value: String)] = []
  var closes = false
  var isEmpty = false

  /// Takes the tag at the front of `text`, which starts with `<`.
  init(consuming text: inout Substring) throws {
    var rest = text.dropFirst()
    if rest.first == "/" {
      closes = true
      rest = rest.dropFirst()
    }
    name = String(rest.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" })
    rest = rest.dropFirst(name.count)
    while true {
      rest = rest.drop { $0.isWhitespace }
      guard let next = rest.first else { throw SVGFragment.Fault(message: "the SVG is cut short") }
      if next == ">" { break }
      if next == "/" {
        isEmpty = true
        rest = rest.dropFirst()
        continue
      }
      let key = rest.prefix { $0 != "=" && !$0.isWhitespace && $0 != ">" && $0 != "/" }
      rest = rest.dropFirst(key.count).drop { $0.isWhitespace }
      guard rest.first == "=" else { throw SVGFragment.Fault(message: "attribute \(key) has no value") }
      rest = rest.dropFirst().drop { $0.isWhitespace }
      guard let quote = rest.first, quote == "\"" || quote == "'" else {
        throw SVGFragment.Fault(message: "attribute \(key) is not quoted")
      }
      let value = rest.dropFirst().prefix { $0 != quote }
      rest = rest.dropFirst(value.count + 1)
      guard rest.first != nil else { throw SVGFragment.Fault(message: "the SVG is cut short") }
      rest = rest.dropFirst()
      attributes.append(
        (
          String(key),
          String(value).replacing("\"", with: "&quot;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        ))
    }
    text = rest.dropFirst()
  }
}
