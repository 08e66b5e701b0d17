import WeaveModel
import WeaveSupport

/// What a chapter's program would have done for all of it to hold: each pin printed, each number computed as it is
/// printed.
enum Performance {
  static let diagram =
    Corpus.smallFigures.first { $0.contains("dot-") } ?? "<svg viewBox=\"0 0 1 1\"><g id=\"graph0\"></g></svg>"

  static func record(of chapter: Chapter) -> RunRecord {
    var record = RunRecord()
    for block in chapter.blocks {
      switch block.mode {
      case .run:
        record.outputs[block.index] = block.pin?.text ?? ""
        record.finished.insert(block.index)
        if block.code.contains("show("), !Corpus.smallFigures.isEmpty {
          let svg = Corpus.smallFigures[block.index % Corpus.smallFigures.count]
          record.figures[block.index] = [FigureRecord(svg, table: [["a", "b"], ["1", block.code]])]
        }
      case .fail, .trap:
        record.refusals[block.index] = block.pin?.text ?? ""
        record.finished.insert(block.index)
      case .compile, .show: break
      }
    }
    for link in chapter.links {
      if case .expression = link.target { record.values[link.index] = value(printed: link.text) }
    }
    return record
  }

  nonisolated(unsafe) private static let numeral = /[-+]?[0-9]+(\.[0-9]+)?/

  private static func value(printed text: String) -> Value {
    guard let match = text.replacing(",", with: "").replacing("−", with: "-").firstMatch(of: numeral),
      let number = Double(match.0)
    else {
      return .bool(true)
    }
    if text.contains("%") { return .real(number / 100) }
    return match.1 == nil
      ? .integer(match.0.hasPrefix("+") ? String(match.0.dropFirst()) : String(match.0)) : .real(number)
  }
}
