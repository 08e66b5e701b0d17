/// What other seeds made of a number, a claim or a block's output.
package enum Spread: Sendable, Hashable {
  /// The same in every run.
  case same
  /// A number: the smallest, the median and the largest of the runs.
  case number(low: Double, median: Double, high: Double)
  /// A claim, and in how many runs it was true.
  case claim(held: Int)
  /// A text or a block's output, and in how many runs it was another one.
  case text(changed: Int)
}

/// A chapter under other seeds: the runs differ from the one that the page shows in their seeds alone.
package struct Robustness: Sendable, Hashable {
  package var runs: Int
  /// By link index: the expressions of the text.
  package var links: [Int: Spread]
  /// By block index: what is printed.
  package var blocks: [Int: Spread]
  /// By block index, or of an expression: how many runs stopped there, and what the first of them said.
  package var stops: [CodeOrigin: Stop]

  package struct Stop: Sendable, Hashable, Codable {
    package var runs: Int
    package var message: String

    package init(runs: Int, message: String) { (self.runs, self.message) = (runs, message) }
  }

  package init(
    runs: Int, links: [Int: Spread] = [:], blocks: [Int: Spread] = [:], stops: [CodeOrigin: Stop] = [:]
  ) {
    self.runs = runs
    self.links = links
    self.blocks = blocks
    self.stops = stops
  }
}
