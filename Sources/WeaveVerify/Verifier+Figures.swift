import WeaveModel
import WeaveSupport

// Figures that a reader may move, and what of the text moves with them.
extension Verifier {
  mutating func checkParameters(of block: CodeBlock) {
    let parameters = record.parameters[block.index] ?? []
    let place = openingLine(of: block)
    guard block.attributes.live else {
      if let first = parameters.first {
        report(
          .block, place,
          "\(block.label) declares parameter “\(first.name)”, and no reader can move it: write live on the fence")
      }
      return
    }
    if block.mode != .run {
      report(.block, place, "a \(block.mode.rawValue) block shows no figure: live is for run blocks")
    } else if parameters.isEmpty {
      report(
        .block, place,
        "\(block.label) is live and declares no parameter: write let x = parameter(\"name\", 1, in: 0...2, step: 0.1) "
          + "in it, or take live out")
    } else if record.figures[block.index]?.isEmpty ?? true {
      report(.block, place, "\(block.label) is live and shows no figure: call show(figure) in it, or take live out")
    }
  }

  /// The live figure of a block as its page needs it.
  func figure(_ block: Int, moving links: [Int]) -> LiveFigure {
    LiveFigure(
      name: "\(chapter.name).\(block)", block: block, parameters: record.parameters[block] ?? [],
      links: links.compactMap { live(chapter.links[$0]) })
  }

  /// What the page has to know of a link to say of another value what the build would. Nil where it could not: of
  /// ranges, fractions and powers.
  private func live(_ link: BoundLink) -> LiveLink? {
    guard case .expression(let expression, _) = link.target, let value = record.values[link.index] else { return nil }
    let place = position(of: link)
    func message(_ category: Diagnostic.Category, _ text: String) -> String {
      "\(chapter.name).md:\(place.line):\(place.column): error: [\(category.rawValue)] \(text)"
    }
    switch value {
    case .bool:
      let said = message(.claim, Self.isFalse(link.text, expression))
      return LiveLink(link: link.index, kind: .claim, message: [said, "", ""])
    case .text:
      let parts = [message(.number, "printed \(link.text), computed "), " (\(expression))", ": run 'weave promote'"]
      return LiveLink(link: link.index, kind: .text(link.text), message: parts)
    case .integer, .real, .single:
      let (before, after) = surroundings.beside(link.index)
      let numerals = BoundText(link.text, before: before, after: after, shown: surroundings.shown(link.index)).readings
        .compactMap(\.numeral)
      guard numerals.count == 1, let numeral = numerals.first, numeral.form == .decimal else { return nil }
      var tolerance: Tolerance?
      if let title = link.title, case .success(let found) = Self.tolerance(title, of: link.text) { tolerance = found }
      let printed = link.text[numeral.range]
      let parts = [
        message(.number, "printed \(printed), computed "), " (\(expression)): write ", " or run 'weave promote'",
      ]
      return LiveLink(
        link: link.index,
        kind: .number(
          printed: numeral.plain, decimals: numeral.decimals, power: numeral.exponent + numeral.scale,
          tolerance: tolerance), message: parts)
    case .range: return nil
    }
  }
}

extension Numeral {
  /// Its digits with a point and a minus, and nothing else.
  fileprivate var plain: String {
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = padded.dropLast(decimals).drop { $0 == "0" }
    return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
      + (decimals > 0 ? "." + padded.suffix(decimals) : "")
  }
}
