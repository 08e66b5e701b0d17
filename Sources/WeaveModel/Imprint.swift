/// Who answers for a book, and where a reader says that something in it is wrong.
package struct Imprint: Sendable, Hashable, Codable {
  package var authors: [String] = []
  package var edition: String?
  /// `2026`, `2026-11` or `2026-11-28`.
  package var date: String?
  package var licence: String?
  /// `https://…` or `mailto:…`.
  package var report: String?

  package init() {}

  /// What a cover says under the title.
  package var names: [String] { authors + [edition, date].compactMap { $0 } }
  /// What every page says at its end, besides where to report.
  package var lines: [String] { names + [licence].compactMap { $0 } }
}
