import WeaveModel
import WeaveSupport

/// An inline SVG for a reading system: plain colours, a size of its own, one text alternative for the whole.
///
/// A reading system may know no variables of CSS, and it may put its own colours on the page; so the figure takes the
/// light paper's colours and stands on a ground that the style sheet gives it.
struct EpubDrawing {
  /// The variables' values on light paper, by name without the dashes.
  let colours: [String: String]

  /// Reads `--name: light-dark(LIGHT, DARK)` out of the page's own style sheet.
  init(styleSheet: String) {
    var colours: [String: String] = [:]
    for match in styleSheet.matches(of: /--([a-z-]+):\s*light-dark\(\s*([^,()]+),/) {
      colours[String(match.1)] = String(match.2).trimmedEnd
    }
    self.colours = colours
  }

  /// A drawing, or a row of them.
  func plain(_ root: Markup) -> Markup {
    guard case .element(var element) = root else { return root }
    if element.name == "svg" { return .element(plain(svg: element)) }
    element.attributes.removeAll { $0.name == "style" }
    element.children = element.children.map(plain)
    return .element(element)
  }

  /// The root `svg` element.
  private func plain(svg: Markup.Element) -> Markup.Element {
    var drawing = inner(svg, depth: 0)
    let box = (svg["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
    // The page's own variable for the width.
    drawing["style"] = nil
    if box.count == 4, box.allSatisfy({ abs($0) < 1e6 }) {
      drawing["width"] = Self.number(box[2])
      drawing["height"] = Self.number(box[3])
    }
    return drawing
  }

  private func inner(_ element: Markup.Element, depth: Int) -> Markup.Element {
    var element = element
    element.attributes = element.attributes.map { ($0.name, $0.value.has("var(") ? resolved($0.value) : $0.value) }
    // Newer than the SVG that EPUB's checkers know; as a property of style it is allowed.
    if let order = element["paint-order"] {
      element["paint-order"] = nil
      element["style"] = (element["style"].map { "\($0);" } ?? "") + "paint-order:\(order)"
    }
    element.children = element.children.compactMap { child in
      guard case .element(let part) = child else {
        return element.name == "text" || element.name == "tspan" || element.name == "title" || element.name == "desc"
          ? child : nil
      }
      // What a mark tells under the pointer: a reading system has none, and the description says what is to be seen.
      if depth > 0, part.name == "title" || part.name == "desc" { return nil }
      let kept = inner(part, depth: depth + 1)
      return kept.name == "g" && kept.children.isEmpty ? nil : .element(kept)
    }
    return element
  }

  /// `var(--name, VALUE)` as VALUE; without one as the page's own value.
  func resolved(_ value: String) -> String {
    guard let start = value.range(of: "var(--"), let end = value[start.upperBound...].lastIndex(of: ")") else {
      return value
    }
    let parts = value[start.upperBound..<end].split(separator: ",", maxSplits: 1)
    let plain =
      parts.count == 2 ? String(parts[1].drop { $0 == " " }) : colours[String(parts.first ?? "")] ?? "currentColor"
    return value[..<start.lowerBound] + resolved(plain) + value[value.index(after: end)...]
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
