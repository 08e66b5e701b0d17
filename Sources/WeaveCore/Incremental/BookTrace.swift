import Foundation

/// What the last build of a book read and wrote: by it the next one knows what it need not look at again.
///
/// A chapter is left alone where the tools, the library, the list, the references and its own source are the same by
/// their contents, what it refers to in other chapters carries the same numbers, and its files in the output folder are
/// those that were written. All else is made as if there were no trace.
struct BookTrace: Sendable, Hashable {
  /// A chapter that held.
  struct Chapter: Sendable, Hashable {
    var source: KnownFile
    /// The data files that its program read, by name.
    var data: [String: KnownFile]
    var front: FrontMatter
    /// Ids that the author gave, and their lines.
    var ids: [ID]
    /// What other chapters may refer to: the printed label, or nothing for a place without a number.
    var labels: [String: Label?]
    /// Labels in other chapters that this one's page was made with.
    var leans: [Lean]
    /// Warnings that are to be said at each build.
    var warnings: [Diagnostic]
    var counts: Counts
    /// Its own files in the output folder.
    var files: [File]
    /// Its parts of the files that are made of all chapters, by the file's path.
    var parts: [String: Digest]
  }

  struct ID: Sendable, Hashable {
    var name: String
    var line: Int
  }

  struct Lean: Sendable, Hashable {
    var chapter: String
    var id: String
    var label: Label?
  }

  struct File: Sendable, Hashable {
    var path: String
    var contents: KnownFile
  }

  /// A file that is made of a part of each chapter between a fixed head and foot.
  struct Joint: Sendable, Hashable {
    var file: File
    /// In the order of the file: whose part, its bytes, and its digest.
    var parts: [Part]
    struct Part: Sendable, Hashable {
      var chapter: String
      var range: Range<Int>
      var digest: Digest
    }
  }

  /// Digest of all that every page depends on besides its chapter.
  var key: String
  /// The names that stand on every page.
  var frame: BookFrame
  var chapters: [String: Chapter]
  var joints: [String: Joint]
  /// Files that belong to no chapter: styles, scripts, fonts.
  var assets: [File]

  // MARK: Where it is kept

  /// One for each pair of folders.
  static func name(chapters: URL, output: URL) -> String {
    Digest(["book", chapters.standardizedFileURL.path, output.standardizedFileURL.path]).hex
  }
}

/// How much a chapter holds.
public struct Counts: Sendable, Hashable {
  /// Blocks that are compiled, and bound numbers and claims that hold.
  public var blocks: Int
  public var numbers: Int
  public var claims: Int

  init(_ chapter: WeaveCore.Chapter, _ evidence: [Int: Evidence]) {
    blocks = chapter.blocks.count { $0.mode != .show }
    numbers = evidence.values.count { if case .number = $0 { true } else { false } }
    claims = evidence.values.count { if case .claim = $0 { true } else { false } }
  }
}
