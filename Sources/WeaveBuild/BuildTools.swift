import Foundation
import WeaveModel
import WeaveParse
import WeaveRender
import WeaveRun
import WeaveSupport

/// The tools of one build, found once.
package struct BuildTools: Sendable {
  /// Digest of this program; where its file cannot be found, a name that no other build has, so that no trace is
  /// believed.
  package let tool: String
  package let language: any ProgrammingLanguage
  /// Nil where nothing is rendered.
  let typesetting: Toolchain?
  /// Digests of what is kept of runs under other seeds, and with changes of the code; nil where there is nothing.
  let measurements: [String?]
  private let cache: Cache
  private let book: String

  init(_ places: Pipeline.Places, _ caches: Caches, _ modules: [BookModule], rendering: Bool) async throws {
    let files = KnownFiles(caches.tools)
    async let typesetting = rendering ? Toolchain.locate(cache: caches.tools) : nil
    language = try await SwiftLanguage(
      kit: places.kit, modules: modules, from: places.chapters, cache: caches.tools, files: files)
    self.typesetting = try await typesetting
    cache = caches.book
    book = places.chapters.standardizedFileURL.path
    tool = CommandLine.executablePath.flatMap { files.digest(of: $0) } ?? UUID().uuidString
    measurements = [
      MeasurementFile<ChapterRuns>.place(beside: places.output),
      MeasurementFile<ChapterVacuity>.place(beside: places.output),
    ].map { files.digest(of: $0.full) }
    files.store()
  }

  package func typeset(_ woven: Book) async throws -> Typeset? {
    guard let typesetting else { return nil }
    let trials = woven.macros.isEmpty ? [] : [woven.macroTrials]
    return try await Typesetter(tools: typesetting, cache: cache, book: book).typeset(woven.chapters + trials)
  }
}
