import Foundation
import WeaveModel
import WeaveRender
import WeaveSupport

extension Pipeline {
  /// Packs the chapters of a build that held into the file at `path`.
  ///
  /// `SOURCE_DATE_EPOCH`, if `environment` has it, is the date of modification. Throws a `Diagnostic` for a chapter
  /// that is not XHTML, an `EnvironmentError` where something cannot be read or written.
  /// - Returns: the file's size in bytes.
  package func packEpub(
    _ outcome: Outcome, to path: String, environment: [String: String] = ProcessInfo.processInfo.environment
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
      let bytes = try Epub(EpubSource(whole.frame, whole.verified, typeset), modified: modified).archive()
      let place = path as NSString
      try RootedFile(root: place.deletingLastPathComponent, place.lastPathComponent).write(bytes)
      return bytes.count
    } catch let fault as Epub.Fault {
      let isChapter = outcome.frame.chapters.contains { $0.name == fault.page }
      throw Diagnostic(
        .html, "\(places.shownAs)/\(isChapter ? "\(fault.page).md" : "book.yml")", Position(line: 1, column: 1),
        "this chapter is not XHTML for the EPUB: \(fault.message); let raw HTML and Markdown nest")
    }
  }
}
