import WeaveSupport

/// What an attribute of a figure may say. Anything else is refused: a value that no rule here reads is none that a page
/// prints.
enum SVGAttribute: Hashable {
  /// Numbers with or without a unit, apart by spaces and commas.
  case numbers
  /// The letters of a path between numbers.
  case path
  /// `rotate(-90 10 10)`
  case transform
  /// A colour, a variable of the page with a colour to fall back on, or something of the figure's own by its id.
  case paint
  /// `none`, or something of the figure's own by its id.
  case reference
  /// Words of letters.
  case words
  /// Names apart by spaces.
  case names
  /// What is read and not drawn.
  case text
  /// The few properties that the drawing programs write.
  case style
  /// One of a few values that say which language this is.
  case exactly(Set<String>)

  /// By name, as XML writes it: capitals count.
  static let kinds: [String: SVGAttribute] = {
    var kinds: [String: SVGAttribute] = [
      "d": .path, "transform": .transform, "gradientTransform": .transform, "style": .style,
      "clip-path": .reference, "id": .names, "class": .names, "aria-labelledby": .names, "aria-describedby": .names,
      "aria-label": .text, "xlink:title": .text, "font-family": .text,
      "xmlns": .exactly(["http://www.w3.org/2000/svg"]), "xmlns:xlink": .exactly(["http://www.w3.org/1999/xlink"]),
      "xml:space": .exactly(["preserve", "default"]), "aria-hidden": .exactly(["true", "false"]),
      "role": .exactly(["img", "group", "presentation", "none"]), "version": .exactly(["1.1", "2"]),
    ]
    for name in ["fill", "stroke", "stop-color", "color"] { kinds[name] = .paint }
    for name in [
      "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "dx", "dy", "width", "height",
      "viewBox",
      "points", "offset", "rotate", "font-size", "letter-spacing", "textLength", "stroke-width", "stroke-miterlimit",
      "stroke-dashoffset", "stroke-dasharray", "fill-opacity", "stroke-opacity", "stop-opacity", "opacity",
    ] { kinds[name] = .numbers }
    for name in [
      "text-anchor", "dominant-baseline", "alignment-baseline", "baseline-shift", "font-weight", "font-style",
      "font-variant", "font-stretch", "text-decoration", "lengthAdjust", "stroke-linecap", "stroke-linejoin",
      "fill-rule",
      "clip-rule", "paint-order", "shape-rendering", "text-rendering", "pointer-events", "vector-effect",
      "gradientUnits",
      "spreadMethod", "clipPathUnits", "preserveAspectRatio", "target",
    ] { kinds[name] = .words }
    return kinds
  }()

  func holds(_ value: String) -> Bool {
    switch self {
    case .numbers: value == "none" || Self.isMade(of: value, Self.numerals)
    case .path: Self.isMade(of: value, Self.pathMarks)
    case .transform: Self.isTransform(value)
    case .paint: Self.isColour(value) || Self.isVariable(value) || Self.isReference(value)
    case .reference: value == "none" || Self.isReference(value)
    case .words: Self.isMade(of: value, Self.wordMarks)
    case .names:
      !value.isEmpty && !value.unicodeScalars.contains { $0.isUnseen || "\"'<>&()".unicodeScalars.contains($0) }
    case .text: true
    case .style: value.split(separator: ";").allSatisfy(Self.isProperty)
    case .exactly(let values): values.contains(value)
    }
  }

  // MARK: Grammar

  private static let letters = ASCIISet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  private static let digits = ASCIISet("0123456789.")
  /// A unit of two letters makes no word that does anything.
  private static let numerals = ASCIISet("0123456789+-.,eE \n\tptxm%")
  private static let pathMarks = ASCIISet("0123456789+-.,eE \n\tMmLlHhVvCcSsQqTtAaZz")
  private static let nameMarks = letters.union(ASCIISet("0123456789-_"))
  private static let wordMarks = nameMarks.union(ASCIISet(" "))
  private static let idMarks = nameMarks.union(ASCIISet(".:"))
  private static let channelMarks = ASCIISet("0123456789.,%/ +-")
  private static let hexDigits = ASCIISet("0123456789abcdefABCDEF")

  private static func isMade(of value: some StringProtocol, _ set: ASCIISet) -> Bool {
    value.utf8.allSatisfy(set.contains)
  }

  private static func isTransform(_ value: String) -> Bool {
    // Each space has one place in it: with two there would be as many ways to fail as there are subsets of the spaces.
    value.wholeMatch(of: /(?:\s*(?:matrix|translate|scale|rotate|skewX|skewY)\([0-9eE+.,\s-]*\)(?:\s*,)?)*\s*/) != nil
  }

  private static func isColour(_ value: some StringProtocol) -> Bool {
    if value.first == "#" {
      return [4, 5, 7, 9].contains(value.utf8.count) && value.utf8.dropFirst().allSatisfy(hexDigits.contains)
    }
    if let paren = value.firstIndex(of: "(") {
      return ["rgb", "rgba", "hsl", "hsla"].contains(String(value[..<paren])) && value.last == ")"
        && isMade(of: value[value.index(after: paren)...].dropLast(), channelMarks)
    }
    return !value.isEmpty && isMade(of: value, letters)
  }

  /// `var(--plot-1,#0072b2)`
  private static func isVariable(_ value: String) -> Bool {
    guard value.hasPrefix("var(--"), value.hasSuffix(")") else { return false }
    let parts = value.dropFirst(6).dropLast().split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, isMade(of: name, nameMarks) else { return false }
    return parts.count == 1 || isColour(parts[1].drop { $0 == " " })
  }

  /// `url(#id)`
  private static func isReference(_ value: String) -> Bool {
    value.hasPrefix("url(#") && value.hasSuffix(")") && value.utf8.count > 6
      && isMade(of: value.dropFirst(5).dropLast(), idMarks)
  }

  private static func isProperty(_ declaration: Substring) -> Bool {
    let parts = declaration.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
    guard parts.count == 2 else { return false }
    return switch parts[0] {
    case "--plot-width", "--width", "stop-opacity": isMade(of: parts[1], digits)
    case "stop-color": isColour(parts[1])
    default: false
    }
  }
}
