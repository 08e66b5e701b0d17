/// What a reader may move in a live figure, as the program declared it.
package struct LiveParameter: Sendable, Codable, Hashable {
  package enum Kind: String, Sendable, Codable { case slider, toggle, choice }

  package var kind: Kind
  package var name: String
  /// How many values it may have, and which of them the book prints, counted from 0.
  package var steps: Int
  package var printed: Int
  /// The printed value in words.
  package var text: String
  package var choices: [String]

  /// Reads what the program's record says; nil where it is no parameter.
  package init?(cells: String) {
    let cells = cells.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    guard cells.count >= 5, let kind = Kind(rawValue: cells[0]), let steps = Int(cells[2]), let printed = Int(cells[3]),
      (0..<steps).contains(printed), kind != .choice || cells.count == 5 + steps
    else { return nil }
    (self.kind, name, self.steps, self.printed, text) = (kind, cells[1], steps, printed, cells[4])
    choices = Array(cells[5...])
  }
}

/// A figure that a reader may move, and what of the text moves with it.
package struct LiveFigure: Sendable, Hashable {
  /// By which the page calls it in the book's module.
  package var name: String
  package var block: Int
  package var parameters: [LiveParameter]
  package var links: [LiveLink]

  package init(name: String, block: Int, parameters: [LiveParameter], links: [LiveLink]) {
    (self.name, self.block, self.parameters, self.links) = (name, block, parameters, links)
  }
}

/// A number or a claim of the text that depends on a live figure's parameters, and what the build would say of it were
/// it no longer true.
package struct LiveLink: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case claim
    case text(String)
    /// The printed number as plain digits, rounded to `decimals` after it was divided by ten to the power of `power`.
    case number(printed: String, decimals: Int, power: Int, tolerance: Tolerance?)
  }

  package var link: Int
  package var kind: Kind
  /// The message: before the computed value, between it and the number that could be written, and after that.
  package var message: [String]

  package init(link: Int, kind: Kind, message: [String]) {
    (self.link, self.kind, self.message) = (link, kind, message)
  }
}
