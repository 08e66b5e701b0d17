/// What is wrong, where, and what to do about it: the only way in which the book's faults leave this module.
public struct Diagnostic: Error, Sendable, Hashable, Codable {
  public enum Severity: String, Sendable, Codable { case error, warning }

  /// The kind of check that speaks; printed in brackets.
  public enum Category: String, Sendable, Codable {
    case book, encoding, frontMatter = "front-matter", block, markdown, html, link, math, diagram
    case compile, trap, output, number, claim, citation, reference, audit, limit, stale
  }

  public var severity: Severity
  public var category: Category
  /// Relative to where the command runs.
  public var file: String
  public var position: Position
  /// What is wrong and what to do, in one line.
  public var message: String

  public init(
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

  /// `Chapters/x.md:12:5: error: [number] …`
  public var line: String {
    "\(file):\(position.line):\(position.column): \(severity.rawValue): [\(category.rawValue)] \(message)"
  }
}

extension Diagnostic: Comparable {
  public static func < (a: Diagnostic, b: Diagnostic) -> Bool {
    (a.file, a.position, a.message) < (b.file, b.position, b.message)
  }
}

/// The environment, not the book, stops the work: a missing program, a folder that cannot be written.
public struct EnvironmentError: Error, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
