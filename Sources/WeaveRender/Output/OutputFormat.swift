import WeaveModel

/// A form of the whole book in one file, made from the same verified chapters as its pages: `weave build --export FILE`
/// asks for the one that writes such files.
///
/// The pages are no such form: they are many files, of which an edit writes one.
package protocol OutputFormat: Sendable {
  /// How its files end, without the dot.
  static var fileExtension: String { get }

  /// The file; the same book gives the same bytes.
  /// - Parameter modified: the date to give it, in seconds since 1970; nil for one that says nothing.
  ///
  /// Throws a `Diagnostic` for what cannot be shown, an `ExportFault` for a chapter that it has no form for.
  static func file(of book: VerifiedBook, modified: Int?) throws -> [UInt8]
}

/// Chapters that hold, in the order of the book, and what was typeset for them.
package struct VerifiedBook: Sendable {
  package let frame: BookFrame
  package let chapters: [VerifiedChapter]
  package let typeset: Typeset

  package init(_ frame: BookFrame, _ chapters: [VerifiedChapter], _ typeset: Typeset) {
    (self.frame, self.chapters, self.typeset) = (frame, chapters, typeset)
  }
}

/// A chapter, or the book's own frame, that a format cannot take; and what the author can do.
package struct ExportFault: Error {
  package var page: String
  package var message: String
}
