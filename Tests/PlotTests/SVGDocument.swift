import Foundation
import FoundationXML
import Plot

/// An element of a figure's SVG, read back with an XML parser.
final class Element {
  let name: String
  let attributes: [String: String]
  private(set) var children: [Element] = []
  private(set) weak var parent: Element?
  /// All text inside, tooltips included.
  fileprivate(set) var label = ""

  fileprivate init(_ name: String, _ attributes: [String: String], parent: Element?) {
    (self.name, self.attributes, self.parent) = (name, attributes, parent)
    parent?.children.append(self)
  }

  subscript(_ name: String) -> String? { attributes[name] }
  func number(_ name: String) -> Double { Double(self[name] ?? "") ?? .nan }
  func children(_ name: String) -> [Element] { children.filter { $0.name == name } }
  var tooltip: String? { children("title").first?.label }

  /// This element and all inside, in document order.
  var elements: [Element] { [self] + children.flatMap(\.elements) }

  /// What is drawn, labels and groups apart.
  var isShape: Bool { !["svg", "div", "g", "title", "desc", "text", "tspan"].contains(name) }

  /// Points that a shape lies between: corners, and of a circle the four ends of its axes.
  var outline: [(x: Double, y: Double)] {
    switch name {
    case "rect":
      let r = Rectangle(self)
      return [(r.x, r.y), (r.right, r.bottom)]
    case "circle":
      let (x, y, r) = (number("cx"), number("cy"), number("r"))
      return [(x - r, y), (x + r, y), (x, y - r), (x, y + r)]
    case "path": return vertices
    default: return []
    }
  }

  /// The points that a path goes through, made of M, L, h, v, A and Z; empty for one made of anything else.
  private var vertices: [(x: Double, y: Double)] {
    var found: [(x: Double, y: Double)] = []
    var rest = (self["d"] ?? "")[...]
    while let command = rest.popFirst() {
      let text = rest.prefix { !$0.isLetter }
      rest = rest[text.endIndex...]
      let numbers = text.split(separator: " ").compactMap { Double($0) }
      switch (command, numbers.count) {
      case ("M", 2), ("L", 2), ("A", 7): found.append((numbers[numbers.count - 2], numbers[numbers.count - 1]))
      case ("h", 1): found.append(((found.last?.x ?? .nan) + numbers[0], found.last?.y ?? .nan))
      case ("v", 1): found.append((found.last?.x ?? .nan, (found.last?.y ?? .nan) + numbers[0]))
      case ("Z", 0): break
      default: return []
      }
    }
    return found
  }

  /// The classes of what it stands in.
  var surroundingClasses: [String] {
    sequence(first: self) { $0.parent }.dropFirst().compactMap { $0["class"] }
  }

  /// The absolute points of a path made of M, L and Z.
  var points: [(x: Double, y: Double)] {
    (self["d"] ?? "").split { "MLZ".contains($0) }.map { pair in
      let v = pair.split(separator: " ").map { Double($0)! }
      return (v[0], v[1])
    }
  }
}

struct SVGDocument {
  let root: Element

  struct NotWellFormed: Error {
    let reason: String
  }

  init(_ svg: String) throws {
    let builder = Builder()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = builder
    guard parser.parse(), let root = builder.root else {
      throw NotWellFormed(reason: "line \(parser.lineNumber), column \(parser.columnNumber): \(svg.prefix(300))")
    }
    self.root = root
  }

  init(_ figure: Figure) throws { try self.init(figure.svg) }
  init(_ element: Element) { root = element }

  var elements: [Element] { root.elements }
  var pictures: [Element] { named("svg") }
  func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }
  var shapes: [Element] { elements.filter(\.isShape) }
  /// The shapes that stand for data: not those of axes, legends and labels.
  var marks: [Element] {
    let others: Set = ["plot-x", "plot-y", "plot-legend", "plot-labels", "plot-scale"]
    return shapes.filter { others.isDisjoint(with: $0.surroundingClasses) && $0["class"] != "plot-area" }
  }
  func withClass(_ name: String) -> [Element] { elements.filter { $0["class"] == name } }

  /// The plot area's rectangle.
  var area: Rectangle { Rectangle(withClass("plot-area")[0]) }

  var viewBox: Rectangle {
    let v = root["viewBox"]!.split(separator: " ").map { Double($0)! }
    return Rectangle(x: v[0], y: v[1], width: v[2], height: v[3])
  }

  private final class Builder: NSObject, XMLParserDelegate {
    var root: Element?
    private var open: [Element] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      let element = Element(name, attributes, parent: open.last)
      if root == nil { root = element }
      open.append(element)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      for element in open { element.label += text }
    }
  }
}

struct Rectangle {
  var x: Double
  var y: Double
  var width: Double
  var height: Double
  var right: Double { x + width }
  var bottom: Double { y + height }

  init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  init(_ element: Element) {
    self.init(
      x: element.number("x"), y: element.number("y"), width: element.number("width"), height: element.number("height"))
  }

  /// Whether a point lies inside, up to the two decimals that are written.
  func contains(_ px: Double, _ py: Double) -> Bool {
    px >= x - 0.02 && px <= right + 0.02 && py >= y - 0.02 && py <= bottom + 0.02
  }
}
