/// The texts that a `dot` diagram shows: labels, and names of nodes.
struct DotLabels {
  struct Label {
    var scalars: [Unicode.Scalar] = []
    /// By scalar: the bytes of the description that write it.
    var ranges: [Range<Int>] = []
    /// HTML's reference to a character that any keyboard has: where.
    var references: [Range<Int>] = []
  }

  private(set) var labels: [Label] = []

  private let scalars: [Unicode.Scalar]
  private let offsets: [Int]
  private var index = 0

  private static let shownAttributes: Set<String> = ["label", "xlabel", "headlabel", "taillabel", "tooltip"]
  private static let keywords: Set<String> = ["graph", "digraph", "subgraph", "node", "edge", "strict"]

  init(_ dot: String) {
    scalars = Array(dot.unicodeScalars)
    var offset = 0
    offsets =
      scalars.map { scalar in
        defer { offset += UTF8.width(scalar) }
        return offset
      } + [offset]
    read()
  }

  private func at(_ place: Int) -> Unicode.Scalar? { scalars.indices.contains(place) ? scalars[place] : nil }
  private func bytes(_ from: Int, _ to: Int) -> Range<Int> { offsets[from]..<offsets[to] }

  private mutating func read() {
    // The word that an equals sign gives a value to, and whether the next word is that value.
    var last = "", isValue = false, isGraphName = false
    while let scalar = at(index) {
      switch scalar {
      case "/" where at(index + 1) == "/", "#": skip(to: "\n")
      case "/" where at(index + 1) == "*": skip(to: "*/")
      case "=":
        isValue = true
        index += 1
      case "\"", "<":
        let label = scalar == "<" ? readHTML() : readQuoted()
        take(label, last, isValue, isGraphName)
        (last, isValue, isGraphName) = (String(scalars: label.scalars), false, false)
      case _ where isWord(scalar):
        let start = index
        while let next = at(index), isWord(next) { index += 1 }
        let label = Label(scalars: Array(scalars[start..<index]), ranges: (start..<index).map { bytes($0, $0 + 1) })
        let word = String(scalars: label.scalars)
        let isKeyword = !isValue && Self.keywords.contains(word.lowercased())
        if !isKeyword { take(label, last, isValue, isGraphName) }
        (last, isValue) = (word, false)
        isGraphName = isKeyword && ["graph", "digraph", "subgraph"].contains(word.lowercased())
      default:
        if scalar == "{" { isGraphName = false }
        index += 1
      }
    }
  }

  private mutating func take(_ label: Label, _ name: String, _ isValue: Bool, _ isGraphName: Bool) {
    if isGraphName || isValue && !Self.shownAttributes.contains(name) { return }
    // What an equals sign follows is an attribute's name.
    var next = index
    while let scalar = at(next), NumeralWords.isSpace(scalar) { next += 1 }
    if at(next) == "=" { return }
    labels.append(label)
  }

  private func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar == "_" || scalar == "." || NumeralWords.isNumeric(scalar)
  }

  private mutating func skip(to end: String) {
    while index < scalars.count, !scalars[index...].starts(with: end.unicodeScalars) { index += 1 }
    index += end.unicodeScalars.count
  }

  private mutating func readQuoted() -> Label {
    var label = Label()
    index += 1
    while let scalar = at(index), scalar != "\"" {
      if scalar == "\\", let next = at(index + 1) {
        // \n, \l and \r end a line; \N is the node's own name.
        if "nlr".unicodeScalars.contains(next) {
          append("\n", index, index + 2, to: &label)
        } else if next != "\n", !"NGETHL".unicodeScalars.contains(next) {
          append(next, index, index + 2, to: &label)
        }
        index += 2
      } else {
        appendText(to: &label)
      }
    }
    index += 1
    return label
  }

  /// Between `<` and its `>`: tags, and text.
  private mutating func readHTML() -> Label {
    var label = Label(), depth = 1, start = index
    index += 1
    while depth > 0, let scalar = at(index) {
      if scalar == "<" {
        (depth, start) = (depth + 1, index)
        index += 1
      } else if scalar == ">" {
        depth -= 1
        index += 1
        let tag = String(scalars: scalars[start..<index]).lowercased()
        // A cell, a line and a table end what stands before them.
        if depth == 1, ["<br", "<td", "</td", "<tr", "<hr"].contains(where: tag.hasPrefix) {
          append("\n", start, index, to: &label)
        }
      } else if depth > 1 {
        index += 1
      } else {
        appendText(to: &label)
      }
    }
    return label
  }

  private mutating func appendText(to label: inout Label) {
    let scalar = scalars[index]
    let end = scalar == "&" ? scalars[index...].prefix(12).firstIndex(of: ";") : nil
    if let end, end > index + 1 {
      let name = String(scalars: scalars[index + 1..<end])
      let known: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "nbsp": "\u{A0}"]
      if let shown = known[name] {
        append(shown, index, end + 1, to: &label)
      } else {
        label.references.append(bytes(index, end + 1))
      }
      index = end + 1
    } else {
      append(scalar, index, index + 1, to: &label)
      index += 1
    }
  }

  private func append(_ scalar: Unicode.Scalar, _ from: Int, _ to: Int, to label: inout Label) {
    label.scalars.append(scalar)
    label.ranges.append(bytes(from, to))
  }
}
