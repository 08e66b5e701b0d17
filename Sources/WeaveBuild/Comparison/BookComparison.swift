import Foundation
import WeaveModel
import WeaveParse
import WeaveSupport

/// What differs between a book and an earlier state of it in what is checked: numbers, claims, citations, waivers,
/// pins, and what other seeds make of them.
package struct BookComparison: Sendable {
  package struct Row: Sendable, Hashable {
    package enum Kind: String, Sendable { case number, claim, citation, waiver, output }
    package var file: String
    /// In the book as it is; of what is gone, in the earlier one.
    package var line: Int
    package var kind: Kind
    /// The expression, the publication or the block.
    package var subject: String
    /// Nil of what is new.
    package var before: String?
    /// Nil of what is gone.
    package var now: String?
    package var spreadBefore: Spread?
    package var spreadNow: Spread?
  }

  package private(set) var rows: [Row] = []

  /// A link, or a pin, on one of the two sides.
  private struct Item {
    var chapter: String
    var file: String
    var line: Int
    var kind: Row.Kind
    var subject: String
    var text: String
    var spread: Spread?
    var key: String { "\(chapter)\u{0}\(subject)" }

    /// That runs under other seeds are known now, or not yet, is no difference.
    func differs(from other: Item) -> Bool {
      text != other.text || spread != nil && other.spread != nil && spread != other.spread
    }
  }

  init(_ before: Revision, _ outcome: Pipeline.Outcome) {
    let now = outcome.chapters.flatMap { result in
      Self.items(result.chapter, result.record.values, result.robustness)
    }
    let earlier = before.chapters.flatMap { chapter in
      Self.items(chapter, [:], before.robustness[chapter.name]?.robustness(of: chapter))
    }
    var left = Dictionary(grouping: earlier, by: \.key)
    var new: [Item] = []
    for item in now {
      guard var same = left[item.key], !same.isEmpty else {
        new.append(item)
        continue
      }
      // Of several places with one expression, the one that says the same.
      let place = same.firstIndex { !item.differs(from: $0) } ?? 0
      let old = same.remove(at: place)
      left[item.key] = same
      if item.differs(from: old) { rows.append(Self.row(item, before: old)) }
    }
    // What says the same by another expression has been rewritten; the rest is new, or gone.
    var gone = left.values.flatMap { $0 }
    for item in new {
      let place = gone.firstIndex { $0.chapter == item.chapter && $0.kind.isSame(item.kind) && $0.text == item.text }
      guard let place else {
        rows.append(Self.row(item, before: nil))
        continue
      }
      var row = Self.row(item, before: gone[place])
      row.subject = "\(gone[place].subject) → \(item.subject)"
      rows.append(row)
      gone.remove(at: place)
    }
    rows += gone.map { item in
      Row(
        file: item.file, line: item.line, kind: item.kind, subject: item.subject, before: item.text,
        spreadBefore: item.spread)
    }
    let order = Dictionary(uniqueKeysWithValues: outcome.chapters.enumerated().map { ($1.chapter.source.path, $0) })
    rows.sort { (order[$0.file] ?? .max, $0.line, $0.subject) < (order[$1.file] ?? .max, $1.line, $1.subject) }
  }

  private static func row(_ item: Item, before: Item?) -> Row {
    Row(
      file: item.file, line: item.line, kind: item.kind, subject: item.subject, before: before?.text, now: item.text,
      spreadBefore: before?.spread, spreadNow: item.spread)
  }

  /// - Parameter values: what the expressions gave, where the chapter was run.
  private static func items(_ chapter: Chapter, _ values: [Int: Value], _ robustness: Robustness?) -> [Item] {
    let links = chapter.links.compactMap { link -> Item? in
      let kind: Row.Kind, subject: String
      switch link.target {
      case .expression(let expression, _):
        let isClaim =
          switch (values[link.index], robustness?.links[link.index]) {
          case (.bool, _), (nil, .claim): true
          default: false
          }
        (kind, subject) = (isClaim ? .claim : .number, expression)
      case .citation(let key): (kind, subject) = (.citation, "@\(key)" + (link.title.map { " \($0)" } ?? ""))
      case .remark: (kind, subject) = (.waiver, link.title ?? "")
      case .reference: return nil
      }
      return Item(
        chapter: chapter.name, file: chapter.source.path,
        line: chapter.source.position(at: link.textRange.lowerBound).line, kind: kind, subject: subject,
        text: link.text, spread: robustness?.links[link.index])
    }
    let pins = chapter.blocks.compactMap { block in
      block.pin.map { pin in
        Item(
          chapter: chapter.name, file: chapter.source.path, line: pin.line, kind: .output,
          subject: block.attributes.id.map { "#\($0)" } ?? "block \(block.index + 1)", text: pin.text,
          spread: robustness?.blocks[block.index])
      }
    }
    return links + pins
  }
}

extension BookComparison.Row.Kind {
  /// Of an expression that was not run nobody knows whether it is a claim.
  fileprivate func isSame(_ other: Self) -> Bool {
    self == other || [self, other].allSatisfy { $0 == .number || $0 == .claim }
  }
}

extension Pipeline {
  /// Holds a book that was woven against an earlier commit of it.
  package func comparison(of outcome: Outcome, with revision: String) async throws -> BookComparison {
    BookComparison(try await Revision(revision, places), outcome)
  }
}
