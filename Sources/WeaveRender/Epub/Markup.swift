import WeaveSupport

/// A formula or a figure of another program as a tree, for what a reading system wants otherwise in it.
enum Markup: Sendable {
  case element(Element)
  /// Character data, references resolved.
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

    /// A formula in one line: a table of contents shows no others.
    var spoken: String {
      let parts = children.map { child in
        switch child {
        case .text(let text): text
        case .element(let element): element.spoken
        }
      }
      return switch name {
      case "msqrt": "√" + parts.joined()
      case "mfrac": parts.joined(separator: "/")
      default: parts.joined()
      }
    }

    /// Its words: texts as they stand, one after the other.
    var words: String {
      children.map { child in
        switch child {
        case .text(let text): text
        case .element(let element): element.words
        }
      }.joined()
    }
  }

  /// The root element of what another program wrote. Throws an `XMLReader.Fault` where it is not XML.
  static func parse(_ xml: String) throws(XMLReader.Fault) -> Markup {
    var open = [Element(name: "")]
    var reader = XMLReader(xml)
    while let event = try reader.next() {
      switch event {
      case .text(let text): open[open.count - 1].children.append(.text(text))
      case .start(let tag):
        guard open.count <= deepest else {
          throw XMLReader.Fault(message: "<\(tag.name)> is nested deeper than \(deepest)")
        }
        open.append(Element(name: tag.name, attributes: tag.attributes))
      case .end:
        let closed = open.removeLast()
        open[open.count - 1].children.append(.element(closed))
      }
    }
    return open[0].children[0]
  }

  /// Whoever walks the tree needs a piece of the stack for each level. Formulas and figures nest deepest.
  private static let deepest = 500
}

extension [Markup] {
  /// As XML.
  var xml: String {
    var text = ""
    write(to: &text)
    return text
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: "&<>".utf8.contains) else { return text }
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private func write(to text: inout String) {
    for node in self {
      switch node {
      case .text(let words): text += Self.escaped(words)
      case .element(let element):
        text += "<\(element.name)"
        for (name, value) in element.attributes {
          text += " \(name)=\"\(Self.escaped(value).replacing("\"", with: "&quot;"))\""
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

extension String {
  /// Characters that XML forbids become U+FFFD.
  var allowedInXML: String {
    guard unicodeScalars.contains(where: \.isForbiddenInXML) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isForbiddenInXML ? "\u{FFFD}" : $0 }))
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
