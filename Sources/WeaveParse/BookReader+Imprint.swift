import Foundation
import WeaveModel
import WeaveSupport
import Yams

/// Who answers for the book.
extension BookReader {
  static let imprintKeys: Set<String> = ["author", "date", "licence", "edition", "report"]

  /// Plain text; authors may be a list.
  mutating func readImprint(_ key: String, _ value: Node, _ place: Position) {
    func refuse(_ message: String) { report(.book, "book.yml", place, message) }
    let entries = key == "author" ? value.sequence.map { Array($0) } ?? [value] : [value]
    let texts = entries.compactMap { $0.string?.trimmingCharacters(in: .whitespaces) }
    guard texts.count == entries.count, !texts.isEmpty else {
      return refuse("'\(key)' is one text" + (key == "author" ? ", or a list of names: [NAME, NAME]" : ": write it so"))
    }
    if texts.contains("") { return refuse("'\(key)' is empty: write its words, or take the line out") }
    for text in texts {
      // Of what is no list this was told before.
      if value.string == nil, let problem = UnseenText.problem(of: key, text) { return refuse(problem) }
      if key != "report", text.holdsMarkdown {
        return refuse("'\(key)' is plain text here: take Markdown's marks out of it")
      }
    }
    let text = texts[0]
    switch key {
    case "author": book.imprint.authors = texts.map(\.shownPlainly)
    case "edition": book.imprint.edition = text.shownPlainly
    case "licence": book.imprint.licence = text.shownPlainly
    case "date":
      guard Self.isDate(text) else {
        return refuse("'\(text)' is not a date: write it as 2026, 2026-11 or 2026-11-28")
      }
      book.imprint.date = text
    default:
      guard text.wholeMatch(of: Self.site) != nil || text.wholeMatch(of: Self.mailbox) != nil else {
        return refuse("'\(text)' is no address to report to: write https://… or mailto:NAME@HOST")
      }
      book.imprint.report = text
    }
  }

  nonisolated(unsafe) private static let site = /https:\/\/[^\s\/?#@\\<>"']+(?:[\/?#][^\s\\<>"']*)?/
  nonisolated(unsafe) private static let mailbox = /mailto:[^\s@?&\\<>"']+@[^\s@?&\\<>"']+(?:\?[^\s\\<>"']*)?/

  /// A day of the calendar, a month, or a year.
  private static func isDate(_ text: String) -> Bool {
    guard let match = text.wholeMatch(of: /([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?/) else { return false }
    let date = DateComponents(
      calendar: Calendar(identifier: .gregorian), year: Int(match.1), month: match.2.flatMap { Int($0) } ?? 1,
      day: match.3.flatMap { Int($0) } ?? 1)
    return date.isValidDate
  }
}
