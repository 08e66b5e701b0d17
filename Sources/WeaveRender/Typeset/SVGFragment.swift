import WeaveSupport

/// SVG made fit for a page: read as XML, held against lists of what a figure may hold, and written anew from what was
/// read, so that what was looked at is what stands on the page. No prolog, no comments, no fixed size; ids under a
/// prefix; nothing that runs, fetches or leads elsewhere.
package struct SVGFragment {
  package struct Fault: Error { package var message: String }

  /// What figures and diagrams are drawn with.
  private static let elements: Set<String> = [
    "svg", "g", "title", "desc", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "clipPath", "linearGradient", "radialGradient", "stop",
    // What Graphviz puts around a node with a tooltip; without an address.
    "a",
  ]

  /// Whoever walks a page as a tree needs a piece of the stack for each level.
  private static let deepest = 100

  /// Put before each id, so that two figures of a page do not share one, and none takes the page's own.
  package var prefix: String
  /// Replaces the titles and descriptions inside: what the whole says to who cannot see it.
  package var name: (title: String, description: String)?
  /// It is a file of its own, with the size and the letters that it brings.
  package var standsAlone = false
  /// Maps `fill` and `stroke`.
  package var colour: (String) -> String = { $0 }

  package init(
    prefix: String, name: (title: String, description: String)? = nil, standsAlone: Bool = false,
    colour: @escaping (String) -> String = { $0 }
  ) {
    (self.prefix, self.name, self.standsAlone, self.colour) = (prefix, name, standsAlone, colour)
  }

  /// The fragment; throws what is not allowed in it.
  package func render(_ svg: String) throws(Fault) -> String {
    var reader = XMLReader(svg)
    var out = ""
    out.reserveCapacity(svg.utf8.count + svg.utf8.count / 8)
    /// The open elements that were written.
    var open: [String] = []
    /// How many open elements are left out.
    var silent = 0
    do throws(XMLReader.Fault) {
      while let event = try reader.next() {
        switch event {
        case .text(let text): if silent == 0 { out += escaped(try visible(text)) }
        case .start(let tag):
          if silent > 0 || isReplaced(tag.name) {
            silent += 1
            continue
          }
          try allow(tag.name, in: open)
          guard open.count < Self.deepest else {
            throw XMLReader.Fault(message: "<\(tag.name)> is nested deeper than \(Self.deepest)")
          }
          out += "<\(tag.name)\(try attributes(tag, isRoot: open.isEmpty))\(tag.isEmpty ? "/" : "")>"
          if open.isEmpty, !tag.isEmpty { out += ownName }
          open.append(tag.isEmpty ? "" : tag.name)
        case .end:
          if silent > 0 {
            silent -= 1
          } else if let name = open.popLast(), !name.isEmpty {
            out += "</\(name)>"
          }
        }
      }
    } catch {
      throw Fault(message: error.message)
    }
    return out
  }

  private func isReplaced(_ element: String) -> Bool { name != nil && (element == "title" || element == "desc") }

  private var ownName: String {
    guard let name else { return "" }
    return "<title id=\"\(prefix)title\">\(escaped(name.title))</title>"
      + "<desc id=\"\(prefix)desc\">\(escaped(name.description))</desc>"
  }

  /// The outermost element is a drawing, or a row of them.
  private func allow(_ element: String, in open: [String]) throws(XMLReader.Fault) {
    let isKnown =
      switch open.last {
      case nil: element == "svg" || element == "div"
      case "div": element == "svg"
      // HTML begins anew in there: what looks like a drawing would be none.
      case "title", "desc": false
      default: element != "svg" && Self.elements.contains(element)
      }
    if !isKnown {
      throw XMLReader.Fault(
        message: "<\(element)> is not allowed \(open.isEmpty ? "as a figure" : "in a figure"): take it out")
    }
  }

  private func visible(_ text: String) throws(XMLReader.Fault) -> String {
    if let hidden = text.unseen.first(where: { $0 != "\n" && $0 != "\t" }) {
      throw XMLReader.Fault(message: "its text holds the character \(hidden.shown): take it out")
    }
    return text
  }

  private func attributes(_ tag: XMLReader.Tag, isRoot: Bool) throws(XMLReader.Fault) -> String {
    var text = ""
    for (attribute, value) in tag.attributes {
      guard let written = try written(attribute, value, of: tag, isRoot: isRoot) else { continue }
      text += " \(written.name)=\"\(escaped(try visible(written.value)))\""
    }
    if isRoot, name != nil {
      text += " role=\"img\" aria-labelledby=\"\(prefix)title\" aria-describedby=\"\(prefix)desc\""
    }
    return text
  }

  /// As it goes into the page; nil for what the page does without.
  private func written(
    _ attribute: String, _ value: String, of tag: XMLReader.Tag, isRoot: Bool
  ) throws(XMLReader.Fault) -> (name: String, value: String)? {
    guard let kind = SVGAttribute.kinds[attribute], kind.holds(value) else {
      throw XMLReader.Fault(
        message: "<\(tag.name)> may not have \(attribute)=\"\(value.prefix(60).shownPlainly)\": take it out")
    }
    switch attribute {
    case "xml:space" where standsAlone, "font-family" where standsAlone: return (attribute, value)
    case "width" where isRoot && standsAlone, "height" where isRoot && standsAlone: return (attribute, value)
    case "xmlns:xlink", "xml:space", "font-family", "xlink:title", "target": return nil
    // The natural width becomes an upper bound: a narrow page shrinks the figure, a wide one does not blow it up.
    case "width" where isRoot:
      return tag["style"] != nil ? nil : ("style", "--width:\(value.prefix { $0.isNumber || $0 == "." })")
    case "height" where isRoot: return nil
    case "id": return ("id", prefix + value)
    case "role", "aria-label", "aria-labelledby", "aria-describedby":
      if isRoot, name != nil { return nil }
      guard attribute.hasSuffix("by") else { return (attribute, value) }
      return (attribute, value.split(separator: " ").map { prefix + $0 }.joined(separator: " "))
    default:
      guard kind == .paint || kind == .reference else { return (attribute, value) }
      if value.hasPrefix("url(#") { return (attribute, "url(#\(prefix)\(value.dropFirst(5))") }
      return (attribute, kind == .paint ? colour(value) : value)
    }
  }
}
