import Foundation
import WeaveModel
import WeaveParse
import WeaveSupport

/// A book as an earlier commit has it, read and not run: what it prints held when it was committed.
struct Revision: Sendable {
  let chapters: [Chapter]
  let robustness: [String: ChapterRuns]

  /// - Parameter name: what git knows a commit by.
  init(_ name: String, _ places: Pipeline.Places) async throws {
    let folder = places.chapters.path
    func git(_ arguments: [String], in folder: String, index: String? = nil) async throws -> Tool.Outcome {
      try await Tool.run(
        ["git", "-C", folder] + arguments,
        environment: .inherit.updating(index.map { ["GIT_INDEX_FILE": $0] } ?? [:]))
    }
    // A name that begins with a dash would be an option.
    let found = try await git(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}"], in: folder)
    guard found.status == 0 else {
      let place = try await git(["rev-parse", "--show-toplevel"], in: folder)
      throw EnvironmentError(
        place.status == 0
          ? "git knows no commit '\(name)' here: name a branch, a tag or a hash, and fetch it where it is another's"
          : "\(places.shownAs) is in no git repository: there is nothing to compare it with")
    }
    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    let tree = scratch.folder.appendingPathComponent("tree"),
      index = scratch.folder.appendingPathComponent("index").path
    try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
    /// Writes what the commit has at `path` of `folder`, and says where.
    func write(_ path: String, of folder: String) async throws -> URL? {
      let commit = found.output.trimmingCharacters(in: .newlines)
      let written = try await git(
        ["--work-tree", tree.path, "checkout", "--quiet", commit, "--", path], in: folder, index: index)
      let prefix = try await git(["rev-parse", "--show-prefix"], in: folder).output.trimmingCharacters(in: .newlines)
      return written.status == 0 ? tree.appendingPathComponent(prefix) : nil
    }
    guard let earlier = try await write(".", of: folder) else {
      throw EnvironmentError("'\(name)' has no \(places.shownAs)")
    }
    var reader = try BookReader(folder: earlier, shownAs: places.shownAs)
    chapters = reader.wholeBook().chapters
    let beside = try await write(ChapterRuns.file, of: places.output.deletingLastPathComponent().path)
    robustness =
      beside.flatMap {
        MeasurementFile<ChapterRuns>(beside: $0.appendingPathComponent("Output"), shownAs: name).chapters
      } ?? [:]
  }
}
