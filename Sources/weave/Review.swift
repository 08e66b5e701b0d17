import Foundation
import WeaveBuild
import WeaveModel
import WeaveParse

/// The words of promote's review.
enum Review {
  /// `0.66 → 0.67 (+0.01, +1.5 %) p.max()!`
  static func line(_ entry: Promotion.Entry) -> String {
    let fixIt = entry.fixIt
    var line = isLong(fixIt) ? "" : "\(brief(fixIt.old)) → \(brief(fixIt.new))"
    if let change = entry.change {
      line += " (\(signed(change.absolute))"
      if let relative = change.relative { line += ", \(signed(relative * 100)) %" }
      line += ")"
    }
    return line.isEmpty ? fixIt.subject : line + " \(fixIt.subject)"
  }

  /// The lines of an output that go and that come, as `diff` marks them.
  static func excerpt(_ fixIt: FixIt) -> [String] {
    guard isLong(fixIt) else { return [] }
    let old = lines(fixIt.old), new = lines(fixIt.new)
    return new.difference(from: old).inOrder.map { change in
      switch change {
      case .remove(_, let line, _): "- " + line
      case .insert(_, let line, _): "+ " + line
      }
    }
  }

  /// `also Chapters/b.md:12:3: 0.18 (holds)`
  static func line(_ place: Promotion.Place) -> String {
    let fate =
      switch place.fate {
      case .holds: "holds"
      case .promoted: "promoted too"
      case .left: "no longer holds, in a chapter that was not named"
      }
    return "also \(place.file):\(place.position.line):\(place.position.column): \(place.text) (\(fate))"
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func isLong(_ fixIt: FixIt) -> Bool {
    [fixIt.old, fixIt.new].contains { lines($0).count > 1 || $0.count > 60 }
  }

  private static func brief(_ text: String) -> String {
    let text = text.replacing("\n", with: "")
    return text.isEmpty ? "(nothing)" : text
  }

  /// Three digits that count, with the sign.
  private static func signed(_ value: Double) -> String {
    let magnitude = abs(value)
    let text =
      magnitude >= 0.001 && magnitude < 1e6 || magnitude == 0
      ? trimmed(
        String(format: "%.*f", max(0, 2 - Int(magnitude == 0 ? 0 : log10(magnitude).rounded(.down))), magnitude))
      : String(format: "%.2e", magnitude)
    return (value < 0 ? "−" : "+") + text
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let kept = text.reversed().drop { $0 == "0" }
    return String((kept.first == "." ? kept.dropFirst() : kept).reversed())
  }
}

extension CollectionDifference {
  /// What goes before what comes in its place.
  fileprivate var inOrder: [Change] { Array(removals) + Array(insertions) }
}
