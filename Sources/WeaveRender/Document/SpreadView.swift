import Foundation
import WeaveModel

/// What other seeds made of a number, a claim or an output, in words.
package struct SpreadView {
  let runs: Int
  let words: Words.Seeds

  package init(runs: Int, words: Words.Seeds) { (self.runs, self.words) = (runs, words) }

  /// With how many runs there were.
  package func sentence(_ spread: Spread) -> String { words.runs(runs) + text(spread) }

  func text(_ spread: Spread) -> String {
    switch spread {
    case .same: words.same
    case .number(let low, let median, let high):
      words.strays(
        Self.shown(low, within: high - low), Self.shown(median, within: high - low),
        Self.shown(high, within: high - low))
    case .claim(let held): words.held(held)
    case .text(let changed): words.changed(changed)
    }
  }

  /// In figures alone.
  package static func brief(_ spread: Spread) -> String {
    switch spread {
    case .same: "same"
    case .number(let low, let median, let high):
      [low, median, high].map { shown($0, within: high - low) }.joined(separator: " … ")
    case .claim(let held): "holds \(held) times"
    case .text(let changed): "changes \(changed) times"
    }
  }

  /// With as many decimals as tell the ends apart by two digits.
  static func shown(_ value: Double, within width: Double) -> String {
    let decimals = width > 0 ? 1 - Int(log10(width).rounded(.down)) : 0
    if decimals > 9 || abs(value) >= 1e12 { return String(format: "%.4g", value) }
    return String(format: "%.\(max(0, decimals))f", value).replacing("-", with: "−")
  }

  /// By which the ledger's rows are sorted: how far a number strays beside its median, how often a claim fails; nil
  /// where nothing is known.
  func size(_ spread: Spread) -> Double? {
    switch spread {
    case .same: 0
    case .number(let low, let median, let high): (high - low) / max(abs(median), .leastNormalMagnitude)
    case .claim(let held): Double(runs - held) / Double(runs)
    case .text(let changed): Double(changed) / Double(runs)
    }
  }
}
