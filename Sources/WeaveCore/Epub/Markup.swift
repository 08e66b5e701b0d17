/// HTML as this book's pages hold it, as a tree that can be written as XML.
enum Markup: Sendable {
  case element(Element)
  /// Character data as it stands, entities included.
  case text(String)

  struct Element: Sendable {
    var name: String
    var attributes: [(name: String, value: String)] = []
    var children: [Markup] = []

    subscript(attribute: String) -> String? {
      get { attributes.first { $0.name == attribute }?.value }
      set {
        attributes.removeAll { $0.name == attribute }
        if let newValue { attributes.append((attribute, newValue)) }
      }
    }

    func has(class name: String) -> Bool {
      self["class"]?.split(separator: " ").contains { $0 == name } ?? false
    }

    /// The first element below this one for which `holds`, in the order of the document.
    func first(where holds: (Element) -> Bool) -> Element? {
      for case .element(let child) in children {
        if holds(child) { return child }
        if let found = child.first(where: holds) { return found }
      }
      return nil
    }

    /// Its words: texts as they stand, one behind the other.
    var words: String {
      children.map { child in
        switch child {
        case .text(let text): text
        case .element(let element): element.words
        }
      }.joined()
    }
  }

  /// What makes HTML no tree.
  struct Fault: Error { var message: String }

  /// Whoever walks the tree needs a piece of the stack for each level. Formulas and figures nest deepest.
  private static let deepest = 500

  /// Elements of HTML that have no end tag.
  private static let void: Set<String> = ["br", "hr", "img", "input", "wbr", "col", "link", "meta"]

  /// The tree of a piece of HTML whose tags pair; throws where they do not.
  static func parse(_ html: some StringProtocol) throws(Fault) -> [Markup] {
    var open = [Element(name: "")]
    /// How many of the open elements are SVG's or MathML's, where case matters and nothing is void.
    var foreign = 0
    for token in XMLTokens(String(html)) {
      switch token {
      case .text(let text): open[open.count - 1].children.append(.text(try resolvingNames(in: text)))
      case .start(let tag):
        var element = Element(name: foreign > 0 ? tag.name : tag.name.lowercased())
        for (name, value) in tag.attributes {
          element.attributes.append((foreign > 0 || element.name == "svg" ? name : name.lowercased(), try resolvingNames(in: value)))
        }
        if tag.isEmpty || foreign == 0 && void.contains(element.name) {
          open[open.count - 1].children.append(.element(element))
        } else {
          guard open.count <= deepest else { throw Fault(message: "<\(tag.name)> is nested deeper than \(deepest)") }
          if foreign > 0 || element.name == "svg" || element.name == "math" { foreign += 1 }
          open.append(element)
        }
      case .end(let written):
        let name = foreign > 0 ? written : written.lowercased()
        let closed = open.removeLast()
        guard !open.isEmpty, closed.name == name else {
          throw Fault(message: "</\(written)> stands where <\(closed.name)> is to be closed")
        }
        if foreign > 0 { foreign -= 1 }
        open[open.count - 1].children.append(.element(closed))
      case .fault(let message): throw Fault(message: message)
      }
    }
    guard open.count == 1 else { throw Fault(message: "<\(open.last!.name)> is never closed") }
    return open[0].children
  }

  /// XML knows five names of characters; HTML's hard space is the only other one that Markdown tools write.
  private static func resolvingNames(in text: String) throws(Fault) -> String {
    guard text.has("&") else { return text }
    for name in text.matches(of: /&([A-Za-z][A-Za-z0-9]*);/) where !["amp", "lt", "gt", "quot", "apos", "nbsp"].contains(name.1) {
      throw Fault(message: "&\(name.1); is no character of XML")
    }
    return text.replacing("&nbsp;", with: "\u{A0}")
  }
}

extension [Markup] {
  /// As XML; characters that XML forbids become U+FFFD.
  var xml: String {
    var text = ""
    write(to: &text)
    guard text.unicodeScalars.contains(where: \.isForbiddenInXML) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isForbiddenInXML ? "\u{FFFD}" : $0 }))
  }

  private func write(to text: inout String) {
    for node in self {
      switch node {
      case .text(let words): text += words.has(">") ? words.replacing(">", with: "&gt;") : words
      case .element(let element):
        text += "<\(element.name)"
        for (name, value) in element.attributes {
          text += " \(name)=\"\(value.has("\"") || value.has("<") ? value.replacing("\"", with: "&quot;").replacing("<", with: "&lt;") : value)\""
        }
        if element.children.isEmpty {
          text += "/>"
        } else {
          text += ">"
          element.children.write(to: &text)
          text += "</\(element.name)>"
        }
      }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isForbiddenInXML: Bool {
    switch value {
    case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...: false
    default: true
    }
  }
}
