import Foundation
import WeaveModel
import WeaveSupport

/// What the last build of a book read and wrote: by it the next one knows what it need not look at again.
///
/// A chapter is left alone where the tools, the library, the list, the references and its own source are the same by
/// their contents, what it refers to in other chapters carries the same numbers, and its files in the output folder are
/// those that were written. All else is made as if there were no trace.
package struct BuildManifest: Sendable, Hashable, Codable {
  /// A chapter that held.
  package struct Chapter: Sendable, Hashable, Codable {
    package var source: KnownFile
    /// The data files that its program read, by name.
    package var data: [String: KnownFile]
    /// The pictures that it shows, the code that it takes from files and what it offers, by their ways from its folder;
    /// nil for a twin that was not there.
    package var besides: [String: KnownFile?]
    package var front: FrontMatter
    /// Ids that the author gave, and their lines.
    package var ids: [WeaveModel.Chapter.ID]
    /// By id, what other chapters may refer to: its number, or nil for what has none, as in `Labels.byID`.
    package var labels: [String: Label?]
    /// Labels in other chapters that this one's page was made with.
    package var dependencies: [LabelDependency]
    /// Warnings that are to be said at each build.
    package var warnings: [Diagnostic]
    package var counts: Counts
    /// Its own files in the output folder.
    package var files: [File]
    /// Its parts of the files that are made of all chapters, by the file's path.
    package var parts: [String: Digest]
    /// Its part of the book's module of live figures.
    package var figures: String
  }

  package struct File: Sendable, Hashable, Codable {
    package var path: String
    package var contents: KnownFile
  }

  /// A file that is made of a part of each chapter between a fixed head and foot.
  package struct Aggregate: Sendable, Hashable, Codable {
    package var file: File
    /// In the order of the file: whose part, its bytes, and its digest.
    package var parts: [Part]
    package struct Part: Sendable, Hashable, Codable {
      package var chapter: String
      package var range: Range<Int>
      package var digest: Digest
    }
  }

  /// Digest of all that every page depends on besides its chapter.
  package var key: String
  /// The names that stand on every page.
  package var frame: BookFrame
  package var chapters: [String: Chapter]
  package var aggregates: [String: Aggregate]
  /// Files that belong to no chapter: styles, scripts, fonts.
  package var assets: [File]

  // MARK: Where it is kept

  /// One for each pair of folders.
  package static func name(chapters: URL, output: URL) -> String {
    Digest(["book", chapters.standardizedFileURL.path, output.standardizedFileURL.path]).hex
  }
}
