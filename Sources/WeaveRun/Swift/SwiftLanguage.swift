import Foundation
import WeaveModel
import WeaveSupport

/// Swift, as the compiler on the PATH reads it, with the chapters' library and the book's modules.
package struct SwiftLanguage: ProgrammingLanguage {
  private let toolchain: SwiftToolchain
  private let compiler: Compiler
  private let modules: [BookModule]

  /// - Parameters:
  ///   - kit: the folder of the chapters' library and of its modules.
  ///   - chapters: the folder from which the modules' packages are named.
  package init(
    kit: URL, modules: [BookModule], from chapters: URL, cache: Cache, files: KnownFiles
  ) async throws {
    toolchain = try await SwiftToolchain.find(kit: kit, modules: modules, from: chapters, cache: cache, files: files)
    compiler = Compiler(toolchain, LinkedLibraries(cache))
    self.modules = modules
  }

  package var key: String { toolchain.key }
  package var loaded: [String] { toolchain.loaded }

  package func text(of program: Program) -> String { program.text }

  package func refusals(in program: Program, of chapter: Chapter) -> [Diagnostic] {
    RefusedWords.found(in: program, of: chapter) + WholeImports(modules).found(in: program, of: chapter)
  }

  package func compile(
    _ chapter: Chapter, in folder: URL, withPlaces: Bool, reusing cache: Cache, asWhole: @Sendable () -> Void
  ) async throws -> CompiledChapter {
    try await compiler.compile(chapter, in: folder, withPlaces: withPlaces, reusing: cache, asWhole: asWhole)
  }

  package func prepare(_ chapter: Chapter, in folder: URL, keeping cache: Cache) async throws {
    try await compiler.prepare(chapter, in: folder, keeping: cache)
  }

  package func compile(loose program: String, file: String, in folder: URL) async throws -> (
    executable: URL?, said: String
  ) {
    try await compiler.compile(loose: program, file: file, in: folder)
  }

  /// As JSON; `symbolicate=full` costs a quarter second where a program crashes, and nothing else.
  package func environment(reportingTo path: String) -> [String: String] {
    [
      "SWIFT_BACKTRACE":
        "enable=yes,format=json,output-to=\(path),color=no,registers=none,images=none,"
        + "threads=crashed,interactive=no,symbolicate=full,limit=16"
    ]
  }

  package func crash(_ report: Data) -> Crash? { Crash(backtrace: report) }

  /// `Chapter/block-3:2: Fatal error: …`, between the backtracer's own lines.
  package func reason(_ line: String) -> String? {
    if line.hasPrefix("*** ") || line.hasPrefix("swift-runtime: ") { return nil }
    guard let mark = line.range(of: #"^\S+:\d+: "#, options: .regularExpression) else { return line }
    return String(line[mark.upperBound...])
  }
}
