import Foundation
import WeaveModel
import WeaveRender
import WeaveSupport

extension Pipeline {
  /// The forms in which a book is given out besides its pages.
  package static let formats: [any OutputFormat.Type] = [Epub.self]

  /// The one that writes files with a name like `path`.
  package static func format(of path: String) -> (any OutputFormat.Type)? {
    formats.first { path.lowercased().hasSuffix("." + $0.fileExtension) }
  }

  /// Writes the chapters of a build that held into the file at `path`, as `format` has them.
  ///
  /// `SOURCE_DATE_EPOCH`, if `environment` has it, is the date of modification. Throws a `Diagnostic` for a chapter
  /// that the format cannot take, an `EnvironmentError` where something cannot be read or written.
  /// - Returns: the file's size in bytes.
  package func export(
    _ outcome: Outcome, as format: any OutputFormat.Type, to path: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws -> Int {
    var modified: Int?
    if let text = environment["SOURCE_DATE_EPOCH"] {
      guard let seconds = Int(text), (0...253_402_300_799).contains(seconds) else {
        throw EnvironmentError("SOURCE_DATE_EPOCH is '\(text)': it must be a number of seconds since 1970")
      }
      modified = seconds
    }
    // Chapters that a build left alone are read once more: what their programs did is kept.
    let isWhole = outcome.verified.count == outcome.frame.chapters.count
    let whole = isWhole ? outcome : try await weave(rendering: true)
    guard let typeset = whole.typeset else { throw EnvironmentError("nothing was typeset: build the book first") }
    do {
      let bytes = try format.file(of: VerifiedBook(whole.frame, whole.verified, typeset), modified: modified)
      let place = path as NSString
      try RootedFile(root: place.deletingLastPathComponent, place.lastPathComponent).write(bytes)
      return bytes.count
    } catch let fault as ExportFault {
      let isChapter = outcome.frame.chapters.contains { $0.name == fault.page }
      throw Diagnostic(
        .html, "\(places.shownAs)/\(isChapter ? "\(fault.page).md" : "book.yml")", Position(line: 1, column: 1),
        fault.message)
    }
  }
}
