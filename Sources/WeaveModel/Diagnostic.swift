import WeaveSupport

/// What is wrong with the book, where, and what to do about it. What a machine lacks is an `EnvironmentError`.
package struct Diagnostic: Error, Sendable, Hashable, Codable {
  package enum Severity: String, Sendable, Codable { case error, warning }

  /// The kind of check that speaks; printed in brackets.
  package enum Category: String, Sendable, Codable {
    /// The list of chapters, `book.yml`, and what it names.
    case book
    /// Bytes that are not UTF-8, and characters that a reader does not see.
    case encoding
    case frontMatter = "front-matter"
    /// A fence: its mode, its attributes, its place.
    case block
    /// What Markdown would drop, or leave as it is written.
    case markdown
    /// Tags, and what a block prints as Markdown.
    case html
    /// A link's form: where it ends, its title, its address.
    case link
    /// A formula, as it is written and as it is set.
    case math
    /// A diagram, likewise.
    case diagram
    /// A picture's file, and the words that stand for it.
    case picture
    /// What the compiler says of a block or an expression.
    case compile
    /// A block that did not run to its end, and what was not evaluated for that reason.
    case trap
    /// An output fence against what was printed, or against the message of a block that fails.
    case output
    /// A number of the text against its expression, and its tolerance.
    case number
    /// A sentence against its `Bool`.
    case claim
    /// A key against `references.json`, and that file.
    case citation
    /// A cross reference against its target and the target's number.
    case reference
    /// A numeral without a source.
    case audit
    /// Time, memory, files or output beyond what a block may use.
    case limit
    /// A file in the output folder that is not what the sources give.
    case stale
    /// What does not hold under other seeds, and what is not known of it.
    case seeds
    /// A claim that cannot fail, and what is not known of it.
    case vacuity
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
