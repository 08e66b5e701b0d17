import WeaveSupport

/// What is wrong, where, and what to do about it: the only way in which the book's faults leave this module.
package struct Diagnostic: Error, Sendable, Hashable, Codable {
  package enum Severity: String, Sendable, Codable { case error, warning }

  /// The kind of check that speaks; printed in brackets.
  package enum Category: String, Sendable, Codable {
    case book, encoding, frontMatter = "front-matter", block, markdown, html, link, math, diagram
    case compile, trap, output, number, claim, citation, reference, audit, limit, stale, seeds
  }

  package var severity: Severity
  package var category: Category
  /// Relative to where the command runs.
  package var file: String
  package var position: Position
  /// Just after what it speaks of, where that is known.
  package var end: Position?
  /// What is wrong and what to do, in one line.
  package var message: String
  /// What `weave promote` writes to mend it.
  package var fixIt: FixIt?

  package init(
    _ category: Category, _ file: String, _ position: Position, _ message: String,
    severity: Severity = .error
  ) {
    self.severity = severity
    self.category = category
    self.file = file
    self.position = position
    // A name or an excerpt from a file may hold anything; what breaks its line is a space in a sentence.
    self.message = String(message.map { $0.isNewline || $0 == "\t" ? " " : $0 }).shownPlainly
  }

  package init(
    _ category: Category, _ file: String, _ range: Range<Position>, _ message: String,
    severity: Severity = .error, fixIt: FixIt? = nil
  ) {
    self.init(category, file, range.lowerBound, message, severity: severity)
    if !range.isEmpty { end = range.upperBound }
    self.fixIt = fixIt
  }

  /// `Chapters/x.md:12:5: error: [number] …`
  package var line: String {
    "\(file):\(position.line):\(position.column): \(severity.rawValue): [\(category.rawValue)] \(message)"
  }
}

extension Diagnostic: Comparable {
  package static func < (a: Diagnostic, b: Diagnostic) -> Bool {
    (a.file, a.position, a.message) < (b.file, b.position, b.message)
  }
}
