import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport

/// What many runs made of a chapter, as it is kept beside the book.
struct ChapterRuns: ChapterMeasurement, Hashable {
  static let (file, version, verb) = ("robustness.json", 1, "robustness")
  static let category = Diagnostic.Category.seeds

  /// Of a piece of the program, in the program's order.
  struct Entry: Sendable, Hashable, Codable {
    /// The expression, or the block's name.
    var piece: String
    /// In how many runs a claim was true.
    var held: Int?
    /// Of a number that is not the same in all runs.
    var low: Double?
    var median: Double?
    var high: Double?
    /// In how many runs a text or an output was another one.
    var changed: Int?
    /// In how many runs the program stopped here, and what the first of them said.
    var stopped: Int?
    var message: String?
  }

  /// Of the code and the data that were run.
  var key: String
  /// One for each run, in order: by them a few runs can be held against this.
  var digests: [String]
  /// By which indices the digests name the values, where they were taken while other links stood among them.
  var links: [Int]?
  var entries: [Entry]

  var runs: Int { digests.count }
}

extension ChapterRuns {
  /// - Parameters:
  ///   - printed: the run that the page shows.
  ///   - runs: those with shifts 1, 2, …
  init(_ chapter: Chapter, printed: RunRecord, _ runs: [VariedRun]) {
    key = chapter.codeKey
    digests = runs.map { $0.digest() }
    entries = Program(chapter).pieces.map { piece in
      var entry =
        switch piece.origin {
        case .link(let link): Self.entry(piece.code, printed.values[link], runs.map { $0.values[link] })
        case .block(let block): Self.entry(chapter.blocks[block], printed.outputs[block] ?? "", runs)
        }
      let stops = runs.compactMap(\.stop).filter { $0.origin == piece.origin }
      if !stops.isEmpty { (entry.stopped, entry.message) = (stops.count, stops[0].message) }
      return entry
    }
  }

  private static func entry(_ expression: String, _ printed: Value?, _ values: [Value?]) -> Entry {
    var entry = Entry(piece: expression.trimmingCharacters(in: .whitespacesAndNewlines))
    if case .bool = printed {
      entry.held = values.count { $0 == .bool(true) }
      return entry
    }
    let changed = values.count { $0 != printed }
    if changed == 0 { return entry }
    let ends = values.compactMap { $0?.ends }.filter { $0.low.isFinite && $0.high.isFinite }
    guard ends.count == values.count, let low = ends.map(\.low).min(), let high = ends.map(\.high).max() else {
      entry.changed = changed
      return entry
    }
    let middles = ends.map { ($0.low + $0.high) / 2 }.sorted()
    let median = (middles[(middles.count - 1) / 2] + middles[middles.count / 2]) / 2
    (entry.low, entry.median, entry.high) = (sixDigits(low), sixDigits(median), sixDigits(high))
    return entry
  }

  /// As much as anybody reads; what is told apart further on is told apart by the digests.
  private static func sixDigits(_ value: Double) -> Double { Double(String(format: "%.6g", value)) ?? value }

  private static func entry(_ block: CodeBlock, _ printed: String, _ runs: [VariedRun]) -> Entry {
    var entry = Entry(piece: block.attributes.id.map { "#\($0)" } ?? "block \(block.index + 1)")
    guard block.mode.isExecuted, !block.attributes.volatile else { return entry }
    let digest = Digest(printed.utf8).hex
    let changed = runs.count { ($0.outputs[block.index] ?? Digest([UInt8]()).hex) != digest }
    if changed > 0 { entry.changed = changed }
    return entry
  }

  /// By the chapter's own places; nil where they belong to other code.
  func robustness(of chapter: Chapter) -> Robustness? {
    let pieces = Program(chapter).pieces
    guard key == chapter.codeKey, pieces.count == entries.count else { return nil }
    var robustness = Robustness(runs: runs)
    for (piece, entry) in zip(pieces, entries) {
      switch piece.origin {
      case .link(let link): robustness.links[link] = entry.spread
      case .block(let block): robustness.blocks[block] = entry.spread
      }
      if let runs = entry.stopped {
        robustness.stops[piece.origin] = Robustness.Stop(runs: runs, message: entry.message ?? "")
      }
    }
    return robustness
  }
}

extension ChapterRuns.Entry {
  var spread: Spread {
    if let held { return .claim(held: held) }
    // What differs after six digits is rounding's.
    if let low, let median, let high { return low == high ? .same : .number(low: low, median: median, high: high) }
    return changed.map { .text(changed: $0) } ?? .same
  }
}

extension Value {
  /// As far as a Double can tell them apart; nil of what is no number.
  fileprivate var ends: (low: Double, high: Double)? {
    switch self {
    case .integer(let digits): Double(digits).map { ($0, $0) }
    case .real(let value): (value, value)
    case .single(let value): (Double(value), Double(value))
    case .range(let low, let high):
      if let low = low.ends, let high = high.ends { (min(low.low, high.low), max(low.high, high.high)) } else { nil }
    case .bool, .text: nil
    }
  }
}
