import ArgumentParser
import WeaveBuild
import WeaveModel
import WeaveRender
import WeaveSupport
import WeaveVerify

struct Numbers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the ledger: every number, claim, citation and waiver of the book, and what has no source.",
    discussion: """
      A line each, in the order of the book: place, kind, printed text, value, and the expression, the source or the \
      reason. With --all also what nothing binds: kind 'free' is a numeral that a rule lets stand, which is named, \
      and 'unbound' one that none does. What does not hold is reported on standard error and not listed, and the \
      status is 1. \
      With --json an array of objects, each with the keys file, line, column, kind, text, value, tolerance, \
      expression, source, place, reason; and runs, low, median, high, held of the runs under other seeds, where they \
      are known and not all the same. Those that do not apply are null.

      EXAMPLE:
        weave numbers --json | jq '.[] | select(.kind == "waiver")'
      """)

  @OptionGroup var folders: Folders
  @Flag(help: "Print a JSON array instead of columns.") var json = false
  @Flag(help: "List the numerals too that nothing binds, free and unbound.") var all = false
  @Flag(help: "Print how many numerals each chapter shows, by what they rest on, and by which rule they are free.")
  var count = false

  func run() async throws {
    let report = Report()
    let outcome = try await report.weave(folders.pipeline(kept: true), rendering: false)
    let words = outcome.frame.language.words
    let rows = count ? [] : outcome.chapters.flatMap { LedgerRow.rows(of: $0, words, all: all) }
    if count {
      let counts = outcome.chapters.map { NumeralCounts($0.chapter, words) }
      let lines = Columns.aligned([NumeralCounts.heads] + counts.map(\.cells))
      try json ? Report.say(json: JSONLine.text(counts, pretty: true)) : Report.say(lines: lines)
    } else if json {
      try Report.say(json: rows.isEmpty ? "[]" : JSONLine.text(rows, pretty: true))
    } else {
      let cells = rows.map { ["\($0.file):\($0.line):\($0.column)", $0.kind, $0.text, $0.value ?? "", $0.ground] }
      try Report.say(lines: Columns.aligned(cells))
    }
    try report.diagnostics(outcome.diagnostics.filter { $0.severity == .error })
    try report.conclude(outcome.diagnostics)
  }
}

/// An entry of the ledger.
struct LedgerRow: Encodable {
  var file: String
  var line: Int
  var column: Int
  var kind: String
  var text: String
  var value: String?
  /// How far the printed number may be from the value: "±20%".
  var tolerance: String?
  var expression: String?
  /// A publication's key, and where in it.
  var source: String?
  var place: String?
  var reason: String?
  /// How many runs there were under other seeds, and what they made of it.
  var runs: Int?
  var low: Double?
  var median: Double?
  var high: Double?
  var held: Int?

  /// What the row rests on, in words.
  var ground: String {
    expression ?? reason ?? (source.map { "@\($0)" + (place.map { " \($0)" } ?? "") }) ?? ""
  }

  static func rows(of result: Pipeline.ChapterOutcome, _ words: Words, all: Bool) -> [LedgerRow] {
    let bound = bound(of: result)
    if !all { return bound }
    return (bound + unbound(of: result.chapter, words)).sorted { ($0.line, $0.column) < ($1.line, $1.column) }
  }

  /// Numerals that nothing binds.
  private static func unbound(of chapter: Chapter, _ words: Words) -> [LedgerRow] {
    Audit.numerals(in: chapter, words).compactMap { numeral in
      let place = chapter.source.position(at: numeral.offset)
      var row = LedgerRow(
        file: chapter.source.path, line: place.line, column: place.column, kind: "", text: numeral.text)
      switch numeral.ground {
      case .bound, .cited, .waived: return nil
      case .free(let rule): (row.kind, row.reason) = ("free", "\(rule.name): \(rule.reason)")
      case .unbound, .disguised: row.kind = "unbound"
      }
      return row
    }
  }

  private static func bound(of result: Pipeline.ChapterOutcome) -> [LedgerRow] {
    result.chapter.links.filter { Ledger.counts($0, result.evidence[$0.index]) }.map { link in
      let position = result.chapter.source.position(at: link.textRange.lowerBound)
      var row = LedgerRow(
        file: result.chapter.source.path, line: position.line, column: position.column, kind: "", text: link.text)
      switch result.evidence[link.index] {
      case .number(let expression, let value, let tolerance, _):
        (row.kind, row.expression, row.value, row.tolerance) = ("number", expression, value, tolerance)
      case .claim(let expression, let identity, _):
        (row.kind, row.expression, row.value, row.reason) = ("claim", expression, "true", identity)
      case .citation(_, let key, let place): (row.kind, row.source, row.place) = ("citation", key, place)
      case .remark(let kind, let said): (row.kind, row.reason) = (kind.rawValue, said)
      case .reference, nil: break
      }
      row.runs = result.robustness?.runs
      switch result.robustness?.links[link.index] {
      case .number(let low, let median, let high): (row.low, row.median, row.high) = (low, median, high)
      case .claim(let held): row.held = held
      case .same, .text, nil: break
      }
      return row
    }
  }

  enum CodingKeys: CodingKey {
    case file, line, column, kind, text, value, tolerance, expression, source, place, reason, runs, low, median, high
    case held
  }

  /// Every key, always: what does not apply is null.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(line, forKey: .line)
    try container.encode(column, forKey: .column)
    try container.encode(kind, forKey: .kind)
    try container.encode(text, forKey: .text)
    try container.encode(value, forKey: .value)
    try container.encode(tolerance, forKey: .tolerance)
    try container.encode(expression, forKey: .expression)
    try container.encode(source, forKey: .source)
    try container.encode(place, forKey: .place)
    try container.encode(reason, forKey: .reason)
    try container.encode(runs, forKey: .runs)
    try container.encode(low, forKey: .low)
    try container.encode(median, forKey: .median)
    try container.encode(high, forKey: .high)
    try container.encode(held, forKey: .held)
  }
}

/// Text in columns, as wide as a terminal shows it: Han and kana take two cells.
enum Columns {
  static func aligned(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? width($0[column]) : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - width(cell) + 2) }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  static func width(_ text: String) -> Int {
    text.reduce(0) { sum, character in
      guard let scalar = character.unicodeScalars.first?.value else { return sum }
      switch scalar {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        return sum + 2
      default: return sum + 1
      }
    }
  }
}
